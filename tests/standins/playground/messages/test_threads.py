import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.errors import DiscordError
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import Client


async def test_thread_under_a_message_has_its_id_and_exists_once(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "what is this?")
    received = await client.message_from(alice.id)

    thread = await received.create_thread(name="This")
    with pytest.raises(discord.HTTPException) as refusal:
        await received.create_thread(name="This")
    await thread.send("an answer")

    assert thread.id == message.id
    assert refusal.value.code == 160004
    texts = [one.content for one in alice.sees(playground.world.channels[thread.id])]
    assert texts == ["", "an answer"]


async def test_a_thread_of_a_person_is_told_with_its_messages(
    client: Client, alice: Person, channel: Channel
) -> None:
    thread = await alice.create_thread(channel, "Plans")
    await alice.say(thread, "in here")

    await client.until(lambda: any(one.content == "in here" for one in client.messages))
    last = client.messages[-1]

    assert isinstance(last.channel, discord.Thread)
    assert last.channel.parent_id == channel.id
    assert "thread_create" in client.events


async def test_sending_in_a_thread_needs_its_own_permission(
    playground: Discord, client: Client, server: Server, alice: Person, channel: Channel
) -> None:
    thread = await alice.create_thread(channel, "Plans")
    server.overwrite(channel, playground.bot, deny=Permission.SEND_MESSAGES_IN_THREADS)
    there = client.get_partial_messageable(thread.id)

    with pytest.raises(discord.Forbidden) as refusal:
        await there.send("may I?")

    assert refusal.value.code == 50013


async def test_archived_thread_wakes_for_a_message_not_for_an_edit(
    client: Client, alice: Person, channel: Channel
) -> None:
    thread = await alice.create_thread(channel, "Plans")
    there = client.get_partial_messageable(thread.id)
    sent = await there.send("one")
    await alice.archive(thread)

    with pytest.raises(discord.HTTPException) as refusal:
        await sent.edit(content="two")
    await there.send("three")

    assert refusal.value.code == 50083
    assert thread.thread is not None
    assert not thread.thread.archived


async def test_a_locked_thread_stays_closed(
    client: Client, alice: Person, channel: Channel
) -> None:
    thread = await alice.create_thread(channel, "Plans")
    await alice.archive(thread, locked=True)

    with pytest.raises(discord.Forbidden) as refusal:
        await client.get_partial_messageable(thread.id).send("hello?")
    with pytest.raises(DiscordError):
        await alice.say(thread, "hello?")

    assert refusal.value.code == 160005


async def test_a_private_thread_is_seen_by_its_members_only(
    playground: Discord, client: Client, server: Server, alice: Person, channel: Channel
) -> None:
    role = server.add_role("private", Permission.CREATE_PRIVATE_THREADS)
    server.give_role(playground.bot, role)

    made = await client.channel(channel).create_thread(name="Hidden")
    thread = playground.world.channels[made.id]
    await made.send("secret")

    assert alice.sees(thread) == []
    with pytest.raises(DiscordError):
        await alice.say(thread, "let me in")


async def test_a_timed_out_member_can_read_but_not_write(
    playground: Discord, server: Server, alice: Person, channel: Channel
) -> None:
    server.time_out(alice, 60.0)

    with pytest.raises(DiscordError):
        await alice.say(channel, "hello")
    playground.skip(61)

    assert (await alice.say(channel, "hello")).content == "hello"
