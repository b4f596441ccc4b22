"""The network's faults: aiohttp's errors by the names Scrapy's retry knows, in words a user can act on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)

from crawlers.net.addresses import PrivateAddressError


class ForbiddenAddressError(IgnoreRequest):
    """The request would reach the inner network, or speaks no HTTP; it is not made."""


@contextmanager
def scrapy_errors() -> Iterator[None]:
    """Raises the errors of scrapy.exceptions, and ForbiddenAddressError, instead of aiohttp's."""
    try:
        yield
    except TimeoutError as error:
        raise DownloadTimeoutError("超时") from error
    except aiohttp.InvalidURL as error:
        raise UnsupportedURLSchemeError(f"不是网址：{error}") from error
    except aiohttp.ClientSSLError as error:
        raise DownloadFailedError(_unsafe(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise _unconnected(error) from error
    except aiohttp.ClientError as error:
        raise DownloadFailedError(_broken_off(error)) from error


def _unsafe(error: aiohttp.ClientSSLError) -> str:
    if not isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "TLS 握手失败，该端口可能不是 HTTPS"
    why = getattr(error.certificate_error, "verify_message", "") or str(error.certificate_error)
    return f"证书不受信任：{why}；自签或公司的证书，把 CA 写进 [network] ca_bundle"


def _unconnected(error: aiohttp.ClientConnectorError) -> Exception:
    cause = error.os_error
    if isinstance(cause, PrivateAddressError):
        return ForbiddenAddressError(str(cause))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return CannotResolveHostError("域名解析不到")
    if isinstance(cause, ConnectionRefusedError):
        return DownloadConnectionRefusedError("连接被拒绝，该端口没有服务")
    why = os.strerror(cause.errno) if cause.errno else str(cause)
    return DownloadConnectionRefusedError(f"无法建立连接：{why}")


def _broken_off(error: aiohttp.ClientError) -> str:
    if isinstance(error, aiohttp.ClientPayloadError):
        return "内容没有传完"
    if isinstance(error, (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        return "连接被对方断开"
    return str(error)


def in_words(error: BaseException | None) -> str:
    """Why Scrapy itself gave a request up."""
    text = str(error)
    if "DOWNLOAD_MAXSIZE" in text:
        return "解压后超过大小上限"
    if text == "max redirections reached":
        return "重定向太多次"
    return text or type(error).__name__
