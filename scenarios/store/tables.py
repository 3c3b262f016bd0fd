"""The tables of the store, for SQLite and PostgreSQL alike.

Amounts are whole cents of the workspace's currency, excl. VAT; hashes are sha256 in hexadecimal;
times are UTC in ISO 8601 with microseconds, as text, so that both databases keep the same bytes.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

HASH = String(64)
TIME = String(32)
NAME = String(200)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("sha256", HASH, primary_key=True),  # of all inputs
    Column("name", NAME, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("seen", TIME, nullable=False),  # when it was first met
)

scenarios = Table(
    "scenarios",
    metadata,
    Column("sha256", HASH, primary_key=True),  # of what the scenario says
    Column("name", NAME, nullable=False),
    Column("spec", Text, nullable=False),  # JSON, defaults written out
)

plans = Table(
    "plans",
    metadata,
    Column("sha256", HASH, primary_key=True),  # of its files, seconds apart
    Column("status", String(20), nullable=False),
    Column("objective", BigInteger, nullable=False),
    Column("bound", BigInteger),
    Column("spend", BigInteger, nullable=False),
    Column("events", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),  # of its columnar files
)

runs = Table(
    "runs",
    metadata,
    Column("key", HASH, primary_key=True),  # inputs + response + scenario + version
    Column("workspace_sha256", HASH, ForeignKey("workspaces.sha256"), nullable=False),
    Column("response_sha256", HASH, nullable=False),
    Column("scenario_sha256", HASH, ForeignKey("scenarios.sha256"), nullable=False),
    Column("version", NAME, nullable=False),
    Column("ending", String(20), nullable=False),  # scenarios.store.runs.Ending
    Column("error", Text),  # JSON: a message, or faults
    Column("plan_sha256", HASH, ForeignKey("plans.sha256")),
    Column("seconds", Float, nullable=False),
    Column("finished", TIME, nullable=False),
    CheckConstraint("(ending = 'done') = (plan_sha256 IS NOT NULL)", name="done_has_plan"),
    Index(None, "workspace_sha256"),
    Index(None, "scenario_sha256"),
)

edits = Table(
    "edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_sha256", HASH, nullable=False),  # the plan that the edit made
    Column("person", NAME, nullable=False),
    Column("at", TIME, nullable=False),
    Column("note", Text, nullable=False),
    Column("name", NAME, nullable=False, server_default=""),  # of the plan: workspace/plan
    Index(None, "plan_sha256"),
    Index(None, "name"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", NAME, nullable=False),  # of the plan: workspace/plan
    Column("plan_sha256", HASH, nullable=False),
    Column("inputs_sha256", HASH, nullable=False),
    Column("state", String(20), nullable=False),  # scenarios.signoff.states.State
    Column("spend", BigInteger, nullable=False),
    Column("needed", Integer, nullable=False),  # people who have to approve
    Column("author", NAME, nullable=False),
    Column("submitted", TIME, nullable=False),
    Column("expires", TIME, nullable=False, server_default=""),
    CheckConstraint("needed >= 1", name="needed"),
    CheckConstraint("spend >= 0", name="spend"),
    Index(None, "name"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("proposal", Integer, ForeignKey("proposals.id"), primary_key=True),
    Column("person", NAME, primary_key=True),
    Column("verdict", String(20), nullable=False),  # approved or rejected
    Column("plan_sha256", HASH, nullable=False),
    Column("at", TIME, nullable=False),
    Column("note", Text, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fund", NAME, nullable=False),  # a budget of the workspace
    Column("proposal", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount >= 0", name="amount"),
    UniqueConstraint("fund", "proposal"),
    Index(None, "fund"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, .. without gaps
    Column("at", TIME, nullable=False),
    Column("person", NAME, nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", NAME, nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Column("previous", HASH, nullable=False),
    Column("sha256", HASH, nullable=False),
    Column("seal", HASH, nullable=False, server_default=""),  # scenarios.signoff.entry; "": no key
)

audit_end = Table(
    "audit_end",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("number", Integer, nullable=False),
    Column("sha256", HASH, nullable=False),
)
