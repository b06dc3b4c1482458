"""Reports, rankings and what `glimpse usage` says, word for word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core import wording
from bot.core.calendar.windows import Period, window
from bot.core.quota.limits import Amounts, Subject, SubjectKind, Unit
from bot.core.reports.rankings import Ranking, RankingPage, rank
from bot.core.reports.usage import CounterRow
from tests.core.usage import BERLIN, NOW, dollars, report_of

ADA = Subject(kind=SubjectKind.USER, id=11)
BUSY = CounterRow(subject_id=0, key=NOW, used=Amounts(tokens=5, microusd=2_500_000))


@pytest.mark.parametrize(
    ("microusd", "text"),
    [
        (0, "$0.00"),
        (1, "$0.000001"),
        (1_500, "$0.0015"),
        (250_000, "$0.25"),
        (1_000_000, "$1.00"),
        (1_234_567_890, "$1,234.57"),
    ],
)
def test_dollars_have_the_digits_that_tell_something(microusd: int, text: str) -> None:
    assert wording.spent_dollars(microusd) == text


@pytest.mark.parametrize(
    ("unit", "amount", "text"),
    [
        (Unit.DOLLARS, 2_500_000_000, "$2.5k"),
        (Unit.DOLLARS, 456_900, "$0.46"),
        (Unit.DOLLARS, 12_300, "$0.0123"),
        (Unit.TOKENS, 999, "999"),
        (Unit.TOKENS, 1_000, "1k"),
        (Unit.TOKENS, 12_345, "12.3k"),
        (Unit.TOKENS, 123_456_789, "123M"),
        (Unit.ANSWERS, 2_000_000_000, "2B"),
    ],
)
def test_amounts_are_brief_where_there_is_little_room(unit: Unit, amount: int, text: str) -> None:
    assert wording.spent_briefly(unit, amount) == text


def test_amount_has_its_unit() -> None:
    assert wording.spent_amount(Unit.TOKENS, 1) == "1 token"
    assert wording.spent_amount(Unit.ANSWERS, 1) == "1 answer"
    assert wording.spent_amount(Unit.ANSWERS, 1_200) == "1,200 answers"
    assert wording.spent_amount(Unit.DOLLARS, 10_000) == "$0.01"


@pytest.mark.parametrize(
    ("permille", "text"),
    [(0, "0\u202f%"), (4, "<\u202f1\u202f%"), (15, "2\u202f%"), (1000, "100\u202f%")],
)
def test_share_that_is_not_nothing_is_never_shown_as_nothing(permille: int, text: str) -> None:
    assert wording.spent_share(permille) == text


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (Period.HOUR, "Thu 19 November 2026, 13:00–14:00"),
        (Period.DAY, "Thu 19 November 2026"),
        (Period.WEEK, "the week from Mon 16 November 2026"),
        (Period.MONTH, "November 2026"),
    ],
)
def test_window_is_named_by_the_wall_clock(period: Period, name: str) -> None:
    assert wording.window_name(window(period, NOW, BERLIN), BERLIN) == name


def test_hour_of_the_week_is_named_to_its_end() -> None:
    assert wording.hour_of_week(6, 23) == "Sun 23–00"


def test_report_says_all_figures_of_the_chart() -> None:
    report = report_of({11: {0: dollars(85)}}, unshown=dollars(15), hours=(BUSY,))

    assert wording.report_text(report) == (
        "**Used by user: the week from Mon 16 November 2026 (Europe/Berlin)**\n"
        "$100.00 · 200 tokens · 2 answers\n"
        "1. <@11>: $85.00 (85\u202f%)\n"
        "2. others: $15.00 (15\u202f%)\n"
        "At this pace about $198 by the end of the week.\n"
        "Busiest hours of the last 4 weeks: Thu 13–14 ($2.50)."
    )


def test_report_of_nothing_says_so() -> None:
    assert wording.report_text(report_of({})) == (
        "**Used by user: the week from Mon 16 November 2026 (Europe/Berlin)**\n"
        "Nothing has been used this week."
    )


def test_report_says_what_has_no_price_and_why_there_is_no_chart() -> None:
    free = Amounts(tokens=40, answers=1)
    report = report_of({1: {0: free}, 2: {1: dollars(1)}})

    text = wording.report_text(replace(report, missing_chart=wording.charts_missing()))

    assert (
        "-# 40 tokens or more are in no amount of dollars: "
        "nothing was charged for them, or the price is not known.\n"
    ) in text
    assert text.endswith("-# " + wording.charts_missing())
    assert "the extra `charts`" in wording.charts_missing()
    assert wording.chart_failed().startswith("The chart could not be drawn")


def test_forecast_says_why_there_is_none() -> None:
    early = report_of({1: {0: dollars(1)}}, now=NOW.replace(day=16, hour=8))

    assert wording.report_forecast(early) == ("No forecast yet: too little of the week has passed.")
    assert wording.report_forecast(report_of({}, period=Period.DAY)) == (
        "No forecast: nothing has been used today."
    )


def test_forecast_has_no_more_digits_than_it_can_know() -> None:
    report = report_of({1: {0: Amounts(tokens=123_456, answers=1)}})

    assert wording.report_forecast(report) == (
        "At this pace about 244,000 tokens by the end of the week."
    )


def test_alt_text_is_plain_and_short_enough_for_discord() -> None:
    report = report_of({number: {0: dollars(number)} for number in range(1, 12)}, hours=(BUSY,))

    text = wording.report_alt_text(report, name_of=lambda _: "A\nvery long @everyone name " * 9)

    assert len(text) <= 1024
    assert text.startswith("Bar chart. Used by user: the week from")
    assert "\n" not in text
    assert "@everyone" not in text


@pytest.mark.parametrize(
    ("kind", "mention", "plain"),
    [
        (SubjectKind.USER, "<@5>", "user 5"),
        (SubjectKind.ROLE, "<@&5>", "role 5"),
        (SubjectKind.CHANNEL, "<#5>", "channel 5"),
        (SubjectKind.SERVER, "server 5", "server 5"),
        (SubjectKind.EVERYTHING, "everything", "everything"),
    ],
)
def test_subject_is_mentioned_as_discord_shows_it(
    kind: SubjectKind, mention: str, plain: str
) -> None:
    subject = Subject(kind=kind, id=5)

    assert wording.subject_mention(subject) == mention
    assert wording.subject_plainly(subject) == plain


def top(rows: list[CounterRow], *, count: int, total: Amounts, page: int = 0) -> Ranking:
    wanted = RankingPage(page=page, size=2, count=count)
    return Ranking(
        by=SubjectKind.USER,
        window=window(Period.DAY, NOW, BERLIN),
        zone="Europe/Berlin",
        unit=Unit.DOLLARS if total.microusd else Unit.TOKENS,
        rows=rank(
            rows,
            wanted,
            by=SubjectKind.USER,
            unit=Unit.DOLLARS if total.microusd else Unit.TOKENS,
            total=total,
        ),
        page=wanted.present,
        pages=wanted.pages,
        count=count,
        total=total,
    )


def test_ranking_has_places_shares_and_its_page() -> None:
    rows = [
        CounterRow(subject_id=11, key=NOW, used=dollars(3)),
        CounterRow(subject_id=12, key=NOW, used=dollars(1)),
    ]

    assert wording.top_text(top(rows, count=5, total=dollars(4), page=1)) == (
        "**Most used by user: Thu 19 November 2026 (Europe/Berlin)**\n"
        "$4.00 · 100 tokens · 1 answer\n"
        "3. <@11>: $3.00 · 100 tokens · 1 answer (75\u202f%)\n"
        "4. <@12>: $1.00 · 100 tokens · 1 answer (25\u202f%)\n"
        "-# Page 2 of 3"
    )


def test_ranking_by_tokens_does_not_speak_of_money() -> None:
    rows = [CounterRow(subject_id=11, key=NOW, used=Amounts(tokens=10, answers=2))]

    text = wording.top_text(top(rows, count=1, total=Amounts(tokens=10, answers=2)))

    assert text.endswith("1. <@11>: 10 tokens · 2 answers (100\u202f%)")


def test_ranking_of_nothing_says_so() -> None:
    text = wording.top_text(top([], count=0, total=Amounts()))

    assert text.endswith("\nNothing has been used today.")


def test_export_says_what_it_is_and_where_a_larger_one_is_got() -> None:
    month = window(Period.MONTH, NOW, BERLIN)

    assert wording.export_ready(rows=1, window=month, zone=BERLIN) == (
        "The ledger of November 2026 (Europe/Berlin): 1 row."
    )
    assert wording.export_too_large(month) == (
        "The ledger of that month is too large for a message. Please choose a shorter one; "
        "the operator can write all of it with `glimpse usage export`."
    )


# The shell


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


def test_steps_are_named_by_the_wall_clock() -> None:
    utc = ZoneInfo("UTC")
    hour, day = window(Period.HOUR, NOW, utc), window(Period.DAY, NOW, utc)

    assert (wording.step_name(hour, BERLIN), wording.step_name(day, utc)) == ("13:00", "Thu 19")


def test_marks_stand_under_some_of_many_steps() -> None:
    utc = ZoneInfo("UTC")
    hour, day = window(Period.HOUR, NOW, utc), window(Period.DAY, NOW, utc)
    fifth = window(Period.DAY, NOW.replace(day=5), utc)

    assert [wording.step_mark(each, utc, steps=30) for each in (hour, day, fifth)] == [
        "12:00",
        "",
        "5",
    ]
    assert wording.step_mark(day, utc, steps=7) == "Thu 19"
    assert wording.weekday_names()[day.starts_at.weekday()] == "Thu"


@pytest.mark.parametrize(
    ("unit", "amounts", "marks"),
    [
        (Unit.DOLLARS, [0, 5_000_000, 10_000_000], ["$0", "$5", "$10"]),
        (Unit.DOLLARS, [0, 2_500_000], ["$0.00", "$2.50"]),
        (Unit.DOLLARS, [0, 5_000], ["$0.000", "$0.005"]),
        (Unit.TOKENS, [0, 20_000], ["0", "20k"]),
    ],
)
def test_marks_along_an_axis_have_as_many_digits_as_each_other(
    unit: Unit, amounts: list[int], marks: list[str]
) -> None:
    assert wording.spent_marks(unit, amounts) == marks


@pytest.mark.parametrize(
    ("period", "now", "end"),
    [
        (Period.HOUR, "this hour", "the hour"),
        (Period.DAY, "today", "the day"),
        (Period.WEEK, "this week", "the week"),
        (Period.MONTH, "this month", "the month"),
    ],
)
def test_present_window_and_its_end_have_names(period: Period, now: str, end: str) -> None:
    assert (wording.present(period), wording.window_end(period)) == (now, end)


def test_chart_is_titled_as_its_report() -> None:
    report = report_of({11: {0: dollars(85)}}, unshown=dollars(15), hours=(BUSY,))

    assert wording.chart_title(report) == "Used by user: the week from Mon 16 November 2026"
    assert wording.report_title(report) == f"{wording.chart_title(report)} (Europe/Berlin)"
    assert wording.span_name(report.span, BERLIN) in wording.chart_title(report)
    assert wording.chart_subtitle(report) == wording.spent_in_all(report.total)
    assert wording.chart_hours_title(report) == "Busiest hours, last 4 weeks (Europe/Berlin)"
    assert wording.report_busiest(report)[0] in wording.report_text(report)
    assert [wording.series_share(each, report) for each in report.series] == [850, 150]


def test_report_of_nothing_has_nothing_more_to_say() -> None:
    report = report_of({})

    assert wording.report_nothing_used(report) == "Nothing has been used this week."
    assert wording.report_busiest(report) == []
    assert wording.report_unpriced(report) == ""
    assert wording.spent_in_all(report.total) == "0 tokens · 0 answers"


def test_servers_own_id_stands_for_members_without_a_role() -> None:
    mention = wording.mention_in(1)

    assert mention(Subject(kind=SubjectKind.ROLE, id=1)) == wording.members_without_role()
    assert mention(Subject(kind=SubjectKind.ROLE, id=8)) == "<@&8>"
    assert mention(Subject(kind=SubjectKind.USER, id=1)) == "<@1>"
