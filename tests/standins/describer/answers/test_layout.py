"""The reading order of words."""

from bot.standins.describer.answers.layout import arrange
from bot.standins.describer.findings import Word


def word(text: str, left: float, top: float, *, height: float = 20) -> Word:
    return Word(text=text, left=left, top=top, right=left + 10 * len(text), bottom=top + height)


def test_row_keeps_its_wide_gaps() -> None:
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
