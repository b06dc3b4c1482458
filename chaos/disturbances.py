"""What goes wrong, done to the stage. Each deed ends what it began."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.standins.playground.rest.faults import Fault, FaultKind
from bot.standins.playground.rest.routes import RestRequest, RestResponse, RestRoute
from chaos.plan import Deed, Disturbance
from chaos.stage import Stage

_ALWAYS: Final = 1_000_000  # times
_TALK: Final = "^/(channels|webhooks|interactions)"  # the routes by which the bot speaks
_NO_ACCESS: Final = 50_013
_CAN_RESUME, _MAY_NOT_RESUME, _BAD_TOKEN = 4000, 4009, 4004
_SLOW: Final = 2.0  # seconds that each request takes
_UNTIL_WRITE: Final = 3.0  # seconds; after that it is killed without one
_RECONNECTS_IN: Final = 6.0  # seconds; discord.py waits longer after each attempt that failed

Doing = Callable[[Stage, Disturbance], Awaitable[None]]


async def disturb(stage: Stage, disturbance: Disturbance) -> None:
    """Do it when its time has come, and undo it when that is over."""
    await asyncio.sleep(disturbance.at)
    span = f" for {disturbance.seconds} s" if disturbance.seconds else ""
    stage.timeline.note(f"! {disturbance.deed}{span}")
    await _DEEDS[disturbance.deed](stage, disturbance)
    stage.timeline.note(f"! {disturbance.deed} is over")


# Processes


async def _kill(stage: Stage, disturbance: Disturbance) -> None:
    stage.bots[disturbance.process].kill(pause=disturbance.seconds)


async def _kill_at_write(stage: Stage, disturbance: Disturbance) -> None:
    """As soon as Discord has created or changed a message, before the bot reads the answer."""
    bot, written = stage.bots[disturbance.process], asyncio.Event()

    def listen(route: RestRoute, _request: RestRequest, response: RestResponse) -> None:
        is_write = route.method in ("POST", "PATCH") and "/messages" in route.path
        if is_write and response.status == 200 and not written.is_set():
            bot.kill(pause=disturbance.seconds)
            written.set()

    listeners = stage.town.discord.dispatcher.listeners
    listeners.append(listen)
    try:
        async with asyncio.timeout(_UNTIL_WRITE):
            await written.wait()
    except TimeoutError:
        bot.kill(pause=disturbance.seconds)
    finally:
        listeners.remove(listen)


async def _terminate(stage: Stage, disturbance: Disturbance) -> None:
    await stage.bots[disturbance.process].terminate(pause=disturbance.seconds)


async def _close_for_good(stage: Stage, _: Disturbance) -> None:
    stage.town.discord.gateway.drop(_BAD_TOKEN)
    stage.timeline.note_end("the gateway closed for good")


# The gateway


async def _drop(stage: Stage, _: Disturbance) -> None:
    stage.town.discord.gateway.drop()


async def _close(stage: Stage, _: Disturbance) -> None:
    stage.town.discord.gateway.drop(_CAN_RESUME)


async def _close_session(stage: Stage, _: Disturbance) -> None:
    stage.town.discord.gateway.drop(_MAY_NOT_RESUME)
    stage.town.discord.gateway.forget_sessions()


async def _invalidate(stage: Stage, _: Disturbance) -> None:
    stage.timeline.note_trouble(_RECONNECTS_IN)
    stage.town.discord.gateway.invalidate()


async def _suspend(stage: Stage, _: Disturbance) -> None:
    stage.town.discord.gateway.invalidate(resumable=True)


async def _reconnect(stage: Stage, _: Disturbance) -> None:
    stage.town.discord.gateway.ask_to_reconnect()


async def _refuse(stage: Stage, disturbance: Disturbance) -> None:
    stage.town.discord.gateway.drop()
    await _refusing(stage, disturbance.seconds)


async def _forget(stage: Stage, disturbance: Disturbance) -> None:
    gateway = stage.town.discord.gateway
    gateway.drop()
    gateway.forget_sessions()
    await _refusing(stage, disturbance.seconds)


async def _refusing(stage: Stage, seconds: float) -> None:
    """Until the last of those that overlap is over."""
    faults = stage.town.discord.gateway.faults
    stage.refusing += 1
    faults.refusals = _ALWAYS
    await asyncio.sleep(seconds)
    stage.refusing -= 1
    if not stage.refusing:
        faults.refusals = 0


# REST


async def _lasting(stage: Stage, seconds: float, fault: Fault) -> None:
    stage.timeline.note_trouble(seconds)
    stage.town.discord.faults.add(fault)
    await asyncio.sleep(seconds)
    fault.times = 0


async def _take_rest_down(stage: Stage, disturbance: Disturbance) -> None:
    body = {"message": "503: Service Unavailable", "code": 0}
    fault = Fault(kind=FaultKind.ANSWER, status=503, body=body, path=_TALK, times=_ALWAYS)
    await _lasting(stage, disturbance.seconds, fault)


async def _reset_rest(stage: Stage, disturbance: Disturbance) -> None:
    """Of every three requests one is carried out and its answer lost, and two go well."""
    fault = Fault(kind=FaultKind.RESET, path=_TALK, times=_ALWAYS, every=3, is_applied=True)
    await _lasting(stage, disturbance.seconds, fault)


async def _slow_rest(stage: Stage, disturbance: Disturbance) -> None:
    dispatcher = stage.town.discord.dispatcher
    stage.timeline.note_trouble(disturbance.seconds + _SLOW)
    dispatcher.latency += _SLOW
    await asyncio.sleep(disturbance.seconds)
    dispatcher.latency -= _SLOW


async def _limit_globally(stage: Stage, disturbance: Disturbance) -> None:
    fault = Fault(kind=FaultKind.LIMIT, path="^/channels", times=_ALWAYS)
    fault.retry_after, fault.is_global = max(0.5, disturbance.seconds / 2), True
    await _lasting(stage, disturbance.seconds, fault)


async def _forbid(stage: Stage, disturbance: Disturbance) -> None:
    body = {"message": "Missing Permissions", "code": _NO_ACCESS}
    path = f"^/channels/{stage.rooms[0].id}/messages"
    fault = Fault(kind=FaultKind.ANSWER, status=403, body=body, path=path, times=_ALWAYS)
    stage.town.discord.faults.add(fault)
    await asyncio.sleep(disturbance.seconds)
    fault.times = 0


# What the bot leans on


async def _take_endpoint_down(stage: Stage, disturbance: Disturbance) -> None:
    await stage.town.close_endpoint()
    await asyncio.sleep(disturbance.seconds)
    await stage.open_endpoint()


async def _lock_store(stage: Stage, disturbance: Disturbance) -> None:
    began_at = stage.timeline.clock()
    await stage.database.lock(disturbance.seconds)
    if stage.database.locks_everything:
        stage.timeline.note_lock(began_at)


async def _leap(stage: Stage, disturbance: Disturbance) -> None:
    """Discord's clock and the bot's differ from now on: the bot's own can't be moved from outside.

    Never back: the stand-in's rate limits would last as much longer, as Discord's would not. A
    command whose time is over by the leap was never given in time.
    """
    stage.timeline.note_trouble(1.0)
    stage.town.discord.skip(disturbance.seconds)


_DEEDS: Final[dict[Deed, Doing]] = {
    Deed.KILL: _kill,
    Deed.KILL_AT_WRITE: _kill_at_write,
    Deed.TERMINATE: _terminate,
    Deed.FATAL_CLOSE: _close_for_good,
    Deed.DROP: _drop,
    Deed.CLOSE: _close,
    Deed.CLOSE_SESSION: _close_session,
    Deed.INVALIDATE: _invalidate,
    Deed.SUSPEND: _suspend,
    Deed.RECONNECT: _reconnect,
    Deed.REFUSE: _refuse,
    Deed.FORGET: _forget,
    Deed.REST_DOWN: _take_rest_down,
    Deed.REST_RESET: _reset_rest,
    Deed.REST_SLOW: _slow_rest,
    Deed.GLOBAL_LIMIT: _limit_globally,
    Deed.FORBID: _forbid,
    Deed.ENDPOINT_DOWN: _take_endpoint_down,
    Deed.LOCK_STORE: _lock_store,
    Deed.LEAP: _leap,
}
