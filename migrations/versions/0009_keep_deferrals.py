"""Keep the tokens of deferred commands until these have their answers, should the process die before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "deferrals",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("is_edit", sa.Boolean(), nullable=False),
        sa.Column("deferred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "holder", name=op.f("pk_deferrals")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Nobody is told any more of commands that a crash has cut off."""
    op.drop_table("deferrals")
