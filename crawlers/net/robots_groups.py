"""Which lines of a robots.txt are for us, by RFC 9309 (2.2): groups, product tokens, merging.

A group begins at a user-agent line that follows a rule; records the RFC does not know (Crawl-delay, Sitemap,
blank lines) end none. Groups that name us go together; where none does, those for `*` do. Paths are matched
by Protego, which reads groups otherwise in places: robots.py keeps to the stricter of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

PRODUCT = "koubei"
"""Our product token, as the User-Agent header begins."""
EVERYONE = "*"

_LINE_END = re.compile(r"\r\n|\r|\n")
_AGENT = re.compile(r"\s*(?:user[- ]?agent)\s*(?::|\s)\s*(.*)", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:allow|dis{1,2}al{1,2}[ao]w|diasllow)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)


@dataclass(slots=True)
class Group:
    """User-agents (product tokens in lower case, or `*`) and the lines that hold for them."""

    agents: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    has_rule: bool = False


def lines_of(text: str) -> list[str]:
    """The lines without comments; only CR and LF end one."""
    return [" ".join(line.split("#", 1)[0].split()) for line in _LINE_END.split(text)]


def with_tokens(lines: Iterable[str]) -> str:
    """The file with each user-agent cut down to its product token: koubei/1.2 means koubei."""
    return "\n".join(
        f"User-agent: {_token(found[1])}" if (found := _AGENT.match(line)) else line for line in lines
    )


def ours(lines: Iterable[str]) -> str:
    """A robots.txt that says to everyone what this one says to us."""
    groups = list(_groups(lines))
    for name in (PRODUCT, EVERYONE):
        chosen = [group for group in groups if name in group.agents]
        if chosen:
            return "\n".join((f"User-agent: {EVERYONE}", *(line for group in chosen for line in group.lines)))
    return ""


def _groups(lines: Iterable[str]) -> Iterator[Group]:
    group = Group()
    for line in lines:
        agent = _AGENT.match(line)
        if agent:
            if group.has_rule:
                yield group
                group = Group()
            group.agents.append(_token(agent[1]))
        elif line:
            group.lines.append(line)
            group.has_rule |= bool(_RULE.match(line))
    yield group


def _token(value: str) -> str:
    """The product token of a user-agent line in lower case; `*` as it is; what has none keeps its text."""
    if value.startswith(EVERYONE):
        return EVERYONE
    token = _TOKEN.match(value)
    return (token[0] if token else value).lower()
