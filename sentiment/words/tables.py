"""The tables around the polarity model (TSV), checked row by row: emoticons, and words of feeling.

Blank rows and rows that begin with # are passed over. Words stand as prepared texts have them: simplified,
half width, lower case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.text import fold
from sentiment.words.moods import MOODS

EMOTICONS = Path(__file__).parents[1] / "models" / "emoticons.tsv"
VALENCE = Path(__file__).parents[1] / "models" / "valence.tsv"
WEIGHTS = range(-2, 3)
STRENGTHS = (1, 2)


class RulesError(InputError):
    """A rules file or a table that cannot be used; the message names file and line."""


class Feeling(NamedTuple):
    """What a word says by itself: one of MOODS, and how strongly (STRENGTHS)."""

    mood: str
    strength: int


FEELINGS = {(mood, str(strength)): Feeling(mood, strength) for mood in MOODS for strength in STRENGTHS}
"""By what a row says, so that thousands of words share a few."""


def read_emoticons(path: Path, source: str) -> Mapping[str, int]:
    """Emoticons and emoji with their weight, -2 … 2; further columns are for people."""
    out: dict[str, int] = {}
    for number, (name, weight, *__) in _rows(source):
        if not _written(name) or name in out:
            raise refuse(path, number, f"表情 {name!r} 不可用或写了两次", "简体、小写，每个一行")
        if weight not in map(str, WEIGHTS):
            raise refuse(path, number, f"权重 {weight!r}", "-2 到 2 的整数")
        out[name] = int(weight)
    return out


def read_valence(path: Path, source: str) -> Mapping[str, Feeling]:
    """Words of two characters or more with the mood they speak of and how strongly."""
    out: dict[str, Feeling] = {}
    for number, (word, mood, strength, *__) in _rows(source):
        if not _written(word) or len(word) < 2 or word in out:
            raise refuse(path, number, f"词 {word!r} 不可用或写了两次", "两个字以上、简体、小写，每个一行")
        feeling = FEELINGS.get((mood, strength))
        if feeling is None:
            expected = f"情绪 {'、'.join(MOODS)}，强度 1 或 2"
            raise refuse(path, number, f"情绪 {mood!r}、强度 {strength!r}", expected)
        out[word] = feeling
    return out


def _rows(source: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers, three columns at least."""
    for number, ended in enumerate(source.split("\n"), 1):
        line = ended.removesuffix("\r")
        if line.strip() and not line.startswith("#"):
            yield number, [*line.split("\t"), "", ""]


def _written(word: str) -> bool:
    return bool(word) and word == fold(word).lower().strip()


def read_source(path: Path) -> str:
    """The file's text; RulesError where it cannot be read."""
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise RulesError(
            _("打不开 {path}：{strerror}", path=path, strerror=error.strerror), _("可读的文件")
        ) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(path, line, "不是 UTF-8", "UTF-8 编码") from error


def refuse(path: Path, line: int | None, found: str, expected: str) -> RulesError:
    """The error that names the file and the line, the file's end where there is none."""
    return RulesError(
        _(
            "{path} {value}：{found}",
            path=path,
            value=_("第 {line} 行", line=line) if line else _("末尾"),
            found=found,
        ),
        expected,
    )
