"""Several processes with one database: of one name only one lives, and nothing happens twice."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest

from bot.standins.playground.interactions.callbacks import CallbackType
from tests.e2e.conftest import PATIENCE, Town, end, has_stop, stop_button
from tests.e2e.locks import locked
from tests.e2e.quota_places import button, labels, open_place, shown

pytestmark = pytest.mark.proof

TALE = "Once upon a time there was a bot. " * 10
TAKEN = "glimpse: A process named `main` already runs on this database"


def execute(town: Town, statement: str) -> list[tuple[object, ...]]:
    file = town.folder / "glimpse.db"
    with closing(sqlite3.connect(file, timeout=PATIENCE)) as connection, connection:
        return connection.execute(statement).fetchall()


@asynccontextmanager
async def another(town: Town, name: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A second process, `name`, which has connected."""
    town.set("process", name=name)
    begun = len(town.discord.gateway.identified)
    process = await town.start("run")
    try:
        await town.wait(
            lambda: len(town.discord.gateway.identified) > begun, "the second one connects"
        )
        await town.wait(lambda: town.log.count(" ready ") > 1, "the second one is ready")
        yield process
    finally:
        await end(process)
    assert process.returncode == 0, town.log


@pytest.mark.proof
async def test_second_process_of_a_name_refuses_while_the_first_lives(town: Town) -> None:
    async with town.running():
        second = await town.command("run")

        await town.answered(await town.ask(town.general, "are you still there?"))
    assert second.code == 2
    assert TAKEN in second.err
    assert len(town.discord.gateway.identified) == 1


async def test_process_that_waits_for_its_name_can_be_stopped(town: Town) -> None:
    async with town.running():
        second = await town.start("run")
        await town.wait(lambda: "waiting for its end" in town.log, "the second one waits")

        await end(second)

    assert second.returncode == 0


async def test_process_gives_its_name_back_at_the_end(town: Town) -> None:
    async with town.running():
        (held,) = execute(town, "SELECT name FROM leases")

    assert held == ("main",)
    assert execute(town, "SELECT name FROM leases") == []


async def test_process_whose_name_was_taken_over_ends_without_a_word(town: Town) -> None:
    """A process that had been paused went on beside the one that had taken over."""
    async with town.running(exit_code=2) as process:
        asked = await town.ask(town.general, f"tell me a tale [[text='{TALE}' pace=0.2]]")
        reply = await town.started(asked)

        execute(town, "UPDATE leases SET holder = 'another run'")

        async with asyncio.timeout(PATIENCE):
            await process.wait()
    assert "another process has taken over the name of this one, which ends at once" in town.log
    assert "restarted" not in reply.content
    assert has_stop(reply)
    assert execute(town, "SELECT holder FROM leases") == [("another run",)]


async def test_message_that_two_processes_receive_is_answered_once(town: Town) -> None:
    async with town.running(), another(town, "second"):
        asked = await town.ask(town.general, "who of you is it?")
        await town.answered(asked)
        other = await town.ask(town.open_channel(), "and now?")
        await town.answered(other)

        assert len(town.later(asked)) == 1
    assert len(town.requests_about("who of you is it?")) == 1
    assert execute(town, "SELECT COUNT(*) FROM ledger") == [(2,)]


async def test_grant_that_two_processes_receive_is_given_once(town: Town) -> None:
    """With two processes one `/quota grant` became two."""
    place = open_place(town)
    async with town.running(), another(town, "second"):
        for _ in range(3):
            await place.order("grant", who=place.member, amount="50k", until="1d")

    assert execute(town, "SELECT COUNT(*) FROM grants") == [(3,)]
    assert execute(town, "SELECT COUNT(*) FROM audit") == [(3,)]


@pytest.mark.proof
async def test_stop_reaches_the_process_that_writes_the_answer(town: Town) -> None:
    async with town.running(), another(town, "second"):
        asked = await town.ask(town.general, f"tell me a tale [[text='{TALE}' pace=0.2]]")
        reply = await town.started(asked)
        await town.wait(lambda: execute(town, "SELECT * FROM reservations"), "it is reserved")

        pressed = await town.alice.press(reply, stop_button(asked))

        await town.reply_saying(asked, "Stopped.")
    assert pressed.content == "I'm stopping."


@pytest.mark.proof
async def test_suggestions_of_two_processes_fail_in_neither(town: Town) -> None:
    place = open_place(town)
    async with town.running(), another(town, "second"):
        offered = [
            await place.moderator.autocomplete(
                "manage", "grant", focused="amount", where=place.room, who=place.member, amount="5"
            )
            for _ in range(3)
        ]

    assert all(offered)


async def test_command_that_waits_is_told_where_the_process_ends(town: Town) -> None:
    place = open_place(town)
    async with town.running() as process, locked(town):
        order = await place.order("grant", who=place.member, amount="50k", until="1d")
        process.terminate()
        await place.moderator.settled(order, timeout=PATIENCE)

    assert order.content == (
        "I was restarted before I could do that. Nothing was changed; please try again."
    )
    assert execute(town, "SELECT COUNT(*) FROM grants") == [(0,)]


async def test_question_of_one_process_is_not_closed_by_the_other(town: Town) -> None:
    """Confirm found nothing where the process that had not asked was faster."""
    place = open_place(town)
    async with town.running(), another(town, "second"):
        for amount in (50, 60, 70, 80):
            asked = await place.order("set", "everyone", amount=f"{amount}k")
            message = shown(asked)

            await place.moderator.press(message, button(message, "Confirm"))

            changed = f"{amount},000 tokens a day"
            await town.wait(lambda: changed in message.content, "it is changed")  # noqa: B023
            assert not message.components or labels(message) == ["Undo"]

    assert execute(town, "SELECT COUNT(*) FROM audit") == [(4,)]


async def test_question_of_a_process_that_ended_is_closed_by_another(town: Town) -> None:
    place = open_place(town)
    async with town.running() as first:
        message = shown(await place.order("set", "everyone", amount="50k"))
        async with another(town, "second"):
            await end(first)
            press = await place.moderator.press(message, button(message, "Confirm"))
            await town.wait(lambda: not labels(message), "its buttons are off")

    assert press.content.startswith("This question has expired; nothing has changed.")
    assert execute(town, "SELECT COUNT(*) FROM audit") == [(0,)]


async def test_command_that_two_processes_defer_is_carried_out_once(town: Town) -> None:
    place = open_place(town)
    async with town.running(), another(town, "second"):
        async with locked(town):
            order = await place.order("grant", who=place.member, amount="50k", until="1d")
            waiting = order.callback, order.is_settled
        await place.moderator.settled(order, timeout=PATIENCE)

    assert waiting == (CallbackType.DEFERRED_MESSAGE, False)
    assert order.content.startswith(f"{place.member.mention} may use 50,000 tokens more")
    assert not order.followups
    assert execute(town, "SELECT COUNT(*) FROM grants") == [(1,)]
