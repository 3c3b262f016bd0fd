"""Workspaces, scenarios, plans and runs."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "workspaces",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("seen", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_workspaces"),
    )
    op.create_table(
        "scenarios",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("spec", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_scenarios"),
    )
    op.create_table(
        "plans",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("objective", sa.BigInteger, nullable=False),
        sa.Column("bound", sa.BigInteger),
        sa.Column("spend", sa.BigInteger, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_plans"),
    )
    op.create_table(
        "runs",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("workspace_sha256", sa.String(64), nullable=False),
        sa.Column("response_sha256", sa.String(64), nullable=False),
        sa.Column("scenario_sha256", sa.String(64), nullable=False),
        sa.Column("version", sa.String(200), nullable=False),
        sa.Column("ending", sa.String(20), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("plan_sha256", sa.String(64)),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("finished", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_runs"),
        sa.ForeignKeyConstraint(
            ["workspace_sha256"], ["workspaces.sha256"], name="fk_runs_workspace_sha256"
        ),
        sa.ForeignKeyConstraint(
            ["scenario_sha256"], ["scenarios.sha256"], name="fk_runs_scenario_sha256"
        ),
        sa.ForeignKeyConstraint(["plan_sha256"], ["plans.sha256"], name="fk_runs_plan_sha256"),
        sa.CheckConstraint(
            "(ending = 'done') = (plan_sha256 IS NOT NULL)", name=op.f("ck_runs_done_has_plan")
        ),
    )
    op.create_index("ix_runs_workspace_sha256", "runs", ["workspace_sha256"])
    op.create_index("ix_runs_scenario_sha256", "runs", ["scenario_sha256"])
