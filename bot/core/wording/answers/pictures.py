"""Pictures that are made: what stands in their message, their alt text, and why there is none."""

from collections.abc import Sequence
from typing import Final

from bot.core.answers.events import Failure
from bot.core.conversation.turns import LeftOut
from bot.core.pictures.errors import OrderFault, OrderRefused, PicturesOff, PictureTooDear
from bot.core.pictures.orders import AUTO, LONGEST_ALT
from bot.core.quota.allowance import Charge
from bot.core.quota.standings import Standing
from bot.core.wording.amounts import how_soon, per, subject
from bot.core.wording.answers.failures import failed
from bot.core.wording.answers.footers import left_out_line, share_left, small_print
from bot.core.wording.names import one_line, plain_text
from bot.core.wording.names import tokens as amount

# ruff: noqa: PLR0911 - a `match` over an enum is a table

_LONGEST_CAPTION: Final = 300  # characters of a prompt that stands in its own message
_TAKES_LESS: Final = "A smaller size, a lower quality or fewer pictures take less"
_CENT: Final = 10_000  # micro-dollars


def picture_making(count: int) -> str:
    """The activity while pictures are made."""
    return "Making a picture" if count == 1 else f"Making {count} pictures"


def picture_caption(prompt: str) -> str:
    """The prompt of a command, which nobody else would see."""
    return f"> {plain_text(prompt, longest=_LONGEST_CAPTION)}"


def picture_footer(
    charge: Charge,
    *,
    tightest: Standing | None = None,
    left_out: Sequence[LeftOut] = (),
    notes: Sequence[str] = (),
) -> str:
    """The cost of pictures and the remarks on them."""
    about = "≈\u202f" if charge.is_estimated else ""
    cost = charge.cost_microusd
    details = [plain_text(charge.model), f"{about}{amount(charge.usage.total_tokens)}"]
    details.append("cost unknown" if cost is None else f"{about}{dollars(cost)}")
    details += share_left(tightest)
    return small_print(*notes, left_out_line(left_out), " · ".join(details))


def dollars(microusd: int) -> str:
    """Write an amount of money; of less than a dollar, tenths of a cent as well."""
    if 0 < microusd < _CENT // 10:
        return "under $0.001"
    return f"${microusd / 1_000_000:,.2f}" if microusd >= 1_000_000 else f"${microusd / 1e6:.3f}"


def picture_alt(*, model: str, prompt: str, revised: str = "", is_whole: bool = True) -> str:
    """The alt text of a picture: only what is known of it, which is what it was made for."""
    start = "Picture made by" if is_whole else "Unfinished picture by"
    words = f"{start} {one_line(model)} for the prompt: {one_line(prompt)}"
    if revised and one_line(revised) != one_line(prompt):
        words += f" | What the model made of it: {one_line(revised)}"
    return words if len(words) <= LONGEST_ALT else words[: LONGEST_ALT - 1].rstrip() + "…"


# How it ended, if not well


def picture_refused(*, has_words: bool) -> str:
    """Say that the model declined; its own words, if any, stand above."""
    if has_words:
        return "The model did not make this picture."
    return "The model's rules do not allow this picture; another description may help."


def picture_missing() -> str:
    return "The model finished without a picture. Please describe once more what it should show."


def picture_unreadable() -> str:
    return "The model sent a picture that is damaged or too large to be shown. Please ask again."


def picture_failed(failure: Failure, *, incident: str) -> str:
    match failure:
        case Failure.CONTENT_BLOCKED:
            return f"{picture_refused(has_words=False)} ({incident})"
        case Failure.TIMED_OUT:
            return f"The picture took too long. Please try again, or a lower quality. ({incident})"
        case Failure.BROKEN_STREAM:
            return f"The connection broke off before the picture was whole. Please try again. ({incident})"
        case Failure.IMAGE_REJECTED:
            return f"The model could not read the picture to draw from. Please try another one. ({incident})"
        case Failure.CONTEXT_TOO_LONG:
            return f"This description is too long for the model. Please shorten it. ({incident})"
        case _:
            return failed(failure, incident=incident)


def picture_stopped(*, has_pictures: bool) -> str:
    return "Stopped." if has_pictures else "Stopped before there was a picture."


def picture_interrupted() -> str:
    return "I was restarted before this was finished. Please ask again."


def pictures_missing(*, made: int, count: int) -> str:
    """Of several pictures, some could not be made."""
    return f"{made} of {count} pictures could be made."


def picture_unfinished() -> str:
    return "What you see is unfinished."


def picture_shrunk() -> str:
    return "Shown smaller: the file was too large for Discord."


def pictures_not_kept() -> str:
    """Stands after a restart, below a message in which perhaps some of it is shown already."""
    return (
        "I was restarted before all of this was shown, and it was too much to keep. "
        "Please ask again for what is missing."
    )


# Why nothing was begun


def pictures_off(error: PicturesOff) -> str:
    if error.is_direct:
        return "I don't make pictures in direct messages. Please ask me in a server."
    return (
        "Making pictures is switched off here. Somebody who may manage this server can switch it "
        "on with `/manage settings pictures`."
    )


def picture_too_dear(error: PictureTooDear) -> str:
    """Under a limit or a cap that counts tokens."""
    standing = error.standing
    of, period = standing.limit.subject, standing.limit.measure.period
    whole = (standing.amount or 0) + standing.granted
    takes = f"This would take about {amount(error.needed)}"
    if whole < error.needed:
        quota = f"the cap of {subject(of)}" if of.is_capped else "your quota"
        return f"{takes}, and {quota} is {whole:,} {per(period)}. {_TAKES_LESS}."
    shared = f"the {amount(whole)} that all of {subject(of)} share" if of.is_capped else ""
    held = (
        f" ({standing.reserved:,} are held by answers being written)" if standing.reserved else ""
    )
    return (
        f"{takes}, and {standing.remaining or 0:,} of {shared or f'your {amount(whole)}'} are "
        f"left{held}. {_TAKES_LESS}; it resets {how_soon(standing.window.resets_at)}."
    )


def order_refused(error: OrderRefused) -> str:
    allowed = ", ".join(error.allowed)
    match error.fault:
        case OrderFault.NO_PROMPT:
            return "Please say what the picture should show."
        case OrderFault.TOO_LONG:
            return f"Please describe it in at most {allowed} characters."
        case OrderFault.SIZE:
            return f"This size is not offered. Please choose one of: {allowed}."
        case OrderFault.QUALITY:
            return f"This quality is not offered. Please choose one of: {allowed}."
        case OrderFault.COUNT:
            return f"I make at most {allowed} at once. Please ask for fewer."
        case OrderFault.NO_PICTURE:
            return "I can't read what you gave me to draw from. Please give a PNG, JPEG or WebP."
        case OrderFault.MAY_NOT_ATTACH:
            return "I may not attach files here. A moderator can allow it: `Attach Files`."


# The command


def imagine_description() -> str:
    return "Have a picture made"


def imagine_choice(value: str) -> str:
    """Name a size or quality in the command's list."""
    if value == AUTO:
        return "as the model chooses"
    width, times, height = value.partition("x")
    if not times or not (width.isdecimal() and height.isdecimal()):
        return value
    return f"{width}×{height}{_shape(int(width), int(height))}"


def _shape(width: int, height: int) -> str:
    if width == height:
        return ", square"
    return ", landscape" if width > height else ", portrait"
