"""Which encoding a text file is in: proven over the whole file, not guessed from its beginning."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO

import charset_normalizer

from crawlers.decoding.labels import BIG5, GB18030
from crawlers.decoding.rare import RARE, rare_share
from koubei.core.errors import InputError
from koubei.core.language import _

Opener = Callable[[], BinaryIO]
"""Opens the bytes from their start; called once per pass."""

REPLACEMENT = "\ufffd"
CHUNK = 1 << 20
SAMPLE = 1 << 16
TOLERATED = 0.1
"""Share of undecodable characters among the non-ASCII ones up to which a file is damaged, not foreign."""
CONTROLS_TOLERATED = 0.02
"""Share of control bytes up to which a file without a byte order mark is text with some dirt in it."""
_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32)])

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec name. `damaged`: rows that hold U+FFFD could not be decoded."""

    name: str
    lines: int
    damaged: bool = False
    note: str = ""


def detect(opener: Opener, file: str) -> Encoding:
    """BOM, strict UTF-8, strict GB18030, the two with damage, then charset-normalizer's guess.

    Raises:
        InputError: the file is no text in any of them.
    """
    with opener() as stream:
        head = stream.read(SAMPLE)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if not marked and _looks_binary(head):
        raise _no_text(file)
    for name in [marked] if marked else ["utf-8", GB18030]:
        encoding = _as(opener, name)
        if encoding:
            return _doubted(opener, head, encoding)
    return _guess(opener, head, file)


def _doubted(opener: Opener, head: bytes, encoding: Encoding) -> Encoding:
    """GB18030 takes almost any bytes: characters nobody uses tell that it was Big5, or something else."""
    if encoding.name != GB18030 or rare_share(head.decode(GB18030, "replace")) < RARE:
        return encoding
    if rare_share(head.decode(BIG5, "replace")) < RARE and (other := _as(opener, BIG5)):
        return replace(other, note=f"不像 {GB18030}，按 {BIG5} 读，请核对正文")
    return replace(encoding, note=f"按 {GB18030} 读出很多生僻字，可能解码有误，请核对正文")


def _as(opener: Opener, name: str, note: str = "") -> Encoding | None:
    """The file read as `name`, with damage where there is little of it, None where there is much."""
    try:
        return Encoding(name, _decode(opener, name, "strict")[0], note=note)
    except UnicodeDecodeError:
        lines, damage = _decode(opener, name, "replace")
    return (
        Encoding(name, lines, True, note or f"按 {name} 解码，有损坏的字节") if damage <= TOLERATED else None
    )


def _decode(opener: Opener, name: str, errors: str) -> tuple[int, float]:
    """Number of lines, and the share of undecodable characters among the non-ASCII ones."""
    decoder = codecs.getincrementaldecoder(name)(errors=errors)
    lines = bad = foreign = 0
    with opener() as stream:
        while True:
            chunk = stream.read(CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            lines += text.count("\n")
            bad += text.count(REPLACEMENT)
            foreign += 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
            if not chunk:
                return lines, bad / max(foreign, 1)


def _guess(opener: Opener, head: bytes, file: str) -> Encoding:
    best = charset_normalizer.from_bytes(head).best()
    name = best.encoding if best else ""
    encoding = _as(opener, name, f"编码是猜的：{name}，请核对正文") if name else None
    if not encoding:
        raise _no_text(file)
    return encoding


def _looks_binary(head: bytes) -> bool:
    return len(head) - len(head.translate(None, _CONTROLS)) > len(head) * CONTROLS_TOLERATED


def _no_text(file: str) -> InputError:
    return InputError(
        _("{file} 不是能识别的文本：既不是 UTF-8 也不是 GB18030", file=file),
        _("CSV、Excel、JSON、JSONL 或 ZIP 文件"),
        _("用 Excel 打开后另存为 .xlsx，或用编辑器转存为 UTF-8"),
    )
