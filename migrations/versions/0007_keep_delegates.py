"""Keep whom servers let moderate by the permissions of commands, so that Discord need not be asked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("read_at", _INSTANT, nullable=False),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_delegations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delegates",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("command", sa.String(32), nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "guild_id", "command", "subject_kind", "subject_id", name=op.f("pk_delegates")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("delegates")
    op.drop_table("delegations")
