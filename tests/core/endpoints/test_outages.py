"""What failures say of an endpoint, and what is worth a message to the operator."""

import pytest

from bot.core.answers.events import Failed, Failure
from bot.core.endpoints.circuit_breaker import LASTING, PASSING
from bot.core.endpoints.outages import (
    REPEATED_AFTER,
    NoticeThrottle,
    Outage,
    Restored,
    choose_failure,
    find_pause,
    find_requested_wait,
    is_of_a_model,
    may_another_help,
)

OF_THE_ENDPOINT = {
    Failure.UNREACHABLE,
    Failure.TIMED_OUT,
    Failure.OVERLOADED,
    Failure.SERVER_ERROR,
    Failure.BROKEN_STREAM,
    Failure.KEY_REJECTED,
    Failure.OUT_OF_BALANCE,
    Failure.FORBIDDEN,
    Failure.MODEL_UNKNOWN,
    Failure.NOT_AN_ENDPOINT,
}


@pytest.mark.parametrize("failure", list(Failure))
def test_another_endpoint_is_asked_unless_the_question_is_at_fault(
    failure: Failure,
) -> None:
    helps = OF_THE_ENDPOINT | {Failure.PARAMETER_UNSUPPORTED}

    assert may_another_help(Failed(failure=failure)) == (failure in helps)


@pytest.mark.parametrize("failure", list(Failure))
def test_circuit_counts_what_is_the_endpoints_own_fault(failure: Failure) -> None:
    assert (find_pause(Failed(failure=failure)) is not None) == (failure in OF_THE_ENDPOINT)


@pytest.mark.parametrize(
    "failure",
    [Failure.KEY_REJECTED, Failure.OUT_OF_BALANCE, Failure.MODEL_UNKNOWN, Failure.NOT_AN_ENDPOINT],
)
def test_failure_that_waits_for_a_person_lasts(failure: Failure) -> None:
    assert find_pause(Failed(failure=failure)) is LASTING


def test_failure_of_the_network_may_soon_be_over() -> None:
    assert find_pause(Failed(failure=Failure.UNREACHABLE)) is PASSING


def test_unknown_model_says_nothing_of_the_other_models_there() -> None:
    assert is_of_a_model(Failure.MODEL_UNKNOWN)
    assert not is_of_a_model(Failure.KEY_REJECTED)


@pytest.mark.parametrize(
    ("detail", "is_blind"),
    [
        ("image input is not supported - hint: you may need to provide the mmproj", True),
        ("gpt-oss is not a multimodal model", True),
        ("At most 0 image(s) may be provided in one request.", True),
        ("This model does not support image input.", True),
        ("The image could not be decoded.", False),
        ("Invalid image.", False),
    ],
)
def test_picture_goes_elsewhere_only_where_vision_is_missing(detail: str, is_blind: bool) -> None:
    assert may_another_help(Failed(failure=Failure.IMAGE_REJECTED, detail=detail)) == is_blind


@pytest.mark.parametrize(("seconds", "wait"), [(None, 0.0), (2.0, 0.0), (600.0, 600.0)])
def test_endpoint_is_left_alone_for_a_long_wait_only(seconds: float | None, wait: float) -> None:
    assert find_requested_wait(Failed(failure=Failure.OVERLOADED, retry_after=seconds)) == wait


def test_stand_ins_fault_does_not_hide_the_first_outage() -> None:
    first = Failed(failure=Failure.UNREACHABLE)

    assert choose_failure(first, Failed(failure=Failure.CONTEXT_TOO_LONG)) is first


@pytest.mark.parametrize("failure", [Failure.CONTENT_BLOCKED, Failure.OVERLOADED])
def test_last_failure_is_reported_where_it_says_as_much(failure: Failure) -> None:
    last = Failed(failure=failure)

    assert choose_failure(Failed(failure=Failure.UNREACHABLE), last) is last


# -- messages -----------------------------------------------------------------------------------


def outage(endpoint: str = "main", failure: Failure = Failure.OUT_OF_BALANCE) -> Outage:
    failed = Failed(failure=failure)
    return Outage(endpoint=endpoint, model="m", failed=failed, pause=300.0, is_new=True)


BACK = Restored(endpoint="main", model="m")


def test_outage_and_return_are_told_once() -> None:
    throttle = NoticeThrottle()

    due = [throttle.is_due(each, 0.0) for each in (outage(), outage(), BACK, BACK)]

    assert due == [True, False, True, False]


def test_flapping_endpoint_is_announced_once_an_hour() -> None:
    throttle = NoticeThrottle()
    throttle.is_due(outage(), 0.0)
    throttle.is_due(BACK, 1.0)

    soon = [throttle.is_due(outage(), 2.0), throttle.is_due(BACK, 3.0)]
    later = throttle.is_due(outage(), REPEATED_AFTER)

    assert soon == [False, False]
    assert later


def test_outage_of_another_cause_or_endpoint_is_told_at_once() -> None:
    throttle = NoticeThrottle()
    throttle.is_due(outage(), 0.0)

    assert throttle.is_due(outage(failure=Failure.KEY_REJECTED), 1.0)
    assert throttle.is_due(outage("backup"), 1.0)


def test_return_of_which_no_outage_was_told_is_no_news() -> None:
    assert not NoticeThrottle().is_due(BACK, 0.0)
