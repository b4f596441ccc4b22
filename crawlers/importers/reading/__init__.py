"""From a file an operator holds to tables, by what is in it and not by its name alone."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from crawlers.decoding.files import Opener
from crawlers.importers.reading.archive import DAMAGED, list_members
from crawlers.importers.reading.delimited import read_delimited
from crawlers.importers.reading.excel import read_excel
from crawlers.importers.reading.json_lines import read_json
from crawlers.importers.table import Accepts, Table
from koubei.core.errors import InputError
from koubei.core.language import _

EXPECTED = "CSV、TSV、Excel（.xlsx .xls）、JSON、JSONL（可 .gz）或 ZIP"
GZIP_LIMIT = 4 << 30
SHEET_LIMIT = 256 << 20
"""Bytes of a workbook inside a ZIP, which is read into memory."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE, _GZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b"
_HTML = (b"<!doctype", b"<html", b"<table", b"<meta", b"<head", b"<?xml", b"<style")
_OPEN_DOCUMENT = {"mimetype", "content.xml"}
_EXCEL_SUFFIXES = (".xlsx", ".xls", ".xlsm")


def read_tables(path: Path, accepts: Accepts) -> Iterator[Table]:
    """Every table of the file. A table must be read to its end before the next is asked for.

    A member of a ZIP that cannot be read is a table without columns whose note says why.

    Raises:
        InputError: there is no such file, or it cannot be read as any of the kinds we know.
    """
    head = peek(path)
    if head.startswith(_ZIP):
        yield from _packed(path, accepts)
    elif head.startswith(_GZIP):
        yield from _unzipped(path, accepts)
    else:
        yield from _plain(path, head, accepts)


def peek(path: Path) -> bytes:
    """The first bytes of a file that is there, may be read and is not empty.

    Raises:
        InputError: it is not.
    """
    if path.is_dir():
        raise InputError(_("{path} 是目录", path=path), _("一个文件"), _("逐个导入其中的文件，或压缩为 ZIP"))
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError as error:
        raise InputError(_("没有文件 {path}", path=path), EXPECTED, _("检查路径")) from error
    except OSError as error:
        raise InputError(
            _("无法打开 {path}（{strerror}）", path=path, strerror=error.strerror), fix=_("检查文件权限")
        ) from error
    if not head:
        raise InputError(_("{name} 是空文件", name=path.name), EXPECTED, _("重新导出"))
    return head


def _packed(path: Path, accepts: Accepts) -> Iterator[Table]:
    try:
        packed = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise InputError(
            _("{name} 不完整或已损坏", name=path.name), _("完整的 Excel 或 ZIP 文件"), _("重新下载或导出")
        ) from error
    with packed:
        names = packed.namelist()
        if set(names) >= _OPEN_DOCUMENT:
            raise InputError(
                _("{name} 是 OpenDocument 文件（.ods）", name=path.name), EXPECTED, _("另存为 .xlsx 或 .csv")
            )
        if "[Content_Types].xml" in names:
            yield from read_excel(path, path.name, accepts)
            return
        for member, shown in list_members(packed, path.name):
            yield from _member(packed, member, f"{path.name}/{shown}", accepts)


def _member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, accepts: Accepts) -> Iterator[Table]:
    def opener() -> BinaryIO:
        return cast(BinaryIO, packed.open(member))

    try:
        with opener() as stream:
            head = stream.read(4096)
        if head.startswith((*_ZIP, _OLE)):
            yield from _workbook_inside(packed, member, name, accepts)
        elif head:
            yield _text_table(opener, head, name, accepts)
    except InputError as error:
        yield Table(name, (), iter(()), note=error.source)
    except DAMAGED:
        yield Table(name, (), iter(()), note=f"{name} 已损坏，无法解压")


def _workbook_inside(
    packed: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, accepts: Accepts
) -> list[Table]:
    if member.file_size > SHEET_LIMIT:
        raise InputError(
            _("{name} 有 {file_size} MiB", name=name, file_size=member.file_size >> 20),
            _("ZIP 内的 Excel 至多 {SHEET_LIMIT} MiB", SHEET_LIMIT=SHEET_LIMIT >> 20),
            _("解压后导入"),
        )
    return read_excel(BytesIO(packed.read(member)), name, accepts)


def _unzipped(path: Path, accepts: Accepts) -> Iterator[Table]:
    def opener() -> BinaryIO:
        return cast(BinaryIO, gzip.open(path))

    size = 0
    try:
        with opener() as stream:
            head = stream.read(4096)
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if size > GZIP_LIMIT:
                    raise InputError(
                        _("{name} 解压后超过 {GZIP_LIMIT} MiB", name=path.name, GZIP_LIMIT=GZIP_LIMIT >> 20),
                        fix=_("拆成几个文件"),
                    )
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            _("{name} 不完整或已损坏", name=path.name), _("完整的 .gz 文件"), _("重新下载或导出")
        ) from error
    yield _text_table(opener, head, path.name, accepts)


def _plain(path: Path, head: bytes, accepts: Accepts) -> Iterator[Table]:
    if head.startswith(_OLE):
        yield from read_excel(path, path.name, accepts)
        return
    if path.suffix.lower() in _EXCEL_SUFFIXES and not _is_html(head):
        raise InputError(
            _("{name} 的扩展名是 {suffix}，内容却不是 Excel 工作簿", name=path.name, suffix=path.suffix),
            _("Excel 工作簿"),
            _("若内容是 CSV 文本，把扩展名改为 .csv；否则重新导出"),
        )
    yield _text_table(lambda: path.open("rb"), head, path.name, accepts)


def _text_table(opener: Opener, head: bytes, name: str, accepts: Accepts) -> Table:
    if _is_html(head):
        raise InputError(
            _("{name} 的内容是网页（HTML 或 XML）", name=name), EXPECTED, _("在 Excel 中打开后另存为 .xlsx")
        )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not name.lower().endswith((".csv", ".tsv")):
        if start.startswith(b"{"):
            return read_json(opener, name, array=False)
        if start.startswith(b"["):
            return read_json(opener, name, array=True)
    return read_delimited(opener, name, accepts)


def _is_html(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_HTML)
