"""Pictures made by the whole bot: from the words or the command to the attachment and the ledger."""

import asyncio
import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from sqlalchemy import create_engine, text

from bot.standins.playground.actors.people import Person, as_upload
from bot.standins.playground.messages import edits
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Message
from tests.e2e.conftest import Town, has_stop, open_town, pictures_in, stop_button, texts_in
from tests.pictures import quadrants, write
from tests.scripted_pictures import PictureScript

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]

FLAG = ("flag.png", write(quadrants(), "PNG"), "image/png")
OVER = re.compile(r"\n?-# .*tokens")  # what a whole order ends with


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["tool", "images-api"])
async def town(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("pictures")) as town:
        town.set("quota", tokens_per_day=100_000)
        town.set(
            "pictures",
            through=request.param,
            model="gpt-image-2",
            sizes=["auto", "1024x1024", "1536x1024"],
            qualities=["auto", "low"],
            text_price=5,
            image_price=8,
            output_price=30,
            time_limit=20,
        )
        async with town.running():
            yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def moderator(town: Town) -> Person:
    return town.server.add_member("moderator", granted=Permission.MANAGE_GUILD)


@pytest_asyncio.fixture(loop_scope="module")
async def room(town: Town, moderator: Person) -> Channel:
    """A channel in which pictures are switched on."""
    return await switched_on(town.open_channel(), moderator)


async def switched_on(channel: Channel, moderator: Person) -> Channel:
    done = await moderator.slash("manage", "settings", "pictures", where=channel, state="on")
    assert done.content.startswith("Making pictures is now on in this channel"), done.content
    return channel


def rows(folder: Path) -> list[dict[str, object]]:
    engine = create_engine(f"sqlite:///{folder / 'glimpse.db'}")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT * FROM ledger ORDER BY id")).mappings().all()
    engine.dispose()
    return [dict(row) for row in found]


def colours(message: Message) -> list[tuple[int, ...]]:
    """The colour in the middle of each attachment."""
    found = []
    for attachment in message.attachments:
        picture = Image.open(BytesIO(attachment.content)).convert("RGB")
        middle = picture.getpixel((picture.width // 2, picture.height // 2))
        assert isinstance(middle, tuple)
        found.append(middle)
    return found


async def made(town: Town, asked: Message) -> Message:
    """The reply with its pictures, once nothing more will come."""
    return await town.reply_saying(asked, " tokens · ")


async def after(town: Town, channel: Channel, count: int = 1) -> Message:
    """The bot's only message in the channel, once nothing more will come."""

    def whole() -> list[Message]:
        own = [one for one in channel.living() if one.author is town.discord.bot]
        return [one for one in own if not (has_stop(one) or one.is_loading or one.is_ephemeral)]

    found = await town.wait(whole, "the command's message is whole")
    assert len(found) == count
    return found[-1]


async def test_wish_becomes_a_picture_with_alt_text_and_cost(town: Town, room: Channel) -> None:
    town.endpoint.draw(PictureScript(colour="red", revised="a red cat"))

    reply = await made(town, await town.ask(room, "draw a cat"))

    assert colours(reply) == [(255, 0, 0)]
    (attachment,) = reply.attachments
    assert attachment.filename == "picture-1.png"
    assert attachment.description == (
        "Picture made by gpt-image-2 for the prompt: draw a cat"
        " | What the model made of it: a red cat"
    )
    assert re.search(
        r"-# gpt-image-2 · [\d,]+ tokens · (\$0\.\d{3}|cost unknown) · \d+\u202f% of", reply.content
    )


async def test_states_of_the_picture_appear_before_it(town: Town, room: Channel) -> None:
    town.endpoint.draw(PictureScript(pace=3.0))

    asked = await town.ask(room, "draw a house")
    reply = await town.started(asked)
    first = reply.content
    await town.wait(lambda: reply.attachments, "a state appears")
    alt = reply.attachments[0].description or ""
    had_stop = has_stop(reply)
    await made(town, asked)

    assert first == "-# Making a picture · 0:00"
    assert alt.startswith("Unfinished picture by gpt-image-2")
    assert had_stop
    assert colours(reply) == [(0, 128, 128)]


async def test_command_makes_two_pictures_in_one_message(town: Town, room: Channel) -> None:
    town.endpoint.draw(PictureScript(), PictureScript(), PictureScript())
    before = len(town.endpoint.easel.wanted)

    opened = await town.alice.slash(
        "imagine", where=room, prompt="two cats", size="1536x1024", quality="low", count=2
    )
    reply = await after(town, room)

    assert not opened.is_ephemeral
    assert len(reply.attachments) == 2
    assert reply.content.startswith("> two cats\n-# gpt-image-2 · ")
    assert len(town.endpoint.easel.wanted) == before + 2
    town.endpoint.forget()


async def test_command_with_pictures_off_tells_the_caller_alone(town: Town) -> None:
    room = town.open_channel()
    before = len(town.endpoint.easel.wanted)

    opened = await town.alice.slash("imagine", where=room, prompt="a cat")

    assert opened.content.startswith("Making pictures is switched off here.")
    assert opened.is_ephemeral
    assert len(town.endpoint.easel.wanted) == before


async def test_wish_in_words_with_pictures_off_is_answered_in_words(town: Town) -> None:
    room = town.open_channel()

    asked = await town.ask(room, "draw a cat")

    assert await town.answered(asked) == "I see no picture."


async def test_pictures_that_a_moderator_switches_off_again_are_off(
    town: Town, room: Channel, moderator: Person
) -> None:
    await moderator.slash("manage", "settings", "pictures", where=room, state="off")

    opened = await town.alice.slash("imagine", where=room, prompt="a cat")

    assert "`/manage settings pictures`" in opened.content


async def test_command_in_direct_messages_is_refused(town: Town) -> None:
    opened = await town.alice.slash("imagine", where=town.alice.direct_channel, prompt="a cat")

    assert opened.content.startswith("I don't make pictures in direct messages.")


async def test_picture_that_is_replied_to_is_what_is_drawn_from(town: Town, room: Channel) -> None:
    bob = town.server.add_member("bob")
    posted = await bob.say(room, "my flag", images=[FLAG])

    await made(town, await town.ask(room, "draw it as a watercolour", reply_to=posted))

    wanted = town.endpoint.easel.wanted[-1]
    assert [Image.open(BytesIO(each)).size for each in wanted.pictures] == [(120, 80)]


async def test_picture_of_the_command_is_what_is_drawn_from(town: Town, room: Channel) -> None:
    await town.alice.slash("imagine", where=room, prompt="in blue", picture=as_upload(FLAG))
    await after(town, room)

    assert len(town.endpoint.easel.wanted[-1].pictures) == 1


async def test_file_that_is_no_picture_is_refused_in_one_sentence(
    town: Town, room: Channel
) -> None:
    notes = ("notes.txt", b"no picture", "text/plain")

    opened = await town.alice.slash(
        "imagine", where=room, prompt="in blue", picture=as_upload(notes)
    )

    assert opened.content.startswith("I can't read what you gave me to draw from.")
    assert opened.is_ephemeral


async def test_later_question_is_asked_with_the_picture_that_was_made(
    town: Town, room: Channel
) -> None:
    reply = await made(town, await town.ask(room, "draw a red cat"))

    asked = await town.ask(room, "which colour did you choose?", reply_to=reply)

    assert (await town.answered(asked)).startswith("I see 1 picture(s):")
    (request,) = [
        one for one in town.endpoint.requests if b"which colour did you choose?" in one.raw
    ]
    assert len(pictures_in(request)) == 1
    assert ("assistant", "[I made a picture for this: draw a red cat]") in texts_in(request)


async def test_picture_is_drawn_again_from_the_one_before(town: Town, room: Channel) -> None:
    reply = await made(town, await town.ask(room, "draw a red cat"))

    await made(town, await town.ask(room, "draw it again, but at night", reply_to=reply))

    assert len(town.endpoint.easel.wanted[-1].pictures) == 1


async def test_picture_made_in_a_thread_belongs_to_its_conversation(
    town: Town, room: Channel
) -> None:
    thread = await town.alice.create_thread(room, "drawings")

    await town.alice.slash("imagine", where=thread, prompt="a lighthouse")
    await after(town, thread)
    asked = await town.alice.say(thread, "what does the lighthouse look like?")

    assert (await town.answered(asked)).startswith("I see 1 picture(s):")


async def test_picture_too_large_for_discord_is_shown_smaller(town: Town, room: Channel) -> None:
    town.endpoint.draw(PictureScript(partials=0, size=(4_000, 200), noise=10 * 1024 * 1024))

    reply = await made(town, await town.ask(room, "draw the horizon"))

    assert "-# Shown smaller: the file was too large for Discord.\n" in reply.content
    assert len(reply.attachments[0].content) < 1_000_000


async def test_refusal_by_policy_is_worded_and_free(town: Town, room: Channel) -> None:
    town.endpoint.draw(PictureScript(status=400))

    asked = await town.ask(room, "draw something forbidden")

    reply = await town.reply_saying(asked, "The model's rules do not allow this picture")
    assert not reply.attachments
    assert rows(town.folder)[-1]["ending"] == "refused"
    assert rows(town.folder)[-1]["tokens"] == 0
    assert "something forbidden" not in town.log
    assert "a picture was declined" in town.log


async def test_interrupted_picture_is_called_unfinished_and_charged_by_estimate(
    town: Town, room: Channel
) -> None:
    town.endpoint.draw(PictureScript(pace=0.2, fault="cut"))

    reply = await made(town, await town.ask(room, "draw a bridge"))

    assert "What you see is unfinished." in reply.content
    assert "≈" in reply.content
    assert len(reply.attachments) == 1
    assert rows(town.folder)[-1]["ending"] == "cut"
    assert rows(town.folder)[-1]["is_estimated"]


async def test_picture_that_is_no_picture_is_not_posted(town: Town, room: Channel) -> None:
    town.endpoint.draw(PictureScript(partials=0, fault="damaged"))

    asked = await town.ask(room, "draw nothing at all")

    reply = await town.wait(lambda: town.discord.replies_to(asked), "it begins")
    await town.wait(lambda: not has_stop(reply[0]), "it ends")
    assert not reply[0].attachments
    assert "Making a picture" not in reply[0].content


async def test_stop_ends_the_picture_and_keeps_what_is_there(town: Town, room: Channel) -> None:
    town.endpoint.draw(PictureScript(fault="stall"))

    asked = await town.ask(room, "draw for ever")
    reply = await town.started(asked)
    await town.wait(lambda: reply.attachments, "a state appears")
    pressed = await town.alice.press(reply, stop_button(asked))

    assert pressed.content == "I'm stopping."
    await made(town, asked)
    assert "-# Stopped.\n" in reply.content
    assert rows(town.folder)[-1]["ending"] == "stopped"


async def test_stop_of_a_command_is_found_by_its_button(town: Town, room: Channel) -> None:
    town.endpoint.draw(PictureScript(fault="stall"))

    await town.alice.slash("imagine", where=room, prompt="for ever")
    (reply,) = await town.wait(
        lambda: [one for one in room.living() if has_stop(one) and not one.is_ephemeral],
        "a button is there",
    )
    custom_id = reply.components[0]["components"][0]["custom_id"]
    pressed = await town.alice.press(reply, custom_id)

    assert pressed.content == "I'm stopping."
    assert "Stopped" in (await after(town, room)).content


async def test_quota_that_is_too_small_is_told_with_the_figures(
    town: Town, room: Channel, moderator: Person
) -> None:
    member = town.server.add_member("spender")
    await moderator.slash("manage", "set", "user", user=member, amount="1k")

    opened = await member.slash("imagine", where=room, prompt="a cat")

    assert re.match(r"This would take about [\d,]+ tokens, and your quota is 1,000", opened.content)
    assert opened.is_ephemeral


async def test_message_with_pictures_that_is_deleted_ends_the_work(
    town: Town, room: Channel
) -> None:
    town.endpoint.draw(PictureScript(fault="stall", partials=3, pace=1.5))
    before = len(rows(town.folder))

    asked = await town.ask(room, "draw until I delete it")
    reply = await town.started(asked)
    edits.erase(town.discord.world, reply)

    await town.wait(lambda: rows(town.folder)[before:], "the deletion is noticed")
    assert rows(town.folder)[-1]["ending"] == "stopped"


async def test_missing_attach_permission_is_named_before_anything_is_spent(
    town: Town, room: Channel
) -> None:
    town.server.overwrite(room, town.discord.bot, deny=Permission.ATTACH_FILES)
    before = len(town.endpoint.easel.wanted)

    asked = await town.ask(room, "draw a cat")

    await town.reply_saying(asked, "I may not attach files here.")
    assert len(town.endpoint.easel.wanted) == before


async def test_every_counter_agrees_with_the_ledger_afterwards(town: Town) -> None:
    await asyncio.sleep(0)

    verified = await town.command("database", "verify")

    assert verified.code == 0, verified.out
