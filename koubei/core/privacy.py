"""Personal data: numbers masked, names shortened, authors hashed. Called by koubei.core.intake only."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from koubei.core.errors import ConfigError, DegradedError
from koubei.core.folders import DataFolder
from koubei.core.language import _
from koubei.core.masking import mask

if TYPE_CHECKING:
    from koubei.core.state import State

__all__ = ["AuthorKeys", "check_fingerprint", "load_secret", "mask", "mask_name"]

SECRET_VARIABLE = "KOUBEI_SECRET"  # noqa: S105  the variable's name, not a secret
SECRET_LENGTH = 16
"""Fewest characters a secret from the environment must have."""

_FINGERPRINT = "author_key_fingerprint"


def mask_name(name: str) -> str:
    """The first visible character and two stars (张**); "" where there is none."""
    first = next((c for c in name if c.isprintable() and not c.isspace()), "")
    return f"{first}**" if first else ""


class AuthorKeys:
    """Turns a platform's author ids into keys nobody can turn back without the secret.

    Attributes:
        fingerprint: 16 hex digits that tell two secrets apart without giving either away.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.fingerprint = self._digest("fingerprint")[:16]

    def key(self, platform: str, author_id: str) -> str:
        """HMAC-SHA-256(secret, platform:author_id) as 64 hex digits."""
        return self._digest(f"{platform}:{author_id}")

    def name_key(self, platform: str, name: str) -> str:
        """The same for a display name: a name space of its own, so that no id can equal a name."""
        return self._digest(f"{platform}:name:{name.strip()}")

    def _digest(self, message: str) -> str:
        return hmac.new(self._secret, message.encode(), hashlib.sha256).hexdigest()


def load_secret(folder: DataFolder) -> bytes:
    """KOUBEI_SECRET from the environment, else the data folder's secret, made once (mode 0600).

    Raises:
        ConfigError: the environment's secret is too short, or the file cannot be read or is damaged.
        DegradedError: the file cannot be made (disk full, no right to write).
    """
    given = os.environ.get(SECRET_VARIABLE)
    if given is not None:
        return _from_environment(given)
    if not folder.secret.exists():
        _make_secret(folder.secret)
    return _read_secret(folder.secret)


def check_fingerprint(state: State, keys: AuthorKeys) -> None:
    """Refuse to go on with another secret than the one the stored authors were hashed with.

    The first call notes the fingerprint in the state database.

    Raises:
        ConfigError: the secret is not the one the data were made with.
    """
    noted = state.facts.first(_FINGERPRINT, keys.fingerprint)
    if noted != keys.fingerprint:
        raise ConfigError(
            _(
                "作者密钥的指纹是 {fingerprint}，而已有数据是用 {noted} 生成的",
                fingerprint=keys.fingerprint,
                noted=noted,
            ),
            _("同一个密钥，否则同一位作者会被当成两个人"),
            _(
                "恢复原来的 secret.key 或环境变量 {SECRET_VARIABLE}；找不回时请换一个新的数据目录",
                SECRET_VARIABLE=SECRET_VARIABLE,
            ),
        )


def _from_environment(given: str) -> bytes:
    if len(given) < SECRET_LENGTH:
        raise ConfigError(
            _(
                "环境变量 {SECRET_VARIABLE} 只有 {given} 个字符",
                SECRET_VARIABLE=SECRET_VARIABLE,
                given=len(given),
            ),
            _("至少 {SECRET_LENGTH} 个随机字符", SECRET_LENGTH=SECRET_LENGTH),
            _("例如用 openssl rand -hex 32 生成；或删去该变量，由程序在数据目录中生成"),
        )
    return given.encode()


def _make_secret(path: Path) -> None:
    """Written whole under another name, then linked: of two processes one wins, none reads half a secret."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mkstemp gives 0600
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()
    except OSError as error:
        raise DegradedError(
            _("无法写入作者密钥 {path}（{strerror}）", path=path, strerror=error.strerror),
            fix=_("腾出磁盘空间或修正目录权限后重试"),
        ) from error


def _read_secret(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("无法读取作者密钥 {path}", path=path), _("可读的密钥文件"), _("修正其权限，或从备份恢复")
        ) from error
    if len(text) < SECRET_LENGTH:
        raise ConfigError(
            _("作者密钥 {path} 不完整", path=path),
            _("至少 {SECRET_LENGTH} 个字符", SECRET_LENGTH=SECRET_LENGTH),
            _("从备份恢复；若数据目录是新建的，删去该文件即可"),
        )
    return text.encode()
