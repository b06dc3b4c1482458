import pytest

from bot.core.conversation.turns import LeftOutReason
from bot.core.messages.incoming_message import Attachment
from bot.images.selection import select
from bot.images.settings import FileSettings, ImageSettings

SETTINGS = ImageSettings(max_count=2, max_bytes=100, max_total_bytes=150)
FILES = FileSettings(max_count=1, max_bytes=50)


def attached(name: str, size: int = 10) -> Attachment:
    return Attachment(id=1, name=name, url="https://cdn.example/x", size=size)


def reasons(*attachments: Attachment) -> list[LeftOutReason | None]:
    return [choice.reason for choice in select(attachments, SETTINGS, FILES)]


def test_pictures_within_every_bound_are_all_chosen() -> None:
    assert reasons(attached("a.png", 100), attached("b.jpg", 50)) == [None, None]


@pytest.mark.parametrize("name", ["a.mp4", "setup.EXE", "stuff.zip", "letter.docx", "x.tar.gz"])
def test_file_that_is_never_text_is_not_downloaded(name: str) -> None:
    found = reasons(attached(name, 10**9), attached("b.png"), attached("c.txt"))

    assert found == [LeftOutReason.UNREADABLE, None, None]


@pytest.mark.parametrize("name", ["main.ts", "data.bin", "Makefile", "notes", "a.b.log", "zip"])
def test_file_of_any_other_name_may_be_text(name: str) -> None:
    assert reasons(attached(name)) == [None]


def test_files_are_counted_and_bounded_apart_from_pictures() -> None:
    found = reasons(attached("a.png"), attached("a.log", 51), attached("b.log"), attached("c.log"))

    assert found == [None, LeftOutReason.TOO_MANY_BYTES, None, LeftOutReason.TOO_MANY_FILES]


def test_file_over_its_size_limit_is_not_counted() -> None:
    found = reasons(attached("a.png", 101), attached("b.png"), attached("c.png"))

    assert found == [LeftOutReason.TOO_MANY_BYTES, None, None]


def test_third_of_two_allowed_pictures_is_too_many() -> None:
    found = reasons(attached("a.png"), attached("b.png"), attached("c.png"))

    assert found == [None, None, LeftOutReason.TOO_MANY]


def test_file_over_the_total_gives_way_to_a_smaller_one() -> None:
    found = reasons(attached("a.png", 90), attached("b.png", 90), attached("c.png", 60))

    assert found == [None, LeftOutReason.TOO_MANY_BYTES, None]
