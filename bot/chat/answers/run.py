"""The run of one answer: admit, prepare, request, consume, settle.

Answers in text, made pictures and descriptions in the terminal all take this path; an `AnswerKind`
is what differs between them. Showing goes on beside it; concluding and remembering come after it:
see `bot/chat/answers/delivery.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from bot.chat.answers.admission import (
    Admit,
    AnswerBudget,
    Meter,
    OwedAnswer,
    Reservation,
    Settlement,
)
from bot.chat.answers.cancellation import finish
from bot.chat.answers.conversation import Conversation
from bot.core.answers.events import Ending


class AnswerPlan(Protocol):
    """Everything that is decided about an answer before it is admitted."""

    @property
    def budget(self) -> AnswerBudget: ...

    @property
    def meter(self) -> Meter: ...


class AnswerOutcome(Protocol):
    """Everything that came of an answer besides its charge."""

    @property
    def ending(self) -> Ending: ...


PlanT = TypeVar("PlanT", bound=AnswerPlan)
OutcomeT = TypeVar("OutcomeT", bound=AnswerOutcome)
_Outcome = TypeVar("_Outcome", bound=AnswerOutcome, covariant=True)


class AnswerKind(Protocol[PlanT, _Outcome]):
    """One answer of one kind. Each step takes the values of those before it."""

    async def plan(self, conversation: Conversation) -> PlanT:
        """Choose the model, and say what the answer may need. Raises Refusal and StoreError."""
        ...

    async def produce(self, plan: PlanT, reservation: Reservation) -> _Outcome:
        """Prepare the request, ask, and consume the stream until it ends or is interrupted.

        The plan's meter counts what is used meanwhile. Raises Refusal and StoreError.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class FinishedAnswer(Generic[PlanT, OutcomeT]):
    """An answer that is settled."""

    plan: PlanT
    outcome: OutcomeT
    settlement: Settlement


async def run_answer(
    kind: AnswerKind[PlanT, OutcomeT],
    conversation: Conversation,
    admit: Admit,
    owed: Callable[[FinishedAnswer[PlanT, OutcomeT]], OwedAnswer] | None = None,
) -> FinishedAnswer[PlanT, OutcomeT]:
    """Take one answer from its admission to its settlement, however it ends.

    `owed` composes what its messages are to show, to be kept until they do: called while the
    answer is settled, perhaps more than once, so it must change nothing.
    Raises the Refusal or StoreError that kept it from being admitted or prepared. A cancellation
    settles what was used so far.
    """
    plan = await kind.plan(conversation)
    async with admit(plan.budget, plan.meter) as reservation:
        outcome = await kind.produce(plan, reservation)

        def finished(settlement: Settlement) -> FinishedAnswer[PlanT, OutcomeT]:
            return FinishedAnswer(plan=plan, outcome=outcome, settlement=settlement)

        kept = None if owed is None else lambda settlement: owed(finished(settlement))
        settlement = await finish(partial(reservation.settle, outcome.ending, kept))
    return finished(settlement)
