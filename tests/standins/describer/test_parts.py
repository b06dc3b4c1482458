"""The small rules: names of colours, reading order, signs of charts, what strangers wrote."""

import pytest

from bot.standins.describer.answers.charts import find_chart
from bot.standins.describer.answers.layout import arrange
from bot.standins.describer.answers.wording import codes, exif
from bot.standins.describer.api.tokens import text_tokens
from bot.standins.describer.findings import Code, Exif, Word
from bot.standins.describer.markdown import code, escape, fence, shorten
from bot.standins.describer.worker.codes import find_codes
from bot.standins.describer.worker.colours import name_colour
from bot.standins.describer.worker.measurements import measure_picture
from tests.standins.describer import scenes


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ("ff0000", "red"),
        ("8b0000", "dark red"),
        ("ffc0cb", "pink"),
        ("ff00ff", "pink"),
        ("ffa500", "orange"),
        ("8b4513", "brown"),
        ("ffff00", "yellow"),
        ("808000", "olive"),
        ("f5f5dc", "cream"),
        ("d2b48c", "beige"),
        ("00ff00", "green"),
        ("006400", "dark green"),
        ("90ee90", "light green"),
        ("008080", "turquoise"),
        ("87ceeb", "light blue"),
        ("4285f4", "blue"),
        ("5865f2", "blue"),
        ("000080", "dark blue"),
        ("800080", "purple"),
        ("708090", "greyish blue"),
        ("000000", "black"),
        ("313338", "dark grey"),
        ("808080", "grey"),
        ("dddddd", "light grey"),
        ("ffffff", "white"),
    ],
)
def test_colour_has_the_name_that_people_use(rgb: str, name: str) -> None:
    assert name_colour(*bytes.fromhex(rgb)) == name


def word(text: str, left: float, top: float, *, height: float = 20) -> Word:
    return Word(text=text, left=left, top=top, right=left + 10 * len(text), bottom=top + height)


def test_words_of_a_row_are_joined_from_the_left_and_wide_gaps_stay_wide() -> None:
    words = [word("far", 500, 1), word("Name:", 0, 0), word("Ada", 55, 2)]

    assert [line.text for line in arrange(words)] == ["Name: Ada    far"]


def test_table_is_read_across() -> None:
    words = [
        word(text, 300 * column, 40 * row)
        for row in range(4)
        for column, text in enumerate(("Tea", "3 euros"))
    ]

    assert arrange(words)[0].text == "Tea    3 euros"


def test_columns_below_a_title_are_read_one_after_the_other() -> None:
    title = word("A title that goes across the whole of the page, over both", 0, 0)
    columns = [word("a line of a column", x, 80 + 30 * y) for x in (0, 400) for y in range(4)]

    lines = arrange([title, *columns])

    assert len(lines) == 9
    assert lines[0].text == title.text


def test_line_numbers_of_an_editor_are_no_axis() -> None:
    words = [word(str(number), 0, 30 * number) for number in range(1, 9)]

    assert find_chart(words, (800, 600), colours=3) is None


def test_uneven_numbers_of_a_table_are_no_axis() -> None:
    words = [word(number, 0, 30 * row) for row, number in enumerate(("17", "9", "4", "1"))]

    assert find_chart(words, (800, 600), colours=3) is None


def test_running_text_can_neither_format_nor_call_nor_link() -> None:
    text = escape("**free** `x` <@1> @everyone [a](https://example.org)\n# title")

    assert "**" not in text
    assert "@everyone" not in text
    assert "<@" not in text
    assert "https://" not in text
    assert "\n" not in text


def test_block_can_not_be_closed_by_what_it_quotes() -> None:
    assert fence("a ``` b").count("```") == 2
    assert code("a `b` c") == "`a 'b' c`"


def test_turns_of_direction_and_control_characters_are_dropped() -> None:
    assert escape("a\u202eb\x07c") == "abc"


def test_long_text_is_cut_after_a_word() -> None:
    assert shorten("one two three", 9) == "one two…"
    assert shorten("one", 9) == "one"


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("the cat", 2), ("2026", 2), ("你好", 2), ("a, b", 3)]
)
def test_text_costs_about_what_a_tokenizer_says(text: str, tokens: int) -> None:
    assert text_tokens(text) == tokens


def test_exif_that_pretends_is_made_harmless() -> None:
    text = exif(Exif(camera="@everyone **X**", taken="2025-99-99T00:00"))

    assert "@everyone" not in text
    assert "**" not in text


def test_link_in_a_code_is_named_and_not_made_clickable() -> None:
    text = codes([Code(format="QR Code", text="https://example.org/`x`")])

    assert "a QR code in it that leads to `https://example.org/'x'`" in text
    assert "not opened" in text


def test_qr_code_is_found_and_read() -> None:
    zxingcpp = pytest.importorskip(
        "zxingcpp", reason="left out: the extra `offline` is not installed"
    )
    from PIL import Image

    barcode = zxingcpp.create_barcode("https://example.org/party", zxingcpp.BarcodeFormat.QRCode)
    drawn = zxingcpp.write_barcode_to_image(barcode, scale=8)
    picture = Image.frombytes("L", (drawn.shape[1], drawn.shape[0]), bytes(drawn)).convert("RGB")

    assert find_codes(picture) == (Code(format="QR Code", text="https://example.org/party"),)
    assert measure_picture(scenes.png(picture)).codes == find_codes(picture)


def test_transparent_picture_is_said_to_be_one() -> None:
    from PIL import Image

    assert measure_picture(scenes.png(Image.new("RGBA", (40, 40), (255, 0, 0, 0)))).has_transparency
    assert not measure_picture(
        scenes.png(Image.new("RGBA", (40, 40), (255, 0, 0, 255)))
    ).has_transparency
