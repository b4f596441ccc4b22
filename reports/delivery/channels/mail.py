"""Mail by SMTP: text and HTML bodies, attachments, TLS before any password."""

from __future__ import annotations

import smtplib
import ssl
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from koubei.core.clock import BEIJING, Clock
from koubei.core.config.schema import Channel, Network, Settings
from koubei.core.errors import ConfigError
from koubei.core.language import _
from reports.delivery.errors import DeliveryError
from reports.delivery.message import Message
from reports.delivery.registry import secret_of
from reports.delivery.safe import header

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"smtp": 587, "smtps": 465}


class Mail:
    """One mail to all addresses of the channel."""

    def __init__(
        self, server: SplitResult, sender: Address, to: tuple[Address, ...], network: Network, clock: Clock
    ) -> None:
        self._server, self._sender, self._to = server, sender, to
        self._network, self._clock = network, clock

    def send(self, message: Message) -> tuple[str, ...]:
        """Send it; a recipient that is refused makes the delivery fail."""
        host = self._server.hostname or ""
        try:
            with self._connect() as connection:
                refused = connection.send_message(self.compose(message))
        except smtplib.SMTPResponseException as error:
            words = header(
                error.smtp_error.decode("utf-8", "replace")
                if isinstance(error.smtp_error, bytes)
                else str(error.smtp_error),
                120,
            )
            raise DeliveryError(
                _("{host} 拒绝（{smtp_code} {words}）", host=host, smtp_code=error.smtp_code, words=words),
                "",
                _("核对账号、授权码与收件人"),
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(
                _("{host} 发信失败（{name}）", host=host, name=type(error).__name__),
                "",
                _("检查地址、端口与证书；稍后会重试"),
            ) from error
        if refused:
            raise DeliveryError(
                _("{host} 拒收收件人 {refused}", host=host, refused=", ".join(sorted(refused))),
                "",
                _("核对 channels.to"),
            )
        return ()

    def compose(self, message: Message) -> EmailMessage:
        """The mail. The same message has the same Message-ID, so that a repeat is seen as one."""
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = header(message.title)
        mail["From"] = self._sender
        mail["To"] = self._to
        mail["Date"] = format_datetime(self._clock.now().astimezone(BEIJING))
        mail["Message-ID"] = f"<{message.digest[:40]}@{self._sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        if message.html is not None:
            mail.add_alternative(message.html, subtype="html")
        for attachment in message.attachments:
            main, __, sub = attachment.mime.partition("/")
            mail.add_attachment(
                attachment.content,
                maintype=main,
                subtype=sub or "octet-stream",
                filename=header(attachment.name),
            )
        return mail

    def _connect(self) -> smtplib.SMTP:
        host, seconds = self._server.hostname or "", self._network.timeout_seconds
        port = self._server.port or _PORTS[self._server.scheme]
        context = ssl.create_default_context(cafile=self._network.ca_bundle)
        if self._server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
        else:
            connection = smtplib.SMTP(host, port, timeout=seconds)
            self._secure(connection, context)
        if self._server.username:
            connection.login(unquote(self._server.username), unquote(self._server.password or ""))
        return connection

    def _secure(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        elif self._server.hostname not in _LOOPBACK:
            connection.close()
            raise DeliveryError(
                _("{hostname} 不支持 STARTTLS", hostname=self._server.hostname),
                _("加密的连接"),
                _("改用 smtps:// 或支持 TLS 的服务器"),
            )


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> Mail:
    """smtp://user:password@host:port (STARTTLS) or smtps:// from the environment.

    Raises:
        ConfigError: the address is missing or of another kind, or a mail address cannot be read.
    """
    server = urlsplit(secret_of(channel, "url_env", channel.url_env))
    if server.scheme not in _PORTS or not server.hostname:
        raise ConfigError(
            _(
                "channels.{name}.url_env：环境变量 {url_env} 的内容不是发信地址",
                name=channel.name,
                url_env=channel.url_env,
            ),
            _("smtps://账号:授权码@主机:465 或 smtp://账号:授权码@主机:587"),
            _("改写 {url_env}；账号或授权码中的特殊字符用 %xx 表示", url_env=channel.url_env),
        )
    sender = _address(channel, "sender", channel.sender or unquote(server.username or ""))
    to = tuple(_address(channel, "to", text) for text in channel.to)
    return Mail(server, sender, to, settings.network, clock)


def _address(channel: Channel, key: str, text: str) -> Address:
    try:
        address = Address(addr_spec=text)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise _bad_address(channel, key, text) from error
    if not address.domain or not address.username:
        raise _bad_address(channel, key, text)
    return address


def _bad_address(channel: Channel, key: str, text: str) -> ConfigError:
    return ConfigError(
        f"channels.{channel.name}.{key} = {text!r}", _("邮件地址"), _("例如 koubei@example.com")
    )
