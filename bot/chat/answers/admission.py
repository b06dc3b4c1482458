"""Reserve before, settle after: one `with` block that no way out can skip."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from bot.chat.answers.cancellation import finish
from bot.chat.collaborators import Collaborators
from bot.chat.settings import AnswerSettings
from bot.core.answers.events import Began, Ending, Usage
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.endings.charges import Attempt, add_extra, charge_for
from bot.core.errors import Refusal, StoreError
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.models.calibration import Estimate
from bot.core.models.tokens import ModelCard, Purse, RateCard, estimate_text
from bot.core.quota.allowance import Charge, Crossing, Wanted
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Requester, Unit
from bot.core.quota.standings import Standing, tightest
from bot.store.quota.ledger import Reserved
from bot.store.quota.reservations import ReservationRequest

log = logging.getLogger(__name__)

SETTLE_ATTEMPTS = 4
SETTLE_PAUSE = 0.5  # seconds, doubled at each attempt
EXPIRY_MARGIN = timedelta(minutes=1)  # beyond the longest answer


class Admission:
    """An admitted answer: what it may use, and what is known so far of what it has used."""

    def __init__(self, message: IncomingMessage, reserved: Reserved, *, card: ModelCard) -> None:
        self.message = message
        self.allowance = reserved.allowance
        self.standings = reserved.standings
        self.crossings: tuple[Crossing, ...] = ()  # once settled: caps to warn of
        self.card = card  # of the model that answers
        self.endpoint = ""  # that is asked; empty: none yet
        self.input_estimate = 0  # of the request that was sent; 0: none
        self.estimate: Estimate | None = None  # the same uncalibrated; None: nothing to learn from
        self.text = ""  # what the model has written
        self.reported: Usage | None = None
        self.ending = Ending.INTERRUPTED  # unless the answer gets to say better
        self.charge: Charge | None = None  # once settled
        self.extra_microusd = 0  # billed besides tokens: the endpoint's searches of the web
        self._earlier: tuple[Attempt, ...] = ()
        self._first: Usage | None = None  # of the first round, which is what the estimate is for
        self.charging: Callable[[Ending], Charge] | None = None  # None: as a written answer
        self._counted = 0  # characters of the text that earlier rounds account for

    @property
    def tokens_left(self) -> int:
        """What is left of the allowance after earlier rounds, and attempts that were given up."""
        used = sum(attempt.usage.total_tokens for attempt in self._earlier)
        return max(0, self.allowance.tokens - used)

    @property
    def purse(self) -> Purse | None:
        """What is left of the money, likewise; None: only the tokens are limited."""
        purse = self.allowance.purse
        if purse is None:
            return None
        used = sum(each.cost for each in self._earlier)
        return replace(purse, microusd=max(0, purse.microusd - used - self.extra_microusd))

    @property
    def counts_dollars(self) -> bool:
        """Whether a limit or a cap in dollars holds."""
        return any(each.limit.measure.unit is Unit.DOLLARS for each in self.standings)

    def known_to_a_crash(self, *, pages: int) -> int:
        """Tokens of all calls, but for what the present one has written on the newest page: that
        can be read there by whoever settles it.
        """
        earlier = sum(each.usage.total_tokens for each in self._earlier)
        return earlier + self.input_estimate + (self._estimate.output_tokens if pages > 1 else 0)

    def begin_attempt(self, began: Began) -> None:
        """From here on it is this model's; what the one before reported it has used stays used."""
        failed = began.after
        if failed is not None and failed.usage is not None:
            self._add(failed.usage, is_estimated=False)
        if (began.card.name, began.card.endpoint) != (self.card.name, self.card.endpoint):
            self.estimate = None  # it was made for another model
        self.card, self.endpoint = began.card, began.endpoint

    def end_round(self) -> None:
        """The model asked for functions and is to be asked again."""
        self._first = self._first or self.reported
        self._close_call()
        self._counted = len(self.text)

    @property
    def input_to_compare(self) -> int | None:
        """The reported input that `estimate` was made for; None where there is nothing to compare."""
        first = self._first or self.reported
        return None if first is None else first.input_tokens

    def abandon_attempt(self) -> None:
        """The request that was sent is given up for a larger one; it will have cost its input."""
        self._close_call()
        self.estimate = self._first = None
        self.text, self._counted = "", 0

    def _close_call(self) -> None:
        """What the present call has used stays used, by report if it got as far as that."""
        if self.reported is not None:
            self._add(self.reported, is_estimated=False)
        else:
            self._add(self._estimate, is_estimated=True)
        self.reported = None
        self.input_estimate = 0

    @property
    def _estimate(self) -> Usage:
        """What the present round has used, by what was sent and written."""
        written = self.text[self._counted :]
        return Usage(input_tokens=self.input_estimate, output_tokens=estimate_text(written))

    def _add(self, usage: Usage, *, is_estimated: bool) -> None:
        attempt = Attempt(card=self.card, usage=usage, is_estimated=is_estimated)
        self._earlier = (*self._earlier, attempt)

    def what_is_short(self, error: QuestionTooLarge, settings: AnswerSettings) -> Refusal:
        """The quota, where the question would fit into a whole allowance, and did not into what is
        left of it; else its own size.
        """
        bound = self.allowance.bound
        if bound is None or error.needed > settings.tokens_per_answer:
            return error
        return QuotaExceeded(bound, is_direct=self.message.place.is_direct)

    @property
    def tightest(self) -> Standing | None:
        """Of the asker's limits and the caps; None: nothing is limited."""
        return tightest(self.standings)

    @property
    def known_charge(self) -> Charge:
        if self.charging is not None:
            return self.charging(self.ending)
        charge = charge_for(
            ending=self.ending,
            card=self.card,
            reported=self.reported,
            earlier=self._earlier,
            input_estimate=self.input_estimate,
            text=self.text[self._counted :],
        )
        return add_extra(charge, self.extra_microusd)


@asynccontextmanager
async def admit(
    message: IncomingMessage,
    card: ModelCard,
    using: Collaborators,
    settings: AnswerSettings,
    *,
    prices: RateCard | None,
) -> AsyncIterator[Admission]:
    """Reserve an allowance; on the way out, whichever it is, settle what was used.

    `card` is the model's that is to be asked; `prices` the most that its tokens may cost, or those
    of any other that may answer in its stead: see `Wanted`.

    Raises Blocked, QuotaExceeded, AlreadyAnswered, StoreError; then nothing is reserved. Reserving and
    settling each run to their end even if the answer is cancelled meanwhile.
    """
    held: list[Admission] = []
    try:
        await finish(_reserve(message, card, using, settings, prices, held))
        yield held[0]
    finally:
        for admission in held:
            await finish(settle(admission, using))


async def _reserve(
    message: IncomingMessage,
    card: ModelCard,
    using: Collaborators,
    settings: AnswerSettings,
    prices: RateCard | None,
    held: list[Admission],
) -> None:
    now = using.clock()
    request = ReservationRequest(
        message_id=message.id,
        place=message.place,
        requester=Requester.at(message.place, message.author.id, message.author.role_ids),
        wanted=Wanted(
            tokens=settings.tokens_per_answer, smallest=settings.smallest_answer, prices=prices
        ),
        expires_at=now + timedelta(seconds=settings.time_limit) + EXPIRY_MARGIN,
        model=card.name,
        owner=settings.owner,
    )
    async with using.database.transaction() as tx:
        reserved = await using.ledger.reserve(tx, request, now=now)
    held.append(Admission(message, reserved, card=card))


async def settle(admission: Admission, using: Collaborators) -> None:
    """Write what the answer has used; once. A database that fails is tried again, then logged.

    What could not be written stays reserved, and the next start settles it by estimate.
    """
    if admission.charge is not None:
        return
    charge = admission.known_charge
    for attempt in range(SETTLE_ATTEMPTS):
        try:
            async with using.database.transaction() as tx:
                settled = await using.ledger.settle(
                    tx,
                    admission.message.id,
                    charge,
                    now=using.clock(),
                    role_ids=admission.message.author.role_ids,
                )
        except StoreError:
            await asyncio.sleep(SETTLE_PAUSE * 2**attempt)
            continue
        admission.charge = charge
        if settled is not None:
            admission.standings, admission.crossings = settled.standings, settled.crossings
            for crossing in settled.crossings:
                using.logbook.warn_of(crossing, admission.message.place.guild_id)
        await _learn(admission, using)
        return
    log.error(
        "an answer could not be settled",
        extra={
            "message_id": admission.message.id,
            "user_id": admission.message.author.id,
            "tokens": charge.usage.total_tokens,
        },
    )


async def _learn(admission: Admission, using: Collaborators) -> None:
    """Compare the estimate of the input with what the endpoint says it was."""
    estimate, reported = admission.estimate, admission.input_to_compare
    card = admission.card
    if estimate is None or reported is None:
        return
    if using.calibrations.learn(card, estimate, reported):
        await using.calibrations.write(card, using.database)
