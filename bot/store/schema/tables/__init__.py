"""The tables, alike on SQLite and PostgreSQL.

Every row that belongs to a server carries its `guild_id` (0: direct messages). Ids are Discord's
64-bit snowflakes, amounts are whole tokens or whole micro-dollars, instants are UTC.

Tables with a key of their own are clustered by it on SQLite (WITHOUT ROWID): the turns of one
conversation lie together, so loading them costs a few pages however large the table grows.
"""

from bot.store.schema.tables.choices import audit, estimates, preferences
from bot.store.schema.tables.common import metadata
from bot.store.schema.tables.conversations import (
    conversations,
    owed_files,
    questions,
    turn_files,
    turn_images,
    turn_messages,
    turns,
)
from bot.store.schema.tables.delegates import delegates, delegations
from bot.store.schema.tables.processes import claims, deferrals, leases, watermarks
from bot.store.schema.tables.quotas import (
    blocks,
    counters,
    draws,
    grants,
    ledger,
    limits,
    reservations,
)

__all__ = [
    "audit",
    "blocks",
    "claims",
    "conversations",
    "counters",
    "deferrals",
    "delegates",
    "delegations",
    "draws",
    "estimates",
    "grants",
    "leases",
    "ledger",
    "limits",
    "metadata",
    "owed_files",
    "preferences",
    "questions",
    "reservations",
    "turn_files",
    "turn_images",
    "turn_messages",
    "turns",
    "watermarks",
]
