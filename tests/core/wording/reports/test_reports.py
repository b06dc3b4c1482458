from dataclasses import replace

import pytest

from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.calendar.windows import window
from bot.core.quota.limits import Amounts, Subject, SubjectKind, Unit
from bot.core.reports.rankings import Ranking, RankingPage, rank
from bot.core.reports.usage import CounterRow
from tests.core.reports.samples import BERLIN, NOW, dollars, report_of

BUSY = CounterRow(subject_id=0, key=NOW, used=Amounts(tokens=5, microusd=2_500_000))


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


def test_report_names_unpriced_usage_and_a_missing_chart() -> None:
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


def test_export_says_what_it_is_and_where_to_get_more() -> None:
    month = window(Period.MONTH, NOW, BERLIN)

    assert wording.export_ready(rows=1, window=month, zone=BERLIN) == (
        "The ledger of November 2026 (Europe/Berlin): 1 row."
    )
    assert wording.export_too_large(month) == (
        "The ledger of that month is too large for a message. Please choose a shorter one; "
        "the operator can write all of it with `glimpse usage export`."
    )


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
