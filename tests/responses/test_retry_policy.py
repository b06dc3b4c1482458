"""Whether an endpoint is asked again, and after how long."""

from collections.abc import Mapping

import pytest

from bot.core.answers.events import Failed, Failure
from bot.responses.endpoint import EndpointSettings
from bot.responses.retry_policy import can_ask_again, find_retry_wait, read_advice, read_retry_after

SETTINGS = EndpointSettings(base_url="http://127.0.0.1/v1", model="m")
DATE = "Sat, 28 Nov 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("failure", "elapsed", "advice", "answer"),
    [
        pytest.param(Failure.OVERLOADED, 1.0, None, True, id="a passing trouble"),
        pytest.param(Failure.OVERLOADED, 1.0, False, False, id="the endpoint advises against it"),
        pytest.param(Failure.TIMED_OUT, 1.0, None, True, id="a gateway's 504 at once"),
        pytest.param(Failure.TIMED_OUT, 100.0, None, False, id="524 after the work may be done"),
        pytest.param(Failure.SERVER_ERROR, 45.0, None, False, id="502 after the work may be done"),
        pytest.param(Failure.SERVER_ERROR, 45.0, True, False, id="the same, whatever is advised"),
        pytest.param(Failure.BAD_REQUEST, 1.0, None, False, id="a mistake"),
        pytest.param(Failure.BAD_REQUEST, 1.0, True, True, id="a mistake that is said to pass"),
        pytest.param(Failure.OUT_OF_BALANCE, 1.0, True, False, id="money does not come by asking"),
        pytest.param(Failure.KEY_REJECTED, 1.0, True, False, id="nor does a key"),
    ],
)
def test_question_is_asked_again_only_where_it_may_help(
    failure: Failure, elapsed: float, advice: bool | None, answer: bool
) -> None:
    failed = Failed(failure=failure)

    assert can_ask_again(failed, elapsed=elapsed, advice=advice, settings=SETTINGS) is answer


@pytest.mark.parametrize(("wait", "answer"), [(0.0, True), (20.0, True), (20.1, False)])
def test_endpoint_that_wants_a_longer_wait_is_not_asked_again(wait: float, answer: bool) -> None:
    failed = Failed(failure=Failure.OVERLOADED, retry_after=wait)

    assert can_ask_again(failed, elapsed=0.0, advice=None, settings=SETTINGS) is answer


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "Retry-After": "3"}, 0.25),
        ({"retry-after-ms": "soon", "Retry-After": "3"}, 3.0),
        ({"Retry-After": "Sat, 28 Nov 2026 00:00:07 GMT", "Date": DATE}, 7.0),
        ({"Retry-After": "Fri, 27 Nov 2026 23:59:00 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Sat, 28 Nov 2026 00:00:07 GMT"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "99999999999999999999"}, 1e9),
        ({"Retry-After": "inf"}, 1e9),
        ({"Retry-After": "Sat, 28 Nov 99999 00:00:00 GMT", "Date": DATE}, None),
    ],
)
def test_wait_is_what_the_headers_name(headers: Mapping[str, str], wait: float | None) -> None:
    assert read_retry_after(headers) == wait


@pytest.mark.parametrize(
    ("value", "advice"), [("true", True), ("False", False), ("1", None), ("", None)]
)
def test_advice_is_a_word_of_the_endpoints_own(value: str, advice: bool | None) -> None:
    assert read_advice({"x-should-retry": value}) is advice


@pytest.mark.parametrize(
    ("attempt", "chance", "wait"),
    [(1, 0.0, 0.5), (2, 0.0, 1.0), (9, 0.0, 8.0), (1, 0.8, 0.4)],
)
def test_wait_not_named_by_the_endpoint_grows_to_a_bound(
    attempt: int, chance: float, wait: float
) -> None:
    failed = Failed(failure=Failure.SERVER_ERROR)

    assert find_retry_wait(failed, attempt=attempt, chance=chance) == pytest.approx(wait)


def test_wait_is_never_shorter_than_the_endpoint_asks() -> None:
    failed = Failed(failure=Failure.OVERLOADED, retry_after=2.0)

    assert find_retry_wait(failed, attempt=1, chance=0.9) >= 2.0
