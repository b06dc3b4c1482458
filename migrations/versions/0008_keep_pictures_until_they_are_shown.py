"""Keep pictures that were made and paid for until they are shown, should the process die before.

And what conversations are to remember of an answer, once it is shown.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("pictures", sa.Integer(), nullable=True))
    op.add_column("questions", sa.Column("memory", sa.Text(), nullable=True))
    op.create_table(
        "owed_files",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["questions.message_id"],
            name=op.f("fk_owed_files_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "ordinal", name=op.f("pk_owed_files")),
    )


def downgrade() -> None:
    """Pictures that are still owed are lost: of those answers only the texts are shown."""
    op.drop_table("owed_files")
    op.drop_column("questions", "memory")
    op.drop_column("questions", "pictures")
