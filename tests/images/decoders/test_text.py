from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE
from hashlib import shake_128

import pytest

from bot.core.conversation.turns import FileKind, LeftOutReason
from bot.core.models.tokens import estimate_text
from bot.images.decoders.text import clean, decode, read_text
from bot.images.file_type import Format
from bot.images.protocol import FileReading, Job
from tests.pictures import quadrants, write

WORDS = "Größe überschritten: „naïve“ façade – 20 °C\n"
RUSSIAN = "Ошибка: файл не найден, строка 14\n"


def job(source: bytes, name: str = "a.txt", max_tokens: int = 1_000) -> Job:
    return Job(
        source=source, format=Format.TEXT, look={}, max_pixels=0, name=name, max_tokens=max_tokens
    )


def reading_of(source: bytes, name: str = "a.txt", max_tokens: int = 1_000) -> FileReading:
    result = read_text(job(source, name, max_tokens))
    assert result.reading is not None
    return result.reading


@pytest.mark.parametrize(
    ("source", "text", "note"),
    [
        (WORDS.encode(), WORDS, ""),
        (BOM_UTF8 + WORDS.encode(), WORDS, ""),
        (BOM_UTF16_LE + WORDS.encode("utf-16-le"), WORDS, ""),
        (BOM_UTF16_BE + WORDS.encode("utf-16-be"), WORDS, ""),
        (BOM_UTF32_LE + WORDS.encode("utf-32-le"), WORDS, ""),
        ("plain words\n".encode("utf-16-le"), "plain words\n", ""),
        ("plain words\n".encode("utf-16-be"), "plain words\n", ""),
        (WORDS.encode("cp1252"), WORDS, "not UTF-8, read as Windows-1252"),
        (RUSSIAN.encode("cp1251"), RUSSIAN, "not UTF-8, read as Windows-1251"),
        (
            ("fine: äöü\n" * 99).encode() + b"\xff\n",
            "fine: äöü\n" * 99 + "\ufffd\n",
            "UTF-8 with some damaged characters",
        ),
        (b"100 lines\n" * 100 + b"20 \xb0C", "100 lines\n" * 100 + "20 °C", "Windows-1252"),
    ],
    ids=[
        "utf-8",
        "utf-8 with a mark",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-16-le without a mark",
        "utf-16-be without a mark",
        "western",
        "cyrillic",
        "utf-8 with a wrong byte",
        "one degree sign",
    ],
)
def test_text_of_any_usual_encoding_is_read(source: bytes, text: str, note: str) -> None:
    decoded = decode(source)

    assert decoded is not None
    assert decoded[0] == text
    assert decoded[1].endswith(note)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), id="exe"),
        pytest.param(b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)), id="zip"),
        pytest.param(shake_128(b"noise").digest(5_000), id="noise"),
        pytest.param(
            bytes(shake_128(b"noise").digest(5_000)).replace(b"\x00", b"\x01"),
            id="noise without zeros",
        ),
        pytest.param(write(quadrants(), "PNG"), id="picture"),
        pytest.param(bytes(4_000), id="zeros"),
        pytest.param(BOM_UTF8 + b"\xff\xfe\xfd" * 300, id="a mark before noise"),
        pytest.param(b"\x00\x01" * 900, id="as if it were utf-16"),
    ],
)
def test_bytes_that_are_no_text_are_unreadable(source: bytes) -> None:
    assert read_text(job(source)).reason is LeftOutReason.UNREADABLE


@pytest.mark.parametrize("source", [b"", b" \r\n\t"])
def test_file_without_a_word_is_empty(source: bytes) -> None:
    assert read_text(job(source)).reason is LeftOutReason.EMPTY


def test_what_databases_and_terminals_stumble_over_is_taken_out() -> None:
    dirty = "\x1b[31mred\x1b[0m\r\nnul\x00 bell\x07 mark\ufeff\rpage\fend"

    assert clean(dirty) == "red\nnul bell mark\npage\nend"


def test_short_text_is_kept_whole_with_its_figures() -> None:
    assert reading_of(b"one\r\ntwo\r\n") == FileReading(
        kind=FileKind.TEXT,
        text="one\ntwo\n",
        tail="",
        lines=2,
        characters=8,
        pages=0,
        note="",
    )


def test_long_text_is_cut_to_what_a_request_could_hold() -> None:
    source = b"".join(b"line number %d of a log\n" % number for number in range(100_000))

    found = reading_of(source, "a.log")

    assert found.text.startswith("line number 0 ")
    assert found.tail.endswith("line number 99999 of a log\n")
    assert found.lines == 100_000
    assert 900 < estimate_text(found.text) + estimate_text(found.tail) <= 1_001
