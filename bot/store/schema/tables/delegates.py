"""Tables of what servers' settings say of the commands of moderators, as Discord told it last."""

from sqlalchemy import Boolean, Column, String, Table

from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables.common import key, metadata

# Servers whose settings have been read.
delegations = Table(
    "delegations",
    metadata,
    key("guild_id"),
    Column("read_at", UtcDateTime, nullable=False),
    # When moderators were told to allow the new command; NULL: they were not.
    Column("told_at", UtcDateTime, nullable=True),
    sqlite_with_rowid=False,
)

delegates = Table(
    "delegates",
    metadata,
    key("guild_id"),
    Column("command", String(32), primary_key=True),
    Column("subject_kind", String(16), primary_key=True),
    key("subject_id"),
    Column("is_allowed", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
