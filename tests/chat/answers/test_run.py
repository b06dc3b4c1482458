"""The run of an answer: its steps in their order, and one settlement whichever way it ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.chat.answers.admission import (
    Admission,
    Admit,
    AnswerBudget,
    ComposeOwed,
    Meter,
    Reservation,
    Settlement,
    admit_to_ledger,
)
from bot.chat.answers.conversation import Conversation
from bot.chat.answers.run import run_answer
from bot.core.answers.events import Ending
from bot.core.endings.usage_meter import UsageMeter
from bot.core.errors import DatabaseUnavailable, Refusal
from bot.core.quota.allowance import Allowance
from tests.chat.conftest import MakeRoom, Room, message
from tests.fakes import FakeModel

HERE = Conversation(key="here")
BUDGET = AnswerBudget(
    model="fake-1", tokens=1_000, smallest=100, prices=FakeModel().prices, time_limit=30.0
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    budget: AnswerBudget
    meter: UsageMeter


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    ending: Ending


@dataclass(kw_only=True)
class Answer:
    """Sends 200 tokens and ends well, unless a step raises its error or waits."""

    steps: list[str] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    gate: asyncio.Event | None = None

    async def plan(self, conversation: Conversation) -> Plan:
        self._step(f"plan {conversation.key}")
        return Plan(budget=BUDGET, meter=UsageMeter(FakeModel.card))

    async def produce(self, plan: Plan, reservation: Reservation) -> Outcome:
        self._step(f"produce {reservation.admission.allowance.tokens}")
        plan.meter.send(200)
        if self.gate is not None:
            await self.gate.wait()
        return Outcome(ending=Ending.COMPLETED)

    def _step(self, step: str) -> None:
        self.steps.append(step)
        error = self.errors.get(step.split()[0])
        if error is not None:
            raise error


class Recorder:
    """A reservation that writes down what is done with it among an answer's steps."""

    admission = Admission(allowance=Allowance(tokens=1_000))

    def __init__(self, steps: list[str]) -> None:
        self._steps = steps

    @asynccontextmanager
    async def admit(self, _budget: AnswerBudget, meter: Meter) -> AsyncIterator[Reservation]:
        self._meter = meter
        self._steps.append("reserve")
        yield self
        self._steps.append("leave")

    async def settle(self, ending: Ending, owed: ComposeOwed | None = None) -> Settlement:
        self._steps.append(f"settle {ending}")
        return Settlement(charge=self._meter.charge(ending))

    async def note_request(self, *, known: int) -> None:
        raise AssertionError

    async def note_reply(
        self, message_ids: Sequence[int], *, known: int | None = None, model: str | None = None
    ) -> None:
        raise AssertionError


class Refused(Refusal):
    """A refusal of whatever kind."""


async def test_steps_are_taken_in_their_order() -> None:
    answer = Answer()

    finished = await run_answer(answer, HERE, Recorder(answer.steps).admit)

    assert answer.steps == [
        "plan here",
        "reserve",
        "produce 1000",
        "settle completed",
        "leave",
    ]
    assert finished.outcome.ending is finished.settlement.charge.ending is Ending.COMPLETED
    assert finished.settlement.charge.usage.total_tokens == 200


async def test_refusal_in_the_plan_reserves_nothing() -> None:
    answer = Answer(errors={"plan": Refused()})

    with pytest.raises(Refused):
        await run_answer(answer, HERE, Recorder(answer.steps).admit)

    assert answer.steps == ["plan here"]


def admission_in(room: Room) -> Admit:
    return admit_to_ledger(message("hello"), room.using, owner="main")


async def booked(room: Room) -> list[tuple[str, int]]:
    return [(row["ending"], row["tokens"]) for row in await room.ledger_rows()]


@pytest.mark.parametrize(
    "error", [Refused(), DatabaseUnavailable("disk full"), ZeroDivisionError()]
)
async def test_error_while_it_is_produced_settles_and_is_raised(
    make_room: MakeRoom, error: Exception
) -> None:
    room, answer = make_room(), Answer(errors={"produce": error})

    with pytest.raises(type(error)):
        await run_answer(answer, HERE, admission_in(room))

    assert await booked(room) == [("interrupted", 0)]
    assert (await room.standing()).reserved == 0


async def test_cancellation_settles_what_was_used_as_interrupted(make_room: MakeRoom) -> None:
    room, answer = make_room(), Answer(gate=asyncio.Event())
    running = asyncio.get_running_loop().create_task(run_answer(answer, HERE, admission_in(room)))
    async with asyncio.timeout(5):
        while "produce 1000" not in answer.steps:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert await booked(room) == [("interrupted", 200)]
    assert answer.steps[-1] == "produce 1000"
    await room.assert_accounts_agree()
