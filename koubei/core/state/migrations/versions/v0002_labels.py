"""Gold samples, the labels people gave, and their verdicts on single mentions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of the labelling loop."""
    op.create_table(
        "samples",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("brand_id", sa.String, nullable=False, index=True),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("drawn_at", sa.String, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("by", sa.JSON, nullable=False),
        sa.Column("strata", sa.JSON, nullable=False),
    )
    op.create_table(
        "sample_items",
        sa.Column("sample_id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("mention_id", sa.String, nullable=False, index=True),
        sa.Column("stratum", sa.Integer, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
    )
    op.create_table(
        "labels",
        sa.Column("sample_id", sa.String, primary_key=True),
        sa.Column("mention_id", sa.String, primary_key=True),
        sa.Column("who", sa.String, primary_key=True),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "overrides",
        sa.Column("mention_id", sa.String, primary_key=True),
        sa.Column("label", sa.String),
        sa.Column("about_us", sa.Boolean, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("model_label", sa.String, nullable=False),
        sa.Column("model_matched_by", sa.String, nullable=False),
    )
