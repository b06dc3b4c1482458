"""Each verdict is recognised from states made by hand: a blind judge can't pass."""

from dataclasses import replace

import pytest

from bot.core import wording
from bot.core.answers.events import Failure
from chaos.evidence import Attempt, Booking, Case, Shown
from chaos.questions import Kind, Question, sentences_of
from chaos.verdicts import (
    Fault,
    Outcome,
    billed,
    charged,
    is_counted_exactly,
    is_within_tolerance,
    judge,
)

QUESTION = Question(token="qabc123", kind=Kind.MENTION, at=0.0, sentences=10)
OTHER = Question(token="qxyz789", kind=Kind.MENTION, at=0.0, sentences=10)
COST = "\n-# scripted · 214 tokens · 99\u202f% of today's quota left"
INTERRUPTED = f"\n{wording.interrupted_mark(has_text=True)}"
STATUS = wording.status("Thinking", seconds=12)


def part(count: int, *, of: Question = QUESTION, start: int = 0) -> str:
    """Sentences of the answer, from `start` to before `count`."""
    return " ".join(sentences_of(of)[start:count])


def reply(content: str, **more: object) -> Shown:
    return replace(Shown(content=content, is_reply=True), **more)  # type: ignore[arg-type]


def outcome(*shown: Shown, question: Question = QUESTION) -> Outcome:
    return judge(Case(question=question, shown=shown)).outcome


# Answers in words


def test_nothing_shown_is_silent() -> None:
    assert outcome() is Outcome.SILENT


def test_status_that_was_left_is_silent() -> None:
    assert outcome(reply(STATUS)) is Outcome.SILENT


def test_blank_message_is_silent() -> None:
    assert outcome(reply(" \n")) is Outcome.SILENT


@pytest.mark.parametrize("content", [COST.strip(), "…", "Sorry"], ids=["cost", "dots", "a word"])
def test_what_is_no_sentence_is_silent(content: str) -> None:
    assert outcome(reply(content)) is Outcome.SILENT


def test_all_of_the_text_with_its_cost_is_whole() -> None:
    assert outcome(reply(QUESTION.answer + COST)) is Outcome.WHOLE


def test_all_of_the_text_on_two_pages_is_whole() -> None:
    pages = reply(part(6)), Shown(content=part(10, start=6) + COST)

    assert outcome(*pages) is Outcome.WHOLE


def test_whole_text_that_is_called_interrupted_is_not_whole() -> None:
    assert outcome(reply(QUESTION.answer + INTERRUPTED)) is Outcome.MARKED


@pytest.mark.parametrize("cut_in_a_word", [0, 3])
def test_beginning_without_a_mark_is_half(cut_in_a_word: int) -> None:
    text = part(4)

    assert outcome(reply(text[: len(text) - cut_in_a_word])) is Outcome.HALF


@pytest.mark.parametrize("letters", ["q", "qabc", "qabc123"])
def test_first_letters_alone_are_half(letters: str) -> None:
    """A reply of four letters counted as a sentence of the bot's own."""
    assert outcome(reply(letters)) is Outcome.HALF
    assert outcome(reply(f"{letters}\n{STATUS}")) is Outcome.HALF
    assert outcome(reply(letters + INTERRUPTED)) is Outcome.MARKED


def test_cost_alone_marks_no_half() -> None:
    assert outcome(reply(part(4) + COST)) is Outcome.HALF


def test_status_below_a_beginning_marks_no_half() -> None:
    assert outcome(reply(f"{part(4)}\n{STATUS}")) is Outcome.HALF


def test_remark_on_a_picture_marks_no_half() -> None:
    assert outcome(reply(f"{part(4)}\n-# Not looked at: a.png is damaged{COST}")) is Outcome.HALF


@pytest.mark.parametrize(
    "mark",
    [
        wording.interrupted(has_text=True),
        wording.stopped(has_text=True),
        wording.cut(Failure.TIMED_OUT, incident="7f3a"),
        wording.cut(Failure.SERVER_ERROR, incident="7f3a"),
    ],
)
def test_beginning_with_its_mark_is_marked(mark: str) -> None:
    assert outcome(reply(f"{part(4)}\n-# {mark}{COST}")) is Outcome.MARKED


def test_mark_on_the_second_page_counts() -> None:
    pages = reply(part(4)), Shown(content=part(6, start=4) + INTERRUPTED)

    assert outcome(*pages) is Outcome.MARKED


def test_mark_in_small_print_of_the_text_itself_is_none() -> None:
    """The words of a mark, but not where marks stand."""
    assert outcome(reply(part(4) + wording.stopped(has_text=True))) is Outcome.GARBLED


def test_second_page_of_a_lost_first_one_is_garbled() -> None:
    assert outcome(Shown(content=part(10, start=6) + COST)) is Outcome.GARBLED


def test_pages_in_the_wrong_order_are_garbled() -> None:
    pages = reply(part(10, start=6)), Shown(content=part(6) + COST)

    assert outcome(*pages) is Outcome.GARBLED


def test_sentence_that_is_missing_in_the_middle_is_garbled() -> None:
    assert outcome(reply(f"{part(3)} {part(10, start=4)}{COST}")) is Outcome.GARBLED


def test_sentence_shown_twice_is_garbled() -> None:
    assert outcome(reply(f"{part(4)} {part(10, start=3)}{COST}")) is Outcome.GARBLED


def test_answer_to_another_question_is_garbled() -> None:
    assert outcome(reply(OTHER.answer + COST)) is Outcome.GARBLED


def test_answers_of_two_questions_in_one_are_garbled() -> None:
    assert outcome(reply(f"{part(4)} {part(4, of=OTHER)}{COST}")) is Outcome.GARBLED


@pytest.mark.parametrize(
    "sentence",
    [
        wording.interrupted(has_text=False),
        wording.failed(Failure.UNREACHABLE, incident="7f3a"),
        f"{wording.small_print(wording.stopped(has_text=False))}{COST}",
        "You asked while I was away, and that is too long ago to answer now.",
    ],
)
def test_sentence_of_the_bots_own_is_told(sentence: str) -> None:
    assert outcome(reply(sentence)) is Outcome.TOLD


# Twice


def test_two_whole_replies_are_twice() -> None:
    assert outcome(*[reply(QUESTION.answer + COST)] * 2) is Outcome.TWICE


def test_answer_beside_an_apology_is_twice() -> None:
    apology = reply(wording.interrupted(has_text=False))

    assert outcome(apology, reply(QUESTION.answer + COST)) is Outcome.TWICE


def test_marked_half_beside_the_whole_is_twice() -> None:
    half, whole = reply(part(4) + INTERRUPTED), reply(QUESTION.answer + COST)

    assert outcome(half, whole) is Outcome.TWICE


def test_second_answer_that_replies_to_nothing_is_twice() -> None:
    whole = QUESTION.answer + COST

    assert outcome(reply(whole), Shown(content=whole)) is Outcome.TWICE


def test_status_that_was_left_beside_the_answer_is_not_twice() -> None:
    assert outcome(reply(STATUS), reply(QUESTION.answer + COST)) is Outcome.WHOLE


# Buttons that were left


@pytest.mark.parametrize(
    "content", [QUESTION.answer + COST, part(4) + INTERRUPTED, STATUS], ids=["whole", "half", "no"]
)
def test_stop_button_that_was_left_is_a_fault(content: str) -> None:
    verdict = judge(Case(question=QUESTION, shown=(reply(content, has_stop=True),)))

    assert verdict.faults == (Fault.STRAY_STOP,)
    assert not verdict.is_good


def test_good_outcome_without_faults_is_good() -> None:
    assert judge(Case(question=QUESTION, shown=(reply(QUESTION.answer + COST),))).is_good


@pytest.mark.parametrize("content", [part(4), OTHER.answer, ""], ids=["half", "garbled", "silent"])
def test_bad_outcome_without_faults_is_not_good(content: str) -> None:
    assert not judge(Case(question=QUESTION, shown=(reply(content),))).is_good


# Where nothing could be said


@pytest.mark.parametrize("content", ["", part(4)], ids=["silent", "half"])
def test_place_that_was_barred_excuses_silence_and_half(content: str) -> None:
    case = Case(question=QUESTION, shown=(reply(content),), was_barred=True)

    assert judge(case).outcome is Outcome.BARRED


def test_stop_button_stays_where_no_edit_was_let_through() -> None:
    shown = (reply(part(4), has_stop=True),)

    assert judge(Case(question=QUESTION, shown=shown, was_barred=True)).is_good


def test_place_that_was_barred_does_not_excuse_two_answers() -> None:
    case = Case(question=QUESTION, shown=(reply(QUESTION.answer),) * 2, was_barred=True)

    assert judge(case).outcome is Outcome.TWICE


# Commands and buttons

IMAGINE = replace(QUESTION, kind=Kind.IMAGINE)
QUOTA = replace(QUESTION, kind=Kind.QUOTA)
PROMPT = "> qabc123: a quiet sea"
PICTURE_COST = "\n-# gpt-image-2 · 1,050 tokens · $0.031"


def test_command_given_while_the_bot_was_away_is_gone() -> None:
    case = Case(question=QUOTA, is_acknowledged=False, was_bot_away=True)

    assert judge(case).outcome is Outcome.GONE


def test_command_that_got_no_first_word_is_silent() -> None:
    assert judge(Case(question=QUOTA, is_acknowledged=False)).outcome is Outcome.SILENT


@pytest.mark.parametrize("kind", [Kind.IMAGINE, Kind.QUOTA, Kind.BUTTON])
def test_command_that_thinks_for_ever_is_silent(kind: Kind) -> None:
    """Having been received, it is owed a word, wherever the bot was afterwards."""
    thinking = reply("", is_loading=True)
    case = Case(question=replace(QUESTION, kind=kind), shown=(thinking,), was_bot_away=True)

    assert judge(case).outcome is Outcome.SILENT


def test_command_of_which_nothing_could_be_kept_is_gone() -> None:
    case = Case(question=QUOTA, shown=(reply("", is_loading=True),), could_not_be_kept=True)

    assert judge(case).outcome is Outcome.GONE


def test_command_with_a_sentence_is_told() -> None:
    assert outcome(reply("**Your quota**"), question=QUOTA) is Outcome.TOLD


def test_command_with_two_responses_is_twice() -> None:
    assert outcome(*[reply("**Your quota**")] * 2, question=QUOTA) is Outcome.TWICE


def test_picture_with_its_cost_is_whole() -> None:
    assert outcome(reply(PROMPT + PICTURE_COST, pictures=1), question=IMAGINE) is Outcome.WHOLE


def test_picture_that_is_being_made_is_half() -> None:
    state = reply(f"{PROMPT}\n{wording.status('Making a picture', seconds=3)}", pictures=1)

    assert outcome(state, question=IMAGINE) is Outcome.HALF


def test_picture_that_is_called_unfinished_is_marked() -> None:
    state = reply(f"{PROMPT}\n-# {wording.picture_unfinished()}{PICTURE_COST}", pictures=1)

    assert outcome(state, question=IMAGINE) is Outcome.MARKED


def test_prompt_alone_is_no_word() -> None:
    assert outcome(reply(PROMPT), question=IMAGINE) is Outcome.SILENT


def test_prompt_and_cost_without_a_picture_are_no_word() -> None:
    assert outcome(reply(PROMPT + PICTURE_COST), question=IMAGINE) is Outcome.SILENT


def test_picture_that_failed_is_told() -> None:
    why = wording.picture_failed(Failure.BROKEN_STREAM, incident="7f3a")

    assert outcome(reply(f"{PROMPT}\n{why}"), question=IMAGINE) is Outcome.TOLD


@pytest.mark.parametrize(("changes", "faults"), [(0, ()), (1, ()), (2, (Fault.CHANGED_TWICE,))])
def test_command_that_changes_twice_is_found(changes: int, faults: tuple[Fault, ...]) -> None:
    """With two processes, one `/quota grant` became two grants."""
    case = Case(question=QUOTA, shown=(reply("Granted."),), changes=changes)

    assert judge(case).faults == faults


# Money


def attempt(tokens: int, *, is_reported: bool = True) -> Attempt:
    return Attempt(began_at=0.0, ended_at=1.0, tokens=tokens, is_reported=is_reported)


def faults_of(bookings: list[Booking], attempts: list[Attempt]) -> tuple[Fault, ...]:
    shown = (reply(QUESTION.answer + COST),)
    bought = {"bookings": tuple(bookings), "attempts": tuple(attempts)}
    return judge(replace(Case(question=QUESTION, shown=shown), **bought)).faults  # type: ignore[arg-type]


def test_two_bookings_of_one_member_are_charged_twice() -> None:
    twice = [Booking(tokens=200)] * 2

    assert faults_of(twice, [attempt(200)]) == (Fault.CHARGED_TWICE,)


@pytest.mark.parametrize(("tokens", "is_estimated"), [(400, False), (4_000, False), (9_000, True)])
def test_one_booking_of_two_attempts_is_charged_twice(tokens: int, is_estimated: bool) -> None:
    both = Booking(tokens=tokens, is_estimated=is_estimated)
    each = 2_000 if tokens > 1_000 else 200

    assert faults_of([both], [attempt(each)] * 2) == (Fault.CHARGED_TWICE,)


def test_booking_of_one_of_two_attempts_is_not_charged_twice() -> None:
    assert faults_of([Booking(tokens=2_000)], [attempt(2_000), attempt(1_500)]) == ()


def test_attempt_borne_by_the_operator_is_not_charged_twice() -> None:
    bookings = [Booking(tokens=2_000, is_borne=True), Booking(tokens=2_000)]

    assert faults_of(bookings, [attempt(2_000)] * 2) == ()


def test_booking_of_nothing_beside_another_is_not_charged_twice() -> None:
    assert faults_of([Booking(tokens=0), Booking(tokens=200)], [attempt(200)]) == ()


def test_estimate_that_leans_to_too_many_is_not_charged_twice() -> None:
    estimate = Booking(tokens=1_600, is_estimated=True)

    assert faults_of([estimate], [attempt(1_000)] * 2) == ()


def test_all_attempts_and_all_bookings_are_counted() -> None:
    bookings = (Booking(tokens=150, is_borne=True), Booking(tokens=200))
    case = Case(question=QUESTION, attempts=(attempt(140), attempt(200)), bookings=bookings)

    assert (billed(case), charged(case)) == (340, 350)


@pytest.mark.parametrize(
    ("attempts", "exactly"),
    [((), False), ((True,), True), ((True, False), False)],
    ids=["none", "reported", "one is not"],
)
def test_exactly_counted_is_what_was_reported_throughout(
    attempts: tuple[bool, ...], exactly: bool
) -> None:
    made = tuple(attempt(100, is_reported=each) for each in attempts)

    assert is_counted_exactly(Case(question=QUESTION, attempts=made)) is exactly


def test_what_was_lost_before_it_was_booked_is_not_exactly_counted() -> None:
    booking = Booking(tokens=150, is_estimated=True, ending="interrupted")
    case = Case(question=QUESTION, attempts=(attempt(100),), bookings=(booking,))

    assert not is_counted_exactly(case)


@pytest.mark.parametrize(
    ("charged_tokens", "within"),
    [(949, False), (951, True), (1_049, True), (1_051, False), (0, False), (2_000, False)],
)
def test_tokens_agree_within_five_percent(charged_tokens: int, within: bool) -> None:
    assert is_within_tolerance(1_000, charged_tokens) is within
