"""What the operator is told of endpoints: log, figures, channel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.chat.notices.endpoint_watch import EndpointWatch
from bot.chat.upkeep.metrics import Metrics, MetricSeries
from bot.core.answers.events import Failed, Failure
from bot.core.endpoints.outages import EndpointFailure, Outage, Restored
from bot.core.errors import SurfaceForbidden
from tests.fakes import FakeOperatorChannel

BALANCE = Failed(failure=Failure.OUT_OF_BALANCE, detail="You exceeded your quota.", status=429)
OUTAGE = Outage(endpoint="main", model="gpt-5.2", failed=BALANCE, pause=300.0, is_new=True)
BACK = Restored(endpoint="main", model="gpt-5.2")


@asynccontextmanager
async def watching(channel: FakeOperatorChannel) -> AsyncIterator[EndpointWatch]:
    """A watch whose messages are brought to `channel`, all of them before the block is left."""
    watch = EndpointWatch(Metrics(), lambda: 0.0)
    posting = asyncio.get_running_loop().create_task(watch.post_notices(channel))
    yield watch
    await asyncio.sleep(0.01)
    posting.cancel()


async def test_outage_and_return_are_posted_without_the_endpoints_words() -> None:
    channel = FakeOperatorChannel()

    async with watching(channel) as watch:
        watch.note(OUTAGE)
        watch.note(OUTAGE)
        watch.note(BACK)

    assert channel.posted == [
        "The endpoint `main` (`gpt-5.2`) is out of service. The account's balance or plan is used "
        "up: top it up at the provider. Where another stands by, it is left alone for 5 minutes.",
        "The endpoint `main` (`gpt-5.2`) is back.",
    ]


async def test_channel_that_takes_no_message_is_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = FakeOperatorChannel()
    channel.failures.append(SurfaceForbidden("HTTP 403"))

    async with watching(channel) as watch:
        watch.note(OUTAGE)
        watch.note(BACK)

    assert channel.posted == ["The endpoint `main` (`gpt-5.2`) is back."]
    assert "the operator channel took no message" in caplog.text


def test_outage_is_logged_as_an_error_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = EndpointWatch(Metrics(), lambda: 0.0)
    again = Outage(endpoint="main", model="gpt-5.2", failed=BALANCE, pause=600.0, is_new=False)

    watch.note(OUTAGE)
    watch.note(again)

    first, second = caplog.records
    assert (first.levelname, first.getMessage()) == ("ERROR", "an endpoint is out of service")
    assert (second.levelname, second.getMessage()) == (
        "WARNING",
        "an endpoint is still out of service",
    )
    assert vars(first)["failure"] == "out-of-balance"
    assert vars(first)["advice"].startswith("The account's balance")


def test_failure_made_good_elsewhere_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = EndpointWatch(Metrics(), lambda: 0.0)

    watch.note(EndpointFailure(endpoint="main", model="m", failed=BALANCE, next_endpoint="backup"))
    watch.note(EndpointFailure(endpoint="backup", model="n", failed=BALANCE, next_endpoint=None))

    (record,) = caplog.records  # an answer that fails has a line of its own
    assert (record.levelname, record.getMessage()) == ("WARNING", "another endpoint is asked")
    assert vars(record)["next_endpoint"] == "backup"
    assert vars(record)["detail"] == "You exceeded your quota."


def test_failures_outages_and_returns_are_counted() -> None:
    metrics = Metrics()
    watch = EndpointWatch(metrics, lambda: 0.0)

    watch.note(EndpointFailure(endpoint="main", model="m", failed=BALANCE, next_endpoint="backup"))
    watch.note(OUTAGE)
    watch.note(BACK)

    main = ("endpoint", "main")
    cause = ("failure", "out-of-balance")
    assert metrics.snapshot().counts == {
        MetricSeries("endpoint_failures", (main, cause)): 1,
        MetricSeries("endpoint_fall_overs", (main,)): 1,
        MetricSeries("endpoint_outages", (main, cause)): 1,
        MetricSeries("endpoint_restored", (main,)): 1,
    }
