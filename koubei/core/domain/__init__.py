"""The nouns of the product, as frozen dataclasses."""

from koubei.core.domain.incidents import Incident, IncidentKey, IncidentKind, IncidentStatus
from koubei.core.domain.mentions import (
    LABELS,
    NO_FACTOR,
    NOT_CUSTOMER,
    BrandHit,
    FactorHit,
    Label,
    MatchedBy,
    Mention,
    ProvinceSource,
    Role,
    Score,
    ScoredMention,
    Span,
)
from koubei.core.domain.posts import Engagement, Kind, Post, RawPost, TimePrecision
from koubei.core.domain.runs import Run, RunStatus

__all__ = [
    "LABELS",
    "NOT_CUSTOMER",
    "NO_FACTOR",
    "BrandHit",
    "Engagement",
    "FactorHit",
    "Incident",
    "IncidentKey",
    "IncidentKind",
    "IncidentStatus",
    "Kind",
    "Label",
    "MatchedBy",
    "Mention",
    "Post",
    "ProvinceSource",
    "RawPost",
    "Role",
    "Run",
    "RunStatus",
    "Score",
    "ScoredMention",
    "Span",
    "TimePrecision",
]
