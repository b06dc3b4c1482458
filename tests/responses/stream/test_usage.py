"""Reports of usage: what can't be true is not believed, and neither is the rest of such a report."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers.events import Completed, PicturesCounted, Usage
from bot.responses.stream.usage import MOST_TOKENS, read_counted, read_usage
from tests.responses.stream.frames import delta, end, read

TRUE: dict[str, Any] = {
    "input_tokens": 70,
    "input_tokens_details": {"cached_tokens": 30},
    "output_tokens": 50,
    "output_tokens_details": {"reasoning_tokens": 20},
    "total_tokens": 120,
}
counts = st.integers(min_value=0, max_value=1_000_000)
numbers = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
details = st.one_of(
    st.none(), st.dictionaries(st.sampled_from(["cached_tokens", "reasoning_tokens"]), numbers)
)
UNTRUE = [
    pytest.param(1e30, id="astronomic"),
    pytest.param(MOST_TOKENS + 1, id="more than any answer uses"),
    pytest.param(0.5, id="half a token"),
    pytest.param(-1, id="negative"),
    pytest.param("50", id="text"),
    pytest.param(True, id="bool"),
    pytest.param(float("nan"), id="not a number"),
    pytest.param(float("inf"), id="infinite"),
    pytest.param([50], id="a list"),
]


@pytest.mark.parametrize("name", ["input_tokens", "output_tokens", "total_tokens"])
@pytest.mark.parametrize("number", UNTRUE)
def test_one_untrue_number_discredits_the_whole_report(name: str, number: object) -> None:
    """The other numbers were taken as true, and the answer was charged without a mark."""
    assert read_usage(TRUE | {name: number}) is None


@pytest.mark.parametrize("number", UNTRUE)
def test_untrue_detail_discredits_the_whole_report(number: object) -> None:
    assert read_usage(TRUE | {"input_tokens_details": {"cached_tokens": number}}) is None
    assert read_usage(TRUE | {"output_tokens_details": {"reasoning_tokens": number}}) is None


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param({"total_tokens": 119}, id="total below its parts"),
        pytest.param({"input_tokens_details": {"cached_tokens": 71}}, id="cached above input"),
        pytest.param(
            {"output_tokens_details": {"reasoning_tokens": 51}}, id="reasoning above output"
        ),
    ],
)
def test_numbers_that_contradict_each_other_are_not_believed(claim: dict[str, Any]) -> None:
    assert read_usage(TRUE | claim) is None


def test_thinking_that_only_the_total_reports_is_output() -> None:
    """It was left out: of 400 tokens, 120 were charged."""
    usage = read_usage(TRUE | {"total_tokens": 400, "output_tokens_details": None})

    assert usage == Usage(input_tokens=70, output_tokens=330, cached_tokens=30)


def test_reasoning_may_exceed_output_that_leaves_it_out() -> None:
    report = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 215,
        "completion_tokens_details": {"reasoning_tokens": 200},
    }

    assert read_usage(report) == Usage(input_tokens=10, output_tokens=205, reasoning_tokens=200)


@given(given_=counts, made=counts, thought=counts)
def test_believed_report_adds_up_to_its_total(given_: int, made: int, thought: int) -> None:
    total = given_ + made + thought

    usage = read_usage({"input_tokens": given_, "output_tokens": made, "total_tokens": total})

    assert (0 if usage is None else usage.total_tokens) == total


@given(
    st.dictionaries(
        st.sampled_from(["input_tokens", "output_tokens", "total_tokens", "prompt_tokens"]), numbers
    ),
    details,
    details,
)
def test_whatever_is_believed_can_be_true(
    report: dict[str, Any], cached: dict[str, Any] | None, reasoning: dict[str, Any] | None
) -> None:
    usage = read_usage(
        report | {"input_tokens_details": cached, "output_tokens_details": reasoning}
    )

    if usage is not None:
        assert 0 <= usage.cached_tokens <= usage.input_tokens
        assert 0 <= usage.reasoning_tokens <= usage.output_tokens
        assert 0 < usage.total_tokens <= MOST_TOKENS


def test_chats_last_report_counts_even_if_untrue() -> None:
    """An earlier chunk's numbers were charged in its place, without a mark."""
    chunks = [
        {"choices": [{"delta": {"content": "x"}}], "usage": {"prompt_tokens": 7}},
        {"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": -7}},
    ]

    events = read(*(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks))

    assert events[-1] == Completed(usage=None)


def test_untrue_report_in_a_stream_is_none() -> None:
    assert read(delta("x"), end(usage=TRUE | {"output_tokens": 0.5}))[-1] == Completed(usage=None)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"input_tokens": 0, "output_tokens": 0},
        {"input_tokens": None},
        "many",
        [1],
        {"input_tokens": 9, "output_tokens": 0.5},
        {"input_tokens": 9, "output_tokens": 272, "total_tokens": 280},
        {"input_tokens": 9, "output_tokens": 1, "input_tokens_details": {"image_tokens": 10}},
    ],
)
def test_pictures_usage_of_nothing_or_nonsense_is_none(value: Any) -> None:
    assert read_counted(value) is None


def test_pictures_usage_without_details_is_all_text() -> None:
    counted = read_counted({"input_tokens": 9, "output_tokens": 272})

    assert counted == PicturesCounted(text_tokens=9, image_tokens=0, output_tokens=272)
