"""Positions in a folded text mapped back to the text as written."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from koubei.core.domain import Span
from koubei.core.text import fold

_APART = r"\x00-\x7f\u3000-\u3029\u3030-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e"
_CLUSTER = re.compile(rf"[{_APART}][^{_APART}]*|[^{_APART}]+")
"""A character that never joins the one before it, and all that follow it and may: folding cluster by
cluster gives the fold of the whole."""


def lower(folded: str) -> str:
    """Lower case without a change of length, so that positions stay."""
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)


def spans_as_written(text: str, folded: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Each span of `folded`, which is fold(text), as the span of `text` it was folded from."""
    if text == folded:
        return tuple(spans)
    if len(text) == len(folded) and all(fold(text[a:b]) == folded[a:b] for a, b in spans):
        return tuple(spans)
    clusters = _CLUSTER.findall(text)
    written = [0, *accumulate(map(len, clusters))]
    ends = [0, *accumulate(len(fold(cluster)) for cluster in clusters)]

    def written_span(span: Span) -> Span:
        first = bisect_right(ends, span[0]) - 1
        last = bisect_left(ends, span[1], lo=first + 1)
        return written[first], written[min(last, len(clusters))]

    return tuple(written_span(span) for span in spans)
