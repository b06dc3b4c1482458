"""Citations become numbers, sources are listed once, and no other text is lost or changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers.citations import PATIENCE, CitationInserter, clean_url
from bot.core.answers.events import Cited

PAGE = "https://www.example.com/story?id=7&utm_source=openai"
LINK = f"([example.com]({PAGE}))"
ONE = "([1](<https://www.example.com/story?id=7>))"


def cited(text: str, slice_: str, *, url: str = PAGE, title: str = "A story") -> Cited:
    """A citation of the last such slice in the text so far."""
    start = text.rindex(slice_)
    return Cited(url=url, title=title, start=start, end=start + len(slice_))


def test_cited_link_becomes_a_number_with_the_clean_address() -> None:
    inserter, text = CitationInserter(), f"It rained. {LINK}"

    before = inserter.add(text)
    after = inserter.cite(cited(text, LINK))

    assert before == "It rained. "
    assert after == ONE
    (source,) = inserter.sources
    assert (source.number, source.host, source.title) == (1, "example.com", "A story")


def test_offsets_count_code_points_whatever_was_replaced_before_them() -> None:
    first, second = f"☂️🌧 rain {LINK}", f" and 🌞 sun {LINK}"
    inserter = CitationInserter()

    shown = inserter.add(first)
    shown += inserter.cite(cited(first, LINK))
    shown += inserter.add(second)
    shown += inserter.cite(cited(first + second, LINK))

    assert shown == f"☂️🌧 rain {ONE} and 🌞 sun {ONE}"
    assert len(inserter.sources) == 1


def test_uncited_link_is_shown_as_it_is_in_the_end() -> None:
    inserter = CitationInserter()

    held = inserter.add(f"See {LINK}")
    shown = inserter.add("." * (PATIENCE + 1))

    assert held == "See "
    assert shown == LINK + "." * (PATIENCE + 1)


def test_citation_that_comes_too_late_is_only_listed() -> None:
    inserter, text = CitationInserter(), f"See {LINK}" + "." * (PATIENCE + 1)
    inserter.add(text)

    shown = inserter.cite(cited(text, LINK))

    assert shown == ""
    assert [source.number for source in inserter.sources] == [1]


def test_citation_of_a_sentence_puts_the_number_behind_it() -> None:
    inserter, text = CitationInserter(), "It rained."

    inserter.cite(cited(text, "It rained."))
    shown = inserter.add(text) + inserter.finish()

    assert shown == f"It rained. {ONE}"


def test_citation_without_a_place_is_only_listed() -> None:
    inserter = CitationInserter()

    shown = inserter.add("It rained.") + inserter.cite(Cited(url=PAGE))

    assert shown == "It rained."
    assert inserter.sources[0].host == "example.com"


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://a.example/x?utm_source=openai", "https://a.example/x"),
        ("https://a.example/x?id=1&utm_medium=m&gclid=2", "https://a.example/x?id=1"),
        ("https://a.example/x?q=a+b%20c", "https://a.example/x?q=a+b%20c"),
        ("https://a.example/x#:~:text=rain", "https://a.example/x"),
        ("https://a.example/x#part", "https://a.example/x#part"),
        ("https://a.example/a_(b)", "https://a.example/a_%28b%29"),
        ("https://a.example/<b>", "https://a.example/%3Cb%3E"),
        ("javascript:alert(1)", ""),
        ("https://bank.example@evil.example/", ""),
        ("https://[::1", ""),
        ("https://a.example/" + "x" * 2_000, ""),
        ("", ""),
    ],
)
def test_address_is_cleaned_of_trackers_and_breaking_characters(url: str, clean: str) -> None:
    assert clean_url(url) == clean


@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from([LINK, "([", "[a](https://x.example/", ")", "))", "[b]", "("]),
        ),
        max_size=12,
    )
)
def test_text_without_citations_comes_out_whole_and_in_order(pieces: list[str]) -> None:
    inserter = CitationInserter()

    shown = "".join(inserter.add(piece) for piece in pieces) + inserter.finish()

    assert shown == "".join(pieces)


@given(st.lists(st.sampled_from(["Rain. ", "🌧", LINK]), max_size=12), st.integers(1, 40))
def test_any_split_of_the_text_gives_the_same_numbers(pieces: list[str], size: int) -> None:
    text = "".join(pieces)
    inserter, shown = CitationInserter(), ""
    for at in range(0, len(text), size):
        shown += inserter.add(text[at : at + size])
        done = text[: at + size]
        if done.endswith(LINK):
            shown += inserter.cite(cited(done, LINK))
    shown += inserter.finish()

    assert shown.replace(ONE, LINK) == text


def test_link_that_never_closes_is_not_held_back() -> None:
    inserter = CitationInserter()

    shown = inserter.add("[" + "x" * 10_000)

    assert len(shown) > 7_000
