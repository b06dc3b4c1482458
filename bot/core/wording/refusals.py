"""When a question is not answered, and what a mention without one gets."""

from bot.core.conversation.errors import NothingToRead, QuestionTooLarge
from bot.core.errors import Refusal
from bot.core.pictures.errors import OrderRefused, PicturesOff, PictureTooDear
from bot.core.quota.errors import Blocked, QuotaExceeded
from bot.core.quota.limits import SubjectKind, Unit
from bot.core.quota.standings import Standing
from bot.core.wording.amounts import (
    amount,
    how_soon,
    limit_amount,
    number,
    present,
    subject,
)
from bot.core.wording.answers.footers import left_out_line
from bot.core.wording.answers.pictures import order_refused, picture_too_dear, pictures_off
from bot.core.wording.names import tokens
from bot.core.wording.quotas.ceilings import ceiling_reached
from bot.core.wording.quotas.standings import blocked


def refusal(error: Refusal) -> str:  # noqa: PLR0911 - a table
    """The asker's sentence; empty where nothing is to be said, as for a replayed event."""
    match error:
        case PictureTooDear() if error.standing.amount and _is_in_tokens(error):
            return picture_too_dear(error)
        case PicturesOff():
            return pictures_off(error)
        case OrderRefused():
            return order_refused(error)
        case QuotaExceeded():
            return quota_exceeded(error)
        case Blocked():
            return blocked(error)
        case QuestionTooLarge():
            return question_too_large(error)
        case NothingToRead():
            return nothing_to_read(error)
        case _:
            return ""


def quota_exceeded(error: QuotaExceeded) -> str:
    """Name the limit or cap, what is left of it, when it begins anew, and who can change it."""
    standing = error.standing
    what = "this picture" if isinstance(error, PictureTooDear) else "an answer"
    if standing.limit.is_ceiling:
        return ceiling_reached(standing, what=what)
    if standing.limit.measure.unit is Unit.DOLLARS and not error.has_price:
        return _unpriced(error)
    if not standing.amount and not standing.granted:
        return _nothing_allowed(error)
    rule = "cap" if standing.limit.subject.is_capped else "limit"
    if not standing.spent and not standing.reserved:
        return f"{_too_little(standing, what)} {_sentence(_who(error))} can raise the {rule}."
    reset = f"The {rule} resets {how_soon(standing.window.resets_at)}; {_who(error)} can raise it."
    return f"{_left(standing, what)} {reset}"


def _is_in_tokens(error: QuotaExceeded) -> bool:
    limit = error.standing.limit
    return limit.measure.unit is Unit.TOKENS and not limit.is_ceiling


def _left(standing: Standing, what: str) -> str:
    unit, left, held = standing.limit.measure.unit, standing.remaining or 0, standing.reserved
    if held:
        return (
            f"Of {_whole(standing)}, {number(unit, left)} can be used and {number(unit, held)} "
            f"{_is(unit, held)} held by answers being written. Please wait for those."
        )
    if not left:
        return f"{_sentence(_whole(standing))} {_is(unit, standing.amount or 0)} used up."
    return (
        f"Only {number(unit, left)} of {_whole(standing)} {_is(unit, left)} left, "
        f"too {_few(unit)} for {what}."
    )


def _too_little(standing: Standing, what: str) -> str:
    """Nothing was used, so there is nothing to wait for."""
    unit = standing.limit.measure.unit
    verb = _is(unit, (standing.amount or 0) + standing.granted)
    return f"{_sentence(_whole(standing))} {verb} too {_few(unit)} for {what}."


def _few(unit: Unit) -> str:
    return "little" if unit is Unit.DOLLARS else "few"


def _is(unit: Unit, value: int) -> str:
    return "is" if unit is Unit.DOLLARS or value == 1 else "are"


def _whole(standing: Standing) -> str:
    """Name the limit, grants included; what is no cap is the asker's."""
    measure, of = standing.limit.measure, standing.limit.subject
    whole = amount(measure.unit, (standing.amount or 0) + standing.granted)
    span = present(measure.period)
    if of.is_capped:
        who = (
            "all whom this bot answers"
            if of.kind is SubjectKind.EVERYTHING
            else f"all of {subject(of)}"
        )
        return f"the {whole} that {who} may use {span} together"
    return f"your {whole} for {span}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _nothing_allowed(error: QuotaExceeded) -> str:
    of = error.standing.limit.subject
    if of.kind is SubjectKind.EVERYTHING:
        return "The operator of this bot has set its cap to nothing, so nobody is answered."
    if of.is_capped:
        return (
            f"The cap of {subject(of)} is nothing, so nobody is answered. "
            f"A moderator can change it with `/manage set {of.kind.value}`."
        )
    if error.is_direct:
        return (
            "You have no quota in direct messages. Only the operator of this bot can change that."
        )
    return "You have no quota here. A moderator can give you one with `/manage set`."


def _unpriced(error: QuotaExceeded) -> str:
    limit = error.standing.limit
    whose = "the cap" if limit.subject.is_capped else "your limit"
    return (
        f"The price of this model isn't known, so {whose} of "
        f"{limit_amount(limit.measure, limit.amount)} can't be kept and I don't answer. "
        f"{_sentence(_who(error))} can choose another model or limit tokens instead."
    )


def _who(error: QuotaExceeded) -> str:
    kind = error.standing.limit.subject.kind
    is_operators = error.is_direct or kind is SubjectKind.EVERYTHING
    return "only the operator of this bot" if is_operators else "a moderator"


def question_too_large(error: QuestionTooLarge) -> str:
    return (
        f"This is too long for one answer: about {tokens(error.needed)}, where {error.allowed:,} "
        "are allowed. Please shorten it or ask in parts."
    )


def nothing_to_read(error: NothingToRead) -> str:
    return f"{left_out_line(error.left_out)}."


def store_error(*, incident: str) -> str:
    return f"I can't keep count at the moment, so I can't answer. I've noted it for the operator. ({incident})"


def database_failed(*, incident: str) -> str:
    """To somebody whose command could not be carried out, or not to its end."""
    return f"My database fails at the moment, so I can't do that. I've noted it for the operator. ({incident})"


def can_not_save(*, incident: str) -> str:
    """To somebody whose command was not begun, since it would have changed something."""
    return f"I can't save anything at the moment, so nothing was changed. I've noted it for the operator. ({incident})"


def unexpected_error(*, incident: str) -> str:
    return f"Something went wrong on my side. I've noted it for the operator. ({incident})"


def greeting() -> str:
    """The reply to a mention without a question."""
    return (
        "Hello! Mention me with a question, post a picture or a file with it if you like, and reply "
        "to my answers to go on. I describe pictures, read screenshots, logs and PDFs, and help "
        "with errors."
    )


def command_not_begun() -> str:
    """To somebody whose command waited while the process ended."""
    return "I was restarted before I could do that. Nothing was changed; please try again."


def command_cut_off() -> str:
    """To somebody whose command was being carried out while the process ended."""
    return "I was restarted in the middle of this. Please check whether it was done before you repeat it."


def too_busy() -> str:
    return "I am too busy for that right now. Nothing was changed; please try again in a moment."
