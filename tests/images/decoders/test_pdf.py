"""PDFs that mean no harm, read in the test's own process; the others are in test_hostile_documents.py."""

import itertools

import pytest

from bot.core.conversation.files import BLANK_PAGE
from bot.core.conversation.turns import LeftOutReason
from bot.core.models.tokens import TileRule
from bot.core.vision.views import Look
from bot.images.decoders.pdf import is_garbled
from bot.images.decoders.pdf import read_pdf as read_pdf_in_time
from bot.images.file_type import Format
from bot.images.protocol import Job, pack_look
from tests.documents import (
    locked_pdf,
    one_page_pdf,
    scanned_pdf,
    scripted_pdf,
    stream,
    text_pdf,
    write_pdf,
    xfa_pdf,
)
from tests.images.decoders.pdf_jobs import PAGE, job, pages_of, read_pdf
from tests.pictures import read


def test_text_of_each_page_is_read_and_nothing_is_drawn() -> None:
    result = read_pdf(job(text_pdf(f"{PAGE}\n(café)", f"{PAGE} Two.")))

    assert pages_of(result) == [f"{PAGE}\n(café)", f"{PAGE} Two."]
    assert result.frames == ()
    assert result.reading is not None
    assert (result.reading.pages, result.reading.lines) == (2, 3)


def test_page_without_text_is_drawn_at_the_billed_size() -> None:
    result = read_pdf(job(scanned_pdf("Invoice 4711", "Total: 12 euros")))

    assert pages_of(result) == ["", ""]
    assert [frame.note for frame in result.frames] == [
        "page 1 of 2 of a PDF",
        "page 2 of 2 of a PDF",
    ]
    frame = result.frames[0]
    assert read(frame.content).size == (frame.width, frame.height)
    assert -(-frame.width // 32) * -(-frame.height // 32) <= 1_536
    assert frame.width / frame.height == pytest.approx(612 / 792, abs=0.01)
    dark = read(frame.content).convert("L").point(lambda value: 255 if value < 128 else 0)
    assert dark.getbbox() is not None


def test_colours_and_turned_pages_are_drawn_as_readers_show_them() -> None:
    red_above = stream(b"1 0 0 rg 0 396 612 396 re f")

    upright = read_pdf(job(one_page_pdf(red_above))).frames[0]
    turned = read_pdf(job(one_page_pdf(red_above, page=b"/Rotate 90"))).frames[0]

    assert read(upright.content).getpixel((500, 100)) == (255, 0, 0)
    assert read(upright.content).getpixel((500, upright.height - 100)) == (255, 255, 255)
    assert turned.width > turned.height
    assert read(turned.content).getpixel((turned.width - 100, 500)) == (255, 0, 0)


def test_page_is_drawn_smaller_for_a_model_that_bills_less() -> None:
    small = read_pdf(job(scanned_pdf("x"), budget=100)).frames[0]

    assert -(-small.width // 32) * -(-small.height // 32) <= 100


def test_pages_beyond_the_bound_are_counted_and_not_read() -> None:
    result = read_pdf(job(text_pdf(*[PAGE] * 30), max_pages=3))

    assert len(pages_of(result)) == 3
    assert result.reading is not None
    assert result.reading.pages == 30


def test_no_more_pages_are_drawn_than_may_be_sent() -> None:
    result = read_pdf(job(scanned_pdf(*"abcde"), max_pictures=2))

    assert len(result.frames) == 2
    assert len(pages_of(result)) == 5


def test_time_that_runs_out_leaves_the_later_pages() -> None:
    ticks = itertools.count(0, 2.5)

    result = read_pdf_in_time(job(text_pdf(*[PAGE] * 30)), clock=lambda: next(ticks))

    assert len(pages_of(result)) == 2
    assert result.reading is not None
    assert result.reading.pages == 30


def test_empty_page_is_called_blank_and_not_drawn() -> None:
    result = read_pdf(job(text_pdf(PAGE, "")))

    assert pages_of(result) == [PAGE, BLANK_PAGE]
    assert result.frames == ()


def test_script_in_a_document_is_never_run() -> None:
    assert pages_of(read_pdf(job(scripted_pdf(PAGE)))) == [PAGE]


@pytest.mark.parametrize(
    "box",
    [b"[0 0 1e30 1]", b"[0 0 -5 0]", b"[0 0 200 14400]", b"[9 9 9 9]", b"[a b]", b"null"],
)
def test_page_of_any_claimed_size_gives_a_bounded_picture(box: bytes) -> None:
    result = read_pdf(job(text_pdf("x", box=box)))

    assert all(max(frame.width, frame.height) <= 2_200 for frame in result.frames)
    assert all(min(frame.width, frame.height) >= 1 for frame in result.frames)
    assert pages_of(result) == ["x"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param(locked_pdf("secret"), LeftOutReason.LOCKED, id="locked"),
        pytest.param(text_pdf(PAGE)[:300], LeftOutReason.DAMAGED, id="cut"),
        pytest.param(b"%PDF-1.7\nand nothing more", LeftOutReason.DAMAGED, id="header only"),
        pytest.param(text_pdf(), LeftOutReason.EMPTY, id="no pages"),
        pytest.param(xfa_pdf(), LeftOutReason.UNSUPPORTED, id="xfa"),
        pytest.param(
            write_pdf(
                [
                    b"<< /Type /Catalog /Pages 2 0 R >>",
                    b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
                ]
            ),
            LeftOutReason.DAMAGED,
            id="pages that contain themselves",
        ),
    ],
)
def test_document_that_can_not_be_read_has_its_reason(source: bytes, reason: LeftOutReason) -> None:
    assert read_pdf(job(source)).reason is reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain words, and a line\r\nbreak.", False),
        ("Größe 20 °C – ☐ offen", False),
        ("\ue001\ue002\ue003 \ue004\ue005", True),
        ("\x01\x02\x03\x04 a\x05\x06", True),
        ("", False),
    ],
)
def test_text_of_a_font_without_letters_is_told_from_words(text: str, expected: bool) -> None:
    assert is_garbled(text) is expected


def test_document_that_needs_no_password_to_open_is_read() -> None:
    assert read_pdf(job(locked_pdf(""))).reason is None


def test_page_that_claims_a_hundred_million_siblings_is_read() -> None:
    one = one_page_pdf(stream(b"0 0 9 9 re f")).replace(b"/Count 1 ", b"/Count 1")
    lying = one.replace(b"/Count 1", b"/Count 100000000", 1)

    result = read_pdf(job(lying))

    assert result.reason is None
    assert len(result.frames) == 1


def test_rule_of_tiles_bounds_a_page_as_well() -> None:
    tiles = pack_look(Look(rule=TileRule(base=85, per_tile=170)))
    asked = job(scanned_pdf("x"))
    frame = read_pdf(
        Job(
            source=asked.source,
            format=Format.PDF,
            look=tiles,
            max_pixels=1,
            max_tokens=9,
            max_pages=1,
            max_pictures=1,
        )
    ).frames[0]

    assert min(frame.width, frame.height) == 768
