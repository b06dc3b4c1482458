"""The objects that every use case works with; put together once, in `bot/app.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.chat.display.pacer import Pacer
from bot.chat.notices.log_channel import LogChannelWriter
from bot.chat.ports import Clock, Images, Models, Painter
from bot.chat.upkeep.calibrations import Calibrations
from bot.chat.upkeep.metrics import Metrics
from bot.chat.upkeep.settlement_backlog import SettlementBacklog
from bot.store.conversations.history import History
from bot.store.database import Database
from bot.store.quota.ledger import Ledger


@dataclass(frozen=True, kw_only=True, slots=True)
class Collaborators:
    database: Database
    ledger: Ledger
    history: History
    models: Models
    images: Images
    pacer: Pacer
    metrics: Metrics
    calibrations: Calibrations
    clock: Clock  # UTC
    monotonic: Callable[[], float]  # seconds
    random: Callable[[], float]  # [0, 1)
    painter: Painter | None = None  # None: the operator has no pictures made
    backlog: SettlementBacklog = field(default_factory=SettlementBacklog)
    log_channel: LogChannelWriter = field(default_factory=LogChannelWriter)

    def new_incident(self) -> str:
        """A short id that a user can pass on and the operator finds in the log."""
        alphabet = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is misread
        return "".join(alphabet[int(self.random() * len(alphabet))] for _ in range(6))
