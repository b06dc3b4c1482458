"""Rankings, reports and exports, from answers that were really given and settled."""

import asyncio
import gzip
import time
import zlib
from collections.abc import AsyncIterator
from timeit import timeit
from zoneinfo import ZoneInfo

import pytest

from bot.chat.moderation import reports as reports_module
from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import PreferenceSettings
from bot.chat.moderation.reports import ExportTooLarge, UsageReports
from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.chart import ChartFailed, ChartsMissing
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import Scope, Topic
from bot.core.quota.limits import Subject, SubjectKind
from bot.store.reports.export import ExportQuery
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, Room, message
from tests.fakes import FakeCharts

MODERATOR = Moderator(id=99, guild_id=7, may_manage=True)
MEMBER = Moderator(id=98, guild_id=7, may_manage=False)
ELSEWHERE = Moderator(id=99, guild_id=8, may_manage=True)
UTC = ZoneInfo("UTC")


def make(room: Room, *failures: Exception) -> tuple[UsageReports, FakeCharts]:
    charts = FakeCharts(*failures)
    return UsageReports(room.using, charts, UTC), charts


@pytest.fixture
async def room(make_room: MakeRoom) -> Room:
    """Where Alice has asked once, for 120 tokens."""
    made = make_room()
    await made.ask(message("hello"))
    return made


async def test_member_sees_nothing_of_it(room: Room) -> None:
    reports, charts = make(room)

    for deed in (
        reports.top(MEMBER, SubjectKind.USER, Period.DAY),
        reports.report(MEMBER, SubjectKind.USER, Period.DAY),
        reports.figures(MEMBER, SubjectKind.USER, Period.DAY),
        reports.export(MEMBER, Period.DAY),
    ):
        with pytest.raises(NotAllowed):
            await deed
    assert charts.drawn == []


async def test_moderator_sees_who_has_used_most(room: Room) -> None:
    reports, _ = make(room)

    top = await reports.top(MODERATOR, SubjectKind.USER, Period.DAY)

    assert [(row.subject.id, row.used.tokens) for row in top.rows] == [(ALICE.id, 120)]


async def test_moderator_of_another_server_sees_nothing_of_this_one(room: Room) -> None:
    reports, _ = make(room)

    top = await reports.top(ELSEWHERE, SubjectKind.USER, Period.DAY)
    report, _picture = await reports.report(ELSEWHERE, SubjectKind.USER, Period.DAY)
    export = await reports.export(ELSEWHERE, Period.DAY)

    assert (top.rows, report.is_empty, export.rows) == ((), True, 0)


async def test_report_has_figures_and_a_chart_with_names(room: Room) -> None:
    reports, charts = make(room)

    report, picture = await reports.report(
        MODERATOR, SubjectKind.USER, Period.MONTH, name_of=lambda _: "Alice"
    )

    assert picture == b"\x89PNG"
    assert report.total.tokens == 120
    assert [entry.name for entry in charts.drawn[0].entries] == ["Alice"]
    assert report.missing_chart == ""


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (ChartsMissing(), wording.charts_missing()),
        (ChartFailed(), wording.chart_failed()),
    ],
)
async def test_figures_come_without_a_chart_and_say_why(
    room: Room, failure: Exception, why: str
) -> None:
    reports, _ = make(room, failure)

    report, picture = await reports.report(MODERATOR, SubjectKind.ROLE, Period.DAY)

    assert picture is None
    assert report.missing_chart == why
    assert report.total.tokens == 120


async def test_report_of_nothing_is_not_drawn(make_room: MakeRoom) -> None:
    reports, charts = make(make_room())

    report, picture = await reports.report(MODERATOR, SubjectKind.USER, Period.DAY)

    assert (report.is_empty, picture, charts.drawn) == (True, None, [])


async def test_windows_are_those_of_the_zone_that_the_server_chose(room: Room) -> None:
    reports, _ = make(room)
    await PreferenceSettings(room.using).choose(
        MODERATOR, CHANNEL, Scope.SERVER, Topic.TIME_ZONE, "Asia/Tokyo"
    )

    report = await reports.figures(MODERATOR, SubjectKind.USER, Period.DAY)
    top = await reports.top(MODERATOR, SubjectKind.USER, Period.DAY)

    assert (report.zone, top.zone) == ("Asia/Tokyo", "Asia/Tokyo")
    assert report.span.window.starts_at.hour == 15


# Export


async def test_export_is_the_ledger_as_csv(room: Room) -> None:
    reports, _ = make(room)

    export = await reports.export(MODERATOR, Period.MONTH)

    assert (export.name, export.rows) == ("glimpse-7-2026-03.csv", 1)
    assert export.content.decode().count("\r\n") == 2
    assert not export.is_compressed


async def test_export_of_the_window_before_has_its_name(room: Room) -> None:
    reports, _ = make(room)

    names = [(await reports.export(MODERATOR, each, previous=True)).name for each in Period]

    assert names == [
        "glimpse-7-2026-03-01T11.csv",
        "glimpse-7-2026-02-28.csv",
        "glimpse-7-2026-W08.csv",
        "glimpse-7-2026-02.csv",
    ]


async def test_large_export_is_compressed_and_whole(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports, _ = make(room)
    plain = await reports.export(MODERATOR, Period.DAY)
    monkeypatch.setattr(reports_module, "LARGEST_PLAIN", 100)

    export = await reports.export(MODERATOR, Period.DAY)

    assert export.is_compressed
    assert export.name.endswith(".csv.gz")
    assert gzip.decompress(export.content) == plain.content


@pytest.mark.proof
async def test_large_export_holds_nobody_up_while_it_is_compressed() -> None:
    content = "".join(f"{number * 7919 % 1_000_003}," for number in range(1_200_000))
    took = timeit(lambda: zlib.compress(content.encode()), number=1)

    async def pieces() -> AsyncIterator[tuple[str, int]]:
        for _ in range(2):
            for start in range(0, len(content), 60_000):
                await asyncio.sleep(0)  # as where rows are read
                yield content[start : start + 60_000], 200

    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - began)

    ticking = asyncio.get_running_loop().create_task(tick())
    window = reports_module.find_window(Period.DAY, NOON, UTC, previous=False)
    export = await reports_module._collect(
        pieces(), ExportQuery(guild_id=7, window=window, zone=UTC)
    )
    ticking.cancel()

    assert export.is_compressed
    assert longest < took / 2


async def test_export_that_no_message_can_hold_is_refused(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports, _ = make(room)
    monkeypatch.setattr(reports_module, "LARGEST_EXPORT", 50)

    with pytest.raises(ExportTooLarge) as raised:
        await reports.export(MODERATOR, Period.DAY)

    assert "shorter" in wording.export_too_large(raised.value.window)


async def test_name_of_an_unknown_member_is_their_id(room: Room) -> None:
    reports, charts = make(room)

    await reports.report(MODERATOR, SubjectKind.USER, Period.DAY)

    assert charts.drawn[0].entries[0].name == f"user {ALICE.id}"
    assert wording.subject_plainly(Subject(kind=SubjectKind.USER, id=5)) == "user 5"
