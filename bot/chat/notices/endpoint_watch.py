"""Notices of endpoints for the operator: in the log, in figures, and in a channel if there is one."""

import asyncio
import logging
from collections.abc import Callable

from bot.chat.ports import OperatorChannel
from bot.chat.upkeep.metrics import Metrics
from bot.core import wording
from bot.core.answers.events import Failed
from bot.core.endpoints.outages import (
    EndpointChange,
    EndpointFailure,
    Notice,
    NoticeThrottle,
    Outage,
    Restored,
)
from bot.core.errors import SurfaceError

log = logging.getLogger(__name__)

_MOST_WAITING = 50  # messages; with a Discord that takes none, the latest are of no more use


class EndpointWatch:
    """Takes every notice at once; `post_notices` brings to the channel what is worth it.

    `clock` is monotonic, in seconds.
    """

    def __init__(self, metrics: Metrics, clock: Callable[[], float]) -> None:
        self._metrics = metrics
        self._clock = clock
        self._throttle = NoticeThrottle()
        self._due: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)

    def note(self, notice: Notice) -> None:
        """Never waits and never raises: an answer is being written meanwhile."""
        match notice:
            case EndpointFailure():
                self._note_failure(notice)
            case Outage():
                self._note_outage(notice)
            case Restored():
                self._note_return(notice)

    async def post_notices(self, channel: OperatorChannel) -> None:
        """Write what is due into the channel, until cancelled. What it does not take is logged."""
        while True:
            text = await self._due.get()
            try:
                await channel.post(text)
            except SurfaceError as error:
                log.warning(
                    "the operator channel took no message",
                    extra={"reason": f"{type(error).__name__}: {error}"},
                )

    def _note_failure(self, failure: EndpointFailure) -> None:
        self._metrics.count(
            "endpoint_failures",
            endpoint=failure.endpoint,
            failure=failure.failed.failure.value,
        )
        if failure.next_endpoint is None:
            return  # the answer has failed, and its own line says why
        self._metrics.count("endpoint_fall_overs", endpoint=failure.endpoint)
        log.warning(
            "another endpoint is asked",
            extra={
                "endpoint": failure.endpoint,
                "model": failure.model,
                "next_endpoint": failure.next_endpoint,
                **_failure_fields(failure.failed),
            },
        )

    def _note_outage(self, outage: Outage) -> None:
        failure = outage.failed.failure
        self._metrics.count("endpoint_outages", endpoint=outage.endpoint, failure=failure.value)
        fields = {
            "endpoint": outage.endpoint,
            "model": outage.model,
            "seconds": round(outage.pause),
            **_failure_fields(outage.failed),
            "advice": wording.operator_advice(failure),
        }
        if outage.is_new:
            log.error("an endpoint is out of service", extra=fields)
        else:
            log.warning("an endpoint is still out of service", extra=fields)
        self._announce(outage)

    def _note_return(self, restored: Restored) -> None:
        self._metrics.count("endpoint_restored", endpoint=restored.endpoint)
        fields = {"endpoint": restored.endpoint, "model": restored.model}
        log.warning("an endpoint is back", extra=fields)
        self._announce(restored)

    def _announce(self, change: EndpointChange) -> None:
        if self._throttle.is_due(change, self._clock()) and not self._due.full():
            self._due.put_nowait(wording.operator_notice(change))


def _failure_fields(failed: Failed) -> dict[str, object]:
    return {
        "failure": failed.failure.value,
        "status": failed.status,
        "request_id": failed.request_id,
        "detail": failed.detail,
    }
