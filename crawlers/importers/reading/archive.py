"""ZIP files of exports. Nothing is unpacked to disk, so a member's path cannot lead anywhere."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from koubei.core.errors import InputError
from koubei.core.language import _

MEMBERS_LIMIT = 1000
UNPACKED_LIMIT = 4 << 30
RATIO_LIMIT = 200
"""Text shrinks to a tenth; what shrinks to less than a two-hundredth was made to fill memory."""
RATIO_FROM = 16 << 20
"""Small files may be as repetitive as they like."""
ENCRYPTED = 0x1
DAMAGED = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, struct.error, zlib.error)
"""What zipfile raises on archives that are cut, spoilt or packed in ways it does not know."""
UTF8_NAME = 0x800


def list_members(packed: zipfile.ZipFile, name: str) -> list[tuple[zipfile.ZipInfo, str]]:
    """The files of an archive with the names to show for them.

    Raises:
        InputError: too many, too large, or locked with a password.
    """
    members = [m for m in packed.infolist() if m.filename and not m.is_dir() and not _is_clutter(m)]
    if len(members) > MEMBERS_LIMIT:
        raise InputError(
            _("{name} 里有 {members} 个文件", name=name, members=len(members)),
            _("至多 {MEMBERS_LIMIT} 个", MEMBERS_LIMIT=MEMBERS_LIMIT),
            _("分批压缩"),
        )
    _check_size(members, name)
    locked = next((m for m in members if m.flag_bits & ENCRYPTED), None)
    if locked:
        raise InputError(
            _("{name} 有密码保护", name=name), _("没有密码的 ZIP"), _("解压后直接导入其中的文件")
        )
    return [(member, _shown_name(member)) for member in members]


def _check_size(members: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(m.file_size for m in members)
    packed = sum(m.compress_size for m in members) or 1
    if unpacked > UNPACKED_LIMIT or (unpacked > RATIO_FROM and unpacked > packed * RATIO_LIMIT):
        raise InputError(
            _(
                "{name} 解压后有 {unpacked} MiB，是压缩前的 {unpacked2} 倍",
                name=name,
                unpacked=unpacked >> 20,
                unpacked2=unpacked // packed,
            ),
            _(
                "至多 {UNPACKED_LIMIT} MiB、{RATIO_LIMIT} 倍",
                UNPACKED_LIMIT=UNPACKED_LIMIT >> 20,
                RATIO_LIMIT=RATIO_LIMIT,
            ),
            _("确认来源可信后，解压并分开导入"),
        )


def _is_clutter(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return "__MACOSX" in path.parts or path.name.startswith(".")


def _shown_name(member: zipfile.ZipInfo) -> str:
    """The last part of the path; names that old Windows tools wrote in GBK are read as such."""
    path = member.filename
    if not member.flag_bits & UTF8_NAME:
        try:
            path = path.encode("cp437").decode("gb18030")
        except UnicodeError:
            path = member.filename
    return PurePosixPath(path.replace("\\", "/")).name
