"""Whether what stands behind a cell's "=" is a formula, or a post that begins with one: =_= 网又断了."""

from __future__ import annotations

import re

LONGEST = 8192
"""Characters Excel allows in a formula."""

_CELL = r"\$?[a-z]{1,3}\$?[0-9]{1,7}"
_RANGE = rf"(?:{_CELL}(?::{_CELL})?|\$?[a-z]{{1,3}}:\$?[a-z]{{1,3}}|\$?[0-9]{{1,7}}:\$?[0-9]{{1,7}})"
_SHEET = r"(?:(?:'[^']{1,99}'|[\w.]{1,99})!)?"
_TOKEN = re.compile(
    rf"(?P<computed>{_SHEET}{_RANGE}(?![\w(.])|\w{{1,99}}\[[^\]]{{0,99}}\])"
    r"|(?P<call>[a-z_][a-z0-9_.]{0,99}\()"
    r'|(?P<constant>"[^"]*"|[0-9]{1,30}(?:\.[0-9]{1,30})?(?:e[+-]?[0-9]{1,3})?(?!\w)|(?:true|false)(?!\w))'
    r"|(?P<sign>[-+])|(?P<operator>[*/^&:]|<[=>]?|>=?|=)|(?P<percent>%)"
    r"|(?P<separator>[,;])|(?P<open>\()|(?P<close>\))",
    re.IGNORECASE,
)


def is_formula(text: str) -> bool:
    """True where `text` (without its "=") can be computed: well formed, and made of cells or functions.

    Names are no sign of a formula: 网又断了 could be one. Nor are numbers alone: people write =3=.
    """
    computed, depth, wants_value, at = False, 0, True, 0
    text = text.strip()
    if len(text) > LONGEST:
        return False
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _TOKEN.match(text, at)
        if not token or not _fits(token, wants_value, depth):
            return False
        kind, at = token.lastgroup, token.end()
        computed |= kind in ("computed", "call")
        depth += (kind in ("call", "open")) - (kind == "close")
        wants_value = kind in ("call", "open", "sign", "operator", "separator")
    return computed and depth == 0 and not wants_value


def _fits(token: re.Match[str], wants_value: bool, depth: int) -> bool:
    """Whether this kind of token may stand here; arguments may be empty: IF(A1,,0)."""
    kind = token.lastgroup
    if kind == "sign":
        return True
    if kind in ("separator", "close"):
        return depth > 0
    if kind in ("operator", "percent"):
        return not wants_value
    return wants_value
