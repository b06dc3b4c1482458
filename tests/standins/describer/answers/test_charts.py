"""Signs of a chart, and what only looks like one."""

from bot.standins.describer.answers.charts import find_chart
from bot.standins.describer.findings import Word


def word(text: str, left: float, top: float, *, height: float = 20) -> Word:
    return Word(text=text, left=left, top=top, right=left + 10 * len(text), bottom=top + height)


def test_line_numbers_of_an_editor_are_no_axis() -> None:
    words = [word(str(number), 0, 30 * number) for number in range(1, 9)]

    assert find_chart(words, (800, 600), colours=3) is None


def test_uneven_numbers_of_a_table_are_no_axis() -> None:
    words = [word(number, 0, 30 * row) for row, number in enumerate(("17", "9", "4", "1"))]

    assert find_chart(words, (800, 600), colours=3) is None
