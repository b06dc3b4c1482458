"""Corrections of input estimates, learnt from each answer and kept from run to run."""

import logging
from collections.abc import Mapping

from bot.chat.upkeep.metrics import Metrics
from bot.core.errors import StoreError
from bot.core.models.calibration import UNCALIBRATED, Calibration, Estimate, error_percent
from bot.core.models.tokens import ModelCard
from bot.store.database import Database
from bot.store.reports import input_estimates
from bot.store.reports.input_estimates import ModelAt

log = logging.getLogger(__name__)

_WRITTEN_EACH = 20  # the first samples are all written, later ones now and then
_WRITTEN_EVERY = 10


class Calibrations:
    """One for the process. What is not written when it ends is learnt again."""

    def __init__(
        self, metrics: Metrics, known: Mapping[ModelAt, Calibration] | None = None
    ) -> None:
        self._metrics = metrics
        self._known = dict(known or {})

    def of(self, card: ModelCard) -> Calibration:
        return self._known.get(_model_at(card), UNCALIBRATED)

    def learn(self, card: ModelCard, estimate: Estimate, reported: int) -> bool:
        """Take in the reported input tokens of an answer; whether that is worth writing down."""
        before = self.of(card)
        after = before.learn(estimate, reported, card.image_rule)
        if after is before:
            return False
        estimated = before.scale(estimate, card.image_rule)
        self._metrics.observe(
            "estimate_error",
            error_percent(estimated, reported),
            endpoint=card.endpoint,
            model=card.name,
        )
        self._known[_model_at(card)] = after
        return after.samples <= _WRITTEN_EACH or after.samples % _WRITTEN_EVERY == 0

    async def take(
        self, card: ModelCard, estimate: Estimate, reported: int, database: Database
    ) -> None:
        """Learn from one answer, and write down what is worth it."""
        if self.learn(card, estimate, reported):
            await self.write(card, database)

    async def write(self, card: ModelCard, database: Database) -> None:
        """A database that fails costs nothing but what was learnt."""
        try:
            async with database.transaction() as tx:
                await input_estimates.put(tx, _model_at(card), self.of(card))
        except StoreError:
            log.warning("a calibration could not be written", extra={"model": card.name})


async def load(database: Database, metrics: Metrics) -> Calibrations:
    """Raises StoreError."""
    async with database.reading() as connection:
        return Calibrations(metrics, await input_estimates.load(connection))


def _model_at(card: ModelCard) -> ModelAt:
    return ModelAt(endpoint=card.endpoint, model=card.name)
