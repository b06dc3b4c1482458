"""Tables of moderators' choices and changes, and of what the bot has learnt."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from bot.store.schema.columns import RowId, UtcDateTime
from bot.store.schema.tables.common import key, metadata, number

# What moderators chose for a channel or their server; bot.core.moderation.preferences names what there is.
preferences = Table(
    "preferences",
    metadata,
    key("guild_id"),
    Column("scope", String(16), primary_key=True),
    key("scope_id"),  # the channel's id, or the server's own
    Column("topic", String(32), primary_key=True),
    Column("value", Text, nullable=False),
    number("set_by"),
    Column("set_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# How far estimates of the input are off; see bot.core.models.calibration. It belongs to no server.
estimates = Table(
    "estimates",
    metadata,
    Column("endpoint", Text, primary_key=True),  # its host
    Column("model", Text, primary_key=True),
    Column("text_samples", Integer, nullable=False),
    Column("text_permille", Integer, nullable=False),  # reported / estimated
    Column("text_deviation_permille", Integer, nullable=False),
    Column("image_samples", Integer, nullable=False),
    Column("image_permille", Integer, nullable=False),
    Column("image_deviation_permille", Integer, nullable=False),
    Column("error_permille", Integer, nullable=False),  # mean absolute error, of what was reported
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    number("guild_id"),
    Column("at", UtcDateTime, nullable=False),
    number("actor_id"),
    Column("action", String(32), nullable=False),
    Column("subject_kind", String(16), nullable=False),
    number("subject_id"),
    Column("before", Text, nullable=True),  # JSON; NULL: there was nothing
    Column("after", Text, nullable=True),
    Column("reason", Text, nullable=False),
    number("undoes", nullable=True),  # the row that this change takes back
    Index(None, "guild_id", "id"),
    Index(None, "undoes"),
)
