"""`glimpse usage`: what has been used, as bars, as CSV; and the proof that the accounts add up."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from bot.charts.plotter import Plotter, is_installed
from bot.chat.moderation.reports import find_window
from bot.clock import clock
from bot.config.values import Config
from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.calendar.spans import find_span
from bot.core.calendar.time_zones import zone_or
from bot.core.chart import lay_out_chart
from bot.core.errors import StartFailed
from bot.core.quota.limits import SubjectKind
from bot.core.reports.usage import Report, ReportQuery, make_report
from bot.store.database import Connection, Database
from bot.store.engine.engines import parse_url, sqlite_file
from bot.store.reports import export as ledger_export
from bot.store.reports import usage
from bot.store.schema.migrations import current_revision
from bot.store.schema.revisions import HEAD
from bot.terminal.bars import Terminal, draw_bars, draw_hours, draw_legend
from bot.terminal.progress import Progress

ALL_SERVERS: Final = "everything"
_PROGRESS_EVERY: Final = 20_000  # rows


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportOptions:
    """What `glimpse usage report` was told."""

    server: str = ALL_SERVERS
    by: str | None = None  # None: servers of everything, users of a server
    per: str = Period.MONTH.value
    chart: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportOptions:
    """What `glimpse usage export` was told."""

    server: str = ALL_SERVERS
    per: str = Period.MONTH.value
    previous: bool = False
    file: Path | None = None


async def report(config: Config, options: ReportOptions, output: TextIO) -> int:
    """Raises StartFailed, StoreError and ChartFailed."""
    if options.chart is not None and not is_installed():
        raise StartFailed(wording.usage_charts_missing())
    if options.chart is not None and options.chart.suffix.lower() != ".png":
        raise StartFailed(wording.usage_chart_not_png(options.chart.name))
    async with open_database(config) as database, database.reading() as connection:
        guild_id = await _find_server(connection, options.server)
        zone = await _zone(connection, guild_id, config)
        now = clock()
        span = find_span(Period(options.per), now, zone)
        asked = ReportQuery(by=_by(options, guild_id), span=span, zone=zone, now=now)
        made = make_report(asked, await usage.read_counts(connection, guild_id, asked))
    output.writelines(f"{line}\n" for line in _lines(made, guild_id, _terminal(output)))
    if options.chart is not None:
        await _write_chart(made, options.chart)
    return 0


async def export(config: Config, options: ExportOptions, output: TextIO) -> int:
    """Raises StartFailed and StoreError. What reads the output may leave early."""
    async with open_database(config) as database, database.reading() as connection:
        guild_id = await _find_server(connection, options.server)
        zone = await _zone(connection, guild_id, config)
        window = find_window(Period(options.per), clock(), zone, previous=options.previous)
        rows = ledger_export.ExportQuery(guild_id=guild_id, window=window, zone=zone)
        async with aclosing(ledger_export.read_csv(connection, rows)) as pieces:
            try:
                count = await _write(pieces, options.file, output)
            except BrokenPipeError:
                _leave(output)
                return 0
            except OSError as error:
                raise _unwritable(options.file, error) from error
    sys.stderr.write(wording.export_ready(rows=count, window=window, zone=zone) + "\n")
    return 0


@asynccontextmanager
async def open_database(config: Config) -> AsyncIterator[Database]:
    """One that is there and of this program's revision: nothing is made or changed here."""
    url = config.database_url.reveal()
    file = sqlite_file(parse_url(url))
    revision = await current_revision(url)
    if revision is None:
        raise StartFailed(wording.usage_no_database(file))
    if revision != HEAD:
        raise StartFailed(wording.usage_other_revision(revision, HEAD))
    async with Database.open(url) as database:
        yield database


async def _find_server(connection: Connection, named: str) -> int | None:
    """Its id; None for everything. Raises StartFailed where nothing was ever used there."""
    if named == ALL_SERVERS:
        return usage.ALL_SERVERS
    known = await usage.find_servers(connection)
    if not named.isascii() or not named.isdigit() or int(named) not in known:
        raise StartFailed(wording.usage_unknown_server(named, known))
    return int(named)


async def _zone(connection: Connection, guild_id: int | None, config: Config) -> ZoneInfo:
    chosen = await usage.read_chosen_zone(connection, guild_id) if guild_id else None
    return zone_or(config.answers.zone, chosen)


def _by(options: ReportOptions, guild_id: int | None) -> SubjectKind:
    if options.by is not None:
        return SubjectKind(options.by)
    return SubjectKind.SERVER if guild_id is None else SubjectKind.USER


def _terminal(output: TextIO) -> Terminal:
    """As wide as it is; 80 columns where the output goes elsewhere."""
    columns = shutil.get_terminal_size().columns if output.isatty() else 80
    encoding = (output.encoding or "").lower()
    return Terminal(columns=columns, has_unicode=encoding.startswith("utf"))


def _lines(made: Report, guild_id: int | None, terminal: Terminal) -> list[str]:
    heading = [*_wrapped(wording.usage_title(made, guild_id), terminal)]
    if made.is_empty:
        return [*heading, *_wrapped(wording.report_nothing_used(made), terminal)]
    notes = [*wording.report_busiest(made), wording.report_unpriced(made)]
    lines = [
        *heading,
        *_wrapped(wording.chart_subtitle(made), terminal),
        "",
        *draw_bars(made, terminal),
        "",
        *draw_legend(made, terminal),
        "",
        *draw_hours(made, terminal),
        "",
        *(line for note in notes for line in _wrapped(note, terminal)),
    ]
    return lines if terminal.has_unicode else list(map(wording.in_ascii, lines))


def _wrapped(text: str, terminal: Terminal) -> list[str]:
    return wrap(text, terminal.width)


async def _write_chart(made: Report, file: Path) -> None:
    if made.is_empty:
        sys.stderr.write(wording.usage_no_chart() + "\n")
        return
    picture = await Plotter().draw(lay_out_chart(made, wording.subject_plainly))
    try:
        await asyncio.to_thread(file.write_bytes, picture)
    except OSError as error:
        raise _unwritable(file, error) from error


async def _write(pieces: AsyncIterator[tuple[str, int]], file: Path | None, output: TextIO) -> int:
    """Returns how many rows they were."""
    if file is None:
        return await _write_to(output, pieces)
    with file.open("w", encoding="utf-8", newline="") as opened:
        return await _write_to(opened, pieces)


async def _write_to(file: TextIO, pieces: AsyncIterator[tuple[str, int]]) -> int:
    count = 0
    with Progress() as progress:
        async for text, rows in pieces:
            file.write(text)
            count += rows
            if count % _PROGRESS_EVERY < rows:
                progress.show(wording.usage_rows_written(count))
        file.flush()
    return count


def _leave(output: TextIO) -> None:
    """Who read it has seen enough: what is still buffered goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())


def _unwritable(file: Path | None, error: OSError) -> StartFailed:
    reason = error.strerror or type(error).__name__
    return StartFailed(wording.usage_unwritable(file, reason))
