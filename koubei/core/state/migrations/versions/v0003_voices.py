"""Voices have a file of their own, which learns from the mention store what this table knew."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Drop the table of exact text hashes."""
    op.drop_table("roots")
