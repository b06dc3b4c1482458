"""Create the tables, and the triggers that keep the ledger append-only."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# Who used something may be forgotten on request; how much and when never changes.
_KEPT = (
    "kind, guild_id, model, input_tokens, cached_tokens, output_tokens, reasoning_tokens, tokens, "
    "cost_microusd, is_estimated, ending, window_starts_at, admitted_at, settled_at"
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "conversations",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_conversations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counters",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("window_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_tokens", sa.BigInteger(), nullable=False),
        sa.Column("spent_microusd", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "guild_id", "subject_kind", "subject_id", "window_starts_at", name=op.f("pk_counters")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("reasoning_tokens", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_microusd", sa.BigInteger(), nullable=True),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("ending", sa.String(length=16), nullable=True),
        sa.Column("window_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('usage', 'reset')", name=op.f("ck_ledger_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("message_id", name=op.f("uq_ledger_message_id")),
    )
    op.create_index(
        op.f("ix_ledger_guild_id_user_id_window_starts_at"),
        "ledger",
        ["guild_id", "user_id", "window_starts_at"],
    )

    op.create_table(
        "limits",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "subject_kind", "subject_id", name=op.f("pk_limits")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reservations",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_resets_at", sa.DateTime(timezone=True), nullable=False),
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

    op.create_table(
        "turns",
        sa.Column("conversation_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_key"],
            ["conversations.key"],
            name=op.f("fk_turns_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_key", "position", name=op.f("pk_turns")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_turns_message_id"), "turns", ["message_id"])

    op.create_table(
        "turn_images",
        sa.Column("conversation_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_spoiler", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_key", "position"],
            ["turns.conversation_key", "turns.position"],
            name=op.f("fk_turn_images_turns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "conversation_key", "position", "ordinal", name=op.f("pk_turn_images")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "turn_messages",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_key", "position"],
            ["turns.conversation_key", "turns.position"],
            name=op.f("fk_turn_messages_turns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "message_id", "conversation_key", "position", name=op.f("pk_turn_messages")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_turn_messages_conversation_key_position"),
        "turn_messages",
        ["conversation_key", "position"],
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_ledger_on_sqlite()
    else:
        _guard_ledger_on_postgresql()


def downgrade() -> None:
    op.drop_table("turn_messages")
    op.drop_table("turn_images")
    op.drop_table("turns")
    op.drop_table("reservations")
    op.drop_table("limits")
    op.drop_table("ledger")
    op.drop_table("counters")
    op.drop_table("conversations")
    op.drop_table("audit")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_ledger_change")


def _guard_ledger_on_sqlite() -> None:
    for name, event in (("update", f"UPDATE OF {_KEPT}"), ("delete", "DELETE")):
        op.execute(f"""
            CREATE TRIGGER ledger_refuses_{name} BEFORE {event} ON ledger
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
        """)


def _guard_ledger_on_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the ledger is append-only'
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """)
    for name, event in (("update", f"UPDATE OF {_KEPT}"), ("delete", "DELETE")):
        op.execute(f"""
            CREATE TRIGGER ledger_refuses_{name} BEFORE {event} ON ledger
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()
        """)
