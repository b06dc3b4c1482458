"""Messages that are edited and deleted."""

from io import BytesIO

import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, Client


async def test_edits_are_kept_as_revisions_with_their_times(
    playground: Discord, client: Client, channel: Channel
) -> None:
    sent = await client.channel(channel).send("one")

    await sent.edit(content="two")
    await sent.edit(content="three")

    message = channel.messages[sent.id]
    assert [one.content for one in message.revisions] == ["one", "two", "three"]
    assert message.edit_count == 2
    assert message.first_text_at is not None
    assert message.final_text_at is not None
    assert message.first_text_at < message.final_text_at
    assert playground.dispatcher.overlaps == []


async def test_a_deleted_message_is_unknown(client: Client, channel: Channel) -> None:
    sent = await client.channel(channel).send("one")
    await sent.delete()

    with pytest.raises(discord.NotFound) as refusal:
        await sent.edit(content="two")

    assert refusal.value.code == 10008


async def test_another_ones_message_cannot_be_edited(
    client: Client, alice: Person, channel: Channel
) -> None:
    await alice.say(channel, "mine")
    received = await client.message_from(alice.id)

    with pytest.raises(discord.Forbidden) as refusal:
        await client.channel(channel).get_partial_message(received.id).edit(content="yours")

    assert refusal.value.code == 50005


async def test_attachments_that_an_edit_leaves_out_are_dropped(
    client: Client, channel: Channel
) -> None:
    files = [discord.File(BytesIO(PNG), name) for name in ("a.png", "b.png")]
    sent = await client.channel(channel).send(files=files)

    await sent.edit(content="both")
    both = len(channel.messages[sent.id].attachments)
    await sent.edit(attachments=sent.attachments[1:])

    assert both == 2
    assert [one.filename for one in channel.messages[sent.id].attachments] == ["b.png"]
    with pytest.raises(discord.NotFound):
        await sent.attachments[0].read()


async def test_hidden_embeds_come_back_only_with_an_edit_of_flags(
    client: Client, channel: Channel
) -> None:
    sent = await client.channel(channel).send("https://example.org", suppress_embeds=True)
    partial = client.channel(channel).get_partial_message(sent.id)

    await partial.edit(content="without flags")
    hidden = channel.messages[sent.id].flags
    await sent.edit(content="discord.py sends flags here")

    assert (hidden, channel.messages[sent.id].flags) == (4, 0)


async def test_an_edit_and_a_deletion_of_a_person_are_told(
    client: Client, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "helo")

    await alice.edit(message, "hello")
    await alice.delete(message)

    await client.until(lambda: "raw_message_delete" in client.events)
    assert "raw_message_edit" in client.events
