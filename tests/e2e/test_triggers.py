"""Which messages the bot answers, and which of them are one question."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.gateway.faults import EventFault
from bot.standins.playground.messages import posts
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Message
from tests.e2e.conftest import Town, shared_town
from tests.pictures import quadrants, write
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.asyncio(loop_scope="module")
town = shared_town

PNG = ("quarters.png", write(quadrants(), "PNG"), "image/png")
SLOWLY = "[[delay=1.2]]"  # leaves time for more before the first text

Deed = Callable[[Town, Channel], Awaitable[Message]]


async def test_mention_is_answered_as_a_reply_that_pings_nobody(town: Town) -> None:
    asked = await town.ask(town.open_channel(), "hello there")

    answer = await town.answered(asked)

    assert answer == "I see no picture."
    assert not town.discord.replies_to(asked)[0].pinged


@pytest.mark.parametrize("ping", [True, False], ids=["with ping", "without ping"])
async def test_reply_to_an_answer_is_answered(town: Town, ping: bool) -> None:
    room = town.open_channel()
    first = await town.reply_saying(await town.ask(room, "a first question"), "no picture")

    asked = await town.alice.say(room, "and a second one", reply_to=first, ping=ping)

    assert await town.answered(asked) == "I see no picture."


async def test_direct_message_is_answered_without_a_mention(town: Town) -> None:
    asked = await town.server.add_member("dora").direct("hello in private")

    assert await town.answered(asked) == "I see no picture."


async def test_picture_without_a_word_in_an_automatic_channel_is_described(town: Town) -> None:
    asked = await town.alice.say(town.general, images=[PNG])

    assert await town.answered(asked) == "I see 1 picture(s): png 120x80."
    assert town.requests_about("Describe this picture.")


async def test_message_in_the_bots_thread_needs_no_mention(town: Town) -> None:
    thread = await town.alice.create_thread(town.open_channel(), "colours")
    await town.answered(await town.ask(thread, "which colours do you know?"))

    asked = await town.alice.say(thread, "and which one is the best?")

    assert await town.answered(asked) == "I see no picture."


async def _chatter(town: Town, room: Channel) -> Message:
    return await town.alice.say(room, "did you see that picture?", images=[PNG])


async def _reply_to_somebody(town: Town, room: Channel) -> Message:
    bob = town.server.add_member("bob")
    return await town.alice.say(room, "I agree", reply_to=await bob.say(room, "nice weather"))


async def _unaddressed_text_in_an_automatic_channel(town: Town, _: Channel) -> Message:
    return await town.alice.say(town.general, "what a beautiful day")


async def _thread_of_others(town: Town, room: Channel) -> Message:
    thread = await town.alice.create_thread(room, "among us")
    return await town.alice.say(thread, "nobody asked a bot")


async def _other_bot(town: Town, room: Channel) -> Message:
    user = town.discord.world.add_user("otherbot", is_bot=True)
    other = Person(town.alice._backend, user, town.server.guild)
    town.server._join(user, ())
    return await other.say(room, f"{town.mention} hello, fellow bot")


async def _webhook(town: Town, room: Channel) -> Message:
    world = town.discord.world
    body = {"content": f"{town.mention} a deployment has finished"}
    message = posts.compose(world, world.add_user("deployments"), room, body, {})
    posts.resolve_mentions(world, message, None, default=posts.EVERY_KIND)
    message.application_id = world.snowflakes.next()
    posts.publish(world, room, message)
    return message


async def _system_message(town: Town, room: Channel) -> Message:
    """What Discord itself posts under a question when somebody opens a thread there."""
    asked = await town.ask(room, "shall we talk about this in a thread?")
    await town.answered(asked)
    thread = await town.alice.create_thread(asked, "about this")
    return next(iter(thread.messages.values()))


@pytest.mark.parametrize(
    "deed",
    [
        _chatter,
        _reply_to_somebody,
        _unaddressed_text_in_an_automatic_channel,
        _thread_of_others,
        _other_bot,
        _webhook,
        _system_message,
    ],
    ids=lambda deed: deed.__name__.strip("_").replace("_", " "),
)
async def test_message_that_is_no_question_is_passed_over(town: Town, deed: Deed) -> None:
    room = town.open_channel()
    silent = await deed(town, room)
    asked_before = len(town.endpoint.requests)

    # Events come in order: once this is answered, the one before was looked at.
    bob = town.server.add_member("bob")
    await town.answered(await town.ask(room, "are you there?", by=bob))

    assert len(town.endpoint.requests) == asked_before + 1
    channel = town.discord.world.channels[silent.channel_id]
    assert not [m for m in town.discord.replies_to(silent) if m.channel_id == channel.id]


async def test_picture_posted_right_after_its_question_belongs_to_it(town: Town) -> None:
    room = town.open_channel()
    asked = await town.ask(room, f"what is this? {SLOWLY}")
    await asyncio.sleep(0.3)

    await town.alice.say(room, images=[PNG])

    assert await town.answered(asked) == "I see 1 picture(s): png 120x80."
    assert len(town.later(asked)) == 1


async def test_bare_mention_waits_for_the_picture_that_follows(town: Town) -> None:
    room = town.open_channel()
    asked = await town.alice.say(room, town.mention)
    await asyncio.sleep(0.3)

    await town.alice.say(room, images=[PNG])

    assert await town.answered(asked) == "I see 1 picture(s): png 120x80."
    assert len(town.later(asked)) == 1


async def test_bare_mention_right_after_a_picture_is_about_that_picture(town: Town) -> None:
    room = town.open_channel()
    await town.alice.say(room, images=[PNG])

    asked = await town.alice.say(room, town.mention)

    assert await town.answered(asked) == "I see 1 picture(s): png 120x80."


async def test_bare_mention_that_nothing_follows_is_greeted_and_costs_nothing(town: Town) -> None:
    asked_before = len(town.endpoint.requests)

    asked = await town.alice.say(town.open_channel(), town.mention)

    await town.reply_saying(asked, "Mention me with a question")
    assert len(town.endpoint.requests) == asked_before


async def test_follow_up_before_the_first_text_joins_the_question(town: Town) -> None:
    room = town.open_channel()
    asked = await town.ask(room, f"what is the capital of France? {SLOWLY}")
    await town.wait(lambda: town.requests_about("France"), "the endpoint is asked")

    await town.ask(room, "and the one of Spain? [[text=Both.]]")

    assert await town.answered(asked) == "Both."
    abandoned, whole = town.requests_about("France")
    assert "Spain" not in abandoned.raw.decode()
    assert "Spain" in whole.raw.decode()
    await town.wait(abandoned.disconnected.is_set, "the first call is given up")
    assert len(town.later(asked)) == 1


async def test_follow_up_after_the_first_text_is_a_new_question(town: Town) -> None:
    room = town.open_channel()
    town.endpoint.play(Script(text="One word after the other. " * 8, pace=0.02))
    first = await town.ask(room, "write slowly, please")
    await town.started(first)

    second = await town.ask(room, "something else [[text=Sure.]]")

    assert await town.answered(second) == "Sure."
    assert (await town.answered(first)).endswith("after the other.")


async def test_event_that_discord_sends_twice_is_answered_once(town: Town) -> None:
    room = town.open_channel()
    town.discord.gateway.faults.events.plan(EventFault.DUPLICATE, "MESSAGE_CREATE")

    asked = await town.ask(room, "only once, please")

    await town.answered(asked)
    await town.answered(await town.ask(room, "and now something new"))
    assert len(town.discord.replies_to(asked)) == 1
    assert len(town.requests_about("only once")) == 1


async def test_mention_in_a_channel_hidden_from_the_bot_stays_unseen(
    town: Town,
) -> None:
    room = town.open_channel("private")
    town.server.overwrite(room, town.discord.bot, deny=Permission.VIEW_CHANNEL)

    asked = await town.ask(room, "can you see me?")

    await town.answered(await town.ask(town.open_channel(), "and here?"))
    assert not town.discord.replies_to(asked)
