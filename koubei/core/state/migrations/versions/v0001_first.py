"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables. Times are ISO 8601 text in UTC."""
    _ledgers()
    _work()
    _outcome()


def _ledgers() -> None:
    op.create_table(
        "seen",
        sa.Column("post_id", sa.String, primary_key=True),
        sa.Column("first_collected_at", sa.String, nullable=False),
        sa.Column("filed_at", sa.String, nullable=False),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("observed", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roots",
        sa.Column("text_hash", sa.String, primary_key=True),
        sa.Column("post_id", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tombstones",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "unmatched",
        sa.Column("post_id", sa.String, primary_key=True),
        sa.Column("author", sa.String, index=True),
        sa.Column("collected_at", sa.String, nullable=False, index=True),
        sa.Column("body", sa.Text, nullable=False),
    )


def _work() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("version", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False, index=True),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String, primary_key=True),
        sa.Column("source", sa.String, nullable=False, index=True),
        sa.Column("started_at", sa.String, nullable=False, index=True),
        sa.Column("finished_at", sa.String),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("finish_reason", sa.String, nullable=False),
        sa.Column("requested", sa.Integer, nullable=False),
        sa.Column("collected", sa.Integer, nullable=False),
        sa.Column("dropped", sa.JSON, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("truncated", sa.Boolean, nullable=False),
        sa.Column("leftover", sa.JSON, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("process", sa.String, nullable=False),
    )


def _outcome() -> None:
    op.create_table(
        "incidents",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("brand_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("factor", sa.String, nullable=False),
        sa.Column("province", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("started_at", sa.String, nullable=False, index=True),
        sa.Column("opened_at", sa.String, nullable=False),
        sa.Column("updated_at", sa.String, nullable=False),
        sa.Column("resolved_at", sa.String),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("due_at", sa.String),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False, index=True),
        sa.Column("intended_at", sa.String, nullable=False),
        sa.Column("finished_at", sa.String),
        sa.Column("reason", sa.String, nullable=False),
        sa.UniqueConstraint("kind", "ref", "channel", "digest"),
    )
    op.create_table(
        "manifests",
        sa.Column("run_id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("frozen_at", sa.String, nullable=False),
        sa.Column("figures_path", sa.String, nullable=False),
        sa.Column("page_path", sa.String, nullable=False),
        sa.Column("figures_sha256", sa.String, nullable=False),
    )
    op.create_index("ix_manifests_kind_day", "manifests", ["kind", "day"])
