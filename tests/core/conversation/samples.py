"""Turns, pictures and files of a conversation."""

from dataclasses import replace

from hypothesis import strategies as st

from bot.core.conversation.files import PAGE_BREAK, count_lines
from bot.core.conversation.turns import File, FileKind, Image, Role, Turn

PAGE = "A page of words that go on for more than forty characters."


def picture(name: str = "photo.png") -> Image:
    return Image(hash="00", media_type="image/png", width=640, height=480, name=name)


def log(lines: int, name: str = "server.log") -> File:
    text = "".join(f"event number {number}\n" for number in range(lines))
    return File(
        name=name, kind=FileKind.TEXT, hash=name, text=text, lines=lines, characters=len(text)
    )


def scan(pages: int) -> File:
    text = "\n\f" * (pages - 1)
    return File(
        name="scan.pdf",
        kind=FileKind.PDF,
        hash="11",
        text=text,
        lines=pages,
        characters=len(text),
        pages=pages,
        images=(picture("scan.pdf"),) * pages,
    )


def question(
    text: str = "What is this?",
    *images: Image,
    message_id: int = 0,
    parent: int | None = None,
    files: tuple[File, ...] = (),
) -> Turn:
    return Turn(
        role=Role.USER,
        text=text,
        images=images,
        files=files,
        message_id=message_id,
        parent_id=parent,
    )


images = st.builds(
    Image,
    hash=st.just("00"),
    media_type=st.just("image/png"),
    width=st.integers(1, 8_000),
    height=st.integers(1, 8_000),
    name=st.text(max_size=30),
    note=st.text(max_size=30),
)
files = st.one_of(
    st.builds(log, st.integers(0, 2_000), st.text(max_size=20)),
    st.builds(scan, st.integers(1, 5)),
    st.builds(lambda pages: replace(scan(pages), is_document=True), st.integers(1, 5)),
)


def text_file(text: str, name: str = "notes.txt", **fields: object) -> File:
    whole = File(
        name=name,
        kind=FileKind.TEXT,
        hash="00",
        text=text,
        lines=count_lines(text),
        characters=len(text),
    )
    return replace(whole, **fields)  # type: ignore[arg-type]


def pdf(*pages: str, pictures: int = 0, count: int | None = None, name: str = "a.pdf") -> File:
    text = PAGE_BREAK.join(pages)
    images = tuple(
        Image(hash=f"{n}", media_type="image/png", width=9, height=9, name=name)
        for n in range(pictures)
    )
    return text_file(
        text, name, kind=FileKind.PDF, pages=len(pages) if count is None else count, images=images
    )
