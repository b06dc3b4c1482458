"""Reservations: made before an answer, settled after it, whichever way it ends."""

from typing import Any

import pytest

from bot.chat.answers import admission
from bot.core.answers.events import Failed, Failure
from bot.core.errors import DatabaseUnavailable
from tests.chat.conftest import MakeRoom, Room, message
from tests.fakes import FakeModel


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that fails is tried again at once."""
    monkeypatch.setattr(admission, "SETTLE_PAUSE", 0.0)


def fail_to_settle(room: Room, monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """The ledger can't be written the first `times` times."""
    settle, failures = room.using.ledger.settle, iter(range(times))

    async def settle_late(*args: Any, **rest: Any) -> Any:
        if next(failures, None) is not None:
            raise DatabaseUnavailable("disk full")
        return await settle(*args, **rest)

    monkeypatch.setattr(room.using.ledger, "settle", settle_late)


async def ledger_rows(room: Room) -> list[tuple[Any, ...]]:
    """Ending and tokens of every answer."""
    async with room.using.database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT ending, tokens FROM ledger")
        return [tuple(row) for row in rows]


@pytest.mark.usefixtures("no_pause")
async def test_failed_answer_that_is_settled_late_is_not_charged_as_interrupted(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(FakeModel((Failed(failure=Failure.SERVER_ERROR),)))
    fail_to_settle(room, monkeypatch, times=admission.SETTLE_ATTEMPTS)

    await room.ask(message("hello"))

    assert await ledger_rows(room) == [("failed", 0)]
    await room.assert_accounts_agree()
