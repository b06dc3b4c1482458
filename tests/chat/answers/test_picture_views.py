"""Pictures of a question on their way to the model: how closely, and what is said of it."""

from dataclasses import replace

from bot.chat.answers.picture_views import PictureViewer
from bot.core.conversation.bounds import Bounds
from bot.core.conversation.turns import Image, PreparedImages, Role, Turn
from bot.core.messages.incoming_message import Attachment
from bot.core.models.tokens import Detail, ModelCard, PatchRule, TileRule
from bot.core.vision.picture_intent import Use
from bot.core.vision.views import view_of
from tests.chat.conftest import SETTINGS, message
from tests.fakes import FakeImages

PATCHES = PatchRule(budget=1536, multiplier=1.2)
CARD = ModelCard(name="patches-1", image_rule=PATCHES)
TILES = ModelCard(name="tiles-1", image_rule=TileRule(base=85, per_tile=170))
SHOWN = Image(hash="1", media_type="image/jpeg", width=1408, height=1056, name="photo.jpg")
TEXT_FILE = Attachment(id=9, name="notes.txt", url="https://cdn/notes.txt", size=9)
HISTORY = (
    Turn(role=Role.USER, text="What is it?", images=(SHOWN,)),
    Turn(role=Role.ASSISTANT, text="A cat."),
)


def attachment(number: int = 1) -> Attachment:
    return Attachment(
        id=number,
        name=f"{number}.jpg",
        url=f"https://cdn/{number}.jpg",
        size=9,
        content_type="image/jpeg",
        width=4000,
        height=3000,
    )


def viewing(
    images: FakeImages, card: ModelCard = CARD, *, allowance: int = 20_000, **changes: Detail
) -> PictureViewer:
    bounds = Bounds(
        allowance=allowance,
        context_tokens=128_000,
        max_output_tokens=allowance,
        smallest_output=100,
        max_images=8,
        rule=card.image_rule,
    )
    return PictureViewer(images, card, bounds, replace(SETTINGS, **changes))  # type: ignore[arg-type]


async def test_glance_is_prepared_smaller_than_a_transcription() -> None:
    images = FakeImages()
    looking = viewing(images)

    await looking.look(message("what colour is this?", attachments=(attachment(),)), ())
    await looking.look(message("what does it say?", attachments=(attachment(),)), ())

    (glance,), (reading,) = images.looks
    assert (glance.use, reading.use) == (Use.GLANCE, Use.READ)
    assert view_of((4000, 3000), glance).tokens * 4 < view_of((4000, 3000), reading).tokens


async def test_glance_beside_a_file_leaves_its_pages_the_usual_detail() -> None:
    looking = viewing(FakeImages(), TILES)
    paper = replace(attachment(2), name="scan.pdf", content_type="application/pdf")

    alone = await looking.look(message("what colour is this?", attachments=(attachment(),)), ())
    beside = await looking.look(
        message("what colour is this?", attachments=(attachment(), paper)), ()
    )

    assert (alone.detail, beside.detail) == (Detail.LOW, None)


async def test_under_a_small_allowance_all_pictures_are_looked_at_smaller() -> None:
    images = FakeImages()
    posted = tuple(attachment(number) for number in range(1, 5))

    await viewing(images, allowance=3_000).look(message("compare", attachments=posted), ())

    tokens = [view_of((4000, 3000), look).tokens for look in images.looks[0]]
    assert sum(tokens) < 2_250
    assert min(tokens) > 400


async def test_detail_that_the_operator_chose_wins() -> None:
    seen = await viewing(FakeImages(), detail=Detail.HIGH).look(
        message("is there a dog?", attachments=(attachment(),)), ()
    )

    assert seen.detail is Detail.HIGH


async def test_low_detail_is_billed_as_such() -> None:
    seen = await viewing(FakeImages(), TILES).look(
        message("is there a dog?", attachments=(attachment(),)), ()
    )

    assert (seen.detail, seen.bounds.detail) == (Detail.LOW, Detail.LOW)


async def test_file_takes_no_room_and_moves_no_look() -> None:
    images = FakeImages()

    await viewing(images).look(
        message("what does it say?", attachments=(TEXT_FILE, attachment())), ()
    )

    assert [look.use for look in images.looks[0]] == [Use.USUAL, Use.READ]


async def test_follow_up_looks_anew_at_the_pictures_before_it() -> None:
    images = FakeImages()

    seen = await viewing(images).look(message("what does the sign say?"), HISTORY)

    assert images.revised == [("photo.jpg",)]
    assert images.looks[-1][0].use is Use.READ
    assert seen.detail is Detail.HIGH
    assert seen.history == HISTORY


async def test_glance_in_a_follow_up_leaves_what_is_in_view() -> None:
    images = FakeImages()

    await viewing(images).look(message("is there a dog?"), HISTORY)

    assert images.revised == []


async def test_earlier_pictures_are_left_alone_beside_new_ones() -> None:
    images = FakeImages()

    await viewing(images).look(message("and this?", attachments=(attachment(),)), HISTORY)

    assert images.revised == []


async def test_earlier_picture_that_another_model_would_shrink_is_made_smaller() -> None:
    images = FakeImages()

    await viewing(images, TILES).look(message("and this?", attachments=(attachment(),)), HISTORY)

    assert images.revised == [("photo.jpg",)]


async def test_picture_prepared_anew_is_what_the_model_gets() -> None:
    closer = replace(SHOWN, hash="2", width=1600)

    class Closer(FakeImages):
        async def revise(self, images: object, looks: object) -> PreparedImages:
            return PreparedImages(images=(closer,), image_bytes={"2": b"closer"})

    seen = await viewing(Closer()).look(message("what does it say?"), HISTORY)

    assert seen.history[0].images == (closer,)
    assert seen.anew == {"2": b"closer"}


async def test_pictures_are_asked_for_in_the_name_of_whoever_asks() -> None:
    images, asked = FakeImages(), message("what is it?", attachments=(attachment(),))

    await viewing(images).look(asked, ())

    assert images.askers == [asked.author.id]
