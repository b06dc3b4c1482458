"""What people are told, and what is logged, where their event could not be read or handled."""

from typing import Any

import discord
import pytest

from bot.gateway.events import unread
from tests.gateway.conftest import BOT, CHANNEL, ROBOT, MakeMessage
from tests.gateway.guarded_client import GuardedClient, command, question

SECRET = "what somebody wrote"
SENTENCE = "Something went wrong on my side"


class Http:
    """Takes requests, and answers each as if a message had been created."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    async def request(self, endpoint: Any, *, json: Any) -> Any:
        self.asked.append((endpoint.url.partition("/v10")[2], json))
        return {"id": "9"}

    def as_client(self) -> Any:
        return self


@pytest.fixture
def http() -> Http:
    return Http()


async def test_unread_question_is_answered_with_a_sentence(http: Http) -> None:
    await unread.answer_unread(http.as_client(), "MESSAGE_CREATE", question(guild_id="odd"), BOT)

    [(address, body)] = http.asked
    assert address == f"/channels/{CHANNEL}/messages"
    assert body["content"].startswith(SENTENCE)


@pytest.mark.parametrize(
    "data",
    [
        question(content="no mention"),
        question(content=None),
        question(author=ROBOT),
        question(author=None),
        question(webhook_id="5"),
        question(id=None),
        {},
        None,
        "text",
    ],
    ids=["no mention", "null", "bot", "nobody", "webhook", "no id", "nothing", "None", "text"],
)
async def test_unread_message_of_nobody_who_asks_is_passed_over(http: Http, data: Any) -> None:
    await unread.answer_unread(http.as_client(), "MESSAGE_CREATE", data, BOT)

    assert http.asked == []


@pytest.mark.parametrize(("kind", "answers"), [(1, 0), (2, 1), (3, 1), (4, 0), (5, 1), ("odd", 0)])
async def test_unread_interaction_gets_a_sentence_if_it_takes_one(
    http: Http, kind: Any, answers: int
) -> None:
    data = command(type=kind, member=None)

    await unread.answer_unread(http.as_client(), "INTERACTION_CREATE", data, BOT)

    assert [address for address, _ in http.asked] == [
        f"/interactions/{data['id']}/token/callback"
    ] * answers


@pytest.mark.parametrize("odd", [{"token": None, "id": "x"}, {"type": [3]}, {"type": 4}], ids=str)
async def test_interaction_that_takes_no_response_gets_none(
    http: Http, odd: dict[str, Any]
) -> None:
    await unread.respond(http.as_client(), command(**odd), "Try again.")

    assert http.asked == []


async def test_other_unread_event_is_told_to_nobody(http: Http) -> None:
    await unread.answer_unread(http.as_client(), "MESSAGE_UPDATE", question(), BOT)

    assert http.asked == []


@pytest.mark.parametrize(("text", "answers"), [(f"<@{BOT}> help", 1), ("to somebody else", 0)])
async def test_message_that_fails_is_answered_if_it_mentions_the_bot(
    http: Http, make_message: MakeMessage, text: str, answers: int
) -> None:
    await unread.apologize(http.as_client(), (make_message(content=text),), BOT, "c0ffee")

    assert len(http.asked) == answers
    assert all("(c0ffee)" in body["content"] for _, body in http.asked)


async def test_press_that_fails_gets_a_sentence(http: Http) -> None:
    [press] = GuardedClient().read("INTERACTION_CREATE", command())
    assert isinstance(press, discord.Interaction)

    await unread.apologize(http.as_client(), (press,), BOT, "c0ffee")

    [(address, body)] = http.asked
    assert address == f"/interactions/{press.id}/token/callback"
    assert body["data"]["content"].startswith(SENTENCE)


def test_failure_is_logged_by_kind_and_place(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        unread.log_failure("on_message", error, "c0ffee")

    [record] = caplog.records
    fields = vars(record)
    assert (fields["event"], fields["reason"], fields["incident"]) == (
        "on_message",
        "ValueError",
        "c0ffee",
    )
    assert fields["where"].startswith("test_unread.py:")
    assert record.exc_info is None
    assert SECRET not in caplog.text
