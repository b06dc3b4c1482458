from bot.core.conversation.turns import FileKind, LeftOut, LeftOutReason
from bot.core.messages.incoming_message import Attachment
from bot.images.assembly import PreparedAttachment, assemble_images, make_note, thin_out
from bot.images.cache import hash_of
from bot.images.protocol import FileReading, Frame, Result


def frame(content: bytes, note: str = "") -> Frame:
    return Frame(content=content, media_type="image/png", width=2, height=1, note=note)


def attached(name: str, description: str | None = None, *, is_spoiler: bool = False) -> Attachment:
    return Attachment(
        id=1, name=name, url="", size=1, description=description, is_spoiler=is_spoiler
    )


def test_images_keep_their_order_and_the_rest_is_named() -> None:
    results = [
        PreparedAttachment(result=Result(frames=(frame(b"one"),))),
        PreparedAttachment(result=Result(reason=LeftOutReason.GONE)),
        PreparedAttachment(result=Result(frames=(frame(b"two"),))),
    ]

    prepared = assemble_images([attached("a"), attached("b"), attached("c")], results, max_count=8)

    assert [image.name for image in prepared.images] == ["a", "c"]
    assert prepared.left_out == (LeftOut(name="b", reason=LeftOutReason.GONE),)
    assert [prepared.image_bytes[image.hash] for image in prepared.images] == [b"one", b"two"]


def test_alt_text_and_spoiler_mark_come_with_the_image() -> None:
    posted = attached("a", "a cat on a wall", is_spoiler=True)

    prepared = assemble_images(
        [posted], [PreparedAttachment(result=Result(frames=(frame(b"one"),)))], max_count=8
    )

    assert prepared.images[0].note == "alt text: a cat on a wall"
    assert prepared.images[0].is_spoiler


def test_alt_text_follows_the_note_and_is_cut() -> None:
    note = make_note("frame 1 of 3, an animation", "x\n" * 2000)

    assert note.startswith("frame 1 of 3, an animation; alt text: x x x")
    assert len(note) <= len("frame 1 of 3, an animation; alt text: ") + 1000


def test_empty_alt_text_leaves_no_note() -> None:
    assert make_note("", "  \n ") == ""


def test_animations_lose_their_later_frames_until_all_fit() -> None:
    moving = (frame(b"1"), frame(b"2"), frame(b"3"))

    thinned = thin_out([moving, (frame(b"4"),), moving], 5)

    assert [len(frames) for frames in thinned] == [3, 1, 1]


def test_eight_animations_in_one_question_keep_one_frame_each() -> None:
    moving = (frame(b"1"), frame(b"2"), frame(b"3"))

    assert [len(frames) for frames in thin_out([moving] * 8, 8)] == [1] * 8


def reading(text: str = "words", pages: int = 0) -> FileReading:
    return FileReading(
        kind=FileKind.PDF if pages else FileKind.TEXT,
        text=text,
        tail="",
        lines=1,
        characters=len(text),
        pages=pages,
        note="",
    )


def test_text_becomes_a_file_and_takes_no_pictures_place() -> None:
    pages = (frame(b"1", "page 1 of 2 of a PDF"), frame(b"2", "page 2 of 2 of a PDF"))
    scan = PreparedAttachment(
        result=Result(frames=pages, reading=reading("", 2)), hash="ab", document=b"%PDF-"
    )
    moving = PreparedAttachment(result=Result(frames=(frame(b"3"), frame(b"4"))))

    prepared = assemble_images(
        [attached("scan.pdf", "a bill"), attached("b")], [scan, moving], max_count=2
    )

    (file,) = prepared.files
    assert (file.name, file.hash, file.pages, file.note) == (
        "scan.pdf",
        "ab",
        2,
        "alt text: a bill",
    )
    assert [image.note for image in file.images] == ["page 1 of 2 of a PDF", "page 2 of 2 of a PDF"]
    assert [image.name for image in prepared.images] == ["b", "b"]
    assert prepared.image_bytes["ab"] == b"%PDF-"
    assert prepared.image_bytes[hash_of(b"2")] == b"2"
