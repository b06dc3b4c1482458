"""The turns of an answer name the messages that it stands in."""

from dataclasses import replace

from bot.core.conversation.memory import Memory
from bot.core.conversation.turns import Role, Turn

ASKED = Turn(role=Role.USER, text="what is it?", message_id=7)
ANSWERED = Turn(role=Role.ASSISTANT, text="A cat.", parent_id=7)
MEMORY = Memory(key="message:7", asked=ASKED, answered=ANSWERED, further=(6, 8))


def test_answer_is_known_by_its_first_page() -> None:
    assert MEMORY.turns_in([70, 71]) == (ASKED, replace(ANSWERED, message_id=70))


def test_further_messages_lead_to_their_turns() -> None:
    assert MEMORY.further_in([70, 71, 72]) == {6: 7, 8: 7, 71: 70, 72: 70}
