"""Commands that can't be carried out as given: one sentence each, and nothing has changed."""

from typing import Final

from bot.core.calendar.instants import InstantPassed, InstantTooFar, NotAnInstant
from bot.core.quota.amounts import AmountTooLarge, NotAnAmount
from bot.core.quota.limits import Subject, SubjectKind, Unit
from bot.core.wording.amounts import subject
from bot.core.wording.names import file_name as code
from bot.core.wording.names import one_line
from bot.core.wording.quotas.standings import RESUME_SERVER

_EXAMPLES: Final = "Please write for example `50k`, `$5`, `20 answers` or `unlimited`."
_TIMES: Final = "Please write for example `2h`, `3d`, `1w`, `2026-12-24` or `2026-12-24 18:00`."


def quota_not_allowed() -> str:
    return "Only people who may manage this server can do that. Your own quota: `/quota me`."


def not_allowed_any_more() -> str:
    return "You may not decide that here any more, so nothing has changed."


def not_an_amount(error: NotAnAmount) -> str:
    if not one_line(error.text):
        return f"There is no amount. {_EXAMPLES}"
    if isinstance(error, AmountTooLarge):
        return f"{code(error.text)} is more than any quota can be. {_EXAMPLES}"
    return f"{code(error.text)} is no amount. {_EXAMPLES}"


def not_an_instant(error: NotAnInstant, *, zone: str) -> str:
    if not one_line(error.text):
        return f"There is no time. {_TIMES}"
    match error:
        case InstantPassed():
            fault = f"has passed already, by the time of {zone}"
        case InstantTooFar():
            fault = "is more than a year away"
        case _:
            fault = "is no time that I can read"
    return f"{code(error.text)} {fault}. {_TIMES}"


def only_in_a_server() -> str:
    return "This works in servers only."


def no_such_subject() -> str:
    """A role, a member or a channel was deleted while the command was written."""
    return "What you chose is no longer there, so nothing has changed."


def is_a_bot(*, is_self: bool) -> str:
    return (
        "That is me, and I need no quota."
        if is_self
        else "I don't answer bots, so a bot needs no quota."
    )


def is_a_bots_role(of: Subject) -> str:
    return f"{subject(of)} belongs to a bot, and I don't answer bots: nothing has changed."


def is_everyone(way: str) -> str:
    """The role that everybody has was chosen where it can't be; `way` is the command instead."""
    return f"That role is everyone in this server. Please use `{way}`."


def would_block_yourself() -> str:
    return "You can't block yourself: another moderator would have to let you in again."


def cap_without_amount(of: Subject) -> str:
    """Unlimited was asked for where it means no cap at all."""
    return f"A cap can't be unlimited. To take it away: `/manage clear {of.kind.value}`."


def grant_without_amount() -> str:
    return "A grant needs an amount: for no limit at all, use `/manage set user` with `unlimited`."


def grant_helps(unit: Unit) -> str:
    """A remark on what was granted: limits in other units go on binding, and so do caps."""
    kind = "dollars" if unit is Unit.DOLLARS else unit.value
    return f"-# It helps under limits in {kind}, and lifts no cap."


def nothing_to_clear(of: Subject) -> str:
    if of.is_capped:
        return f"Nothing has changed: {subject(of)} has no such cap."
    own = "" if of.kind is SubjectKind.EVERYONE else " of their own"
    return f"Nothing has changed: {subject(of)} has no such limit{own}."


def not_blocked(of: Subject) -> str:
    if of.is_capped:
        if of.kind is SubjectKind.SERVER:
            return "Nothing has changed: this whole server is not paused."
        return (
            f"Nothing has changed: {subject(of)} by itself is not paused. "
            f"If the whole server is: `{RESUME_SERVER}`."
        )
    return f"Nothing has changed: {subject(of)} is not blocked."


def nothing_to_reset(user_id: int) -> str:
    return f"Nothing has changed: <@{user_id}> has used nothing today that counts."


def has_left(user_id: int) -> str:
    """A remark: the change is kept for when they are back."""
    return f"-# <@{user_id}> is not in this server at present; it holds when they come back."


def price_unknown(model: str) -> str:
    """A remark on a limit in dollars that can't be kept."""
    return (
        f"-# The price of {code(model)} isn't known, so under a limit in dollars it answers nobody: "
        "choose another with `/model`, or limit tokens or answers."
    )


def nothing_to_export() -> str:
    return "Nothing was used in that time, so there is nothing to export."


def may_not_attach() -> str:
    """The bot, where the command was given."""
    return "I may not attach files in this channel: please allow me **Attach Files**, or ask elsewhere."


def no_such_page() -> str:
    return "I can't find that page; please give the command again."


def unknown_button() -> str:
    return "I no longer know this button; please give the command again."


def unknown_form() -> str:
    return "I no longer know this form; please give the command again."


def limit_already(of: Subject) -> str:
    return f"That is the limit of {subject(of)} already: nothing has changed."
