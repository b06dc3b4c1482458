import asyncio
from io import BytesIO

import aiohttp
import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, WITHOUT_CONTENT, Client, connect

QUIET = discord.AllowedMentions.none()


async def test_a_mention_with_a_picture_arrives_whole(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    await alice.say(
        channel, f"{playground.bot.mention} what is this?", images=[("a b.png", PNG, "image/png")]
    )

    message = await client.message_from(alice.id)
    attachment = message.attachments[0]

    assert client.user in message.mentions
    assert isinstance(message.author, discord.Member)
    assert (attachment.filename, attachment.width, attachment.height) == ("a_b.png", 7, 5)
    assert await attachment.read() == PNG


async def test_a_link_to_a_file_ends_with_its_lifetime(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    await alice.say(channel, images=[("a.png", PNG)])
    attachment = (await client.message_from(alice.id)).attachments[0]

    playground.skip(playground.world.link_lifetime + 1)

    with pytest.raises(discord.NotFound):
        await attachment.read()
    fresh = await client.channel(channel).fetch_message(client.messages[0].id)
    assert await fresh.attachments[0].read() == PNG


async def test_a_link_to_a_file_whose_signature_was_changed_opens_nothing(
    playground: Discord, alice: Person, channel: Channel, client: Client
) -> None:
    await alice.say(channel, images=[("a.png", PNG)])
    url = (await client.message_from(alice.id)).attachments[0].url

    async with (
        aiohttp.ClientSession() as session,
        session.get(url.replace("hm=", "hm=0")) as answer,
    ):
        assert answer.status == 404


async def test_a_reply_names_the_message_and_pings_only_if_it_says_so(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    question = await alice.say(channel, "hello?")
    received = await client.message_from(alice.id)

    await received.reply("silent", mention_author=False)
    await received.reply("loud", mention_author=True)

    silent, loud = playground.replies_to(question)
    assert (silent.pinged, loud.pinged) == (set(), {alice.id})


async def test_a_reply_to_a_deleted_message_is_refused_unless_that_is_fine(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    question = await alice.say(channel, "gone soon")
    received = await client.message_from(alice.id)
    await alice.delete(question)
    lenient = received.to_reference(fail_if_not_exists=False)

    with pytest.raises(discord.HTTPException) as refusal:
        await received.reply("too late")
    sent = await client.channel(channel).send("posted all the same", reference=lenient)

    assert refusal.value.code == 50035
    assert sent.reference is None


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


async def test_two_edits_of_one_message_at_once_are_noted(
    playground: Discord, client: Client, channel: Channel
) -> None:
    sent = await client.channel(channel).send("one")
    await sent.edit(content="the first edit teaches the bucket")
    playground.dispatcher.latency = 0.05

    await asyncio.gather(sent.edit(content="two"), sent.edit(content="three"))

    assert len(playground.dispatcher.overlaps) == 1


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


@pytest.mark.parametrize(
    ("content", "code"),
    [("x" * 2001, 50035), ("   ", 50006)],
    ids=["too long", "only spaces"],
)
async def test_content_that_discord_would_not_take_is_refused(
    client: Client, channel: Channel, content: str, code: int
) -> None:
    with pytest.raises(discord.HTTPException) as refusal:
        await client.channel(channel).send(content)

    assert refusal.value.code == code


async def test_a_form_error_names_the_field(client: Client, channel: Channel) -> None:
    with pytest.raises(discord.HTTPException, match="In content: Must be 2000 or fewer in length"):
        await client.channel(channel).send("x" * 2001)


async def test_the_same_nonce_gives_the_first_message(client: Client, channel: Channel) -> None:
    first = await client.channel(channel).send("once", nonce="job:1")
    second = await client.channel(channel).send("twice", nonce="job:1")

    assert (second.id, second.content) == (first.id, "once")
    assert len(channel.messages) == 1


async def test_mentions_that_are_not_allowed_ping_nobody(
    playground: Discord, client: Client, server: Server, alice: Person, channel: Channel
) -> None:
    crew = server.add_role("crew", mentionable=True)
    server.give_role(alice, crew)
    text = f"@everyone {alice.mention} {crew.mention}"

    await client.channel(channel).send(text, allowed_mentions=QUIET)

    assert playground.pinged == set()


async def test_mentions_that_are_allowed_ping(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    sent = await client.channel(channel).send("quiet", allowed_mentions=QUIET)

    await sent.edit(content=alice.mention)

    assert playground.pinged == {alice.id}


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


async def test_an_edit_with_flags_brings_hidden_embeds_back_and_one_without_does_not(
    client: Client, channel: Channel
) -> None:
    sent = await client.channel(channel).send("https://example.org", suppress_embeds=True)
    partial = client.channel(channel).get_partial_message(sent.id)

    await partial.edit(content="without flags")
    hidden = channel.messages[sent.id].flags
    await sent.edit(content="discord.py sends flags here")

    assert (hidden, channel.messages[sent.id].flags) == (4, 0)


@pytest.mark.parametrize(
    ("denied", "code"),
    [(Permission.VIEW_CHANNEL, 50001), (Permission.SEND_MESSAGES, 50013)],
)
async def test_posting_without_the_permission_is_refused(
    playground: Discord, client: Client, server: Server, channel: Channel, denied: int, code: int
) -> None:
    server.overwrite(channel, playground.bot, deny=denied)

    with pytest.raises(discord.Forbidden) as refusal:
        await client.get_partial_messageable(channel.id).send("may I?")

    assert refusal.value.code == code


async def test_files_need_a_permission_of_their_own(
    playground: Discord, client: Client, server: Server, channel: Channel
) -> None:
    server.overwrite(channel, playground.bot, deny=Permission.ATTACH_FILES)

    with pytest.raises(discord.Forbidden) as refusal:
        await client.channel(channel).send(file=discord.File(BytesIO(PNG), "a.png"))

    assert refusal.value.code == 50013


async def test_a_reply_needs_the_history(
    playground: Discord, client: Client, server: Server, alice: Person, channel: Channel
) -> None:
    await alice.say(channel, "hello")
    received = await client.message_from(alice.id)
    server.overwrite(channel, playground.bot, deny=Permission.READ_MESSAGE_HISTORY)

    with pytest.raises(discord.Forbidden) as refusal:
        await received.reply("hello")

    assert refusal.value.code == 160002


async def test_history_is_read_newest_first_and_after_oldest_first(
    client: Client, alice: Person, channel: Channel
) -> None:
    said = [await alice.say(channel, str(number)) for number in range(5)]
    there = client.channel(channel)

    newest = [one.content async for one in there.history(limit=2)]
    later = [one.content async for one in there.history(limit=2, after=discord.Object(said[1].id))]

    assert (newest, later) == (["4", "3"], ["2", "3"])


async def test_direct_messages_go_both_ways(
    playground: Discord, client: Client, alice: Person
) -> None:
    await alice.direct("psst")
    received = await client.message_from(alice.id)

    await received.channel.send("yes?")

    assert received.guild is None
    assert [one.content for one in alice.sees(alice.direct_channel)] == ["psst", "yes?"]


async def test_a_person_who_takes_no_direct_messages_gets_none(
    client: Client, alice: Person
) -> None:
    alice.user.accepts_direct = False
    user = await client.fetch_user(alice.id)

    with pytest.raises(discord.Forbidden) as refusal:
        await user.send("hello")

    assert refusal.value.code == 50007


async def test_a_forward_shows_the_message_without_its_author(
    client: Client, server: Server, alice: Person, channel: Channel
) -> None:
    elsewhere = server.add_channel("elsewhere")
    original = await alice.say(elsewhere, "look", images=[("a.png", PNG)])

    await alice.say(channel, forward=original)
    await client.until(lambda: len(client.messages) == 2)

    snapshot = client.messages[1].message_snapshots[0]
    assert (client.messages[1].content, snapshot.content) == ("", "look")
    assert await snapshot.attachments[0].read() == PNG


async def test_an_edit_and_a_deletion_of_a_person_are_told(
    client: Client, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "helo")

    await alice.edit(message, "hello")
    await alice.delete(message)

    await client.until(lambda: "raw_message_delete" in client.events)
    assert "raw_message_edit" in client.events


async def test_reactions_and_typing_are_shown(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "nice")
    received = await client.message_from(alice.id)

    await received.add_reaction("👍")
    await received.channel.typing()

    assert message.reactions == {"👍": [playground.bot.id]}
    assert [channel_id for _, channel_id in playground.messages.typed] == [channel.id]


async def test_previews_of_links_appear_later(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "https://example.org")
    received = await client.message_from(alice.id)

    playground.unfurl(message, [{"type": "link", "title": "Example"}])

    await client.until(lambda: "raw_message_edit" in client.events)
    assert received.embeds[0].title == "Example"


async def _say_and_receive(
    playground: Discord, alice: Person, channel: Channel, text: str
) -> discord.Message:
    async with connect(playground, Client(intents=WITHOUT_CONTENT)) as client:
        await alice.say(channel, text, images=[("a.png", PNG)])
        return await client.message_from(alice.id)


async def test_without_the_content_intent_a_message_is_empty(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    received = await _say_and_receive(playground, alice, channel, "hello")

    assert (received.content, received.attachments) == ("", [])


async def test_without_the_content_intent_a_mention_of_the_bot_is_whole(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    text = f"{playground.bot.mention} hello"

    received = await _say_and_receive(playground, alice, channel, text)

    assert (received.content, len(received.attachments)) == (text, 1)


async def test_without_the_content_intent_a_direct_message_is_whole(
    playground: Discord, alice: Person
) -> None:
    received = await _say_and_receive(playground, alice, alice.direct_channel, "hello")

    assert received.content == "hello"


async def test_without_the_content_intent_only_a_reply_that_pings_the_bot_is_whole(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    async with connect(playground, Client(intents=WITHOUT_CONTENT)) as client:
        sent = await client.channel(channel).send("ask me")
        own = channel.messages[sent.id]
        await alice.say(channel, "pinged", reply_to=own)
        await alice.say(channel, "unpinged", reply_to=own, ping=False)
        await client.until(lambda: len(client.messages) == 3)

    assert [one.content for one in client.messages] == ["ask me", "pinged", ""]


async def test_rest_withholds_content_by_the_switch_in_the_portal(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    playground.world.privileged = 0
    message = await alice.say(channel, "hello")

    async with connect(playground, Client(intents=WITHOUT_CONTENT)) as client:
        fetched = await client.channel(channel).fetch_message(message.id)

    assert fetched.content == ""


async def test_layout_text_may_be_longer_than_content_and_is_part_of_the_revisions(
    client: Client, channel: Channel
) -> None:
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.TextDisplay("x" * 4000))
    too_long = discord.ui.LayoutView()
    too_long.add_item(discord.ui.TextDisplay("x" * 4001))

    sent = await client.channel(channel).send(view=view)
    with pytest.raises(discord.HTTPException):
        await client.channel(channel).send(view=too_long)

    assert channel.messages[sent.id].revisions[0].content == "x" * 4000
