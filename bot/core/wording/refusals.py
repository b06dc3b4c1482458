"""When a question is not answered, and what a mention without one gets."""

from bot.core.errors import (
    NothingToRead,
    OrderRefused,
    PicturesOff,
    PictureTooDear,
    QuestionTooLarge,
    QuotaExceeded,
    Refusal,
)
from bot.core.wording.footers import left_out_line
from bot.core.wording.names import tokens
from bot.core.wording.pictures import order_refused, picture_too_dear, pictures_off


def refusal(error: Refusal) -> str:  # noqa: PLR0911 - a table
    """What the asker reads; empty where nothing is to be said, as for a replayed event."""
    match error:
        case PictureTooDear() if error.standing.amount:
            return picture_too_dear(error)
        case PicturesOff():
            return pictures_off(error)
        case OrderRefused():
            return order_refused(error)
        case QuotaExceeded():
            return quota_exceeded(error)
        case QuestionTooLarge():
            return question_too_large(error)
        case NothingToRead():
            return nothing_to_read(error)
        case _:
            return ""


def quota_exceeded(error: QuotaExceeded) -> str:
    standing = error.standing
    limit = tokens(standing.amount or 0)
    if not standing.amount:
        return "You have no quota here. A moderator can give you one with `/quota set`."
    resets_at = standing.window.resets_at
    reset = f"The quota resets <t:{int(resets_at.timestamp())}:R>; a moderator can raise it."
    remaining = standing.remaining or 0
    if standing.reserved:
        return (
            f"Of your {limit}, {remaining:,} are free and {standing.reserved:,} "
            f"are held by answers being written. Please wait for those. {reset}"
        )
    if not remaining:
        return f"Your {limit} for today are used up. {reset}"
    return f"Only {remaining:,} of your {limit} are left, too few for an answer. {reset}"


def question_too_large(error: QuestionTooLarge) -> str:
    return (
        f"This is too long for one answer: about {tokens(error.needed)}, where {error.allowed:,} "
        "are allowed. Please shorten it or ask in parts."
    )


def nothing_to_read(error: NothingToRead) -> str:
    return f"{left_out_line(error.left_out)}."


def store_error(*, incident: str) -> str:
    return f"I can't keep count at the moment, so I can't answer. I've noted it for the operator. ({incident})"


def unexpected_error(*, incident: str) -> str:
    return f"Something went wrong on my side. I've noted it for the operator. ({incident})"


def greeting() -> str:
    """What a mention without a question gets."""
    return (
        "Hello! Mention me with a question, post a picture or a file with it if you like, and reply "
        "to my answers to go on. I describe pictures, read screenshots, logs and PDFs, and help "
        "with errors."
    )
