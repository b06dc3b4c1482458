"""Tables of processes: which of them lives, how far it has read, and what must happen once."""

from sqlalchemy import Boolean, Column, Index, Table, Text

from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables.common import key, metadata, number

# A process lives until `expires_at`, which it moves on while it runs.
leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),  # the process, as its questions name it
    Column("holder", Text, nullable=False),  # one run of it: a random id
    Column("taken_at", UtcDateTime, nullable=False),
    Column("renewed_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# Interactions that a process has begun to carry out: no other one does.
claims = Table(
    "claims",
    metadata,
    key("id"),
    Column("claimed_at", UtcDateTime, nullable=False),
    Index(None, "claimed_at"),
    sqlite_with_rowid=False,
)

# Interactions that were deferred and have no answer yet, by the run that deferred them.
deferrals = Table(
    "deferrals",
    metadata,
    key("id"),
    Column("holder", Text, primary_key=True),  # as in `leases`
    Column("token", Text, nullable=False),
    Column("is_edit", Boolean, nullable=False),
    Column("deferred_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# The newest message before which all were seen.
watermarks = Table(
    "watermarks",
    metadata,
    Column("name", Text, primary_key=True),
    number("message_id"),
    Column("noted_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
