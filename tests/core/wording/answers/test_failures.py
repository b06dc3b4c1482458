from collections.abc import Callable

import pytest

from bot.core import wording
from bot.core.answers.events import Failure


@pytest.mark.parametrize("failure", list(Failure))
@pytest.mark.parametrize("say", [wording.failed, wording.cut])
def test_failure_names_its_incident_and_no_operators_affairs(
    failure: Failure, say: Callable[..., str]
) -> None:
    sentence = say(failure, incident="a1b2c3")

    assert sentence.endswith("(a1b2c3)")
    for secret in (
        "key",
        "balance",
        "401",
        "402",
        "403",
        "404",
        "account",
        "endpoint",
        "parameter",
    ):
        assert secret not in sentence.lower()


@pytest.mark.parametrize(
    "failure",
    [
        Failure.KEY_REJECTED,
        Failure.OUT_OF_BALANCE,
        Failure.FORBIDDEN,
        Failure.MODEL_UNKNOWN,
        Failure.NOT_AN_ENDPOINT,
        Failure.PARAMETER_UNSUPPORTED,
        Failure.BAD_REQUEST,
    ],
)
def test_failure_for_the_operator_says_that_it_is_noted(failure: Failure) -> None:
    assert "noted it for the operator" in wording.failed(failure, incident="a1b2c3")
    assert "try again" not in wording.failed(failure, incident="a1b2c3")


def test_every_failure_has_its_own_advice_for_the_operator() -> None:
    assert len({wording.operator_advice(failure) for failure in Failure}) == len(Failure)
