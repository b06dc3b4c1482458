"""Where pages end."""

import re

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from bot.core.display import page_breaks
from tests.core.display.samples import FAMILY, FLAG, footers, lay_out, things, thorough, words


@thorough
@given(st.lists(st.one_of(words, things), max_size=200).map(" ".join), footers)
def test_prose_never_breaks_within_a_cluster_or_a_link(text: str, footer: str) -> None:
    edges = {page.end for page in lay_out(text, footer)}

    clusters = {found.start() for found in regex.finditer(r"\X", text)} | {len(text)}
    links = [found.span() for found in re.finditer(r"<[^>]+>|\[[^\]]+\]\(\S+\)|https?://\S+", text)]
    assert edges <= clusters
    assert not [edge for edge in edges for start, end in links if start < edge < end]


clusters = st.sampled_from(
    [FAMILY, FLAG, "👍🏽", "é", "e\u0301", "각", "नि", "日", "\u1100\u1161", "1️⃣"]
)


@thorough
@given(st.lists(clusters, min_size=1, max_size=60).map("".join), st.integers(1, 60), footers)
def test_pages_of_text_without_spaces_never_end_within_a_cluster(
    piece: str, times: int, footer: str
) -> None:
    text = piece * times

    edges = {page.end for page in lay_out(text, footer)}

    assert edges <= {found.start() for found in regex.finditer(r"\X", text)} | {len(text)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "a" * 1500 + "\n\n", "b" * 400 + "\n" + "c" * 400, id="blank-line-before-line-end"
        ),
        pytest.param(
            "a" * 1500 + "\n", "b" * 300 + ". " + "c" * 400, id="line-end-before-sentence"
        ),
        pytest.param("a " * 700 + "end.", " b" * 400, id="sentence-before-space"),
        pytest.param("a" * 1500 + " ", "b" * 1500, id="space-before-letters"),
        pytest.param(
            "a" * 1200 + "\n", "```py\n" + "x = 1\n" * 200 + "```", id="before-a-code-block"
        ),
        pytest.param(
            "a " * 900, "[text](https://example.org/" + "b" * 300 + ")", id="before-a-link"
        ),
        pytest.param("a" * 1900, "https://example.org/" + "b" * 300, id="before-an-address"),
        pytest.param("a" * 1975, "<@123456789012345678> and so on", id="before-a-mention"),
        pytest.param("a" * 1980, FAMILY + " and so on", id="before-a-cluster"),
        pytest.param("a" * 1985, FLAG + " and so on", id="between-flags"),
        pytest.param("a" * 1985, "```py\ncode\n```", id="before-a-fence-that-straddles"),
        pytest.param(
            "a" * 1200 + "\n",
            "||```py\n" + "x = 1\n" * 200 + "```||",
            id="before-code-in-a-spoiler",
        ),
        pytest.param("a" * 1500 + "\r\n", "b c " * 400, id="line-end-of-two-characters"),
        pytest.param("a " * 993, "||a secret of some length|| and so on", id="before-a-spoiler"),
        pytest.param(
            "a" * 1200 + "\n```\n" + "x\n" * 200 + "```\n", "b" * 600, id="after-a-code-block"
        ),
    ],
)
def test_a_page_ends_at_the_best_place(before: str, after: str) -> None:
    pages = lay_out(before + after)

    assert pages[0].content == before.rstrip()


def test_a_run_of_fences_is_cut_between_them() -> None:
    pages = lay_out("`" * 10_000)

    assert {page.start % 3 for page in pages} == {0}


def test_five_thousand_newlines_stay_with_the_page_before() -> None:
    pages = lay_out("first" + "\n" * 5_000 + "second")

    assert [page.content for page in pages] == ["first", "second"]


odd = st.sampled_from(
    [
        "🇩",
        "🇪",
        "\u0301",
        "\u200d",
        "👨",
        "\u0903",
        "\u1100",
        "\u1161",
        "\r",
        "\n",
        "a",
        "。",
    ]
)


@thorough
@given(st.lists(odd, max_size=60).map("".join))
def test_clusters_are_those_of_unicode(text: str) -> None:
    """Flags are paired by a rule of our own: Unicode's, as `regex` has it, took seconds."""
    boundaries = [at for at in range(len(text)) if page_breaks.is_boundary(text, at, since=0)]

    assert boundaries == [found.start() for found in regex.finditer(r"\X", text)]


@pytest.mark.parametrize("unit", ["🇩", "。\u0301", "👨\u200d", "e\u0301"], ids=ascii)
def test_clusters_of_a_page_are_found_once(unit: str) -> None:
    """A run of 32,000 flag letters blocked the loop for seconds, an accent after each full stop
    for one: each question about a boundary went through the page again.
    """
    page_breaks._boundaries.cache_clear()

    pages = lay_out(unit * (32_000 // len(unit)))

    assert page_breaks._boundaries.cache_info().misses <= 2 * len(pages)
