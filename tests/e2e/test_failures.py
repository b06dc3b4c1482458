"""What people read when the endpoint is strange, slow or away, and when Discord fails.

Every way in which an answer can end is in test_endings.py.
"""

import asyncio
import re
from collections.abc import Callable

import pytest

from bot.core import wording
from bot.standins.playground.messages.edits import erase_many
from bot.standins.playground.rest.faults import Faults
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Message
from tests.e2e.conftest import PATIENCE, Town, has_stop, shared_town, stop_button
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.asyncio(loop_scope="module")
town = shared_town

TEXT = "All of this is said, and said once. " * 8


def logged_failure(town: Town, reply: Message) -> str:
    """The log's line with the number that the reply gives."""
    incident = re.search(r"\((\w+)\)", reply.content)
    assert incident is not None, reply.content
    lines = [line for line in town.log.splitlines() if f"incident={incident[1]}" in line]
    assert len(lines) == 1, town.log
    return lines[0]


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        (Script(text=TEXT, stream=False), f"{TEXT.strip()}\n-# scripted · "),
        (Script(text=TEXT, fault="malformed"), f"{TEXT.strip()}\n-# "),
    ],
    ids=["JSON instead of a stream", "malformed event"],
)
async def test_unusual_answer_that_is_whole_is_shown_as_such(
    town: Town, script: Script, shown: str
) -> None:
    town.endpoint.play(script)

    asked = await town.ask(town.open_channel(), "what do you think?")

    reply = await town.reply_saying(asked, shown)
    assert reply.content.startswith(shown)


async def test_rate_limited_endpoint_is_asked_again_when_it_says(town: Town) -> None:
    town.endpoint.play(Script(status=429, retry_after="1"), Script(text="Now I can."))

    asked = await town.ask(town.open_channel(), "can you try again?")

    assert await town.answered(asked) == "Now I can."
    assert len(town.requests_about("can you try again?")) == 2
    assert town.discord.world.clock() - asked.created_at >= 1


async def test_unreachable_endpoint_is_worded_until_it_returns(
    town: Town,
) -> None:
    await town.close_endpoint()
    asked = await town.ask(town.open_channel(), "anybody there?")

    reply = await town.reply_saying(asked, "I can't reach the model right now.")

    await town.reopen_endpoint()
    assert "check that it runs" in logged_failure(town, reply)
    await town.answered(await town.ask(town.open_channel(), "and now?"))


# Discord


Plan = Callable[[Faults], object]
CREATE = {"method": "POST", "path": r"/messages$"}
EDIT = {"method": "PATCH", "path": r"/messages/"}


@pytest.mark.parametrize(
    "plan",
    [
        lambda faults: faults.answer(500, **CREATE),
        lambda faults: faults.answer(502, **EDIT),
        lambda faults: faults.reset(**CREATE),
        lambda faults: faults.reset(**CREATE, is_applied=True),
        lambda faults: faults.reset(**EDIT),
        lambda faults: faults.reset(**EDIT, is_applied=True),
        lambda faults: faults.hang(1, **EDIT),
    ],
    ids=[
        "create 500",
        "edit 502",
        "create reset",
        "created but reset",
        "edit reset",
        "edited but reset",
        "slow edit",
    ],
)
async def test_text_arrives_whole_and_once_though_discord_fails(town: Town, plan: Plan) -> None:
    room = town.open_channel()
    town.endpoint.play(Script(text=TEXT, pace=0.005))
    met = town.discord.faults.met
    plan(town.discord.faults)

    asked = await town.ask(room, "tell me, whatever it takes")

    assert await town.answered(asked) == TEXT.strip()
    assert len(town.later(asked)) == 1
    assert town.discord.faults.met > met
    town.discord.faults.clear()


@pytest.mark.parametrize("method", ["POST", "PATCH"], ids=["create", "edit"])
async def test_text_arrives_after_a_rate_limit_that_others_have_caused(
    town: Town, method: str
) -> None:
    town.endpoint.play(Script(text=TEXT, pace=0.005))
    town.discord.faults.limit(1.0, method=method, path="/messages")
    town.planned_429s += 1

    asked = await town.ask(town.open_channel(), "tell me, however long it takes")

    assert await town.answered(asked) == TEXT.strip()
    assert len(town.later(asked)) == 1


async def test_answer_that_a_moderator_deletes_is_given_up(town: Town) -> None:
    town.endpoint.play(Script(text=TEXT, pace=0.3))
    asked = await town.ask(town.open_channel(), "speak until you are deleted")
    reply = await town.started(asked)

    await town.server.owner.delete(reply)

    (request,) = town.requests_about("speak until you are deleted")
    await town.wait(request.disconnected.is_set, "the call is ended")
    assert not town.later(asked)


async def test_question_deleted_before_the_first_text_gets_no_answer(town: Town) -> None:
    """The answer appeared all the same, under nothing."""
    room = town.open_channel()
    asked = await town.ask(room, "a hasty one [[delay=60 text='Too late.']]")
    await town.wait(lambda: town.requests_about("a hasty one"), "the endpoint is asked")
    status = await town.started(asked)

    await town.alice.delete(asked)

    (request,) = town.requests_about("a hasty one")
    await town.wait(request.disconnected.is_set, "the call is ended")
    await town.wait(lambda: status.deleted_at, "the status is taken back")
    await town.answered(await town.ask(room, "and now?"))
    assert len(town.later(asked)) == 1


async def test_question_deleted_in_mid_answer_leaves_what_was_said(town: Town) -> None:
    town.endpoint.play(Script(text=TEXT, pace=0.3))
    room = town.open_channel()
    asked = await town.ask(room, "a regretted one")
    await town.wait(
        lambda: any("All of this" in one.content for one in town.later(asked)), "text appears"
    )

    erase_many(town.discord.world, [asked])  # as moderators do

    (request,) = town.requests_about("a regretted one")
    await town.wait(request.disconnected.is_set, "the call is ended")
    (answer,) = await town.answer_to(asked)
    assert answer.content.startswith("All of this")
    assert "Stopped." in answer.content


async def test_channel_where_the_bot_may_not_write_costs_nothing(town: Town) -> None:
    room = town.open_channel()
    town.server.overwrite(room, town.discord.bot, deny=Permission.SEND_MESSAGES)

    asked = await town.ask(room, "a question without a hope")

    await town.answered(await town.ask(town.open_channel(), "and here?"))
    assert not town.later(asked)
    assert not town.requests_about("a question without a hope")


async def test_answer_discord_forbids_is_logged_and_given_up(town: Town) -> None:
    room = town.open_channel()
    town.discord.faults.answer(403, 50013, method="POST", path=rf"{room.id}/messages$")

    asked = await town.ask(room, "a forbidden question [[text='A long, long story.' pace=1]]")

    await town.wait(
        lambda: f'message_id={asked.id} reason="SurfaceForbidden: HTTP 403' in town.log,
        "it is logged",
    )
    (request,) = town.requests_about("a forbidden question")
    await town.wait(request.disconnected.is_set, "the call is ended")
    assert not town.later(asked)


async def test_forbidden_channel_is_tried_again_once_permissions_change(town: Town) -> None:
    """Each question there met a refusal of its own."""
    room = town.open_channel()
    refused = town.discord.faults.answer(
        403, 50013, method="POST", path=rf"{room.id}/messages$", times=9
    )
    await town.ask(room, "not now?")
    await town.wait(lambda: refused.times == 8, "it is refused")

    await town.ask(room, "and not now?", by=town.server.owner)
    await town.answered(await town.ask(town.open_channel(), "but here?"))
    asked_elsewhere, left = town.requests_about("and not now?"), refused.times
    town.discord.faults.clear()
    town.server.overwrite(room, town.discord.bot, allow=Permission.SEND_MESSAGES)

    assert not asked_elsewhere
    assert left == 8
    await town.answered(await town.ask(room, "and now?"))


async def test_answer_that_automod_refuses_ends_with_a_sentence(town: Town) -> None:
    """It ended without a word."""
    room = town.open_channel()
    town.discord.faults.answer(400, 200000, method="POST", path=rf"{room.id}/messages$")

    asked = await town.ask(room, "a rude question [[text='A rude, long story.' pace=1]]")

    await town.reply_saying(asked, "Discord does not accept this answer")
    (request,) = town.requests_about("a rude question")
    await town.wait(request.disconnected.is_set, "the call is ended")


async def test_answer_that_is_forbidden_in_its_middle_is_given_up(town: Town) -> None:
    room = town.open_channel()
    asked = await town.ask(room, "a long one [[text='A long, long story.' pace=0.5]]")
    await town.started(asked)

    town.discord.faults.answer(403, 50001, method="PATCH", path=rf"{room.id}/messages/", times=99)

    (request,) = town.requests_about("a long one")
    await town.wait(request.disconnected.is_set, "the call is ended")
    settled = re.compile(rf"message_id={asked.id} .*ending=undeliverable")
    await town.wait(lambda: settled.search(town.log), "what was used is charged")
    town.discord.faults.clear()


async def test_stop_button_that_a_forbidden_edit_left_goes_with_a_press(town: Town) -> None:
    """It stayed for good, and said each time that the answer had finished."""
    room = town.open_channel()
    asked = await town.ask(room, "a cut one [[text='A long, long story.' pace=0.5]]")
    reply = await town.started(asked)
    town.discord.faults.answer(403, 50001, method="PATCH", path=rf"{room.id}/messages/", times=99)
    settled = re.compile(rf"message_id={asked.id} .*ending=undeliverable")
    await town.wait(lambda: settled.search(town.log), "what was used is charged")
    town.discord.faults.clear()
    assert has_stop(reply)

    said = wording.stop_accepted()  # as long as the answer is being put away
    async with asyncio.timeout(PATIENCE):
        while said == wording.stop_accepted():
            pressed = await town.alice.press(reply, stop_button(asked))
            (response,) = await town.wait(lambda p=pressed: p.responses, "a sentence says it")  # type: ignore[misc]
            said = response.content

    assert said == wording.stop_too_late()
    assert not has_stop(reply)
    assert reply.content


@pytest.mark.parametrize("is_thread", [False, True], ids=["channel", "thread"])
async def test_answer_in_a_channel_that_is_deleted_is_given_up(
    town: Town, *, is_thread: bool
) -> None:
    room = town.open_channel()
    if is_thread:
        room = await town.alice.create_thread(room, "Plans")
    asked = await town.ask(room, "a doomed one [[text='A long, long story.' pace=0.5]]")
    await town.started(asked)

    town.server.delete_channel(room)

    request = town.requests_about("a doomed one")[-1]
    await town.wait(request.disconnected.is_set, "the call is ended")


@pytest.mark.parametrize("is_locked", [False, True], ids=["archived", "locked"])
@pytest.mark.parametrize(
    "script",
    [Script(text=TEXT, pace=0.3), Script(text=TEXT, delay=60)],
    ids=["in the middle", "before the first word"],
)
async def test_thread_that_somebody_closes_is_not_brought_back(
    town: Town, *, script: Script, is_locked: bool
) -> None:
    """The answer's next message opened it again."""
    town.endpoint.play(script)
    thread = await town.alice.create_thread(town.open_channel(), "Plans")
    asked = await town.ask(thread, "will you go on?")
    await town.wait(lambda: town.requests_about("will you go on?"), "the endpoint is asked")
    (request,) = town.requests_about("will you go on?")
    if not script.delay:
        await town.started(asked)
    count = len(town.later(asked))

    await town.server.owner.archive(thread, locked=is_locked)

    await town.wait(request.disconnected.is_set, "the call is ended")
    settled = re.compile(rf"message_id={asked.id} .*ending=undeliverable")
    await town.wait(lambda: settled.search(town.log), "what was used is charged")
    refused = re.compile(rf"could not be shown message_id={asked.id} ")
    await town.wait(lambda: refused.search(town.log), "the operator can read of it")
    assert thread.thread is not None
    assert thread.thread.archived
    assert len(town.later(asked)) == count
    town.endpoint.requests.clear()
