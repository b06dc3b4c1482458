"""Every sentence that people read, in one place: a catalogue, and so longer than other modules.

Short, calm and true: what happened, and what to do next. Members never learn of keys, balances or
models from a failure; the operator's own words are in `operator_advice`. What a user can choose, a
file's name above all, is made harmless before it is shown.
"""

# ruff: noqa: C901, PLR0911, PLR0912 - a `match` over an enum is a table, however many rows it has

import re
from collections.abc import Sequence

from bot.core.amounts import AmountTooLarge, NotAnAmount
from bot.core.errors import QuestionTooLarge, QuotaExceeded, Refusal
from bot.core.events import (
    Completed,
    Ended,
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
)
from bot.core.quota import Standing
from bot.core.turns import LeftOut, LeftOutReason

STOP_LABEL = "Stop"

_LONGEST_NAME = 40  # characters of a file's name, a model's name or a headline
_NAMED_AT_MOST = 3  # pictures named in a footer; the rest is counted
_BAR_CELLS = 10
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_MARKDOWN = re.compile(r"([\\*_~`|<>\[\]()#:])")


# -- names that others chose --------------------------------------------------------------------


def file_name(name: str) -> str:
    """Show a file's name as code: it can't end the code, ping, or turn the direction of writing."""
    return f"`{_shorten(_one_line(name).replace('`', 'ˋ')) or 'unnamed'}`"


def plain_text(text: str) -> str:
    """Show words of others as they are, without their Markdown, mentions or links taking effect."""
    return _MARKDOWN.sub(r"\\\1", _shorten(_one_line(text)))


def _one_line(text: str) -> str:
    return _UNSEEN.sub(" ", text).strip().replace("@", "@\u200b")


def _shorten(text: str) -> str:
    """Leave out the middle: a file's ending tells more than the rest of its name."""
    if len(text) <= _LONGEST_NAME:
        return text
    return f"{text[: _LONGEST_NAME - 11]}…{text[-10:]}"


def _tokens(amount: int) -> str:
    return "1 token" if amount == 1 else f"{amount:,} tokens"


# -- under an answer ----------------------------------------------------------------------------


def small_print(*lines: str) -> str:
    return "\n".join(f"-# {line}" for line in lines if line)


def footer(
    *,
    model: str,
    tokens: int,
    is_estimated: bool = False,
    percent_left: int | None = None,
    left_out: Sequence[LeftOut] = (),
    note: str = "",
) -> str:
    """What an answer cost and what is to be said of it; `note` is how it ended, if not well."""
    cost = f"≈\u202f{_tokens(tokens)}" if is_estimated else _tokens(tokens)
    details = [plain_text(model), cost]
    if percent_left is not None:
        details.append(f"{percent_left}\u202f% of today's quota left")
    return small_print(note, left_out_line(left_out), " · ".join(details))


def left_out_line(left_out: Sequence[LeftOut]) -> str:
    """Name the pictures that the model has not seen; empty where it saw all."""
    if not left_out:
        return ""
    named = [left_out_reason(one) for one in dict.fromkeys(left_out)]
    unnamed = len(named) - _NAMED_AT_MOST
    more = f"; and {unnamed} more" if unnamed > 0 else ""
    return f"Not looked at: {'; '.join(named[:_NAMED_AT_MOST])}{more}"


def left_out_reason(left_out: LeftOut) -> str:
    return f"{file_name(left_out.name)} {_left_out_verb(left_out.reason)}"


def _left_out_verb(reason: LeftOutReason) -> str:
    match reason:
        case LeftOutReason.DAMAGED:
            return "is damaged"
        case LeftOutReason.NOT_AN_IMAGE:
            return "is not a picture"
        case LeftOutReason.UNSUPPORTED:
            return "has a format I can't read"
        case LeftOutReason.TOO_MANY_BYTES:
            return "is too large a file"
        case LeftOutReason.TOO_MANY_PIXELS:
            return "has too many pixels"
        case LeftOutReason.TOO_MANY:
            return "is one picture too many"
        case LeftOutReason.UNREACHABLE:
            return "could not be downloaded"
        case LeftOutReason.GONE:
            return "is no longer there"
        case LeftOutReason.TOO_SLOW:
            return "took too long to load"
        case LeftOutReason.NO_ROOM:
            return "does not fit into what is left of the quota"


# -- how an answer ended ------------------------------------------------------------------------


def incomplete(reason: IncompleteReason, *, has_text: bool) -> str:
    match reason:
        case IncompleteReason.LIMIT if has_text:
            return "The answer reached its length limit; reply to it to hear the rest."
        case IncompleteReason.LIMIT:
            return (
                "The model was still thinking when it reached its limit. "
                "Please ask something smaller, or with fewer pictures."
            )
        case IncompleteReason.CONTENT_FILTER if has_text:
            return "A content filter ended the answer here; asking in another way may help."
        case IncompleteReason.CONTENT_FILTER:
            return "A content filter withheld the answer; asking in another way may help."
        case IncompleteReason.OTHER if has_text:
            return "The model ended its answer early; reply to it to hear the rest."
        case IncompleteReason.OTHER:
            return "The model ended before it wrote anything. Please try again."


def refused(*, has_text: bool) -> str:
    """Say that the model declined; its own words, if any, stand above."""
    if has_text:
        return "The model declined to answer this."
    return "The model declined to answer this and gave no reason; asking in another way may help."


def empty_answer() -> str:
    return "The model finished without writing anything. Please ask again, perhaps in other words."


def stopped(*, has_text: bool) -> str:
    return "Stopped." if has_text else "Stopped before the answer began."


def interrupted(*, has_text: bool) -> str:
    if has_text:
        return "I was restarted in the middle of this answer. Please ask again."
    return "I was restarted before I could answer. Please ask again."


def interrupted_mark() -> str:
    """What a reply that a dead process left behind ends with."""
    return small_print(interrupted(has_text=True))


def thinking(headline: str = "") -> str:
    """What stands in a reply before its first word."""
    return small_print(f"{plain_text(headline) or 'Thinking'} …")


# -- when the endpoint fails --------------------------------------------------------------------


def failed(failure: Failure, *, incident: str) -> str:
    """What a member reads when nothing came of a question."""
    return f"{_failed_cause(failure)} ({incident})"


def _failed_cause(failure: Failure) -> str:
    match failure:
        case Failure.UNREACHABLE:
            return "I can't reach the model right now. Please try again in a minute."
        case Failure.TIMED_OUT:
            return "The model took too long to answer. Please try again."
        case Failure.OVERLOADED:
            return "The model is very busy at the moment. Please try again in a minute."
        case Failure.SERVER_ERROR:
            return "The model had a problem of its own. Please try again in a minute."
        case Failure.BROKEN_STREAM:
            return "The connection to the model broke off. Please try again."
        case Failure.IMAGE_REJECTED:
            return "The model could not read a picture here. Please try it as a PNG or JPEG."
        case Failure.CONTEXT_TOO_LONG:
            return "This conversation is too long for the model. Please start a new one."
        case Failure.CONTENT_BLOCKED:
            return "A content filter turned this question down; asking in another way may help."
        case Failure.BAD_REQUEST | Failure.PARAMETER_UNSUPPORTED:
            return "The model did not accept this question. I've noted it for the operator."
        case (
            Failure.KEY_REJECTED
            | Failure.OUT_OF_BALANCE
            | Failure.FORBIDDEN
            | Failure.MODEL_UNKNOWN
            | Failure.NOT_AN_ENDPOINT
        ):
            return "I can't answer anything at the moment. I've noted it for the operator."


def cut(failure: Failure, *, incident: str) -> str:
    """What a member reads under an answer that broke off."""
    return f"{_cut_cause(failure)} ({incident})"


def _cut_cause(failure: Failure) -> str:
    match failure:
        case Failure.UNREACHABLE | Failure.BROKEN_STREAM:
            return "The connection to the model broke off here; reply to hear the rest."
        case Failure.TIMED_OUT:
            return "The model fell silent here; reply to hear the rest."
        case Failure.OVERLOADED:
            return "The model became too busy to go on; reply in a minute to hear the rest."
        case Failure.SERVER_ERROR:
            return "The model had a problem of its own here; reply to hear the rest."
        case Failure.CONTENT_BLOCKED:
            return "A content filter ended the answer here; asking in another way may help."
        case Failure.CONTEXT_TOO_LONG:
            return "The conversation became too long for the model here; please start a new one."
        case (
            Failure.KEY_REJECTED
            | Failure.OUT_OF_BALANCE
            | Failure.FORBIDDEN
            | Failure.MODEL_UNKNOWN
            | Failure.IMAGE_REJECTED
            | Failure.PARAMETER_UNSUPPORTED
            | Failure.NOT_AN_ENDPOINT
            | Failure.BAD_REQUEST
        ):
            return "The model ended the answer here. I've noted it for the operator."


def operator_advice(failure: Failure) -> str:
    """What the operator reads in the log and from `glimpse check`: the cause and what to do."""
    match failure:
        case Failure.UNREACHABLE:
            return "The endpoint can't be reached: check its address, DNS, TLS and the firewall."
        case Failure.TIMED_OUT:
            return "The endpoint fell silent: check its load, or allow it more time."
        case Failure.OVERLOADED:
            return (
                "The endpoint limits the rate or is overloaded: wait, or raise the plan's limits."
            )
        case Failure.SERVER_ERROR:
            return "The endpoint failed by itself: look at its status page or its log."
        case Failure.KEY_REJECTED:
            return "The endpoint rejects the API key: check that it is whole, valid and for this address."
        case Failure.OUT_OF_BALANCE:
            return "The account's balance or plan is used up: top it up at the provider."
        case Failure.FORBIDDEN:
            return "The key may not do this: check its permissions, the project, region and model access."
        case Failure.MODEL_UNKNOWN:
            return (
                "The endpoint does not know the model: compare its name with the provider's list."
            )
        case Failure.IMAGE_REJECTED:
            return "The endpoint does not accept a picture: check that the model takes image input."
        case Failure.CONTEXT_TOO_LONG:
            return "The input is longer than the model's window: set its context size lower."
        case Failure.PARAMETER_UNSUPPORTED:
            return "The endpoint does not know a parameter: turn it off for this model."
        case Failure.CONTENT_BLOCKED:
            return "The provider's policy filter refused the question: nothing to do."
        case Failure.NOT_AN_ENDPOINT:
            return "The address does not speak the Responses API: check it, it often ends in /v1."
        case Failure.BAD_REQUEST:
            return "The endpoint refuses the request: its words are in the log beside this line."
        case Failure.BROKEN_STREAM:
            return "The stream ended without saying how: look for a proxy that cuts connections."


# -- when a question is not answered ------------------------------------------------------------


def refusal(error: Refusal) -> str:
    """What the asker reads; empty where nothing is to be said, as for a replayed event."""
    match error:
        case QuotaExceeded():
            return quota_exceeded(error)
        case QuestionTooLarge():
            return question_too_large(error)
        case _:
            return ""


def quota_exceeded(error: QuotaExceeded) -> str:
    if error.limit == 0:
        return "You have no quota here. A moderator can give you one with `/quota set`."
    reset = f"The quota resets <t:{int(error.resets_at.timestamp())}:R>; a moderator can raise it."
    if error.reserved:
        return (
            f"Of your {_tokens(error.limit)}, {error.remaining:,} are free and {error.reserved:,} "
            f"are held by answers being written. Please wait for those. {reset}"
        )
    if not error.remaining:
        return f"Your {_tokens(error.limit)} for today are used up. {reset}"
    return (
        f"Only {error.remaining:,} of your {_tokens(error.limit)} are left, "
        f"too few for an answer. {reset}"
    )


def question_too_large(error: QuestionTooLarge) -> str:
    return (
        f"This is too long for one answer: about {_tokens(error.needed)}, where {error.allowed:,} "
        "are allowed. Please shorten it or ask in parts."
    )


def store_error(*, incident: str) -> str:
    return f"I can't keep count at the moment, so I can't answer. I've noted it for the operator. ({incident})"


def unexpected_error(*, incident: str) -> str:
    return f"Something went wrong on my side. I've noted it for the operator. ({incident})"


def greeting() -> str:
    """What a mention without a question gets."""
    return (
        "Hello! Mention me with a question, post a picture with it if you like, and reply to my "
        "answers to go on. I describe pictures, read screenshots and help with errors."
    )


# -- the Stop button ----------------------------------------------------------------------------


def stop_accepted() -> str:
    return "I'm stopping."


def stop_not_allowed() -> str:
    return "Only the person who asked, or a moderator, can stop this answer."


def stop_too_late() -> str:
    return "This answer has already finished."


# -- quotas -------------------------------------------------------------------------------------


def quota_own(standing: Standing) -> str:
    return _standing(standing, whose="Your quota")


def quota_of(standing: Standing, *, user_id: int) -> str:
    return _standing(standing, whose=f"The quota of <@{user_id}>")


def _standing(standing: Standing, *, whose: str) -> str:
    reset = f"resets <t:{int(standing.window.resets_at.timestamp())}:R>"
    held = f" · {standing.reserved:,} held by answers being written" if standing.reserved else ""
    if standing.amount is None or standing.percent_left is None:
        return f"{whose}: no limit.\n{_tokens(standing.spent)} used today{held} · {reset}"
    origin = "set by a moderator" if standing.is_own else "as for everyone"
    left = standing.percent_left
    return (
        f"{whose}: {_tokens(standing.amount)} a day, {origin}.\n"
        f"`{_bar(left)}` {left}\u202f% left\n"
        f"{_tokens(standing.spent)} used today{held} · {reset}"
    )


def _bar(percent_left: int) -> str:
    """Draw how much is left; a sliver is never drawn as nothing."""
    cells = -(-percent_left * _BAR_CELLS // 100)
    return "█" * cells + "░" * (_BAR_CELLS - cells)


def quota_set(*, user_id: int, amount: int | None) -> str:
    if amount is None:
        return f"<@{user_id}> now has no limit."
    if amount == 0:
        return f"<@{user_id}> now has no quota: I won't answer them."
    return f"<@{user_id}> now has {_tokens(amount)} a day."


def quota_reset(*, user_id: int, forgiven: int) -> str:
    """Confirm that what was spent today no longer counts."""
    if not forgiven:
        return f"<@{user_id}> had used nothing today; nothing has changed."
    return f"<@{user_id}> starts afresh: {_tokens(forgiven)} used today no longer count."


def quota_default(*, user_id: int, amount: int | None) -> str:
    """Confirm that a user's own limit was taken away again."""
    limit = "no limit" if amount is None else f"{_tokens(amount)} a day"
    return f"<@{user_id}> has the usual quota again: {limit}."


def quota_not_allowed() -> str:
    return "Only people who may manage this server can do that. Your own quota: `/quota me`."


def not_an_amount(error: NotAnAmount) -> str:
    examples = "Please write for example `50000`, `50k`, `1.5m` or `unlimited`."
    if isinstance(error, AmountTooLarge):
        return f"{file_name(error.text)} is more than any quota can be. {examples}"
    return f"{file_name(error.text)} is no amount of tokens. {examples}"


def only_in_a_server() -> str:
    return "This works in servers only."


# -- the terminal -------------------------------------------------------------------------------


def terminal_ending(ended: Ended, *, has_text: bool) -> str:
    """Say in plain text how an answer ended, to the person at the keyboard; empty if it ended well."""
    match ended:
        case Completed():
            return "" if has_text else "The model finished without writing anything."
        case Incomplete():
            return _terminal_incomplete(ended.reason, has_text=has_text)
        case Refused():
            return "The model declined to answer."
        case Failed():
            words = " ".join(_UNSEEN.sub(" ", ended.detail).split())
            said = f" It said: {words[:150]}" if words else ""
            return f"{operator_advice(ended.failure)}{said}"


def _terminal_incomplete(reason: IncompleteReason, *, has_text: bool) -> str:
    match reason:
        case IncompleteReason.LIMIT if has_text:
            return "The answer reached its length limit: allow more output tokens for a longer one."
        case IncompleteReason.LIMIT:
            return "The model was still thinking at its length limit: allow more output tokens."
        case IncompleteReason.CONTENT_FILTER:
            return "The provider's content filter ended the answer."
        case IncompleteReason.OTHER:
            return "The model ended its answer early, for a reason it did not name."


def terminal_left_out(left_out: LeftOut) -> str:
    name = _shorten(_UNSEEN.sub(" ", left_out.name).strip()) or "unnamed"
    if left_out.reason is LeftOutReason.GONE:
        return f"{name} was not found"
    return f"{name} {_left_out_verb(left_out.reason)}"


def ending_name(ending: Ending) -> str:
    """Name an ending in a list or a table."""
    match ending:
        case Ending.COMPLETED:
            return "answered"
        case Ending.INCOMPLETE:
            return "ended early"
        case Ending.REFUSED:
            return "declined by the model"
        case Ending.FAILED:
            return "failed"
        case Ending.CUT:
            return "broke off"
        case Ending.STOPPED:
            return "stopped"
        case Ending.INTERRUPTED:
            return "interrupted by a restart"
        case Ending.UNDELIVERABLE:
            return "could not be shown"
