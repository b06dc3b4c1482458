"""Findings are kept for the latest pictures."""

from bot.standins.describer.request.request_body import Picture
from bot.standins.describer.worker.findings_cache import FindingsCache
from bot.standins.describer.worker.supervisor import (
    WorkerSettings,
    WorkerSupervisor,
)
from tests.standins.describer import scenes


def picture(content: bytes) -> Picture:
    return Picture(content=content, hash=str(hash(content)), place="input")


async def test_findings_are_kept_for_the_latest_pictures_only() -> None:
    worker = WorkerSupervisor(WorkerSettings(may_read=False))
    findings = FindingsCache(worker, kept=2)
    pictures = [picture(scenes.png(scenes.blank(size=(40 + n, 40)))) for n in range(3)]
    for each in pictures:
        await findings.read(each)
    await worker.aclose()

    assert [findings.has_read(each) for each in pictures] == [False, True, True]
