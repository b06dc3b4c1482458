"""What is collected of a question: all that belongs to it, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.standins.playground.interactions.callbacks import InteractionType
from bot.standins.playground.messages import edits, posts
from bot.standins.playground.world.state import Message
from chaos.collection import Books, collect, timeline_of
from chaos.databases import EpisodeDatabase, Row
from chaos.endpoint import Bill
from chaos.evidence import Booking, Case
from chaos.people import ask
from chaos.plan import Plan, Theme
from chaos.questions import Kind, Question
from chaos.stage import Asked, Stage, open_stage

QUESTION = Question(token="qabc123", kind=Kind.MENTION, at=0.0, sentences=10)
STOP = {"type": 2, "style": 2, "label": "Stop", "custom_id": "stop:1"}
OTHER_BUTTON = {**STOP, "label": "Undo", "custom_id": "undo:1"}


class NoDatabase:
    url = "sqlite+aiosqlite:///nowhere.db"
    locks_everything = True

    async def lock(self, seconds: float) -> None:
        """Nothing to lock."""

    async def rows(self, statement: str) -> list[Row]:
        return []

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator[EpisodeDatabase]:
        yield self


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Without a bot: the tests speak in its name."""
    plan = Plan(seed=1, number=1, theme=Theme.CRASH, questions=(QUESTION,), disturbances=())
    async with open_stage(plan, NoDatabase(), tmp_path) as stage:
        yield stage


async def asked(stage: Stage, question: Question = QUESTION) -> Asked:
    await ask(stage, question)
    return stage.asked[-1]


def say(
    stage: Stage,
    to: Asked,
    text: str,
    *,
    refers: bool = True,
    button: dict[str, object] | None = None,
) -> Message:
    """In the bot's name, where the question was asked."""
    body: dict[str, object] = {"content": text}
    if refers and to.message is not None:
        body["message_reference"] = {"message_id": str(to.message.id)}
    if button is not None:
        body["components"] = [{"type": 1, "components": [button]}]
    discord = stage.town.discord
    return posts.create(discord.world, discord.bot, to.channel, body, {})


def case_of(stage: Stage) -> Case:
    return collect(stage)[0]


def texts(stage: Stage) -> list[str]:
    return [each.content for each in case_of(stage).shown]


async def test_mark_below_a_full_page_belongs_to_the_question(stage: Stage) -> None:
    to = await asked(stage)
    page = say(stage, to, QUESTION.answer)
    body = {"content": "-# cut", "message_reference": {"message_id": str(page.id)}}
    discord = stage.town.discord
    posts.create(discord.world, discord.bot, to.channel, body, {})

    shown = case_of(stage).shown

    assert [(each.content, each.is_reply) for each in shown] == [
        (QUESTION.answer, True),
        ("-# cut", False),
    ]


async def test_reply_and_further_pages_belong_to_the_question(stage: Stage) -> None:
    question = await asked(stage)
    say(stage, question, "qabc123-0 said the bot.")
    say(stage, question, "qabc123-1 said the bot.", refers=False)

    assert [each.is_reply for each in case_of(stage).shown] == [True, False]


async def test_message_about_something_else_does_not_belong_to_it(stage: Stage) -> None:
    question = await asked(stage)
    say(stage, question, "qxyz789-0 said the bot.", refers=False)

    assert texts(stage) == []


async def test_people_do_not_answer_for_the_bot(stage: Stage) -> None:
    question = await asked(stage)
    await stage.town.alice.say(
        question.channel, "qabc123-0 said the bot.", reply_to=question.message
    )

    assert texts(stage) == []


async def test_deleted_message_shows_nothing_but_is_in_the_timeline(stage: Stage) -> None:
    question = await asked(stage)
    reply = say(stage, question, "qabc123-0 said the bot.")
    edits.delete(stage.town.discord.world, stage.town.discord.bot, reply)

    assert texts(stage) == []
    assert any("is deleted" in line for line in timeline_of(stage, question))


async def test_whatever_is_said_in_private_is_for_its_asker(stage: Stage) -> None:
    question = await asked(stage, replace(QUESTION, kind=Kind.DIRECT))
    say(stage, question, "I was away. Please ask again.", refers=False)

    assert texts(stage) == ["I was away. Please ask again."]


@pytest.mark.parametrize(
    ("button", "is_stop"), [(STOP, True), (OTHER_BUTTON, False), (None, False)]
)
async def test_only_a_stop_button_is_one(
    stage: Stage, button: dict[str, object] | None, is_stop: bool
) -> None:
    say(stage, await asked(stage), "qabc123-0 said the bot.", button=button)

    assert case_of(stage).shown[0].has_stop is is_stop


async def test_attempts_are_those_with_the_questions_token(stage: Stage) -> None:
    await asked(stage)
    for token, tokens in (("qabc123", 10), ("qxyz789", 20), ("", 40)):
        bill = Bill(token=token, began_at=1.0, ended_at=2.0, input_tokens=tokens, is_reported=True)
        stage.bills.every.append(bill)

    assert [each.tokens for each in case_of(stage).attempts] == [10]


async def test_usage_that_a_dying_process_got_counts_as_unreported(stage: Stage) -> None:
    await asked(stage)
    stage.bills.every.append(Bill(token="qabc123", began_at=1.0, ended_at=2.0, is_reported=True))
    stage.timeline.ends.append(2.5)

    assert not case_of(stage).attempts[0].is_reported


async def test_bookings_are_those_of_the_asker(stage: Stage) -> None:
    question = await asked(stage)
    booked = {question.person.id: [Booking(tokens=10)], stage.town.alice.id: [Booking(tokens=20)]}

    (case,) = collect(stage, Books(bookings=booked))

    assert case.bookings == (Booking(tokens=10),)


async def test_changes_are_those_of_the_member_they_were_made_for(stage: Stage) -> None:
    question = await asked(stage)
    member, other = stage.town.server.add_member("bob"), stage.town.alice
    stage.asked[0] = replace(question, granted_to=member)

    (case,) = collect(stage, Books(grants={member.id: 2, other.id: 5}))

    assert case.changes == 2


@pytest.mark.parametrize(("lasts", "is_excused"), [(10.0, True), (1.0, False)])
async def test_command_deferred_and_lost_behind_a_lock_is_excused(
    stage: Stage, lasts: float, is_excused: bool
) -> None:
    question, discord = await asked(stage), stage.town.discord
    command = discord.interactions.open(
        InteractionType.COMMAND, discord.bot, question.channel, {"name": "quota", "type": 1}
    )
    command.acknowledged_at = command.opened_at + 1.5
    stage.asked[0] = replace(question, message=None, interaction=command)
    stage.timeline.clock = lambda: question.at + lasts
    stage.timeline.note_lock(question.at)
    stage.timeline.ends.append(question.at + 3.0)

    assert case_of(stage).could_not_be_kept is is_excused


async def test_place_that_refused_a_message_was_barred(stage: Stage) -> None:
    question = await asked(stage)
    elsewhere = await asked(stage, replace(QUESTION, token="qxyz789", place=1))
    discord = stage.town.discord
    discord.faults.answer(403, 50_013, path=f"^/channels/{question.channel.id}/")
    url = f"{discord.api_url}/channels/{question.channel.id}/messages"
    await _post(url, token=discord.token)
    await asked(stage, replace(QUESTION, token="qlater0"))

    assert question.channel is not elsewhere.channel
    assert [case.was_barred for case in collect(stage)] == [True, False, True]


async def _post(url: str, *, token: str) -> None:
    headers = {"Authorization": f"Bot {token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        await (await session.post(url, json={"content": "hello"})).read()
