"""A circuit: when it opens, for how long, and who may try again."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.core.endpoints.circuit_breaker import (
    FAILURES_ALLOWED,
    LASTING,
    PASSING,
    WINDOW,
    Breaker,
    CircuitState,
    Pause,
    Ticket,
)


def failed(breaker: Breaker, *times: float, pause: Pause = PASSING) -> Breaker:
    """Ask and fail at each of these times."""
    for now in times:
        breaker, ticket = breaker.begin(now)
        breaker = breaker.fail(ticket, now, pause=pause)
    return breaker


def opened(pause: Pause = LASTING) -> Breaker:
    """Opened at 0, by a failure that lasts, or by three in a row."""
    return (
        failed(Breaker(), 0.0, 0.0, 0.0, pause=pause)
        if pause is PASSING
        else failed(Breaker(), 0.0, pause=pause)
    )


def test_new_circuit_is_closed_and_permits_everybody() -> None:
    assert Breaker().state(0.0) is CircuitState.CLOSED
    assert Breaker().permits(0.0)


def test_failures_in_a_row_open_the_circuit() -> None:
    nearly = failed(Breaker(), *[0.0] * FAILURES_ALLOWED)

    breaker = failed(nearly, 1.0)

    assert nearly.permits(1.0)
    assert breaker.state(1.0) is CircuitState.OPEN
    assert not breaker.permits(1.0 + PASSING.first - 0.01)
    assert breaker.state(1.0 + PASSING.first) is CircuitState.HALF_OPEN


def test_failures_that_are_older_than_the_window_do_not_count() -> None:
    breaker = failed(Breaker(), 0.0, 1.0, WINDOW + 1.5)

    assert breaker.state(WINDOW + 1.5) is CircuitState.CLOSED


def test_success_between_failures_begins_the_count_anew() -> None:
    breaker, ticket = failed(Breaker(), 0.0, 1.0).begin(2.0)

    breaker = failed(breaker.succeed(ticket), 3.0, 4.0)

    assert breaker.state(4.0) is CircuitState.CLOSED


def test_failure_that_lasts_opens_at_once_and_for_long() -> None:
    breaker = opened(LASTING)

    assert breaker.state(LASTING.first - 1) is CircuitState.OPEN
    assert breaker.state(LASTING.first) is CircuitState.HALF_OPEN


def test_endpoint_that_names_a_time_is_left_alone() -> None:
    breaker, ticket = Breaker().begin(0.0)

    breaker = breaker.fail(ticket, 0.0, at_least=200.0)

    assert breaker.state(199.0) is CircuitState.OPEN
    assert breaker.state(200.0) is CircuitState.HALF_OPEN


def test_endpoint_that_names_an_absurd_time_is_tried_earlier() -> None:
    breaker, ticket = Breaker().begin(0.0)

    breaker = breaker.fail(ticket, 0.0, at_least=1e9)

    assert breaker.state(LASTING.longest) is CircuitState.HALF_OPEN


def test_half_open_circuit_permits_one_trial_at_a_time() -> None:
    half_open = opened()

    breaker, trial = half_open.begin(LASTING.first)

    assert half_open.permits(LASTING.first)
    assert trial.is_trial
    assert not breaker.permits(LASTING.first)


def test_trial_that_succeeds_closes_the_circuit() -> None:
    breaker, trial = opened().begin(LASTING.first)

    breaker = breaker.succeed(trial)

    assert breaker.state(LASTING.first) is CircuitState.CLOSED
    assert breaker.openings == 0


def test_trial_that_fails_opens_the_circuit_for_twice_as_long() -> None:
    breaker = failed(opened(PASSING), 100.0)

    assert breaker.state(100.0 + 2 * PASSING.first - 0.01) is CircuitState.OPEN
    assert breaker.state(100.0 + 2 * PASSING.first) is CircuitState.HALF_OPEN


def test_trial_that_came_to_nothing_leaves_its_place_to_another() -> None:
    breaker, trial = opened().begin(LASTING.first)

    breaker = breaker.leave(trial)

    assert breaker.permits(LASTING.first)


@pytest.mark.parametrize("pause", [PASSING, LASTING], ids=["passing", "lasting"])
def test_pauses_grow_up_to_the_longest_however_often_trials_fail(pause: Pause) -> None:
    assert [pause.after(1), pause.after(2)] == [pause.first, 2 * pause.first]
    assert pause.after(10_000) == pause.longest


def test_failure_out_of_turn_leaves_the_circuit_as_it_is() -> None:
    breaker, ticket = opened().begin(1.0)

    after = breaker.fail(ticket, 1.0, pause=LASTING)

    assert not ticket.is_trial
    assert after == breaker


def test_success_out_of_turn_closes_the_circuit() -> None:
    breaker, ticket = opened().begin(1.0)

    assert breaker.succeed(ticket).state(1.0) is CircuitState.CLOSED


def test_answer_begun_before_the_opening_changes_nothing() -> None:
    before, early = Breaker().begin(0.0)
    breaker = failed(before, 1.0, pause=LASTING)

    assert breaker.succeed(early) == breaker
    assert breaker.fail(early, 2.0, pause=LASTING) == breaker
    assert breaker.leave(early) == breaker


class Circuit(RuleBasedStateMachine):
    """Anybody asks at any time, and brings back a ticket at any later time, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.breaker = Breaker()
        self.tickets: list[Ticket] = []

    @rule(seconds=st.floats(0.0, 2_000.0))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def somebody_asks(self) -> None:
        is_free = self.breaker.permits(self.now)
        state = self.breaker.state(self.now)

        self.breaker, ticket = self.breaker.begin(self.now)

        assert ticket.is_trial == (state is CircuitState.HALF_OPEN and is_free)
        self.tickets.append(ticket)

    def take(self, number: int) -> Ticket:
        return self.tickets.pop(number % len(self.tickets))

    @precondition(lambda self: self.tickets)
    @rule(number=st.integers(0, 99))
    def somebody_succeeds(self, number: int) -> None:
        ticket, before = self.take(number), self.breaker

        self.breaker = before.succeed(ticket)

        if ticket.turn == before.turn:
            assert self.breaker.state(self.now) is CircuitState.CLOSED
            assert not self.breaker.failures
        else:
            assert self.breaker == before

    @precondition(lambda self: self.tickets)
    @rule(
        number=st.integers(0, 99),
        pause=st.sampled_from([PASSING, LASTING]),
        at_least=st.sampled_from([0.0, 60.0, 1e9]),
    )
    def somebody_fails(self, number: int, pause: Pause, at_least: float) -> None:
        ticket, before = self.take(number), self.breaker

        self.breaker = before.fail(ticket, self.now, pause=pause, at_least=at_least)

        if ticket.turn != before.turn:
            assert self.breaker == before
        elif ticket.is_trial or (before.tries_again_at is None and pause is LASTING):
            assert self.breaker.state(self.now) is CircuitState.OPEN
            assert self.breaker.openings == before.openings + 1

    @precondition(lambda self: self.tickets)
    @rule(number=st.integers(0, 99))
    def somebody_leaves(self, number: int) -> None:
        self.breaker = self.breaker.leave(self.take(number))

    @invariant()
    def one_trial_at_most_is_on_its_way(self) -> None:
        trials = [t for t in self.tickets if t.is_trial and t.turn == self.breaker.turn]
        assert len(trials) == int(self.breaker.is_on_trial)

    @invariant()
    def nobody_is_permitted_before_the_pause_is_over(self) -> None:
        again = self.breaker.tries_again_at
        assert self.breaker.permits(self.now) == (
            again is None or (self.now >= again and not self.breaker.is_on_trial)
        )

    @invariant()
    def pause_ends(self) -> None:
        again = self.breaker.tries_again_at
        # Added as the breaker adds: a difference of floats may round to a little more than the pause.
        assert again is None or again <= self.now + LASTING.longest

    @invariant()
    def closed_circuit_holds_few_failures(self) -> None:
        assert len(self.breaker.failures) <= FAILURES_ALLOWED


TestCircuit = Circuit.TestCase
TestCircuit.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
