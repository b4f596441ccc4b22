"""Addresses from outside: which are safe to keep and show, and one spelling for each."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from koubei.core.language import _

_LONGEST = 2083
"""What browsers have agreed to follow; a longer address is junk or an attack."""

_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffc\\\\"
    "\ud800-\udfff]"
)
_HOST = re.compile(r"[^\s.%<>\"']+(\.[^\s.%<>\"']+)*\.?")
_DEFAULT_PORT = {"http": 80, "https": 443}
_TRACKING = frozenset(
    (
        *("refer_flag", "sld", "token", "spm", "scm", "from", "from_source", "sudaref", "isappinstalled"),
        *("share_source", "share_medium", "share_token", "share_from"),
        *("fbclid", "gclid", "msclkid", "yclid", "bd_vid"),
    )
)
_TRACKING_PREFIXES = ("utm_", "hmsr", "hmpl", "hmcu", "hmkw", "hmci")
_BING_HOSTS = frozenset(("www.bing.com", "cn.bing.com", "bing.com"))
_BING_PATH = "/news/apiclick.aspx"


def safe_url(url: str | None) -> str | None:
    """The address, percent-encoded, where it may be kept and linked to; else None.

    Only http and https with a host, no user or password, no control, direction or backslash
    character (a space is encoded), at most 2,083 characters.
    """
    if not url or _FORBIDDEN.search(url := url.strip()):
        return None
    parts = _split(url)
    if parts is None or parts.username is not None or parts.password is not None:
        return None
    try:
        encoded = safe_url_string(url)
    except (ValueError, UnicodeError):
        return None
    return encoded if len(encoded) <= _LONGEST and _split(encoded) else None


def service_url(url: str) -> str:
    """The safe address of a service of ours, to put paths behind: no query, no fragment, no slash at its end.

    Raises:
        ValueError: it is none; the text says why, shows no password and may be shown.
    """
    safe = safe_url(url)
    if safe is not None and not {"?", "#"} & set(safe):
        return safe.rstrip("/")
    if "@" in url:
        raise ValueError(_("地址里写了用户名或口令；应为 http(s)://主机[:端口][/路径]"))
    raise ValueError(_("{url!r} 不是可用的地址；应为 http(s)://主机[:端口][/路径]", url=url))


def canonical_url(url: str) -> str | None:
    """One spelling of a safe address: the one ids are made from. None where it is not safe.

    Host in lower case, no default port, no tracking parameters, parameters in order, no fragment unless it
    names a page (`#/…`, `#!…`); a Bing News link becomes the article's own address.
    """
    safe = safe_url(url)
    if safe is None:
        return None
    parts = urlsplit(safe)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    target = dict(pairs).get("url")
    if target and _is_bing_link(parts):
        return canonical_url(target)
    query = urlencode(sorted(pair for pair in pairs if not _is_tracking(pair[0])))
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return urlunsplit((parts.scheme, _host(parts), parts.path or "/", query, fragment))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        valid = parts.scheme in _DEFAULT_PORT and bool(_HOST.fullmatch(host)) and parts.port != 0
    except ValueError:
        return None
    return parts if valid else None


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _DEFAULT_PORT[parts.scheme]) else f"{host}:{parts.port}"


def _is_tracking(name: str) -> bool:
    return name.lower() in _TRACKING or name.lower().startswith(_TRACKING_PREFIXES)


def _is_bing_link(parts: SplitResult) -> bool:
    return parts.hostname in _BING_HOSTS and parts.path.lower() == _BING_PATH
