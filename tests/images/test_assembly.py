from bot.core.messages import Attachment
from bot.core.turns import LeftOut, LeftOutReason
from bot.images.assembly import assemble, describe, thin_out
from bot.images.wire import Frame, Result


def frame(content: bytes, note: str = "") -> Frame:
    return Frame(content=content, media_type="image/png", width=2, height=1, note=note)


def attached(name: str, description: str | None = None, *, is_spoiler: bool = False) -> Attachment:
    return Attachment(
        id=1, name=name, url="", size=1, description=description, is_spoiler=is_spoiler
    )


def test_images_keep_the_order_of_the_attachments_and_the_rest_is_named() -> None:
    results = [
        Result(frames=(frame(b"one"),)),
        Result(reason=LeftOutReason.GONE),
        Result(frames=(frame(b"two"),)),
    ]

    prepared = assemble([attached("a"), attached("b"), attached("c")], results, max_count=8)

    assert [image.name for image in prepared.images] == ["a", "c"]
    assert prepared.left_out == (LeftOut(name="b", reason=LeftOutReason.GONE),)
    assert [prepared.image_bytes[image.hash] for image in prepared.images] == [b"one", b"two"]


def test_alt_text_and_spoiler_mark_come_with_the_image() -> None:
    posted = attached("a", "a cat on a wall", is_spoiler=True)

    prepared = assemble([posted], [Result(frames=(frame(b"one"),))], max_count=8)

    assert prepared.images[0].note == "alt text: a cat on a wall"
    assert prepared.images[0].is_spoiler


def test_alt_text_follows_the_frame_note_and_is_cut_at_a_thousand_characters() -> None:
    note = describe("frame 1 of 3, an animation", "x\n" * 2000)

    assert note.startswith("frame 1 of 3, an animation; alt text: x x x")
    assert len(note) <= len("frame 1 of 3, an animation; alt text: ") + 1000


def test_empty_alt_text_leaves_no_note() -> None:
    assert describe("", "  \n ") == ""


def test_animations_lose_their_later_frames_from_the_last_one_on_until_all_fit() -> None:
    moving = (frame(b"1"), frame(b"2"), frame(b"3"))

    thinned = thin_out([moving, (frame(b"4"),), moving], 5)

    assert [len(frames) for frames in thinned] == [3, 1, 1]


def test_eight_animations_in_one_question_keep_one_frame_each() -> None:
    moving = (frame(b"1"), frame(b"2"), frame(b"3"))

    assert [len(frames) for frames in thin_out([moving] * 8, 8)] == [1] * 8
