"""Who may use how much, and who has."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from bot.core.calendar.periods import Period
from bot.store.schema.columns import RowId, UtcDateTime
from bot.store.schema.tables.common import key, metadata, number, window_keys

# Open reservations only: settling deletes the row and writes one to the ledger.
reservations = Table(
    "reservations",
    metadata,
    key("message_id"),
    number("guild_id"),
    number("channel_id"),
    number("parent_id", nullable=True),  # the channel that a thread hangs under
    number("user_id"),
    number("role_id"),  # what is used is listed under it
    number("tokens"),
    number("microusd"),  # that so many tokens may cost at most
    Column("model", Text, nullable=False),
    Column("owner", Text, nullable=False),  # the process that is answering
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    *window_keys(),
    Column("drawing", Text, nullable=True),  # JSON: limits and grants; NULL: nothing is limited
    number("input_estimate", nullable=True),  # tokens sent so far; NULL: nothing was sent
    # Of versions before 0006; by now replies are noted in `questions`.
    number("reply_channel_id", nullable=True),
    number("reply_message_id", nullable=True),
    Index(None, "guild_id", "user_id"),
    sqlite_with_rowid=False,
)

# Append-only; triggers of the migrations refuse what would change an amount.
# Columns that came later are NULL in older rows.
ledger = Table(
    "ledger",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("message_id", BigInteger, nullable=True, unique=True),  # NULL: no answer
    number("guild_id"),
    number("channel_id", nullable=True),
    number("user_id"),
    Column("model", Text, nullable=True),
    number("input_tokens"),
    number("cached_tokens"),
    number("output_tokens"),
    number("reasoning_tokens"),
    number("tokens"),  # what counts against limits; negative where tokens are given back
    number("cost_microusd", nullable=True),  # NULL: the model's prices are not known
    Column("is_estimated", Boolean, nullable=False),
    Column("ending", String(16), nullable=True),
    Column("window_starts_at", UtcDateTime, nullable=False),  # the day's key
    Column("admitted_at", UtcDateTime, nullable=True),
    Column("settled_at", UtcDateTime, nullable=False),
    number("parent_id", nullable=True),
    number("role_id", nullable=True),
    Column("answers", Integer, nullable=True),  # NULL: one for each row of usage
    # NULL: not counted in that window; the oldest rows count in their day only.
    *window_keys((each for each in Period if each is not Period.DAY), nullable=True),
    number("borne_for", nullable=True),  # the message; the operator bears it: a crash ended it
    CheckConstraint("kind IN ('usage', 'reset')", name="kind"),
    Index(None, "guild_id", "user_id", "window_starts_at"),
    Index(None, "guild_id", "window_starts_at"),
)

# Sums of the ledger, for each subject and each window: `bot.core.calendar.windows` says what its key is.
counters = Table(
    "counters",
    metadata,
    key("guild_id"),
    Column("subject_kind", String(16), primary_key=True),
    key("subject_id"),
    Column("period", String(8), primary_key=True),
    Column("window_starts_at", UtcDateTime, primary_key=True),  # the window's key
    number("spent_tokens"),
    number("spent_microusd"),
    Column("answers", Integer, nullable=False),
    # Of a user: what does not count against limits, being taken from a grant or forgiven.
    number("exempt_tokens"),
    number("exempt_microusd"),
    Column("exempt_answers", Integer, nullable=False),
    Index(None, "guild_id", "subject_kind", "period", "window_starts_at"),
    sqlite_with_rowid=False,
)

limits = Table(
    "limits",
    metadata,
    key("guild_id"),
    Column("subject_kind", String(16), primary_key=True),
    key("subject_id"),
    Column("unit", String(16), primary_key=True),
    Column("period", String(8), primary_key=True),
    number("amount", nullable=True),  # of the unit, a window; NULL: unlimited
    number("set_by"),
    Column("set_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

grants = Table(
    "grants",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    number("guild_id"),
    Column("subject_kind", String(16), nullable=False),  # user, role
    number("subject_id"),
    Column("unit", String(16), nullable=False),
    number("amount"),
    Column("reason", Text, nullable=False),
    number("granted_by"),
    Column("granted_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime, nullable=True),
    Index(None, "guild_id", "subject_kind", "subject_id"),
)

# How much of which grant an answer has used; append-only, as the ledger is.
draws = Table(
    "draws",
    metadata,
    key("grant_id"),
    key("user_id"),
    key("message_id"),
    number("guild_id"),
    number("amount"),  # of the grant's unit
    ForeignKeyConstraint(["grant_id"], ["grants.id"]),
    Index(None, "message_id"),
    sqlite_with_rowid=False,
)

# Of a user or a role: they are not answered. Of a channel or a server: nobody is, there; a pause.
blocks = Table(
    "blocks",
    metadata,
    key("guild_id"),
    Column("subject_kind", String(16), primary_key=True),
    key("subject_id"),
    Column("until", UtcDateTime, nullable=True),  # NULL: until somebody takes it back
    number("set_by"),
    Column("set_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)
