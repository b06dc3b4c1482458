"""Keep what was read of the files in a conversation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "turn_files",
        sa.Column("conversation_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tail", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("page_images", sa.Integer(), nullable=False),
        sa.Column("is_document", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_key", "position"],
            ["turns.conversation_key", "turns.position"],
            name=op.f("fk_turn_files_turns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "conversation_key", "position", "ordinal", name=op.f("pk_turn_files")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    # Its pages' pictures would turn into pictures of the turn.
    op.execute(
        """
        DELETE FROM turn_images WHERE EXISTS (
            SELECT 1 FROM turn_files
            WHERE turn_files.conversation_key = turn_images.conversation_key
            AND turn_files.position = turn_images.position
            AND turn_files.page_images > 0
        ) AND turn_images.note LIKE 'page % of % of a PDF'
        """
    )
    op.drop_table("turn_files")
