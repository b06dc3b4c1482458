"""Actions of a person on the page."""

from typing import Any

import pytest

from bot.standins.playground.server import Discord
from tests.standins.playground.site.tab import Tab


async def test_member_may_not_delete_what_another_wrote(discord: Discord, tab: Tab) -> None:
    await tab.look("moderator", "general")
    await tab.do("say", text="stays")
    message = await tab.until("stays")
    await tab.look("member", "general")
    await tab.until("stays")

    answer = await tab.do("delete", message=message["id"])

    assert answer["error"] == "Discord refuses: Missing Permissions · 50013"


async def test_text_that_is_too_long_is_refused_in_discords_words(tab: Tab) -> None:
    await tab.look("member", "general")

    answer = await tab.do("say", text="x" * 2001)

    assert "Must be 2000 or fewer in length." in answer["error"]


async def test_reaction_is_taken_back_by_giving_it_again(tab: Tab) -> None:
    await tab.look("member", "general")
    await tab.do("say", text="well done")
    message = await tab.until("well done")

    await tab.do("react", message=message["id"], emoji="🎉")
    while not tab.messages[message["id"]]["reactions"]:
        await tab.receive()
    await tab.do("react", message=message["id"], emoji="🎉")

    while tab.messages[message["id"]]["reactions"]:
        await tab.receive()


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "nothing"},
        {"do": "edit", "message": "abc", "text": ""},
        {"do": "slash", "path": ["quota", "me"]},  # no bot has registered it
        {"do": "endpoint", "behaviour": "wild"},
        {"do": "switch", "name": "wild", "is_on": True},
        {"do": "submit", "modal": "1", "values": {}},
    ],
    ids=lambda asked: str(asked["do"]),
)
async def test_action_that_fails_is_answered_with_a_sentence(
    tab: Tab, asked: dict[str, Any]
) -> None:
    body = {key: value for key, value in asked.items() if key != "do"}

    answer = await tab.do(asked["do"], **body)

    assert answer["kind"] == "failed"
    assert answer["error"]
