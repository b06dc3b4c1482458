"""A describer for each test that talks to one; findings, which take long, once for all tests."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import aiohttp
import pytest

from bot.standins.describer.api.server import Describer, DescriberSettings
from bot.standins.describer.findings import Finding, Measures
from bot.standins.describer.request.request_body import Picture
from bot.standins.describer.worker.findings_cache import FindingsCache
from bot.standins.describer.worker.measurements import measure_picture
from bot.standins.describer.worker.supervisor import WorkerSettings, WorkerSupervisor
from bot.standins.describer.worker.text_reader import is_reader_installed
from tests.standins.describer import scenes

SCENES: Mapping[str, Callable[[], bytes]] = {
    "window": lambda: scenes.jpeg(scenes.error_window(is_dark=True)),
    "chart": lambda: scenes.png(scenes.bar_chart()),
    "photo": lambda: scenes.jpeg(scenes.landscape()),
    "sign": lambda: scenes.jpeg(scenes.sign()),
    "drawing": lambda: scenes.png(scenes.drawing()),
    "page": lambda: scenes.png(scenes.document()),
}


UNREAD_SCENES: Mapping[str, Callable[[], bytes]] = {  # reading takes a second each
    "light window": lambda: scenes.png(scenes.error_window(is_dark=False)),
    "terminal": lambda: scenes.png(scenes.terminal()),
    "chat": lambda: scenes.png(scenes.chat_window()),
    "pie": lambda: scenes.jpeg(scenes.pie_chart()),
    "icon": lambda: scenes.png(scenes.icon()),
    "blank": lambda: scenes.png(scenes.blank()),
    "camera": scenes.with_exif,
}


def pytest_report_header() -> str:
    if is_reader_installed():
        return "text in pictures: read by the extra `offline`"
    return (
        "text in pictures: left out (the extra `offline` is not installed: "
        "pip install --require-hashes -r requirements/offline.txt)"
    )


@pytest.fixture(scope="session")
def measured() -> Mapping[str, Measures]:
    """Measures of all pictures, in this process: that is quick."""
    return {name: measure_picture(draw()) for name, draw in {**SCENES, **UNREAD_SCENES}.items()}


@pytest.fixture(scope="session")
def found() -> Mapping[str, Finding]:
    """Findings of the pictures that are read, by one worker."""
    return asyncio.run(_look_at_all())


async def _look_at_all() -> dict[str, Finding]:
    worker = WorkerSupervisor(WorkerSettings())
    findings = FindingsCache(worker)
    try:
        return {
            name: await findings.look(Picture(content=draw(), hash=name, place="input"))
            for name, draw in SCENES.items()
        }
    finally:
        await worker.aclose()


@pytest.fixture
async def describer() -> AsyncIterator[Describer]:
    """Without the reader, which takes seconds to load; quick to speak."""
    worker = WorkerSettings(may_read=False, measure_timeout=10)
    async with Describer(DescriberSettings(words_per_second=0, worker=worker)) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened
