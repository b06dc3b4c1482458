"""Keep questions until they are answered, and know which process lives.

`questions` says what is still owed to people, `watermarks` how far messages were read, `leases`
which processes live, `claims` what must happen once. A row of the ledger with `borne_for` is an
attempt that a crash has ended: the operator bears it, not the member.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)
_KEPT = (
    "kind, guild_id, model, input_tokens, cached_tokens, output_tokens, reasoning_tokens, tokens, "
    "cost_microusd, is_estimated, ending, window_starts_at, admitted_at, settled_at, answers, "
    "hour_starts_at, week_starts_at, month_starts_at"
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _drop_guards(dialect)
    op.add_column("ledger", sa.Column("borne_for", sa.BigInteger(), nullable=True))
    _guard(dialect, f"{_KEPT}, borne_for")
    _create_questions()
    op.create_table(
        "watermarks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watermarks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("taken_at", _INSTANT, nullable=False),
        sa.Column("renewed_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("claimed_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_claims_claimed_at"), "claims", ["claimed_at"])


def downgrade() -> None:
    """Who bears an attempt is lost: it counts against its member's limits from then on."""
    dialect = op.get_bind().dialect.name
    op.drop_index(op.f("ix_claims_claimed_at"), "claims")
    op.drop_table("claims")
    op.drop_table("leases")
    op.drop_table("watermarks")
    op.drop_index(op.f("ix_questions_taken_at"), "questions")
    op.drop_index(op.f("ix_questions_state"), "questions")
    op.drop_table("questions")
    _drop_guards(dialect)
    op.execute(_COUNT_AGAINST_MEMBERS)
    op.drop_column("ledger", "borne_for")
    _guard(dialect, _KEPT)


_BORNE = """
    SELECT COALESCE(SUM({amount}), 0) FROM ledger
    WHERE borne_for IS NOT NULL AND ledger.guild_id = counters.guild_id
      AND ledger.user_id = counters.subject_id
      AND counters.window_starts_at = CASE counters.period
          WHEN 'hour' THEN hour_starts_at WHEN 'day' THEN ledger.window_starts_at
          WHEN 'week' THEN week_starts_at ELSE month_starts_at END
"""
_COUNT_AGAINST_MEMBERS = f"""
    UPDATE counters SET
        exempt_tokens = exempt_tokens - ({_BORNE.format(amount="tokens")}),
        exempt_microusd = exempt_microusd - ({_BORNE.format(amount="COALESCE(cost_microusd, 0)")})
    WHERE subject_kind = 'user'
"""  # noqa: S608


def _create_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("taken_at", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("message_ids", sa.Text(), nullable=False),
        sa.Column("reply_ids", sa.Text(), nullable=False),
        sa.Column("owed", sa.Text(), nullable=True),
        sa.Column("command", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_questions")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_questions_state"), "questions", ["state"])
    op.create_index(op.f("ix_questions_taken_at"), "questions", ["taken_at"])


def _drop_guards(dialect: str) -> None:
    for event in ("update", "delete"):
        on = "" if dialect == "sqlite" else " ON ledger"
        op.execute(f"DROP TRIGGER ledger_refuses_{event}{on}")


def _guard(dialect: str, kept: str) -> None:
    for name, event in (("update", f"UPDATE OF {kept}"), ("delete", "DELETE")):
        action = (
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            if dialect == "sqlite"
            else "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
        )
        op.execute(f"CREATE TRIGGER ledger_refuses_{name} BEFORE {event} ON ledger {action}")
