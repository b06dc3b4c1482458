"""Recovery: what is to be done about a question that a dead process has left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MOST_DEATHS = 3  # of processes that were answering the same question
_SMALL_PRINT = "-# "


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierReply:
    """One message of a reply as it stands in Discord; `text` is without its status line."""

    message_id: int
    text: str
    has_stop: bool  # the Stop button: it was not written to its end


class Account(StrEnum):
    """How far the ledger knows an answer."""

    NONE = "none"  # it was never admitted
    BORNE = "borne"  # a process was lost with it, and the operator bears what was used
    OPEN = "open"  # its reservation is held
    SETTLED = "settled"


class Step(StrEnum):
    SHOW = "show"  # the answer is whole and paid for, but not all of it was visible
    FINISH = "finish"  # all of it is there
    MARK = "mark"  # a part is there, and will not be continued
    ANSWER = "answer"  # nothing is there: begin anew
    TELL = "tell"  # nothing is there, and nobody waits for it any more: say so
    DROP = "drop"  # somebody has deleted it: they do not want it


def choose_step(  # noqa: PLR0913 - all that decides it
    replies: Sequence[EarlierReply],
    *,
    is_owed: bool,
    is_deleted: bool = False,
    account: Account,
    deaths: int,
    age: timedelta,
    answer_within: timedelta,
) -> Step:
    """Choose what is to be done; `replies` in the order of their pages, `age` of the question.

    `is_deleted`: of the reply's messages, at least one was deleted since it was noted.
    `deaths` are the processes that have died while they answered it: perhaps because of it.
    """
    if is_deleted:
        return Step.MARK if any(reply.has_stop for reply in replies[-1:]) else Step.DROP
    if is_owed:
        return Step.SHOW
    newest = next((reply for reply in reversed(replies) if reply.text.strip()), None)
    if newest is not None:
        return Step.FINISH if _is_whole(newest, account) else Step.MARK
    if account is Account.SETTLED or deaths > MOST_DEATHS or age > answer_within:
        return Step.TELL
    return Step.ANSWER


def _is_whole(newest: EarlierReply, account: Account) -> bool:
    """A page that is full loses its button before the next one appears; a whole answer that was
    admitted has its footer.
    """
    if newest.has_stop:
        return False
    has_footer = newest.text.rstrip().rpartition("\n")[2].startswith(_SMALL_PRINT)
    return has_footer or account is Account.NONE
