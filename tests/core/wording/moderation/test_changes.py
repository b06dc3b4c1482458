"""What moderators changed, in words: every action, old forms, and nobody's words do any harm."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.calendar.windows import Window
from bot.core.moderation.audit_values import (
    block_state,
    grant_state,
    limits_state,
    modern,
    spent_state,
)
from bot.core.moderation.changes import Action, Change, Obstacle, State
from bot.core.moderation.errors import CannotUndo, ModerationFault, ModerationRefused
from bot.core.quota.allowance import Crossing
from bot.core.quota.limits import Amounts, Block, Grant, Limit, Measure, Subject, SubjectKind, Unit

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
THEN = f"<t:{int(NOON.timestamp())}:f>"
SOON = f"<t:{int(NOON.timestamp())}:R>"
USER = Subject(kind=SubjectKind.USER, id=2)
ROLE = Subject(kind=SubjectKind.ROLE, id=7)
EVERYONE = Subject(kind=SubjectKind.EVERYONE, id=9)
ROOM = Subject(kind=SubjectKind.CHANNEL, id=70)
SERVER = Subject(kind=SubjectKind.SERVER, id=9)


def change(
    action: Action,
    before: State | None = None,
    after: State | None = None,
    *,
    of: Subject = USER,
    reason: str = "",
    undoes: int | None = None,
) -> Change:
    return Change(
        id=12,
        guild_id=9,
        at=NOON,
        by=1,
        action=action,
        subject=of,
        before=before,
        after=after,
        reason=reason,
        undoes=undoes,
    )


def limits(*amounts: tuple[int | None, Unit, Period], of: Subject = USER) -> State | None:
    return limits_state(
        Limit(subject=of, measure=Measure(unit=unit, period=period), amount=amount)
        for amount, unit, period in amounts
    )


DAY = (50_000, Unit.TOKENS, Period.DAY)
MONTH = (5_500_000, Unit.DOLLARS, Period.MONTH)
HOUR = (1, Unit.ANSWERS, Period.HOUR)
NONE = (None, Unit.TOKENS, Period.DAY)
ALL = tuple((10**12, unit, period) for unit in Unit for period in Period)


def grant(unit: Unit = Unit.TOKENS, amount: int = 50_000, *, of: Subject = USER) -> State:
    return grant_state(
        Grant(id=3, subject=of, unit=unit, amount=amount, left=amount, expires_at=NOON)
    )


def block(until: datetime | None) -> State | None:
    return block_state(Block(subject=USER, until=until, reason="spam"))


SPENT = spent_state(Amounts(tokens=120, microusd=12_500, answers=1))


@pytest.mark.parametrize(
    ("done", "line"),
    [
        (
            change(Action.SET_LIMIT, None, limits(DAY), of=ROLE),
            "<@1> set the limit of <@&7>: 50,000 tokens a day (before: none).",
        ),
        (
            change(Action.SET_LIMIT, limits(DAY), limits(DAY, MONTH), of=EVERYONE),
            "<@1> set the limit of everyone: $5.50 a month and 50,000 tokens a day"
            " (before: 50,000 tokens a day).",
        ),
        (
            change(Action.SET_LIMIT, limits(HOUR), limits(NONE)),
            "<@1> set the limit of <@2>: no limit (before: 1 answer an hour).",
        ),
        (
            change(Action.SET_LIMIT, None, limits(HOUR), of=ROOM),
            "<@1> set the cap of <#70>: 1 answer an hour (before: none).",
        ),
        (
            change(Action.CLEAR_LIMIT, limits(DAY), None, of=SERVER),
            "<@1> cleared the cap of the whole server (before: 50,000 tokens a day).",
        ),
        (
            change(Action.CLEAR_LIMIT, limits(DAY, HOUR), limits(HOUR)),
            "<@1> cleared the limit of <@2>: 1 answer an hour is left"
            " (before: 1 answer an hour and 50,000 tokens a day).",
        ),
        (
            change(Action.GRANT, None, grant()),
            f"<@1> granted <@2>: 50,000 tokens until {THEN}.",
        ),
        (
            change(Action.GRANT, None, grant(Unit.DOLLARS, 12_500), of=ROLE),
            f"<@1> granted each member of <@&7>: $0.0125 until {THEN}.",
        ),
        (
            change(Action.REVOKE, grant(Unit.ANSWERS, 20), None),
            f"<@1> took back the grant of <@2>: 20 answers until {THEN}.",
        ),
        (
            change(Action.BLOCK, None, block(NOON)),
            f"<@1> blocked <@2> until {THEN}.",
        ),
        (
            change(Action.BLOCK, block(NOON), block(None), of=ROLE),
            f"<@1> blocked <@&7> until a moderator takes it back (before: until {THEN}).",
        ),
        (
            change(Action.BLOCK, None, block(None), of=ROOM),
            "<@1> paused <#70> until a moderator takes it back.",
        ),
        (
            change(Action.UNBLOCK, block(NOON), None),
            f"<@1> unblocked <@2> (before: blocked until {THEN}).",
        ),
        (
            change(Action.UNBLOCK, block(None), None, of=SERVER),
            "<@1> resumed the whole server (before: paused until a moderator takes it back).",
        ),
        (
            change(Action.RESET, SPENT, None),
            "<@1> reset <@2>: 120 tokens, $0.0125 and 1 answer of that day no longer count.",
        ),
        (
            change(Action.UNRESET, None, SPENT),
            "<@1> took back the reset of <@2>:"
            " 120 tokens, $0.0125 and 1 answer of that day count again.",
        ),
        (
            change(Action.SET_PREFERENCE, None, {"web-search": "on"}, of=ROOM),
            "<@1> set web search for <#70>: `on` (before: not set).",
        ),
        (
            change(Action.SET_PREFERENCE, {"log-channel": "71"}, {"log-channel": "72"}, of=SERVER),
            "<@1> set the log channel for the whole server: <#72> (before: <#71>).",
        ),
        (
            change(Action.CLEAR_PREFERENCE, {"time-zone": "Europe/Berlin"}, None, of=SERVER),
            "<@1> took back the setting of the time zone for the whole server"
            " (before: `Europe/Berlin`).",
        ),
        (
            change(Action.SET_PREFERENCE, None, {"moods": "gay"}, of=SERVER),
            "<@1> set `moods` for the whole server: `gay` (before: not set).",  # a later version's
        ),
        (
            change(Action.SET_LIMIT, None, modern({"amount": 50}), reason="too chatty"),
            "<@1> set the limit of <@2>: 50 tokens a day (before: none). Reason: too chatty",
        ),
        (
            change(Action.SET_LIMIT, modern({"amount": 50}), modern({"amount": None})),
            "<@1> set the limit of <@2>: no limit (before: 50 tokens a day).",
        ),
        (
            change(Action.RESET, modern({"spent": 120}), modern({"spent": 0})),
            "<@1> reset <@2>: 120 tokens of that day no longer count.",
        ),
        (
            change(Action.RESET, modern({"spent": 0}), modern({"spent": 0})),
            "<@1> reset <@2>: 0 tokens of that day no longer count.",
        ),
        (
            change(Action.CLEAR_LIMIT, limits(DAY), None, undoes=11),
            "<@1> undid change 11: cleared the limit of <@2> (before: 50,000 tokens a day).",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_change_says_who_did_what_from_what_to_what(done: Change, line: str) -> None:
    assert wording.change_line(done) == line


def test_undone_change_says_so() -> None:
    undone = replace(change(Action.BLOCK, None, block(None), reason="spam"), is_undone=True)

    assert wording.change_line(undone).endswith("takes it back. *Undone since.* Reason: spam")


def test_many_limits_are_counted_not_listed() -> None:
    line = wording.change_line(change(Action.SET_LIMIT, None, limits(*ALL)))

    assert "and 8 more (before: none)" in line


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("too **loud**\n@everyone <@5> [x](https://a.example)", None),
        ("`code` ||spoiler|| # heading", None),
        ("line\r\nline\u2028line", "line line line"),
        ("   ", ""),
    ],
)
def test_reason_is_flat_and_harmless(reason: str, shown: str | None) -> None:
    line = wording.change_line(change(Action.BLOCK, None, block(None), reason=reason))

    said = line.partition(" Reason: ")[2]
    assert "\n" not in line
    assert shown is None or said == shown
    assert "@everyone" not in line
    for mark in ("**", "||", "](", "<@5>"):
        assert mark not in said


@given(st.text(max_size=400))
def test_any_reason_stays_short_and_in_its_line(reason: str) -> None:
    whole = change(Action.SET_LIMIT, limits(*ALL), limits(*ALL), reason=reason)

    line = wording.change_line(whole)

    assert len(line.splitlines()) == 1
    assert len(line) <= 900
    assert "@everyone" not in line


@pytest.mark.parametrize("value", ["`x`", "@everyone", "a\nb", "x" * 500])
def test_chosen_value_of_any_sort_is_harmless(value: str) -> None:
    line = wording.change_line(change(Action.SET_PREFERENCE, None, {"model": value}, of=SERVER))

    assert line.count("`") == 2
    assert "@everyone" not in line
    assert len(line.splitlines()) == 1
    assert len(line) < 200


# -- what can't be done -------------------------------------------------------------------------

BETWEEN = change(Action.BLOCK, None, block(None))


@pytest.mark.parametrize("obstacle", Obstacle)
@pytest.mark.parametrize("between", [None, BETWEEN], ids=["alone", "with a change"])
def test_every_obstacle_has_a_short_sentence(obstacle: Obstacle, between: Change | None) -> None:
    sentence = wording.cannot_undo(CannotUndo(between, because=obstacle))

    assert 0 < len(sentence) <= 300


def test_whose_change_came_between_is_named() -> None:
    changed = wording.cannot_undo(CannotUndo(BETWEEN, because=Obstacle.CHANGED))
    undone = wording.cannot_undo(CannotUndo(BETWEEN, because=Obstacle.UNDONE))

    assert "<@1> changed it since, with change 12" in changed
    assert undone == "That has been undone already, by <@1>."


@pytest.mark.parametrize("fault", ModerationFault)
def test_every_fault_has_a_short_sentence(fault: ModerationFault) -> None:
    sentence = wording.moderation_refused(ModerationRefused(fault))

    assert 0 < len(sentence) <= 300
    assert len(
        {wording.moderation_refused(ModerationRefused(each)) for each in ModerationFault}
    ) == len(ModerationFault)


# -- caps ---------------------------------------------------------------------------------------


def crossing(percent: int, of: Subject, measure: Measure, amount: int, spent: int) -> Crossing:
    window = Window(period=measure.period, starts_at=NOON, resets_at=NOON, key=NOON)
    limit = Limit(subject=of, measure=measure, amount=amount)
    return Crossing(limit=limit, window=window, percent=percent, spent=spent)


def test_filling_cap_names_its_share_and_reset() -> None:
    monthly = Measure(unit=Unit.DOLLARS, period=Period.MONTH)

    half = wording.cap_warning(crossing(50, SERVER, monthly, 20_000_000, 10_250_000))

    assert half == (
        f"The cap of the whole server is 50\u202f% used: $10.25 of $20 a month. It resets {SOON}."
    )


def test_full_cap_says_what_that_means() -> None:
    daily = Measure(unit=Unit.ANSWERS, period=Period.DAY)
    everything = Subject(kind=SubjectKind.EVERYTHING, id=0)

    full = wording.cap_warning(crossing(100, ROOM, daily, 20, 20))
    all_full = wording.cap_warning(crossing(100, everything, daily, 20, 21))

    assert full == (
        "The cap of <#70> is 100\u202f% used: 20 of 20 answers a day."
        f" Nobody is answered there until it resets {SOON}, or somebody raises it."
    )
    assert all_full.startswith("The cap of everything that this bot answers is 100")


def test_filling_ceiling_is_named_as_the_operators_to_raise() -> None:
    filled = crossing(100, SERVER, Measure(unit=Unit.TOKENS, period=Period.DAY), 2_000, 2_100)
    of = replace(filled, limit=replace(filled.limit, is_ceiling=True))

    assert wording.cap_warning(of) == (
        "The operator's ceiling for this server is 100\u202f% used: 2,100 of 2,000 tokens a day. "
        f"Nobody is answered there until it resets {SOON}, or the operator raises it."
    )
