"""Reports on a server's usage for its moderators: rankings, figures with a chart, the ledger."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.chat.collaborators import Collaborators
from bot.chat.moderation.limits import Moderator
from bot.chat.ports import Charts
from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.calendar.spans import find_span
from bot.core.calendar.time_zones import zone_or
from bot.core.calendar.windows import Window, window
from bot.core.calendar.windows import previous as window_before
from bot.core.chart import ChartFailed, ChartsMissing, lay_out_chart
from bot.core.errors import Refusal
from bot.core.moderation.errors import NotAllowed
from bot.core.quota.limits import SubjectKind
from bot.core.reports.rankings import Ranking, RankingPage
from bot.core.reports.usage import Report, ReportQuery, make_report
from bot.store.database import Connection
from bot.store.reports import export, usage

LARGEST_PLAIN: Final = 8 * 1024 * 1024  # bytes; what is larger is compressed
LARGEST_EXPORT: Final = 9 * 1024 * 1024  # bytes; Discord takes 10 MiB, with what is around them
_GZIP: Final = 16 + zlib.MAX_WBITS


class ExportTooLarge(Refusal):
    """Discord would not take it. `window` is what it was to be of."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window = window


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """The ledger of a window as a file."""

    content: bytes
    name: str
    rows: int
    window: Window
    zone: str
    is_compressed: bool


class UsageReports:
    """All of it raises NotAllowed and StoreError. Windows are those of the server's own zone."""

    def __init__(self, using: Collaborators, charts: Charts, zone: ZoneInfo) -> None:
        self._using = using
        self._charts = charts
        self._zone = zone  # of servers whose moderators chose none

    async def top(
        self,
        moderator: Moderator,
        by: SubjectKind,
        period: Period,
        *,
        page: int = 0,
        size: int = 10,
    ) -> Ranking:
        """Who has used most in the present window; a page that is not there is the nearest one."""
        _require_manager(moderator)
        async with self._using.database.reading() as connection:
            zone = await self._zone_of(connection, moderator.guild_id)
            return await usage.read_top(
                connection,
                moderator.guild_id,
                by=by,
                window=window(period, self._using.clock(), zone),
                zone=zone.key,
                page=RankingPage(page=page, size=size),
            )

    async def report(
        self,
        moderator: Moderator,
        by: SubjectKind,
        period: Period,
        *,
        name_of: wording.NameOf = wording.subject_plainly,
    ) -> tuple[Report, bytes | None]:
        """The figures, and the chart as PNG; where there is none, the report may say why."""
        return await self.draw(await self.figures(moderator, by, period), name_of)

    async def figures(self, moderator: Moderator, by: SubjectKind, period: Period) -> Report:
        _require_manager(moderator)
        now = self._using.clock()
        async with self._using.database.reading() as connection:
            zone = await self._zone_of(connection, moderator.guild_id)
            query = ReportQuery(by=by, span=find_span(period, now, zone), zone=zone, now=now)
            counts = await usage.read_counts(connection, moderator.guild_id, query)
        return make_report(query, counts)

    async def draw(self, report: Report, name_of: wording.NameOf) -> tuple[Report, bytes | None]:
        """The chart of a report; `name_of` gives the names in it. Nothing used: no chart."""
        if report.is_empty:
            return report, None
        try:
            return report, await self._charts.draw(lay_out_chart(report, name_of))
        except ChartsMissing:
            return replace(report, missing_chart=wording.charts_missing()), None
        except ChartFailed:
            return replace(report, missing_chart=wording.chart_failed()), None

    async def export(
        self, moderator: Moderator, period: Period, *, previous: bool = False
    ) -> Export:
        """The server's ledger in the present window, or in the one before it.

        Raises ExportTooLarge.
        """
        _require_manager(moderator)
        async with self._using.database.reading() as connection:
            zone = await self._zone_of(connection, moderator.guild_id)
            wanted = export.ExportQuery(
                guild_id=moderator.guild_id,
                window=find_window(period, self._using.clock(), zone, previous=previous),
                zone=zone,
            )
            async with aclosing(export.read_csv(connection, wanted)) as pieces:
                return await _collect(pieces, wanted)

    async def _zone_of(self, connection: Connection, guild_id: int) -> ZoneInfo:
        return zone_or(self._zone, await usage.read_chosen_zone(connection, guild_id))


def find_window(period: Period, now: datetime, zone: ZoneInfo, *, previous: bool) -> Window:
    """The present one, or the one before it."""
    present = window(period, now, zone)
    return window_before(present, zone) if previous else present


async def _collect(pieces: AsyncIterator[tuple[str, int]], wanted: export.ExportQuery) -> Export:
    """Compress from where it becomes large, so that no more is held than can be sent."""
    file = _File()
    rows = 0
    async for text, count in pieces:
        await asyncio.to_thread(file.add, text.encode())  # megabytes at once, where it gets large
        rows += count
        if file.size > LARGEST_EXPORT:
            raise ExportTooLarge(wanted.window)
    content = file.close()
    if len(content) > LARGEST_EXPORT:
        raise ExportTooLarge(wanted.window)
    return Export(
        content=content,
        name=export_file_name(wanted, is_compressed=file.is_compressed),
        rows=rows,
        window=wanted.window,
        zone=wanted.zone.key,
        is_compressed=file.is_compressed,
    )


class _File:
    def __init__(self) -> None:
        self._content = bytearray()
        self._gzip: zlib._Compress | None = None

    @property
    def size(self) -> int:
        return len(self._content)

    @property
    def is_compressed(self) -> bool:
        return self._gzip is not None

    def add(self, piece: bytes) -> None:
        self._content += piece if self._gzip is None else self._gzip.compress(piece)
        if self._gzip is None and len(self._content) > LARGEST_PLAIN:
            self._gzip = zlib.compressobj(wbits=_GZIP)
            self._content = bytearray(self._gzip.compress(self._content))

    def close(self) -> bytes:
        if self._gzip is not None:
            self._content += self._gzip.flush()
        return bytes(self._content)


def export_file_name(wanted: export.ExportQuery, *, is_compressed: bool = False) -> str:
    """Of the server and the first day of the window."""
    server = "everything" if wanted.guild_id is None else str(wanted.guild_id)
    first = wanted.window.starts_at.astimezone(wanted.zone)
    pattern = wanted.window.period.row.file_date
    ending = ".csv.gz" if is_compressed else ".csv"
    return f"glimpse-{server}-{first.strftime(pattern)}{ending}"


def _require_manager(moderator: Moderator) -> None:
    if not moderator.may_manage:
        raise NotAllowed
