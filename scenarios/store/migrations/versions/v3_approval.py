"""What sign-off keeps beyond version 2: whose edit, when a wish lapses, seals of the trail."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. No program has written to these tables before."""
    with op.batch_alter_table("edits") as edits:
        edits.add_column(sa.Column("name", sa.String(200), nullable=False, server_default=""))
    op.create_index("ix_edits_name", "edits", ["name"])
    with op.batch_alter_table("proposals") as proposals:
        proposals.add_column(sa.Column("expires", sa.String(32), nullable=False, server_default=""))
    with op.batch_alter_table("audit") as audit:
        audit.add_column(sa.Column("seal", sa.String(64), nullable=False, server_default=""))
