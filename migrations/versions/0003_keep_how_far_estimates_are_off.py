"""Keep how far estimates of the input are off, for each model at each endpoint."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "estimates",
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text_samples", sa.Integer(), nullable=False),
        sa.Column("text_permille", sa.Integer(), nullable=False),
        sa.Column("text_deviation_permille", sa.Integer(), nullable=False),
        sa.Column("image_samples", sa.Integer(), nullable=False),
        sa.Column("image_permille", sa.Integer(), nullable=False),
        sa.Column("image_deviation_permille", sa.Integer(), nullable=False),
        sa.Column("error_permille", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint", "model", name=op.f("pk_estimates")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("estimates")
