from datetime import UTC, datetime, timedelta

import pytest

from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.quota.limits import Subject, SubjectKind, Unit
from tests.core.reports.samples import NOW, report_of

ADA = Subject(kind=SubjectKind.USER, id=11)


def test_operator_is_told_what_to_do() -> None:
    assert "the bot makes it at its first start" in wording.usage_no_database("glimpse.db")
    assert "`[database] url`" in wording.usage_no_database(None)
    assert "glimpse database upgrade" in wording.usage_other_revision("0004", "0005")
    assert wording.usage_unwritable("a.csv", "No space left") == (
        "`a.csv` can't be written: No space left"
    )
    assert wording.usage_unwritable(None, "x") == "the output can't be written: x"
    assert "pip install '.[charts]'" in wording.usage_charts_missing()
    assert wording.usage_chart_not_png("a.jpg").startswith("`a.jpg` must end with .png")
    assert "nothing to draw" in wording.usage_no_chart()
    assert wording.usage_rows_written(1_500) == "1,500 rows written"
    assert wording.usage_verifying(SubjectKind.USER, Period.DAY) == "adding up: user, by day"


def test_unknown_server_is_answered_with_the_known_ones() -> None:
    assert wording.usage_unknown_server("12\x1b[2J", [0, 900]) == (
        "nothing has been used in a server `12 [2J`; there are: 0 (direct messages), 900"
    )
    assert wording.usage_unknown_server("12", list(range(1, 31))).endswith("20 and 10 more")
    assert wording.usage_unknown_server("12", []) == (
        "nothing has been used in `12`, nor anywhere else yet"
    )


def test_proof_ends_with_one_sentence() -> None:
    assert wording.usage_verified(differing=0, counters=1_200, rows=1) == (
        "All accounts add up: 1,200 counters agree with 1 row of the ledger."
    )
    assert wording.usage_verified(differing=1, counters=9, rows=2).startswith("1 counter differs")
    assert wording.usage_verified(differing=2, counters=9, rows=2).startswith("2 counters differ")


@pytest.mark.parametrize(
    ("subject", "guild_id", "period", "beginning"),
    [
        (ADA, 900, Period.DAY, "user 11 in server 900, day 2026-11-16: "),
        (ADA, 0, Period.MONTH, "user 11 in direct messages, month 2026-11: "),
        (
            Subject(kind=SubjectKind.SERVER, id=900),
            900,
            Period.WEEK,
            "server 900, week from 2026-11-16: ",
        ),
        (
            Subject(kind=SubjectKind.EVERYTHING, id=0),
            0,
            Period.HOUR,
            "everything, hour 2026-11-16 00:00 UTC: ",
        ),
        (
            Subject(kind=SubjectKind.SERVER, id=0),
            0,
            Period.DAY,
            "direct messages, day 2026-11-16: ",
        ),
    ],
)
def test_difference_is_named_in_words(
    subject: Subject, guild_id: int, period: Period, beginning: str
) -> None:
    said = wording.usage_difference(
        subject,
        guild_id=guild_id,
        period=period,
        starts_at=datetime(2026, 11, 16, tzinfo=UTC),
        amounts=[("used", Unit.TOKENS, 120, 100), ("exempt", Unit.DOLLARS, 0, 1)],
    )

    assert said == (
        f"{beginning}used 120 tokens by the counter, 100 tokens by the ledger; "
        "exempt 0 micro-dollars by the counter, 1 micro-dollars by the ledger."
    )


def test_title_names_whose_usage_it_is() -> None:
    report = report_of({}, period=Period.HOUR, now=NOW + timedelta(minutes=1))

    assert wording.usage_title(report, None) == (
        "Used by user: the 24 hours up to 14:00 (Europe/Berlin), everything"
    )
    assert wording.usage_title(report, 0).endswith(", direct messages")


def test_terminal_without_unicode_gets_other_signs() -> None:
    assert wording.in_ascii("5\u202f% · 3–4 … é") == "5 % - 3-4 ... ?"
