"""The text of `glimpse usage`, for the operator."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.core.calendar.periods import Period
from bot.core.quota.limits import Subject, SubjectKind, Unit
from bot.core.reports.usage import Report
from bot.core.wording.names import UNSEEN, shorten
from bot.core.wording.reports.consumption import spent_amount
from bot.core.wording.reports.reports import report_title, subject_plainly

_NAMED_SERVERS: Final = 20
_PLAIN: Final = str.maketrans(
    {"·": "-", "…": "...", "–": "-", "\u202f": " ", "“": '"', "”": '"', "≈": "~"}
)


def usage_title(report: Report, guild_id: int | None) -> str:
    kind = SubjectKind.EVERYTHING if guild_id is None else SubjectKind.SERVER
    return f"{report_title(report)}, {subject_plainly(Subject(kind=kind, id=guild_id or 0))}"


def usage_no_database(file: object | None) -> str:
    where = f"`{file}`" if file is not None else "`[database] url`"
    return (
        f"there is no database of Glimpse at {where}: the bot makes it at its first start; "
        "`[database] url` or `--config` names another"
    )


def usage_other_revision(revision: str, wanted: str) -> str:
    return (
        f"the database is at revision `{revision}` and this Glimpse reads `{wanted}`: run "
        "`glimpse database upgrade`, or the version that wrote it"
    )


def usage_unknown_server(named: str, known: Sequence[int]) -> str:
    shown = shorten(UNSEEN.sub(" ", named).strip())
    if not known:
        return f"nothing has been used in `{shown}`, nor anywhere else yet"
    servers = [str(each) if each else "0 (direct messages)" for each in known]
    named_servers = ", ".join(servers[:_NAMED_SERVERS])
    more = f" and {len(known) - _NAMED_SERVERS} more" if len(known) > _NAMED_SERVERS else ""
    return f"nothing has been used in a server `{shown}`; there are: {named_servers}{more}"


def usage_unwritable(file: object | None, reason: str) -> str:
    where = f"`{file}`" if file is not None else "the output"
    return f"{where} can't be written: {reason}"


def usage_charts_missing() -> str:
    return "`--chart` needs matplotlib, the extra `charts`: pip install '.[charts]'"


def usage_chart_not_png(name: str) -> str:
    return f"`{shorten(UNSEEN.sub(' ', name))}` must end with .png: `--chart` writes no other kind"


def usage_no_chart() -> str:
    return "No chart was written: there is nothing to draw."


def usage_rows_written(count: int) -> str:
    return f"{count:,} rows written"


def usage_verifying(kind: SubjectKind, period: Period) -> str:
    return f"adding up: {kind.value}, by {period.row.words.name}"


def usage_verified(*, differing: int, counters: int, rows: int) -> str:
    """The last line: whether the accounts add up."""
    ledger = "1 row" if rows == 1 else f"{rows:,} rows"
    if not differing:
        return f"All accounts add up: {counters:,} counters agree with {ledger} of the ledger."
    verb = "counter differs" if differing == 1 else "counters differ"
    return f"{differing:,} {verb} from the ledger, of {counters:,}, which are sums of {ledger}."


def usage_difference(
    subject: Subject,
    *,
    guild_id: int,
    period: Period,
    starts_at: datetime,
    amounts: Sequence[tuple[str, Unit, int, int]],
) -> str:
    """One counter that does not say what the ledger adds up to."""
    where = "" if subject.kind is SubjectKind.EVERYTHING else _where(subject, guild_id)
    said = "; ".join(
        f"{what} {_exact(unit, counted)} by the counter, {_exact(unit, booked)} by the ledger"
        for what, unit, counted, booked in amounts
    )
    return f"{subject_plainly(subject)}{where}, {_window(period, starts_at)}: {said}."


def _where(subject: Subject, guild_id: int) -> str:
    if subject.kind is SubjectKind.SERVER:
        return ""
    return f" in server {guild_id}" if guild_id else " in direct messages"


def _window(period: Period, starts_at: datetime) -> str:
    name = period.row.words.name
    match period:
        case Period.DAY:
            return f"{name} {starts_at:%Y-%m-%d}"
        case Period.MONTH:
            return f"{name} {starts_at:%Y-%m}"
        case _ if period.part_of_day is not None:
            return f"{name} {starts_at:%Y-%m-%d %H:%M} UTC"
        case _:
            return f"{name} from {starts_at:%Y-%m-%d}"


def _exact(unit: Unit, amount: int) -> str:
    """Rounding would hide a difference."""
    return f"{amount:,} micro-dollars" if unit is Unit.DOLLARS else spent_amount(unit, amount)


def in_ascii(line: str) -> str:
    """For a terminal that has nothing else."""
    return line.translate(_PLAIN).encode("ascii", "replace").decode()
