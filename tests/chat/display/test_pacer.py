"""The queue round the pacing rules."""

import asyncio
import time

import pytest

from bot.chat.display.pacer import Pacer
from bot.core.display import rate_limits
from bot.core.display.discord_outage import DOWN_AFTER
from bot.core.display.invalid_requests import BUDGET, UNHURRIED, WINDOW
from bot.core.display.rate_limits import PacedRequest, Route, Urgency
from bot.core.errors import SurfaceError, SurfaceForbidden, SurfaceLimited, SurfaceUnavailable
from tests.chat.conftest import LeapingClock


def want(urgency: Urgency, *, route: Route = Route.EDIT, channel_id: int = 70) -> PacedRequest:
    return PacedRequest(
        route=route, channel_id=channel_id, urgency=urgency, since=0.0, edits_so_far=9
    )


async def send(
    pacer: Pacer, wanted: PacedRequest, sent: list[Urgency], seconds: float = 0.0
) -> None:
    async with pacer.use(pacer.queue(wanted)):
        sent.append(wanted.urgency)
        await asyncio.sleep(seconds)


async def test_waiting_requests_go_in_the_order_of_their_urgency() -> None:
    pacer = Pacer(time.monotonic)
    sent: list[Urgency] = []

    async with asyncio.TaskGroup() as tasks:
        # An unknown bucket takes one request at a time.
        tasks.create_task(send(pacer, want(Urgency.FIRST_TEXT), sent, 0.02))
        await asyncio.sleep(0)
        for urgency in (Urgency.TYPING, Urgency.FURTHER_PAGE, Urgency.FINAL_TEXT):
            tasks.create_task(send(pacer, want(urgency), sent))

    assert sent == sorted(Urgency)[:4]


async def test_empty_bucket_is_waited_for_until_its_reset() -> None:
    pacer = Pacer(time.monotonic)
    began = time.monotonic()
    pacer.observe(Route.EDIT, 70, limit=5, remaining=0, reset_after=0.1)

    await send(pacer, want(Urgency.FINAL_TEXT), [])

    assert time.monotonic() - began >= 0.1


async def test_request_that_became_final_overtakes_its_own_spacing() -> None:
    pacer = Pacer(time.monotonic)
    pacer.observe(Route.EDIT, 70, limit=5, remaining=1, reset_after=5.0)
    slot = pacer.queue(want(Urgency.EDIT))
    sent = asyncio.get_running_loop().create_task(use(pacer, slot))
    await asyncio.sleep(0.02)
    was_waiting = not sent.done()

    slot.hasten(Urgency.FINAL_TEXT)
    await asyncio.wait([sent], timeout=1)

    assert was_waiting
    assert sent.done()


async def use(pacer: Pacer, slot: object) -> None:
    async with pacer.use(slot):  # type: ignore[arg-type]
        pass


async def test_cancelled_waiter_takes_nothing() -> None:
    pacer = Pacer(time.monotonic)
    pacer.observe(Route.EDIT, 70, limit=1, remaining=0, reset_after=0.05)
    waiting = asyncio.get_running_loop().create_task(send(pacer, want(Urgency.FINAL_TEXT), []))
    await asyncio.sleep(0)
    waiting.cancel()
    sent: list[Urgency] = []

    async with asyncio.timeout(1):
        await send(pacer, want(Urgency.FINAL_TEXT), sent)

    assert sent == [Urgency.FINAL_TEXT]


async def test_failed_request_frees_its_place() -> None:
    pacer = Pacer(time.monotonic)

    with pytest.raises(ZeroDivisionError):
        async with pacer.use(pacer.queue(want(Urgency.FINAL_TEXT))):
            raise ZeroDivisionError

    async with asyncio.timeout(1):
        await send(pacer, want(Urgency.FINAL_TEXT), [])


async def test_declined_permission_does_not_count_against_the_global_budget() -> None:
    pacer = Pacer(lambda: 0.0)  # time stands still: nothing that has to wait is ever sent
    for channel_id in range(48):
        slot = pacer.queue(want(Urgency.EDIT, channel_id=channel_id))
        async with pacer.use(slot):
            slot.decline()
    sent: list[Urgency] = []

    async with asyncio.timeout(5):
        await send(pacer, want(Urgency.FIRST_TEXT, route=Route.CREATE), sent)

    assert sent == [Urgency.FIRST_TEXT]


async def test_global_budget_is_shared_with_requests_that_did_not_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limits, "GLOBAL_WINDOW", 0.2)
    pacer = Pacer(time.monotonic)
    began = time.monotonic()
    for _ in range(48):
        pacer.count_unpaced()

    await send(pacer, want(Urgency.FIRST_TEXT, route=Route.CREATE), [])

    assert time.monotonic() - began >= 0.2


async def test_outage_lets_one_request_try_and_then_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each running answer sent its own refused request in every window."""
    now = [0.0]
    pacer = Pacer(lambda: now[0], lambda: 0.0)
    for _ in range(DOWN_AFTER):
        with pytest.raises(SurfaceUnavailable):
            await fail(pacer, SurfaceUnavailable())
    sent: list[Urgency] = []

    async with asyncio.TaskGroup() as tasks:
        for channel_id in range(5):
            wanted = want(Urgency.FIRST_TEXT, channel_id=channel_id)
            tasks.create_task(send(pacer, wanted, sent, 0.01))
        await asyncio.sleep(0)
        was_held_back = not sent
        now[0] = 1.0
        pacer.pump()
        await asyncio.sleep(0)
        tried = len(sent)

    assert was_held_back
    assert tried == 1
    assert len(sent) == 5
    assert [each.message for each in caplog.records] == [
        "Discord takes no messages",
        "Discord takes messages again",
    ]


@pytest.mark.parametrize("error", [SurfaceForbidden(), SurfaceLimited()], ids=["403", "429"])
async def test_refusals_are_no_outage(error: SurfaceError) -> None:
    pacer = Pacer(time.monotonic)

    for _ in range(DOWN_AFTER):
        with pytest.raises(SurfaceError):
            await fail(pacer, error)

    assert not pacer.is_held_back


async def test_cancelled_try_leaves_room_for_another() -> None:
    now = [0.0]
    pacer = Pacer(lambda: now[0])
    pacer.hold_back(1.0)
    now[0] = 1.0
    trying = asyncio.get_running_loop().create_task(send(pacer, want(Urgency.EDIT), [], 60))
    await asyncio.sleep(0.01)
    trying.cancel()
    sent: list[Urgency] = []

    async with asyncio.timeout(5):
        await send(pacer, want(Urgency.FINAL_TEXT, channel_id=71), sent)

    assert sent == [Urgency.FINAL_TEXT]


async def test_global_limit_is_logged_when_it_begins_and_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    pacer = Pacer(lambda: now[0])
    pacer.hold_back(1.0)
    pacer.hold_back(1.0)
    now[0] = 1.0

    await send(pacer, want(Urgency.FINAL_TEXT), [])

    assert [each.message for each in caplog.records] == [
        "Discord takes no messages",
        "Discord takes messages again",
    ]


async def fail(pacer: Pacer, error: SurfaceError) -> None:
    async with pacer.use(pacer.queue(want(Urgency.FINAL_TEXT))):
        raise error


def test_many_refusals_are_logged_once_for_each_level(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    pacer = Pacer(lambda: now[0])

    for _ in range(BUDGET + 5):
        pacer.note_response(403)
    now[0] = WINDOW
    pacer.note_response(200)
    for _ in range(UNHURRIED):
        pacer.note_response(429)

    assert [each.levelname for each in caplog.records] == ["WARNING", "ERROR", "WARNING"]


async def test_buckets_of_a_crowd_of_long_ago_are_forgotten() -> None:
    clock = LeapingClock()
    pacer = Pacer(clock)

    for channel_id in range(20_000):
        clock.leap += 1.0
        pacer.observe(Route.CREATE, channel_id, limit=5, remaining=4, reset_after=1.0)

    assert len(pacer._board.buckets) <= 2_001


async def test_requests_that_ask_nobody_are_not_counted_for_ever() -> None:
    pacer = Pacer(LeapingClock())

    for _ in range(10_000):
        pacer.count_unpaced()

    assert len(pacer._board.sent) == rate_limits.GLOBAL_LIMIT
