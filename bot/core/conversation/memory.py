"""What an answer adds to its conversation, once people can see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.conversation.turns import Turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """The two turns of an answer, before it is known in which messages it appears.

    `further` are the messages of the question besides the one that is answered.
    """

    key: str  # of the conversation
    asked: Turn
    answered: Turn
    further: tuple[int, ...] = ()

    def turns_in(self, pages: Sequence[int]) -> tuple[Turn, Turn]:
        """The turns, now that the answer stands in these messages; at least one."""
        return self.asked, replace(self.answered, message_id=pages[0])

    def further_in(self, pages: Sequence[int]) -> Mapping[int, int]:
        """The further messages of these turns, each with the `message_id` of its turn."""
        return {
            **dict.fromkeys(self.further, self.asked.message_id),
            **dict.fromkeys(pages[1:], pages[0]),
        }
