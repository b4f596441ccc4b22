"""The rules a source must keep before its first request: who we say we are, how long we pause."""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence

from crawlers.net.addresses import Origin, origin_of
from koubei import __version__
from koubei.core.config.schema import Network, Source
from koubei.core.errors import ConfigError
from koubei.core.language import _

SANDBOX_VARIABLE = "KOUBEI_SANDBOX_ORIGIN"
LOOPBACK_FLOOR = 1.0
PUBLIC_FLOOR = 3.0
"""Least pauses between two requests to one host, in seconds."""


def origins_of(source: Source, urls: Sequence[str]) -> frozenset[Origin]:
    """The origins of a source's addresses.

    Raises:
        ConfigError: there is no address, or one is no http(s) URL or holds credentials.
    """
    if not urls:
        raise ConfigError(
            _("来源 {name} 没有写 urls", name=source.name),
            _("至少一个 http(s) 地址"),
            _("见 docs/sources.md"),
        )
    for url in urls:
        _check_url(source, url)
    return frozenset(origin for url in urls if (origin := origin_of(url)))


def _check_url(source: Source, url: str) -> None:
    scheme, separator, rest = url.partition("://")
    expected = "不含空格、用户名和密码的 http(s) 地址"
    found = f"来源 {source.name} 的地址 {url!r}"
    if not separator or not scheme.isalpha():
        raise ConfigError(
            found + _(" 没有 http:// 或 https://"),
            expected,
            _("写成 https://{lstrip}", lstrip=url.lstrip("/")),
        )
    if scheme.lower() not in ("http", "https"):
        raise ConfigError(
            _("{found} 是 {scheme} 地址", found=found, scheme=scheme),
            expected,
            _("换成该站的 http:// 或 https:// 地址"),
        )
    if any(c.isspace() for c in url):
        raise ConfigError(_("{found} 含有空格", found=found), expected, _("空格写成 %20，并给整个地址加引号"))
    if "@" in rest.split("/")[0]:
        raise ConfigError(
            _("来源 {name} 的地址含有用户名或密码", name=source.name),
            expected,
            _("去掉 @ 及其前面的部分；要登录的站不采"),
        )
    if origin_of(url) is None:
        raise ConfigError(
            _("{found} 的主机或端口不对", found=found), expected, _("核对主机名和端口（1-65535）")
        )


def check_delay(source: Source, origins: frozenset[Origin]) -> float:
    """The pause to keep, in seconds.

    Raises:
        ConfigError: it is below the floor: 3 s, or 1 s where every address is this machine's own. 0 is
            accepted only for the demo's own site, named by KOUBEI_SANDBOX_ORIGIN.
    """
    if _is_sandbox(origins):
        return source.delay_seconds
    floor = LOOPBACK_FLOOR if all(o.is_loopback for o in origins) else PUBLIC_FLOOR
    if source.delay_seconds < floor:
        raise ConfigError(
            _(
                "来源 {name} 的 delay_seconds = {delay_seconds:g}",
                name=source.name,
                delay_seconds=source.delay_seconds,
            ),
            _("不小于 {floor:g}（秒）", floor=floor),
            _(
                "改为 {floor:g} 或更大；对公开网站每台主机至少隔 {PUBLIC_FLOOR:g} 秒请求一次",
                floor=floor,
                PUBLIC_FLOOR=PUBLIC_FLOOR,
            ),
        )
    return source.delay_seconds


def user_agent(network: Network, origins: frozenset[Origin]) -> str:
    """Koubei/<version> (+contact): who asks, and whom a site's owner can write to.

    Raises:
        ConfigError: no contact though a site that is not this machine is to be asked, or odd characters.
    """
    contact = network.contact.strip()
    if not contact and not all(o.is_loopback for o in origins):
        raise ConfigError(
            _("network.contact 没有填写"),
            _("一个邮箱或网址，写入请求头，供网站管理者联系"),
            _('在 koubei.toml 的 [network] 中写 contact = "…"'),
        )
    if not contact.isascii() or not (contact.isprintable() or not contact):
        raise ConfigError(f"network.contact = {network.contact!r}", _("只含 ASCII 字符的邮箱或网址"))
    return f"Koubei/{__version__}" + (f" (+{contact})" if contact else "")


def check_network(network: Network) -> None:
    """Whether requests can leave at all.

    Raises:
        ConfigError: the proxy is no http(s) address, or the CA bundle cannot be read.
    """
    if network.proxy is not None and origin_of(network.proxy) is None:
        raise ConfigError(f"network.proxy = {network.proxy!r}", _("http://主机:端口"))
    if network.ca_bundle is None:
        return
    try:
        ssl.create_default_context(cafile=network.ca_bundle)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigError(
            _("network.ca_bundle = {ca_bundle} 读不出：{error}", ca_bundle=network.ca_bundle, error=error),
            _("PEM 证书文件"),
        ) from error


def _is_sandbox(origins: frozenset[Origin]) -> bool:
    named = origin_of(os.environ.get(SANDBOX_VARIABLE, ""))
    return named is not None and named.is_loopback and origins == {named}
