from pathlib import Path

import pytest

from bot.core.conversation.turns import LeftOutReason
from bot.images.file_type import Format, sniff
from tests.pictures import HEIC, animation, quadrants, write


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"])
def test_file_of_a_readable_format_is_recognised_by_its_bytes(kind: str) -> None:
    assert sniff(write(quadrants(), kind)) == Format(kind.lower())


def test_heic_file_is_recognised_by_its_brands() -> None:
    assert sniff(HEIC.read_bytes()) is Format.HEIF


@pytest.mark.parametrize("kind", ["AVIF", "PNG", "WEBP"])
def test_animated_file_is_recognised_as_the_format_it_is(kind: str) -> None:
    assert sniff(animation(kind, 3)) == Format(kind.lower())


def test_avif_is_recognised_by_a_compatible_brand() -> None:
    head = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1miafavif"

    assert sniff(head) is Format.AVIF


def test_empty_file_is_damaged() -> None:
    assert sniff(b"") is LeftOutReason.DAMAGED


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"<!DOCTYPE html><html><body>Not found</body></html>", id="html"),
        pytest.param(b"PK\x03\x04", id="zip"),
        pytest.param(b"BMX is a sport, and not a bitmap", id="text that begins like a bitmap"),
        pytest.param(b"RIFF\x24\x00\x00\x00WAVEfmt ", id="sound in the container of WebP"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", id="video"),
        pytest.param(b'<?xml version="1.0"?><rss></rss>', id="xml that is no SVG"),
    ],
)
def test_file_that_is_no_picture_is_called_so(source: bytes) -> None:
    assert sniff(source) is LeftOutReason.NOT_AN_IMAGE


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', id="svg"),
        pytest.param(b"8BPS\x00\x01", id="photoshop"),
        pytest.param(b"\xff\x0a\xfa\x1f", id="jpeg xl"),
        pytest.param(b"\x00\x00\x01\x00\x01\x00", id="icon"),
        pytest.param(b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom", id="camera raw"),
    ],
)
def test_picture_of_another_format_is_unsupported(source: bytes) -> None:
    assert sniff(source) is LeftOutReason.UNSUPPORTED


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(b"%PDF-1.7\n", Format.PDF, id="pdf"),
        pytest.param(b"\xef\xbb\xbf\r\n%PDF-1.4", Format.PDF, id="pdf after a mark"),
        pytest.param(b"junk%PDF-1.4\n1 0 obj startxref\n9\n%%EOF\n", Format.PDF, id="after junk"),
        pytest.param(b"every PDF begins with %PDF-1.7\n", Format.TEXT, id="text about PDFs"),
        pytest.param(b"<html>", Format.TEXT, id="web page"),
        pytest.param(b"PK\x03\x04", Format.TEXT, id="left for the worker to find out"),
        pytest.param(write(quadrants(), "PNG"), Format.PNG, id="picture without a name for it"),
        pytest.param(b"", LeftOutReason.EMPTY, id="empty"),
    ],
)
def test_file_that_claims_no_picture_is_sniffed_all_the_same(
    source: bytes, expected: Format | LeftOutReason
) -> None:
    assert sniff(source, is_picture=False) is expected


def test_pdf_with_a_pictures_name_is_a_pdf() -> None:
    assert sniff(b"%PDF-1.7\n") is Format.PDF


def test_stored_heic_is_small_enough_for_a_repository() -> None:
    assert Path(HEIC).stat().st_size < 1000
