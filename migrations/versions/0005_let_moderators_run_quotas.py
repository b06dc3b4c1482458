"""Let moderators run quotas: limits of any measure, grants, blocks, and counters of every window.

Until now there were tokens a day for users. Older rows of the ledger count in the user's day only:
nobody knows in which hour of which zone they were, or what hung under which channel.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)
_KEPT = (
    "kind, guild_id, model, input_tokens, cached_tokens, output_tokens, reasoning_tokens, tokens, "
    "cost_microusd, is_estimated, ending, window_starts_at, admitted_at, settled_at"
)
_KEPT_TOO = ", answers, hour_starts_at, week_starts_at, month_starts_at"

# A day was named by the instant it began at; now by its date. Thirteen hours later it is that date
# in every zone from 11 hours behind UTC, not included, to 13 hours before it.
_DATE = {
    "sqlite": "strftime('%Y-%m-%d 00:00:00.000000', {column}, '+13 hours')",
    "postgresql": (
        "date_trunc('day', {column} AT TIME ZONE 'UTC' + interval '13 hours') AT TIME ZONE 'UTC'"
    ),
}
_COUNT = """
    INSERT INTO counters (guild_id, subject_kind, subject_id, period, window_starts_at,
                          spent_tokens, spent_microusd, answers,
                          exempt_tokens, exempt_microusd, exempt_answers)
    SELECT guild_id, 'user', user_id, 'day', window_starts_at,
           SUM(CASE WHEN kind = 'usage' THEN tokens ELSE 0 END),
           SUM(CASE WHEN kind = 'usage' THEN COALESCE(cost_microusd, 0) ELSE 0 END),
           SUM(CASE WHEN kind = 'usage' THEN 1 ELSE 0 END),
           SUM(CASE WHEN kind = 'reset' THEN -tokens ELSE 0 END),
           SUM(CASE WHEN kind = 'reset' THEN -COALESCE(cost_microusd, 0) ELSE 0 END), 0
    FROM ledger GROUP BY guild_id, user_id, window_starts_at
"""
_COUNT_AS_BEFORE = """
    INSERT INTO counters (guild_id, subject_kind, subject_id, window_starts_at,
                          spent_tokens, spent_microusd, answers)
    SELECT guild_id, 'user', user_id, window_starts_at, SUM(tokens), SUM(COALESCE(cost_microusd, 0)),
           SUM(CASE WHEN kind = 'usage' THEN 1 ELSE 0 END)
    FROM ledger GROUP BY guild_id, user_id, window_starts_at
"""


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _drop_guards(dialect)
    for name, kind in _NEW_IN_LEDGER:
        op.add_column("ledger", sa.Column(name, kind, nullable=True))
    date = _DATE[dialect].format(column="window_starts_at")
    op.execute(f"UPDATE ledger SET window_starts_at = {date}")  # noqa: S608
    op.create_index(
        op.f("ix_ledger_guild_id_window_starts_at"), "ledger", ["guild_id", "window_starts_at"]
    )
    _guard(dialect, "ledger", _KEPT + _KEPT_TOO)

    op.drop_table("counters")
    _create_counters()
    op.execute(_COUNT)
    _replace_reservations(dialect)
    _replace_limits()
    _create_grants_and_blocks()
    _guard(dialect, "draws", "grant_id, amount")
    op.add_column("audit", sa.Column("undoes", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_audit_guild_id_id"), "audit", ["guild_id", "id"])
    op.create_index(op.f("ix_audit_undoes"), "audit", ["undoes"])


def downgrade() -> None:
    """What only this revision knows is lost: grants, blocks, caps, limits of other measures."""
    dialect = op.get_bind().dialect.name
    op.drop_index(op.f("ix_audit_undoes"), "audit")
    op.drop_index(op.f("ix_audit_guild_id_id"), "audit")
    op.drop_column("audit", "undoes")
    op.drop_table("blocks")
    op.drop_table("draws")
    op.drop_table("grants")
    _restore_limits()
    _restore_reservations()
    op.drop_table("counters")
    _create_counters_as_before()
    _drop_guards(dialect)
    op.drop_index(op.f("ix_ledger_guild_id_window_starts_at"), "ledger")
    for name, _ in reversed(_NEW_IN_LEDGER):
        op.drop_column("ledger", name)
    op.execute(_COUNT_AS_BEFORE)
    _guard(dialect, "ledger", _KEPT)


_NEW_IN_LEDGER = (
    ("parent_id", sa.BigInteger()),
    ("role_id", sa.BigInteger()),
    ("answers", sa.Integer()),
    ("hour_starts_at", _INSTANT),
    ("week_starts_at", _INSTANT),
    ("month_starts_at", _INSTANT),
)


def _drop_guards(dialect: str) -> None:
    for event in ("update", "delete"):
        on = "" if dialect == "sqlite" else " ON ledger"
        op.execute(f"DROP TRIGGER ledger_refuses_{event}{on}")


def _guard(dialect: str, table: str, kept: str) -> None:
    for name, event in (("update", f"UPDATE OF {kept}"), ("delete", "DELETE")):
        action = (
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            if dialect == "sqlite"
            else "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
        )
        op.execute(f"CREATE TRIGGER {table}_refuses_{name} BEFORE {event} ON {table} {action}")


def _id(name: str, *, is_key: bool = False) -> sa.Column[int]:
    if is_key:
        return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _create_counters() -> None:
    op.create_table(
        "counters",
        _id("guild_id", is_key=True),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        _id("subject_id", is_key=True),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("window_starts_at", _INSTANT, nullable=False),
        _id("spent_tokens"),
        _id("spent_microusd"),
        sa.Column("answers", sa.Integer(), nullable=False),
        _id("exempt_tokens"),
        _id("exempt_microusd"),
        sa.Column("exempt_answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "guild_id",
            "subject_kind",
            "subject_id",
            "period",
            "window_starts_at",
            name=op.f("pk_counters"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_counters_guild_id_subject_kind_period_window_starts_at"),
        "counters",
        ["guild_id", "subject_kind", "period", "window_starts_at"],
    )


def _create_counters_as_before() -> None:
    op.create_table(
        "counters",
        _id("guild_id", is_key=True),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        _id("subject_id", is_key=True),
        sa.Column("window_starts_at", _INSTANT, nullable=False),
        _id("spent_tokens"),
        _id("spent_microusd"),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "guild_id", "subject_kind", "subject_id", "window_starts_at", name=op.f("pk_counters")
        ),
        sqlite_with_rowid=False,
    )


_RESERVED = (
    "message_id, guild_id, channel_id, parent_id, user_id, tokens, model, owner, created_at, "
    "expires_at, window_starts_at, input_estimate, reply_channel_id, reply_message_id"
)


def _replace_reservations(dialect: str) -> None:
    """The hour, week and month of what is open are taken to be those of UTC."""
    op.drop_index(op.f("ix_reservations_guild_id_user_id_window_starts_at"), "reservations")
    op.rename_table("reservations", "old_reservations")
    _drop_key_name(dialect, "old_reservations", "pk_reservations")
    op.create_table(
        "reservations",
        _id("message_id", is_key=True),
        _id("guild_id"),
        _id("channel_id"),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        _id("user_id"),
        _id("role_id"),
        _id("tokens"),
        _id("microusd"),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("hour_starts_at", _INSTANT, nullable=False),
        sa.Column("window_starts_at", _INSTANT, nullable=False),
        sa.Column("week_starts_at", _INSTANT, nullable=False),
        sa.Column("month_starts_at", _INSTANT, nullable=False),
        sa.Column("drawing", sa.Text(), nullable=True),
        sa.Column("input_estimate", sa.BigInteger(), nullable=True),
        sa.Column("reply_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_message_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_reservations")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_reservations_guild_id_user_id"), "reservations", ["guild_id", "user_id"]
    )
    hour, week, month = _starts(dialect)
    reserved = _RESERVED.replace(
        "window_starts_at", _DATE[dialect].format(column="window_starts_at")
    )
    op.execute(
        f"INSERT INTO reservations ({_RESERVED}, role_id, microusd, hour_starts_at, "  # noqa: S608
        f"week_starts_at, month_starts_at) SELECT {reserved}, guild_id, 0, {hour}, {week}, {month} "
        "FROM old_reservations"
    )
    op.drop_table("old_reservations")


def _starts(dialect: str) -> tuple[str, str, str]:
    if dialect == "sqlite":
        return (
            "strftime('%Y-%m-%d %H:00:00.000000', created_at)",
            "strftime('%Y-%m-%d 00:00:00.000000', created_at, '-6 days', 'weekday 1')",
            "strftime('%Y-%m-01 00:00:00.000000', created_at)",
        )
    hour, week, month = (
        f"date_trunc('{period}', created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
        for period in ("hour", "week", "month")
    )
    return hour, week, month


def _restore_reservations() -> None:
    dialect = op.get_bind().dialect.name
    op.drop_index(op.f("ix_reservations_guild_id_user_id"), "reservations")
    op.rename_table("reservations", "new_reservations")
    _drop_key_name(dialect, "new_reservations", "pk_reservations")
    op.create_table(
        "reservations",
        _id("message_id", is_key=True),
        _id("guild_id"),
        _id("channel_id"),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        _id("user_id"),
        _id("tokens"),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("window_starts_at", _INSTANT, nullable=False),
        sa.Column("window_resets_at", _INSTANT, nullable=False),
        sa.Column("input_estimate", sa.BigInteger(), nullable=True),
        sa.Column("reply_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_message_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_reservations")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_reservations_guild_id_user_id_window_starts_at"),
        "reservations",
        ["guild_id", "user_id", "window_starts_at"],
    )
    op.execute(
        f"INSERT INTO reservations ({_RESERVED}, window_resets_at) "  # noqa: S608
        f"SELECT {_RESERVED}, expires_at FROM new_reservations"
    )
    op.drop_table("new_reservations")


def _drop_key_name(dialect: str, table: str, name: str) -> None:
    """PostgreSQL keeps the name of a primary key when its table is renamed."""
    if dialect != "sqlite":
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {table}_key")


def _replace_limits() -> None:
    dialect = op.get_bind().dialect.name
    op.rename_table("limits", "old_limits")
    _drop_key_name(dialect, "old_limits", "pk_limits")
    op.create_table(
        "limits",
        _id("guild_id", is_key=True),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        _id("subject_id", is_key=True),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        _id("set_by"),
        sa.Column("set_at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "guild_id", "subject_kind", "subject_id", "unit", "period", name=op.f("pk_limits")
        ),
        sqlite_with_rowid=False,
    )
    op.execute("""
        INSERT INTO limits (guild_id, subject_kind, subject_id, unit, period, amount,
                            set_by, set_at, reason)
        SELECT guild_id, subject_kind, subject_id, 'tokens', 'day', amount, set_by, set_at, reason
        FROM old_limits
    """)
    op.drop_table("old_limits")


def _restore_limits() -> None:
    dialect = op.get_bind().dialect.name
    op.rename_table("limits", "new_limits")
    _drop_key_name(dialect, "new_limits", "pk_limits")
    op.create_table(
        "limits",
        _id("guild_id", is_key=True),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        _id("subject_id", is_key=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        _id("set_by"),
        sa.Column("set_at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "subject_kind", "subject_id", name=op.f("pk_limits")),
        sqlite_with_rowid=False,
    )
    op.execute("""
        INSERT INTO limits (guild_id, subject_kind, subject_id, amount, set_by, set_at, reason)
        SELECT guild_id, subject_kind, subject_id, amount, set_by, set_at, reason
        FROM new_limits
        WHERE subject_kind = 'user' AND unit = 'tokens' AND period = 'day'
    """)
    op.drop_table("new_limits")


def _create_grants_and_blocks() -> None:
    op.create_table(
        "grants",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        _id("guild_id"),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        _id("subject_id"),
        sa.Column("unit", sa.String(length=16), nullable=False),
        _id("amount"),
        sa.Column("reason", sa.Text(), nullable=False),
        _id("granted_by"),
        sa.Column("granted_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(
        op.f("ix_grants_guild_id_subject_kind_subject_id"),
        "grants",
        ["guild_id", "subject_kind", "subject_id"],
    )
    op.create_table(
        "draws",
        _id("grant_id", is_key=True),
        _id("user_id", is_key=True),
        _id("message_id", is_key=True),
        _id("guild_id"),
        _id("amount"),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_draws_grants")),
        sa.PrimaryKeyConstraint("grant_id", "user_id", "message_id", name=op.f("pk_draws")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_draws_message_id"), "draws", ["message_id"])
    op.create_table(
        "blocks",
        _id("guild_id", is_key=True),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        _id("subject_id", is_key=True),
        sa.Column("until", _INSTANT, nullable=True),
        _id("set_by"),
        sa.Column("set_at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "subject_kind", "subject_id", name=op.f("pk_blocks")),
        sqlite_with_rowid=False,
    )
