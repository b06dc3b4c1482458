"""Admission: reserve before, settle after, in one `with` block that no way out can skip."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from bot.chat.answers.cancellation import finish
from bot.chat.collaborators import Collaborators
from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.conversation.memory import Memory
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.models.tokens import RateCard
from bot.core.pictures.errors import PictureTooDear
from bot.core.pictures.orders import ShownPicture
from bot.core.quota.allowance import Allowance, AllowanceRequest, Charge
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Requester, Unit
from bot.core.quota.standings import Standing, tightest
from bot.store.conversations import owed_files, questions
from bot.store.database import Connection
from bot.store.quota.reservations import ReservationRequest

log = logging.getLogger(__name__)

EXPIRY_MARGIN = timedelta(minutes=1)  # beyond the longest answer


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerBudget:
    """The most that one answer may use, as it asks for it before it begins.

    `prices` are the most that its tokens may cost, or those of any other model that may answer in
    its stead: see `AllowanceRequest`. `is_indivisible`: half a picture is of no use, so it is all or nothing.
    """

    model: str
    tokens: int  # the most it may use, input and output together
    smallest: int  # tokens; where less is left, the question is refused
    prices: RateCard | None
    time_limit: float  # seconds
    is_indivisible: bool = False


class Meter(Protocol):
    """Knows at any time what an answer has used."""

    def charge(self, ending: Ending, *, reserved: int | None = None) -> Charge:
        """The charge of everything so far, were it to end like this now.

        It is never more than the `reserved` tokens and the margin for counting.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """An admitted answer: its allowance, and the limits and caps it came under."""

    allowance: Allowance
    standings: tuple[Standing, ...] = ()

    @property
    def counts_dollars(self) -> bool:
        """Whether a limit or a cap in dollars holds."""
        return any(each.limit.measure.unit is Unit.DOLLARS for each in self.standings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """The charge of an answer, and the standings with it counted in."""

    charge: Charge
    standings: tuple[Standing, ...] = ()

    @property
    def tightest(self) -> Standing | None:
        """Of the asker's limits and the caps; None: nothing is limited."""
        return tightest(self.standings)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwedAnswer:
    """All that the messages of a settled answer are to show; the first of them has the pictures.

    `memory` is what the conversation remembers once they do.
    """

    texts: tuple[str, ...]
    pictures: tuple[ShownPicture, ...] = ()
    memory: Memory | None = None

    def without_pictures(self) -> "OwedAnswer":
        """The texts alone, and that the pictures could not be kept: nobody can refer to them."""
        first, *others = self.texts
        missing = wording.small_print(wording.pictures_not_kept())
        return OwedAnswer(texts=(f"{first}\n{missing}", *others))


ComposeOwed = Callable[[Settlement], OwedAnswer]


class Reservation(Protocol):
    """An allowance that is held for one answer until it is settled."""

    @property
    def admission(self) -> Admission: ...

    async def settle(self, ending: Ending, owed: ComposeOwed | None = None) -> Settlement:
        """Replace the reservation by what was used; once. The first ending counts.

        `owed` composes what the messages of the answer are to show. It is kept in the same
        transaction, should nobody live to show it.
        """
        ...

    async def note_request(self, *, known: int) -> None:
        """Note for a crash that a request is sent; `known` tokens are charged then.

        Raises StoreError.
        """
        ...

    async def note_reply(
        self, message_ids: Sequence[int], *, known: int | None = None, model: str | None = None
    ) -> None:
        """Note for a crash in which messages the answer appears, and what `model` has been sent.

        Raises StoreError.
        """
        ...


Admit = Callable[[AnswerBudget, Meter], AbstractAsyncContextManager[Reservation]]


def admit_to_ledger(message: IncomingMessage, using: Collaborators, *, owner: str) -> Admit:
    """Admission of one question by the quotas of who asks, accounted in the ledger.

    `owner` is the process, as its reservations name it. Entering raises Blocked, QuotaExceeded,
    PictureTooDear, AlreadyAnswered, StoreError; then nothing is reserved. Leaving settles what was
    used, whichever way it is left. Both run to their end even if the answer is cancelled meanwhile.
    """

    @asynccontextmanager
    async def admit(budget: AnswerBudget, meter: Meter) -> AsyncIterator[Reservation]:
        request = _request(message, budget, owner, using)
        reservation = await finish(
            lambda: _reserve(request, message, budget, meter, using),
            undo=lambda reserved: partial(reserved.settle, Ending.INTERRUPTED),
        )
        try:
            yield reservation
        finally:
            await finish(partial(reservation.settle, Ending.INTERRUPTED))

    return admit


@asynccontextmanager
async def admit_freely(budget: AnswerBudget, meter: Meter) -> AsyncIterator[Reservation]:
    """Admission where nobody is limited: the person at the keyboard pays."""
    yield _FreeReservation(Admission(allowance=Allowance(tokens=budget.tokens)), meter)


class _FreeReservation:
    def __init__(self, admission: Admission, meter: Meter) -> None:
        self.admission = admission
        self._meter = meter

    async def settle(self, ending: Ending, owed: ComposeOwed | None = None) -> Settlement:  # noqa: ARG002
        reserved = self.admission.allowance.tokens
        return Settlement(charge=self._meter.charge(ending, reserved=reserved))

    async def note_request(self, *, known: int) -> None:
        """There is nothing to account for after a crash."""

    async def note_reply(
        self, message_ids: Sequence[int], *, known: int | None = None, model: str | None = None
    ) -> None:
        """Likewise."""


class _LedgerReservation:
    def __init__(
        self, admission: Admission, message: IncomingMessage, meter: Meter, using: Collaborators
    ) -> None:
        self.admission = admission
        self._message = message
        self._meter = meter
        self._using = using
        self._settlement: Settlement | None = None  # once the answer has ended

    async def note_request(self, *, known: int) -> None:
        async with self._using.database.transaction() as tx:
            await self._using.ledger.note_request(tx, self._message.id, input_estimate=known)

    async def note_reply(
        self, message_ids: Sequence[int], *, known: int | None = None, model: str | None = None
    ) -> None:
        async with self._using.database.transaction() as tx:
            await questions.note_reply(tx, self._message.id, message_ids)
            if known is not None and self._settlement is None:
                await self._using.ledger.note_request(
                    tx, self._message.id, input_estimate=known, model=model
                )

    async def settle(self, ending: Ending, owed: ComposeOwed | None = None) -> Settlement:
        """Where the database fails, the backlog tries again; the standings are then those before."""
        if self._settlement is not None:
            return self._settlement
        charge = self._meter.charge(ending, reserved=self.admission.allowance.tokens)
        self._settlement = Settlement(charge=charge, standings=self.admission.standings)
        book = partial(self._book, charge, owed)
        self._settlement = (
            await self._using.backlog.settle(self._message.id, book) or self._settlement
        )
        return self._settlement

    async def _book(self, charge: Charge, owed: ComposeOwed | None) -> Settlement:
        """Write the charge and what is owed, and warn of caps that are brought near their end."""
        message, using = self._message, self._using
        async with using.database.transaction() as tx:
            settled = await using.ledger.settle(
                tx, message.id, charge, now=using.clock(), role_ids=message.author.role_ids
            )
            standings = self.admission.standings if settled is None else settled.standings
            settlement = Settlement(charge=charge, standings=standings)
            if owed is not None:
                await _keep(tx, message.id, owed(settlement))
        for crossing in () if settled is None else settled.crossings:
            using.log_channel.add_warning(crossing, message.place.guild_id)
        return settlement


async def _keep(tx: Connection, message_id: int, owed: OwedAnswer) -> None:
    """Keep an answer until it is visible; of pictures that have no room, that they had none."""
    if not await owed_files.has_room(tx, message_id, owed.pictures):
        log.warning("pictures can't be kept until they are shown", extra={"message_id": message_id})
        owed = owed.without_pictures()
    await questions.owe(tx, message_id, owed.texts, owed.pictures, memory=owed.memory)


async def _reserve(
    request: ReservationRequest,
    message: IncomingMessage,
    budget: AnswerBudget,
    meter: Meter,
    using: Collaborators,
) -> _LedgerReservation:
    try:
        async with using.database.transaction() as tx:
            reserved = await using.ledger.reserve(tx, request, now=using.clock())
    except QuotaExceeded as error:
        if budget.is_indivisible:
            raise PictureTooDear(error, needed=budget.tokens) from error
        raise
    admission = Admission(allowance=reserved.allowance, standings=reserved.standings)
    return _LedgerReservation(admission, message, meter, using)


def _request(
    message: IncomingMessage, budget: AnswerBudget, owner: str, using: Collaborators
) -> ReservationRequest:
    return ReservationRequest(
        message_id=message.id,
        place=message.place,
        requester=Requester.at(message.place, message.author.id, message.author.role_ids),
        wanted=AllowanceRequest(
            tokens=budget.tokens, smallest=budget.smallest, prices=budget.prices
        ),
        expires_at=using.clock() + timedelta(seconds=budget.time_limit) + EXPIRY_MARGIN,
        model=budget.model,
        owner=owner,
    )
