"""Markup that goes over the end of a page: closed there, and opened again on the next."""

import re

import pytest

from bot.core.display.draft import Draft
from tests.core.display.samples import lay_out, seen_of


def test_code_over_a_page_is_reopened_with_language_and_indentation() -> None:
    text = "```python\n" + "    indented = 'line'\n" * 300 + "```"

    pages = lay_out(text)

    assert len(pages) == 4
    assert all(page.content.startswith("```python\n    indented") for page in pages)
    assert all(page.content.endswith("'line'\n```") for page in pages)


def test_closing_fence_that_misses_the_page_leaves_no_empty_block() -> None:
    line = "x" * 48 + "\n"
    for length in range(1950, 1995):
        body = (line * 50)[: length - 6].rstrip("\n")

        pages = lay_out("```py\n" + body + "\n```\nafter")

        assert not [page for page in pages if re.search(r"```(py)?\s*```", page.content)]


def test_a_spoiler_over_a_page_is_closed_and_reopened() -> None:
    pages = lay_out("The killer is ||" + "the butler " * 300 + "indeed|| as you saw.")

    assert [page.content.count("||") for page in pages] == [2, 2]
    assert pages[0].content.endswith("||")
    assert pages[1].content.startswith("||")


@pytest.mark.parametrize("text", ["a || b " * 500, "x||y " * 500, "| a | b |\n" * 400])
def test_pipes_that_hide_nothing_are_not_closed_or_reopened(text: str) -> None:
    pages = lay_out(text)

    assert "".join(seen_of(page.content) for page in pages) == seen_of(text)


def test_bold_text_over_a_page_is_closed_and_reopened() -> None:
    pages = lay_out("**" + "loud " * 500 + "end**")

    assert pages[0].content.endswith("loud**")
    assert pages[1].content.startswith("**loud")


def test_mark_that_its_line_does_not_close_stays() -> None:
    pages = lay_out("**never closed " + "a" * 1500 + "\n" + "b" * 900)

    assert [page.content[:3] + page.content[-3:] for page in pages] == ["**naaa", "bbbbbb"]


def test_mark_is_not_reopened_beside_another() -> None:
    pages = lay_out("**" + "a" * 1983 + " **b " + "c" * 50)

    assert pages[1].content.startswith("**b")


def test_inline_code_over_pages_is_closed_and_reopened() -> None:
    text = f"Look: `{'word ' * 900}` and go on."
    draft = Draft()
    draft.add(text)
    draft.finish()

    pages = draft.pages()

    assert "".join(text[page.start : page.end] for page in pages) == text
    assert len(pages) == 3
    assert all(page.content.count("`") == 2 for page in pages)
