"""The tables, alike on SQLite and PostgreSQL.

Every row that belongs to a server carries its `guild_id` (0: direct messages). Ids are Discord's
64-bit snowflakes, amounts are whole tokens or whole micro-dollars, instants are UTC.

Tables with a key of their own are clustered by it on SQLite (WITHOUT ROWID): the turns of one
conversation lie together, so loading them costs a few pages however large the table grows.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from bot.store.columns import RowId, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _id(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


conversations = Table(
    "conversations",
    metadata,
    Column("key", Text, primary_key=True),  # bot.core.turns.conversation_key
    _id("guild_id"),
    _id("channel_id"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    # Counted here and not taken from the turns: one statement then reserves places and locks.
    Column("next_position", Integer, nullable=False),
    sqlite_with_rowid=False,
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_key", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _id("guild_id"),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    _id("message_id", nullable=True),
    _id("parent_id", nullable=True),
    _id("author_id"),
    Column("author_name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["conversation_key"], ["conversations.key"], ondelete="CASCADE"),
    Index(None, "message_id"),
    sqlite_with_rowid=False,
)

turn_images = Table(
    "turn_images",
    metadata,
    Column("conversation_key", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    _id("guild_id"),
    Column("hash", String(64), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),  # pixels
    Column("height", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("is_spoiler", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["conversation_key", "position"],
        ["turns.conversation_key", "turns.position"],
        ondelete="CASCADE",
    ),
    sqlite_with_rowid=False,
)

# Pictures of a file's pages are rows of `turn_images`, after those of the turn itself.
turn_files = Table(
    "turn_files",
    metadata,
    Column("conversation_key", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    _id("guild_id"),
    Column("kind", String(16), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("tail", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("page_images", Integer, nullable=False),  # how many rows of `turn_images` are its own
    Column("is_document", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["conversation_key", "position"],
        ["turns.conversation_key", "turns.position"],
        ondelete="CASCADE",
    ),
    sqlite_with_rowid=False,
)

# Further messages of a turn: the pages of a long answer, questions that were taken together.
turn_messages = Table(
    "turn_messages",
    metadata,
    _key("message_id"),
    Column("conversation_key", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _id("guild_id"),
    ForeignKeyConstraint(
        ["conversation_key", "position"],
        ["turns.conversation_key", "turns.position"],
        ondelete="CASCADE",
    ),
    Index(None, "conversation_key", "position"),
    sqlite_with_rowid=False,
)

# Open reservations only: settling deletes the row and writes one to the ledger.
reservations = Table(
    "reservations",
    metadata,
    _key("message_id"),
    _id("guild_id"),
    _id("channel_id"),
    _id("parent_id", nullable=True),  # the channel that a thread hangs under
    _id("user_id"),
    _id("tokens"),
    Column("model", Text, nullable=False),
    Column("owner", Text, nullable=False),  # the process that is answering
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("window_starts_at", UtcDateTime, nullable=False),
    Column("window_resets_at", UtcDateTime, nullable=False),
    _id("input_estimate", nullable=True),  # tokens sent so far; NULL: nothing was sent
    _id("reply_channel_id", nullable=True),
    _id("reply_message_id", nullable=True),
    Index(None, "guild_id", "user_id", "window_starts_at"),
    sqlite_with_rowid=False,
)

# Append-only; triggers of the first migration refuse what would change an amount.
ledger = Table(
    "ledger",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("message_id", BigInteger, nullable=True, unique=True),  # NULL: no answer, a reset
    _id("guild_id"),
    _id("channel_id", nullable=True),
    _id("user_id"),
    Column("model", Text, nullable=True),
    _id("input_tokens"),
    _id("cached_tokens"),
    _id("output_tokens"),
    _id("reasoning_tokens"),
    _id("tokens"),  # what counts against limits; negative where tokens are given back
    _id("cost_microusd", nullable=True),  # NULL: the model's prices are not known
    Column("is_estimated", Boolean, nullable=False),
    Column("ending", String(16), nullable=True),
    Column("window_starts_at", UtcDateTime, nullable=False),
    Column("admitted_at", UtcDateTime, nullable=True),
    Column("settled_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('usage', 'reset')", name="kind"),
    Index(None, "guild_id", "user_id", "window_starts_at"),
)

# Sums of the ledger. The subject is a user now; a role, channel or server has room beside.
counters = Table(
    "counters",
    metadata,
    _key("guild_id"),
    Column("subject_kind", String(16), primary_key=True),
    _key("subject_id"),
    Column("window_starts_at", UtcDateTime, primary_key=True),
    _id("spent_tokens"),
    _id("spent_microusd"),
    Column("answers", Integer, nullable=False),
    sqlite_with_rowid=False,
)

limits = Table(
    "limits",
    metadata,
    _key("guild_id"),
    Column("subject_kind", String(16), primary_key=True),
    _key("subject_id"),
    _id("amount", nullable=True),  # tokens a window; NULL: unlimited
    _id("set_by"),
    Column("set_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What moderators chose for a channel or their server; bot.core.preferences names what there is.
preferences = Table(
    "preferences",
    metadata,
    _key("guild_id"),
    Column("scope", String(16), primary_key=True),
    _key("scope_id"),  # the channel's id, or the server's own
    Column("topic", String(32), primary_key=True),
    Column("value", Text, nullable=False),
    _id("set_by"),
    Column("set_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# How far estimates of the input are off; see bot.core.calibration. It belongs to no server.
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
    _id("guild_id"),
    Column("at", UtcDateTime, nullable=False),
    _id("actor_id"),
    Column("action", String(32), nullable=False),
    Column("subject_kind", String(16), nullable=False),
    _id("subject_id"),
    Column("before", Text, nullable=True),  # JSON; NULL: there was nothing
    Column("after", Text, nullable=True),
    Column("reason", Text, nullable=False),
)
