"""Pictures on their way from a message to the endpoint."""

import base64

import pytest

from tests.e2e.conftest import FOOTER, Town, pictures_in, shared_town
from tests.pictures import (
    HEIC,
    UPRIGHT,
    animation,
    corners,
    noisy,
    photo,
    png_claiming,
    quadrants,
    read,
    turned,
    write,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
town = shared_town

PNG = ("quarters.png", write(quadrants(), "PNG"), "image/png")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("quarters.png", write(quadrants(), "PNG")),
        ("quarters.jpg", write(quadrants(), "JPEG", quality=95)),
        ("quarters.webp", write(quadrants(), "WEBP", lossless=True)),
        ("quarters.gif", write(quadrants(), "GIF")),
        ("quarters.avif", write(quadrants(), "AVIF")),
        ("quarters.bmp", write(quadrants(), "BMP")),
        ("quarters.tiff", write(quadrants(), "TIFF")),
        ("turned by a phone.jpg", turned(6)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_picture_of_any_format_arrives_upright_as_png_or_jpeg(
    town: Town, name: str, content: bytes
) -> None:
    asked = await town.ask(town.open_channel(), f"what is in {name}?", images=[(name, content)])

    assert (await town.answered(asked)).startswith("I see 1 picture(s):")
    (request,) = town.requests_about(f"what is in {name}?")
    (url,) = pictures_in(request)
    assert url.startswith(("data:image/png;base64,", "data:image/jpeg;base64,"))
    seen = read(base64.b64decode(url.partition(",")[2]))
    assert seen.size == (120, 80)
    assert corners(seen) == UPRIGHT


async def test_photo_of_an_iphone_arrives_as_png_or_jpeg(town: Town) -> None:
    heic = ("IMG_0001.HEIC", HEIC.read_bytes(), "image/heic")

    asked = await town.ask(town.open_channel(), "and this one?", images=[heic])

    assert (await town.answered(asked)).startswith("I see 1 picture(s):")


async def test_animation_is_sent_as_several_frames_labelled_as_frames(town: Town) -> None:
    moving = ("moving.gif", animation("GIF", 12), "image/gif")

    asked = await town.ask(town.open_channel(), "what is moving here?", images=[moving])

    await town.answered(asked)
    (request,) = [one for one in town.endpoint.requests if b"what is moving here?" in one.raw]
    assert len(pictures_in(request)) > 1
    assert len(set(pictures_in(request))) == len(pictures_in(request))
    assert b"frame" in request.raw


async def test_picture_in_the_replied_to_message_is_looked_at(town: Town) -> None:
    room = town.open_channel()
    bob = town.server.add_member("bob")
    posted = await bob.say(room, "my new flag", images=[PNG])

    asked = await town.ask(room, "what is on it?", reply_to=posted)

    assert await town.answered(asked) == "I see 1 picture(s): png 120x80."
    (request,) = town.requests_about("what is on it?")
    assert b"my new flag" in request.raw


async def test_picture_of_a_forwarded_message_is_looked_at(town: Town) -> None:
    dora = town.server.add_member("dora")
    posted = await dora.say(town.open_channel(), "look at this", images=[PNG])

    asked = await dora.say(dora.direct_channel, forward=posted)

    assert await town.answered(asked) == "I see 1 picture(s): png 120x80."


async def test_damaged_picture_is_named_and_the_rest_is_answered(town: Town) -> None:
    damaged = ("broken.heic", HEIC.read_bytes()[:600], "image/heic")

    asked = await town.ask(town.open_channel(), "and these two?", images=[damaged, PNG])

    reply = await town.reply_saying(asked, FOOTER)
    assert reply.content.startswith("I see 1 picture(s): png 120x80.\n-# ")
    assert "Not looked at: `broken.heic` is damaged\n" in reply.content


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("heavy.png", write(noisy(400, 300), "PNG"), "is too large a file"),
        ("vast.png", png_claiming(20_000, 20_000), "has too many pixels"),
        ("renamed.png", b"no picture, whatever its name says", "is not a picture"),
    ],
    ids=["bytes", "pixels", "text file with a picture's name"],
)
async def test_skipped_file_is_named_with_the_reason(
    town: Town, name: str, content: bytes, reason: str
) -> None:
    asked = await town.ask(town.open_channel(), "and this?", images=[(name, content), PNG])

    reply = await town.reply_saying(asked, FOOTER)
    assert f"`{name}` {reason}" in reply.content
    assert reply.content.startswith("I see 1 picture(s): png 120x80.")


async def test_pictures_beyond_the_usual_number_are_named(town: Town) -> None:
    many = [(f"{n}.png", write(photo(40, 30 + n), "PNG"), "image/png") for n in range(10)]

    asked = await town.ask(town.open_channel(), "what do they have in common?", images=many)

    reply = await town.reply_saying(asked, FOOTER)
    assert reply.content.startswith("I see 8 picture(s):")
    assert "`8.png` is one picture too many; `9.png` is one picture too many" in reply.content


async def test_picture_whose_file_is_gone_is_named(town: Town) -> None:
    room = town.open_channel()
    posted = await town.alice.say(room, "soon gone", images=[PNG])
    posted.attachments[0].is_deleted = True

    asked = await town.ask(room, "what was it?", reply_to=posted)

    reply = await town.reply_saying(asked, FOOTER)
    assert "`quarters.png` is no longer there" in reply.content


async def test_same_picture_posted_again_is_sent_with_the_same_bytes(town: Town) -> None:
    first = await town.ask(town.open_channel(), "the original", images=[PNG])
    again = await town.ask(town.open_channel(), "the copy", images=[("copy.png", *PNG[1:])])

    await town.answered(first)
    await town.answered(again)

    (one,), (other,) = town.requests_about("the original"), town.requests_about("the copy")
    assert pictures_in(one) == pictures_in(other)
