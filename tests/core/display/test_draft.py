"""The pages of an answer: nothing lost, nothing rewritten, nothing torn."""

import itertools
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.display.draft import PAGE_LIMIT, Draft, Page, units
from tests.core.display.samples import (
    FAMILY,
    FLAG,
    footers,
    lay_out,
    seen_of,
    things,
    thorough,
    words,
)

spaces = st.sampled_from(
    [" ", " ", " ", "\n", "\n\n", "\n\n\n", "\t", "   ", "\r\n", "\u200b", "\u3000"]
)
marks = st.sampled_from(
    [
        "`",
        "``",
        "```",
        "````",
        "||",
        "|",
        "**",
        "*",
        "_",
        "__",
        "~~",
        "\\",
        "<",
        "[",
        "](",
        ")",
        ">",
        "-# ",
    ]
)
blocks = st.builds(
    "\n```{}\n{}\n```\n".format,
    st.sampled_from(["", "py", "c++", "objective-c"]),
    st.lists(
        st.sampled_from(["def f(x):", "    return x", "", "x = 'y' * 40", "\tdeep"]),
        min_size=1,
        max_size=60,
    )
    .map("\n".join)
    .filter(str.strip),
)
long_lines = st.builds(
    lambda piece, times: piece * times,
    st.sampled_from(["a", "ab ", "é", "👍", "。"]),
    st.integers(1, 2500),
)
runs = st.builds(lambda piece, times: piece * times, st.one_of(spaces, marks), st.integers(1, 2500))


def texts(*pieces: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*pieces), max_size=60).map("".join)


any_text = texts(
    words, words, spaces, marks, things, blocks, long_lines, runs, st.text(max_size=30)
)
tidy_text = st.lists(st.one_of(words, things, blocks), max_size=120).map(" ".join)


def split(text: str, cuts: list[int]) -> list[str]:
    places = sorted({cut % (len(text) + 1) for cut in cuts})
    return [text[a:b] for a, b in itertools.pairwise([0, *places, len(text)])]


def has_open_block(content: str) -> bool:
    """Read as Discord does: escapes, then blocks, then code in a line, else one character on."""
    rules = (r"\\[^\w\s]", r"```.*?```", r"(`+)(?!`)[^\n]*?[^`\n]\1(?!`)")
    rule = re.compile("|".join(f"(?:{one})" for one in rules), re.DOTALL)
    return "```" in rule.sub("", content)


@thorough
@given(any_text, footers)
def test_pages_of_any_text_hold_all_of_it_in_order(text: str, footer: str) -> None:
    pages = lay_out(text, footer)

    assert "".join(text[page.start : page.end] for page in pages) == (text if seen_of(text) else "")
    assert all(page.is_closed for page in pages)


@thorough
@given(any_text, footers)
def test_pages_of_any_text_are_small_enough_and_never_blank(text: str, footer: str) -> None:
    for page in lay_out(text, footer):
        assert len(page.content.encode("utf-16-le")) // 2 <= PAGE_LIMIT
        assert seen_of(page.content)
        assert page.start == page.end or seen_of(text[page.start : page.end])


@thorough
@given(any_text)
def test_every_visible_character_is_sent_on_its_own_page(text: str) -> None:
    for page in lay_out(text):
        assert seen_of(text[page.start : page.end]) in seen_of(page.content)


@thorough
@given(any_text, footers, st.lists(st.integers(0, 10_000), max_size=25))
def test_deltas_however_split_give_the_same_final_pages(
    text: str, footer: str, cuts: list[int]
) -> None:
    draft = Draft()
    for delta in split(text, cuts):
        draft.add(delta)
        draft.pages()
    draft.finish(footer)

    assert draft.text == text
    assert draft.pages() == lay_out(text, footer)


@thorough
@given(any_text, footers, st.lists(st.integers(0, 10_000), max_size=25))
def test_a_closed_page_never_changes_as_text_arrives(
    text: str, footer: str, cuts: list[int]
) -> None:
    draft = Draft()
    closed: tuple[Page, ...] = ()
    for delta in split(text, cuts):
        draft.add(delta)
        pages = draft.pages()
        assert pages[: len(closed)] == closed
        closed = tuple(page for page in pages if page.is_closed)
        assert len(pages) - len(closed) <= 1
    draft.finish(footer)

    assert draft.pages()[: len(closed)] == closed


@thorough
@given(any_text, st.lists(st.integers(0, 10_000), max_size=25))
def test_open_page_is_small_enough_and_in_order(text: str, cuts: list[int]) -> None:
    draft = Draft()
    for delta in split(text, cuts):
        draft.add(delta)
        for page in draft.pages():
            assert units(page.content) <= PAGE_LIMIT
            assert seen_of(page.content)
            assert seen_of(text[page.start : page.end]) in seen_of(page.content)


@thorough
@given(tidy_text, footers)
def test_pages_of_a_tidy_answer_have_closed_blocks(text: str, footer: str) -> None:
    assert not [page for page in lay_out(text, footer) if has_open_block(page.content)]


@thorough
@given(tidy_text, st.lists(st.integers(0, 10_000), max_size=25))
def test_open_page_of_a_tidy_answer_has_closed_blocks(text: str, cuts: list[int]) -> None:
    draft = Draft()
    for delta in split(text, cuts):
        draft.add(delta)
        assert not [page for page in draft.pages() if has_open_block(page.content)]


def test_a_short_answer_is_one_page_as_written() -> None:
    assert lay_out("A **cat**, asleep.") == (
        Page(start=0, end=18, content="A **cat**, asleep.", is_closed=True),
    )


@pytest.mark.parametrize("text", ["", " ", "\n" * 5_000, "\u200b\n\u3000"])
def test_an_answer_without_anything_visible_has_no_page(text: str) -> None:
    assert lay_out(text) == ()
    assert lay_out(text, "-# footer") == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 10_000, id="one-long-line"),
        pytest.param("https://example.org/" + "a" * 3_000, id="long-address"),
        pytest.param("a" + "\u0301" * 4_000, id="combining-marks"),
        pytest.param("`" * 10_000, id="backticks"),
        pytest.param("` `` " * 2_000, id="backticks-in-turn"),
        pytest.param("|" * 10_000, id="pipes"),
        pytest.param("||a" * 3_000, id="spoilers"),
        pytest.param("[" * 10_000, id="brackets"),
        pytest.param("[a](" * 2_500, id="half-links"),
        pytest.param("<" * 10_000, id="angles"),
        pytest.param("*" * 10_000, id="stars"),
        pytest.param("**a _b " * 1_500, id="openers"),
        pytest.param("\\" * 10_000, id="backslashes"),
        pytest.param(FLAG * 2_000, id="flags"),
        pytest.param(FAMILY * 900, id="families"),
        pytest.param("\U0001f600" * 5_000, id="astral"),
        pytest.param("```" + "\n" * 5_000 + "x", id="newlines-in-code"),
        pytest.param("```\n" + " " * 5_000 + "x\n" * 3_000, id="spaces-in-code"),
        pytest.param("http" * 3_000, id="almost-addresses"),
        pytest.param(" \u0308" * 3_000, id="marks-on-spaces"),
        pytest.param("||" + "```\nx\n```" * 900, id="code-in-a-spoiler"),
    ],
)
def test_a_hostile_text_is_laid_out_whole_and_quickly(text: str) -> None:
    started = time.process_time()
    draft = Draft()
    for delta in split(text, list(range(0, len(text), 100))):
        draft.add(delta)
        draft.pages()
    draft.finish("-# footer")
    pages = draft.pages()

    assert time.process_time() - started < 1.5  # seconds, for a hundred layouts on a busy machine
    assert "".join(text[page.start : page.end] for page in pages) == text
    assert all(units(page.content) <= PAGE_LIMIT for page in pages)
    assert all(seen_of(text[page.start : page.end]) for page in pages)
    assert pages == lay_out(text, "-# footer")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Look:\n```", "Look:"),
        ("Look:\n``", "Look:"),
        ("Look:\n```pyth", "Look:"),
        ("Look:\n```python\n  ", "Look:"),
        ("Look:\n```python\nx = 1", "Look:\n```python\nx = 1\n```"),
        ("Look:\n```python\nx = 1\n``", "Look:\n```python\nx = 1\n```"),
        ("Look:\n```python\nx = 1\n```", "Look:\n```python\nx = 1\n```"),
        ("Look:\n||```py\n", "Look:"),
        ("It is ||se", "It is ||se||"),
        ("It is ||secret|", "It is ||secret||"),
        ("It is |", "It is"),
        ("use `foo", "use `foo`"),
        ("a **bold", "a **bold**"),
        ("at <t:17000", "at"),
        ("see [text](https://exam", "see"),
        ("see https://exam", "see"),
        ("a family: 👩\u200d", "a family: 👩"),
        ("flags: 🇩🇪🇫", "flags: 🇩🇪"),
        ("2 * 3 and snake_case", "2 * 3 and snake_case"),
        ("half \ud83d", "half"),
    ],
)
def test_a_text_in_mid_stream_shows_nothing_wrong(text: str, shown: str) -> None:
    draft = Draft()
    draft.add(text)

    assert [page.content for page in draft.pages()] == [shown]


def test_what_was_held_back_is_shown_at_the_end() -> None:
    assert lay_out("either | or |")[0].content == "either | or |"
    assert lay_out("see https://exam")[0].content == "see https://exam"


def test_halves_of_a_character_in_two_deltas_are_joined() -> None:
    draft = Draft()
    draft.add("ok \ud83d")
    draft.add("\ude00!")
    draft.finish()

    assert draft.text == "ok 😀!"


def test_half_a_character_that_stays_alone_is_replaced() -> None:
    draft = Draft()
    draft.add("ok \ud83d")
    draft.finish()

    assert draft.pages()[0].content == "ok \ufffd"


def test_a_finished_draft_takes_no_more() -> None:
    draft = Draft()
    draft.finish()

    with pytest.raises(ValueError, match="finished"):
        draft.add("more")


def test_a_footer_follows_on_a_line_of_its_own() -> None:
    assert lay_out("Yes.\n\n", "-# model")[0].content == "Yes.\n-# model"


def test_a_footer_stands_after_the_fence_that_the_model_forgot() -> None:
    assert lay_out("```py\nx = 1", "-# model")[0].content == "```py\nx = 1\n```\n-# model"


def test_footer_that_does_not_fit_takes_words_along() -> None:
    pages = lay_out("word " * 395, "-# " + "f" * 300)

    assert [len(pages), pages[1].content.startswith("word word")] == [2, True]
    assert pages[1].content.endswith("word\n-# " + "f" * 300)


def test_footer_stands_alone_only_after_uncuttable_text() -> None:
    address = "https://example.org/" + "a" * 1_960

    pages = lay_out(address, "-# footer of some length")

    assert [page.content for page in pages] == [address, "-# footer of some length"]


@pytest.mark.parametrize("length", range(1960, 2010, 3))
def test_a_footer_appears_once_whatever_the_length_of_the_answer(length: int) -> None:
    pages = lay_out("a" * length, "-# footer")

    assert [page.content.count("-# footer") for page in pages][-1] == 1
    assert sum(page.content.count("a") for page in pages) == length


def test_finished_draft_takes_nothing_more() -> None:
    draft = Draft()
    draft.finish()

    assert draft.is_blank
    with pytest.raises(ValueError, match="finished"):
        draft.add("more")
    with pytest.raises(ValueError, match="finished"):
        draft.finish()
