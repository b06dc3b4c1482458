"""States before and after a change, as JSON in the audit.

Written here and read here, in the forms of earlier versions too. Two states are the same where
their JSON is.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.core.calendar.periods import Period
from bot.core.moderation.changes import State
from bot.core.quota.limits import Amounts, Block, Grant, Limit, Measure, Subject, Unit

_SINGLE: Final = frozenset({"amount"})  # the only limit of a user, in tokens a day
_SPENT: Final = frozenset({"spent"})  # tokens


def limits_state(limits: Iterable[Limit]) -> State | None:
    """All limits of one subject; None where there is none."""
    ordered = sorted(limits, key=lambda limit: limit.measure)
    if not ordered:
        return None
    rows = [
        {
            "unit": limit.measure.unit.value,
            "period": limit.measure.period.value,
            "amount": limit.amount,
        }
        for limit in ordered
    ]
    return {"limits": rows}


def limits_of(state: State | None, subject: Subject) -> tuple[Limit, ...]:
    rows: Any = () if state is None else state["limits"]
    return tuple(
        Limit(
            subject=subject,
            measure=Measure(unit=Unit(row["unit"]), period=Period(row["period"])),
            amount=row["amount"],
        )
        for row in rows
    )


def grant_state(grant: Grant) -> State:
    return {
        "grant": grant.id,
        "unit": grant.unit.value,
        "amount": grant.amount,
        "expires_at": _write(grant.expires_at),
    }


def grant_of(state: State, subject: Subject) -> Grant:
    """The grant as it was given; what is left of it is not in the audit."""
    held: Any = state
    return Grant(
        id=held["grant"],
        subject=subject,
        unit=Unit(held["unit"]),
        amount=held["amount"],
        left=held["amount"],
        expires_at=datetime.fromisoformat(held["expires_at"]),
    )


def block_state(block: Block | None) -> State | None:
    if block is None:
        return None
    until = None if block.until is None else _write(block.until)
    return {"until": until, "reason": block.reason}


def block_of(state: State, subject: Subject) -> Block:
    held: Any = state
    until = None if held["until"] is None else datetime.fromisoformat(held["until"])
    return Block(subject=subject, until=until, reason=held["reason"])


def spent_state(amounts: Amounts) -> State:
    return {"tokens": amounts.tokens, "microusd": amounts.microusd, "answers": amounts.answers}


def spent_of(state: State | None) -> Amounts:
    held: Any = state or {}
    return Amounts(
        tokens=held.get("tokens", 0),
        microusd=held.get("microusd", 0),
        answers=held.get("answers", 0),
    )


def preference_state(topic: str, value: str | None) -> State | None:
    return None if value is None else {topic: value}


def modern(state: Mapping[str, Any] | None) -> State | None:
    """Read also what earlier versions wrote down."""
    if state is None:
        return None
    if state.keys() == _SINGLE:
        day = {"unit": Unit.TOKENS.value, "period": Period.DAY.value}
        return {"limits": [{**day, "amount": state["amount"]}]}
    if state.keys() == _SPENT:
        return spent_state(Amounts(tokens=state["spent"])) if state["spent"] else None
    return state


def _write(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
