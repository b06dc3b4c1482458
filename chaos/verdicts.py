"""The judge: what became of a question. Pure; its mistakes are looked for in `tests/chaos`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from bot.core import wording
from bot.core.answers.events import Ending, Failure, IncompleteReason
from chaos.evidence import Attempt, Booking, Case, Shown
from chaos.questions import Kind

_SMALL_PRINT: Final = re.compile(r"(?:\A|\n)-# ")
_STATUS: Final = re.compile(r"(?:\A|\n)-# [^\n]* · \d+:\d\d\Z")  # a wait is no word
_COST: Final = re.compile(r"^-# .*\btokens\b.*$", re.MULTILINE)
_SENTENCE: Final = re.compile(r"\w \w[^\n]*[.!?]")
_INTERRUPTED: Final = Ending.INTERRUPTED.value  # as the ledger names it
_INCIDENT: Final = "#"
_CLEARLY_MORE: Final = 1.2  # than the dearest attempt
_CLEARLY_MORE_BY_ESTIMATE: Final = 2.2  # an estimate leans to too many
_SLACK: Final = 2_000  # tokens: what a picture is taken for where the model has no known rule
TOLERANCE: Final = 0.05  # of what was billed, where all of it was reported


class Outcome(StrEnum):
    WHOLE = "whole"
    MARKED = "marked"  # a beginning of the answer, and why there is no more
    TOLD = "told"  # a sentence of the bot's own
    GONE = "gone"  # a command that Discord does not repeat, and of which nothing could be kept
    BARRED = "barred"  # nothing, or half, where Discord let nothing be said
    SILENT = "silent"
    HALF = "half without a mark"
    TWICE = "answered twice"
    GARBLED = "garbled"  # no beginning of its answer: mixed up, a piece lost or doubled


GOOD: Final = (Outcome.WHOLE, Outcome.MARKED, Outcome.TOLD, Outcome.GONE, Outcome.BARRED)


class Fault(StrEnum):
    """What may never happen beside an outcome."""

    STRAY_STOP = "stray Stop button"
    CHARGED_TWICE = "charged twice"
    CHANGED_TWICE = "changed twice"  # by one command of a moderator


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    outcome: Outcome
    faults: tuple[Fault, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.outcome in GOOD and not self.faults


def judge(case: Case) -> Verdict:
    faults = []
    if any(each.has_stop for each in case.shown) and not case.was_barred:
        faults.append(Fault.STRAY_STOP)
    if _is_charged_twice(case.bookings, case.attempts):
        faults.append(Fault.CHARGED_TWICE)
    if case.changes > 1:
        faults.append(Fault.CHANGED_TWICE)
    return Verdict(outcome=_excused(_outcome(case), case), faults=tuple(faults))


def _excused(outcome: Outcome, case: Case) -> Outcome:
    if case.was_barred and outcome in (Outcome.SILENT, Outcome.HALF):
        return Outcome.BARRED
    return outcome


def _outcome(case: Case) -> Outcome:
    if case.question.kind.is_interaction and not case.is_acknowledged:
        return Outcome.GONE if case.was_bot_away else Outcome.SILENT
    shown = [each for each in case.shown if not _says_nothing(each)]
    if not shown:
        return Outcome.GONE if case.could_not_be_kept else Outcome.SILENT
    if sum(each.is_reply for each in shown) > 1 or _begins_twice(case, shown):
        return Outcome.TWICE
    return _outcome_of_kind(case, shown)


def _outcome_of_kind(case: Case, shown: Sequence[Shown]) -> Outcome:
    if case.question.kind is Kind.IMAGINE:
        return _outcome_of_picture(shown)
    if case.question.kind.is_interaction:
        return Outcome.TOLD
    return _outcome_of_text(case, shown)


def _says_nothing(shown: Shown) -> bool:
    return shown.is_loading or not (shown.pictures or _STATUS.sub("", shown.content).strip())


def _begins_twice(case: Case, shown: Sequence[Shown]) -> bool:
    first = f"{case.question.token}-0 "
    return sum(each.content.count(first) for each in shown) > 1


def _outcome_of_text(case: Case, shown: Sequence[Shown]) -> Outcome:
    pages = [each for each in shown if _is_page(each, case)]
    if not pages:
        return _outcome_without_text(shown)
    text = "".join(_text_of(each) for each in pages)
    expected = _squeezed(case.question.answer)
    if not expected.startswith(text):
        return Outcome.GARBLED
    if _is_marked(shown):
        return Outcome.MARKED
    return Outcome.WHOLE if text == expected else Outcome.HALF


def _outcome_without_text(shown: Sequence[Shown]) -> Outcome:
    if _is_answer_of_another(shown):
        return Outcome.GARBLED
    said = "\n".join(_COST.sub("", each.content) for each in shown)
    return Outcome.TOLD if _SENTENCE.search(said) else Outcome.SILENT


def _is_page(shown: Shown, case: Case) -> bool:
    """Whether it shows some of the answer, were it only the first letters."""
    text = _text_of(shown)
    is_beginning = bool(text) and _squeezed(case.question.answer).startswith(text)
    return is_beginning or f"{case.question.token}-" in shown.content


def _text_of(shown: Shown) -> str:
    return _squeezed(_without_small_print(shown.content))


def _is_answer_of_another(shown: Sequence[Shown]) -> bool:
    return any(re.search(r"\bq\w{6}-\d+ said the bot\.", each.content) for each in shown)


def _outcome_of_picture(shown: Sequence[Shown]) -> Outcome:
    """A picture that nobody calls unfinished is whole once its cost stands below it."""
    if not any(each.pictures for each in shown):
        return Outcome.TOLD if any(_says_why(each) for each in shown) else Outcome.SILENT
    if _is_marked(shown):
        return Outcome.MARKED
    return Outcome.WHOLE if any(_COST.search(each.content) for each in shown) else Outcome.HALF


def _says_why(shown: Shown) -> bool:
    """More than the prompt, which is quoted, and the cost."""
    lines = _STATUS.sub("", shown.content).splitlines()
    return any(not line.startswith("> ") and not _COST.match(line) for line in lines if line)


def _without_small_print(content: str) -> str:
    return _SMALL_PRINT.split(content, maxsplit=1)[0]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _is_marked(shown: Sequence[Shown]) -> bool:
    lines = [line for each in shown for line in each.content.splitlines() if line[:3] == "-# "]
    return any(line[3:].startswith(mark) for line in lines for mark in marks())


@cache
def marks() -> tuple[str, ...]:
    """The sentences that say, below a part of an answer, why there is no more of it."""
    said = [
        wording.interrupted(has_text=True),
        wording.stopped(has_text=True),
        wording.refused(has_text=True),
        wording.picture_interrupted(),
        wording.picture_unfinished(),
        *(wording.incomplete(reason, has_text=True) for reason in IncompleteReason),
        *_without_incidents(wording.cut),
        *_without_incidents(wording.picture_failed),
    ]
    return tuple(dict.fromkeys(said))


def _without_incidents(say: Callable[..., str]) -> list[str]:
    return [say(each, incident=_INCIDENT).removesuffix(f" ({_INCIDENT})") for each in Failure]


# Money


def _is_charged_twice(bookings: Sequence[Booking], attempts: Sequence[Attempt]) -> bool:
    """A member pays for one attempt, whatever came of the others."""
    own = [each for each in bookings if not each.is_borne and each.tokens]
    if len(own) > 1:
        return True
    dearest = max((each.tokens for each in attempts), default=0)
    return len(attempts) > 1 and any(_is_clearly_more(each, dearest) for each in own)


def _is_clearly_more(booking: Booking, dearest: int) -> bool:
    if booking.is_estimated:
        return booking.tokens > _CLEARLY_MORE_BY_ESTIMATE * dearest + _SLACK
    return booking.tokens > _CLEARLY_MORE * dearest


def is_counted_exactly(case: Case) -> bool:
    """Whether the bot was told what every attempt cost, and lived to book it."""
    was_interrupted = any(each.ending == _INTERRUPTED for each in case.bookings)
    is_reported = bool(case.attempts) and all(each.is_reported for each in case.attempts)
    return is_reported and not was_interrupted


def billed(case: Case) -> int:
    return sum(each.tokens for each in case.attempts)


def charged(case: Case) -> int:
    """What members and operator paid together."""
    return sum(each.tokens for each in case.bookings)


def is_within_tolerance(billed_tokens: int, charged_tokens: int) -> bool:
    return abs(billed_tokens - charged_tokens) <= TOLERANCE * billed_tokens
