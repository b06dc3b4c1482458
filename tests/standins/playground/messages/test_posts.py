"""Messages that are posted: mentions, replies, forwards, permissions."""

from io import BytesIO

import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.errors import Json
from bot.standins.playground.messages.posts import find_mentions
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, Client
from tests.standins.playground.wire import Wire

TEXT = "<@1> <@!2> <@&3> @everyone `<@4>`"


QUIET = discord.AllowedMentions.none()


@pytest.mark.parametrize(
    ("allowed", "users", "roles", "everyone"),
    [
        (None, (1, 2), (3,), True),
        ({"parse": []}, (), (), False),
        ({"parse": ["users"]}, (1, 2), (), False),
        ({"parse": ["everyone"], "users": ["2"]}, (2,), (), True),
        ({"parse": [], "roles": ["3", "9"]}, (), (3,), False),
    ],
)
def test_mentions_count_as_far_as_they_are_allowed(
    allowed: Json | None, users: tuple[int, ...], roles: tuple[int, ...], everyone: bool
) -> None:
    called = find_mentions(TEXT, allowed, default=("users", "roles", "everyone"))

    assert (called.user_ids, called.role_ids, called.everyone) == (users, roles, everyone)


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


async def test_reply_pings_only_if_it_says_so(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    question = await alice.say(channel, "hello?")
    received = await client.message_from(alice.id)

    await received.reply("silent", mention_author=False)
    await received.reply("loud", mention_author=True)

    silent, loud = playground.replies_to(question)
    assert (silent.pinged, loud.pinged) == (set(), {alice.id})


async def test_reply_to_a_deleted_message_is_refused_unless_allowed(
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


async def test_layout_text_may_be_longer_than_content(client: Client, channel: Channel) -> None:
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.TextDisplay("x" * 4000))
    too_long = discord.ui.LayoutView()
    too_long.add_item(discord.ui.TextDisplay("x" * 4001))

    sent = await client.channel(channel).send(view=view)
    with pytest.raises(discord.HTTPException):
        await client.channel(channel).send(view=too_long)

    assert channel.messages[sent.id].revisions[0].content == "x" * 4000


async def test_a_role_and_everyone_are_pinged_by_those_who_may(
    wire: Wire, server: Server, alice: Person, channel: Channel
) -> None:
    crew = server.add_role("crew")
    bob = server.add_member("bob", roles=[crew])
    messages = f"/channels/{channel.id}/messages"

    await wire.ask("POST", messages, {"content": f"@everyone {crew.mention}"})
    before = wire.playground.pinged
    caller = server.add_role("caller", Permission.MENTION_EVERYONE)
    server.give_role(wire.playground.bot, caller)
    await wire.ask("POST", messages, {"content": crew.mention})
    by_role = wire.playground.pinged
    await wire.ask("POST", messages, {"content": "@everyone"})

    assert (before, by_role) == (set(), {bob.id})
    assert wire.playground.pinged == {bob.id, alice.id, server.owner.id}
