"""Pages and feeds: byte order mark, what the server and the page declare, UTF-8, GB18030, then a guess.

What is valid UTF-8 with Chinese in it is UTF-8 whatever is declared: many still say GB2312. A declaration
that does not hold is passed over and said; a few bytes that do not fit (a summary cut within a character)
become U+FFFD and are counted.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

import charset_normalizer

from crawlers.decoding.labels import BIG5, GB18030, WESTERN, codec_of
from crawlers.decoding.rare import FEWEST_HAN, HAN, RARE, rare_share

UNDECODABLE = "\ufffd"
TOLERATED = 0.1
"""Share of undecodable characters among the non-ASCII ones up to which a text is damaged, not foreign."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", GB18030),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOK_AT = 4_096
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PAGE = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})|<meta[^>]{0,500}?charset\s*=\s*[\"']?([\w.:-]{1,40})",
    re.IGNORECASE,
)
_WIDE = re.compile("[\u0800-\ufffc\U00010000-\U0010ffff]")
"""What UTF-8 writes in three or four bytes; two bytes that fit may as well be a Chinese character of GBK."""
_FOREIGN = re.compile("[\u0100-\u07ff]")
"""Letters of two bytes that are no Latin sign or accent (©, ·, é) a page in UTF-8 may have alone."""
_CDATA_END = b"]]>"


class Decoded(NamedTuple):
    """A text, the Python codec it was read with, how much could not be read, and what there is to say of it.

    Attributes:
        bad: characters that could not be decoded, U+FFFD in the text.
        note: "" or why something else than what is declared was used; Chinese, for the run.
    """

    text: str
    codec: str
    bad: int = 0
    note: str = ""


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a page or feed. Never raises; linear in the length."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _read(body[len(mark) :], codec)
    if body.isascii():
        return Decoded(body.decode("ascii"), "ascii")
    declared = declared_codec(body, content_type)
    as_utf8 = _read(body, "utf-8")
    if not as_utf8.bad and (declared == "utf-8" or _WIDE.search(as_utf8.text)):
        wrong = declared not in (None, "utf-8", WESTERN)
        return as_utf8._replace(note="声明的编码不对，实为 utf-8" if wrong else "")
    if declared and declared != "utf-8":
        return _as_declared(body, declared, as_utf8)
    found = _undeclared(body, as_utf8)
    wrong = declared is not None and found.codec != "utf-8" and not found.note
    return found._replace(note=f"声明的 utf-8 读不通，按 {found.codec} 读") if wrong else found


def declared_codec(body: bytes, content_type: str) -> str | None:
    """The codec the server or else the page declares; None where neither names one browsers know."""
    found = _HEADER.search(content_type)
    by_server = codec_of(found[1]) if found else None
    if by_server:
        return by_server
    named = _PAGE.search(body[:_LOOK_AT])
    return codec_of((named[1] or named[2]).decode("ascii")) if named else None


def looks_like_noise(text: str) -> bool:
    """Whether a text is mostly what comes of a wrong decoding: undecodable or hardly ever used characters."""
    bad, han = text.count(UNDECODABLE), len(HAN.findall(text))
    return (bad >= FEWEST_HAN and bad > TOLERATED * (bad + han)) or rare_share(text) >= RARE


def _as_declared(body: bytes, declared: str, as_utf8: Decoded) -> Decoded:
    read = _read(body, declared)
    if declared == WESTERN or _foreign(read) or rare_share(read.text) >= RARE:
        other = _undeclared(body, as_utf8)
        better = bool(HAN.search(other.text)) or other.bad < read.bad
        better = better and rare_share(other.text) < RARE
        if other.codec != declared and better and not _foreign(other):
            return other._replace(note=f"声明的 {declared} 读不通，按 {other.codec} 读")
    return _doubted(read, body)


def _undeclared(body: bytes, as_utf8: Decoded) -> Decoded:
    """UTF-8 with little damage, GB18030, then the guess of charset-normalizer."""
    as_gb = _read(body, GB18030)
    is_chinese = bool(HAN.search(as_gb.text)) and not as_gb.bad and rare_share(as_gb.text) < RARE
    is_chinese = is_chinese and (bool(as_utf8.bad) or bool(_FOREIGN.search(as_utf8.text)))
    if not _foreign(as_utf8) and (_WIDE.search(as_utf8.text) or not is_chinese):
        return as_utf8
    if not _foreign(as_gb):
        return _doubted(as_gb, body)
    best = charset_normalizer.from_bytes(body).best()
    codec = best.encoding if best else GB18030
    return _read(body, codec)._replace(note=f"编码是猜的：{codec}")


def _doubted(read: Decoded, body: bytes) -> Decoded:
    """GB18030 takes almost any bytes: characters nobody uses tell that it was Big5, or something else."""
    if read.codec != GB18030 or rare_share(read.text) < RARE:
        return read
    as_big5 = _read(body, BIG5)
    if not _foreign(as_big5) and rare_share(as_big5.text) < RARE:
        return as_big5._replace(note=f"不像 {read.codec}，按 {BIG5} 读")
    return read._replace(note=f"按 {read.codec} 读出很多生僻字，可能解码有误")


def _foreign(read: Decoded) -> bool:
    """More damage than a cut-off character or two can be."""
    beyond = sum(1 for char in read.text if char > "\x7f")
    return read.bad > max(1, TOLERATED * beyond)


def _read(body: bytes, codec: str) -> Decoded:
    """Decoded piece by piece between ends of CDATA, so that a cut character cannot swallow one."""
    errors = "koubei_gb" if codec == GB18030 else "replace"
    text = _CDATA_END.decode().join(piece.decode(codec, errors) for piece in body.split(_CDATA_END))
    return Decoded(text, codec, text.count(UNDECODABLE))


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    """A byte that begins no character costs itself; 0x80 alone is the euro sign (WHATWG, gb18030 decoder)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    euro = error.object[error.start] == 0x80
    return "€" if euro else UNDECODABLE, error.start + 1


codecs.register_error("koubei_gb", _one_byte)
