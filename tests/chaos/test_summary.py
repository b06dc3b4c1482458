"""The page of figures, and the one decision that follows from them."""

from dataclasses import replace

import pytest

from chaos import summary
from chaos.episode import Episode, EpisodeFault
from chaos.evidence import Attempt, Booking, Case, Shown
from chaos.plan import make_plan
from chaos.questions import Kind, Question
from chaos.verdicts import Fault, Outcome, Verdict

QUESTION = Question(token="qabc123", kind=Kind.MENTION, at=0.0, sentences=10)
WHOLE = Case(question=QUESTION, shown=(Shown(content=QUESTION.answer, is_reply=True),))


def paid(billed: int, charged: int, *, is_reported: bool = True) -> Case:
    attempt = Attempt(began_at=0.0, ended_at=1.0, tokens=billed, is_reported=is_reported)
    return replace(WHOLE, attempts=(attempt,), bookings=(Booking(tokens=charged),))


def episode(
    *verdicts: Verdict, case: Case = WHOLE, faults: tuple[EpisodeFault, ...] = ()
) -> Episode:
    return Episode(
        plan=make_plan(7, 12),
        engine="sqlite",
        cases=tuple((case, verdict) for verdict in verdicts),
        faults=faults,
        kills=2,
        tracebacks=0,
        seconds=12.0,
        log="",
    )


GOOD = Verdict(outcome=Outcome.WHOLE)
BAD = [
    Outcome.SILENT,
    Outcome.HALF,
    Outcome.TWICE,
    Outcome.GARBLED,
]


def test_run_without_a_violation_is_good() -> None:
    outcomes = [each for each in Outcome if each not in BAD]

    assert summary.is_good([episode(*(Verdict(outcome=each) for each in outcomes))])


@pytest.mark.parametrize("outcome", BAD)
def test_one_bad_outcome_in_a_run_is_not_good(outcome: Outcome) -> None:
    assert not summary.is_good([episode(GOOD), episode(GOOD, Verdict(outcome=outcome))])


@pytest.mark.parametrize("fault", Fault)
def test_one_fault_beside_an_outcome_is_not_good(fault: Fault) -> None:
    assert not summary.is_good([episode(Verdict(outcome=Outcome.WHOLE, faults=(fault,)))])


@pytest.mark.parametrize("fault", EpisodeFault)
def test_one_fault_after_an_episode_is_not_good(fault: EpisodeFault) -> None:
    assert not summary.is_good([episode(GOOD, faults=(fault,))])


def test_tokens_that_were_reported_and_not_charged_are_not_good() -> None:
    assert not summary.is_good([episode(GOOD, case=paid(1_000, 900))])


def test_tokens_that_were_not_reported_may_differ() -> None:
    assert summary.is_good([episode(GOOD, case=paid(1_000, 2_000, is_reported=False))])


def test_commands_without_tokens_are_not_counted() -> None:
    free = replace(paid(1_000, 0), question=replace(QUESTION, kind=Kind.QUOTA))

    assert summary.count_tokens([free, paid(1_000, 1_000)]) == summary.Tokens(
        billed=1_000, charged=1_000
    )


def test_page_counts_outcomes_by_theme_and_kind() -> None:
    silent = Verdict(outcome=Outcome.SILENT)

    page = summary.page([episode(GOOD, GOOD, silent)], seconds=12.0)

    assert page.startswith("1 episodes, 3 questions, 2 kills, 12 s\n")
    together = next(line for line in page.splitlines() if line.startswith("together"))
    assert together.split()[1:] == ["2", "0", "0", "0", "0", "1", "0", "0", "0"]
    mention = next(line for line in page.splitlines() if line.startswith("mention"))
    assert mention.split()[1:] == ["2", "0", "0", "0", "0", "1", "0", "0", "0"]


def test_page_counts_faults() -> None:
    stray = Verdict(outcome=Outcome.WHOLE, faults=(Fault.STRAY_STOP,))

    page = summary.page([episode(stray, faults=(EpisodeFault.HUNG,))], seconds=12.0)

    assert "stray Stop button: 1 (0)" in page
    assert "did not stop: 1 (0)" in page
    assert "charged twice: 0 (0)" in page


def test_violation_says_how_to_see_it_again_and_its_timeline() -> None:
    silent = Verdict(outcome=Outcome.SILENT)
    case = replace(WHOLE, timeline=("  1.50 s  the bot is killed",))

    told = summary.violations([episode(GOOD, silent, case=case)])

    assert "silent: qabc123 (mention); again: --seed 7 --only 12 --engine sqlite" in told
    assert told.count("the bot is killed") == 1


def test_violations_tell_some_of_each_kind() -> None:
    silent = Verdict(outcome=Outcome.SILENT)
    stray = Verdict(outcome=Outcome.WHOLE, faults=(Fault.STRAY_STOP,))

    told = summary.violations([episode(*[silent] * 5, stray)], at_most=2)

    assert told.count("silent: qabc123") == 2
    assert told.count(": stray Stop button: qabc123") == 1
    assert "… and 3 more like these" in told


def test_violations_name_the_question_that_was_charged_wrongly() -> None:
    told = summary.violations([episode(GOOD, case=paid(1_000, 900))])

    assert "not charged as billed: qabc123" in told
    assert "billed: [1000], charged: [(900, '')]" in told


def test_json_has_every_zero_and_the_violations() -> None:
    silent = Verdict(outcome=Outcome.SILENT, faults=(Fault.STRAY_STOP,))

    found = summary.as_json([episode(GOOD, silent)], seconds=12.0)

    assert found["outcomes"]["silent"] == 1
    assert found["outcomes"]["answered twice"] == 0
    assert found["faults"]["stray Stop button"] == 1
    assert found["faults"]["accounts do not add up"] == 0
    assert not found["is_good"]
    (violation,) = found["violations"]
    assert (violation["seed"], violation["episode"], violation["token"]) == (7, 12, "qabc123")
