"""Lexicon files: which words name a factor, a journey stage, a complaint. Another trade is another file.

The format is written out at the head of lexicons/telecom.toml. A bad row is refused with file and line.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koubei.core.domain import NO_FACTOR
from koubei.core.errors import InputError
from koubei.core.text import fold

SHIPPED = Path(__file__).parent / "lexicons"
STAGES = ("售前", "咨询", "购买", "使用", "售后")
LEVELS = (1, 2, 3)
LISTS = ("words", "context", "context_with", "exclude")
KEYS = {
    "factors": {"name", "stage", *LISTS},
    "stages": {"name", "words", "exclude"},
    "severity": {"level", "words", "exclude"},
}
NAMES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "factors": (
        lambda v: isinstance(v, str) and bool(v.strip()) and "|" not in v and v != NO_FACTOR,
        f"要素名称，不含 |，不是 {NO_FACTOR}",
    ),
    "stages": (lambda v: v in STAGES, "、".join(STAGES)),
    "severity": (lambda v: type(v) is int and v in LEVELS, "1、2 或 3"),
}
"""What names a table of each kind, and what is expected."""

BREAKS = re.compile(r"[\s，。！？；,!?;…]")


class LexiconError(InputError):
    """A lexicon file that cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One table of a lexicon: the words of a factor, a stage or a severity level, lower case and folded.

    Attributes:
        name: factor or stage name, or the severity level's digit.
        stage: the stage a factor speaks of where the text names none ("" = not known).
    """

    name: str
    words: tuple[str, ...]
    context: tuple[str, ...] = ()
    context_with: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A whole lexicon file. `version` is its name and the first 8 hex digits of its SHA-256."""

    version: str
    factors: tuple[Rows, ...]
    stages: tuple[Rows, ...]
    severity: tuple[Rows, ...]


def load_lexicon(name: str) -> Lexicon:
    """A shipped lexicon by its name, or a TOML file by its path (ending in .toml).

    Raises LexiconError where there is none, it cannot be read, or a row is bad.
    """
    path = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    if not name.endswith(".toml") and path not in SHIPPED.glob("*.toml"):
        shipped = "、".join(sorted(file.stem for file in SHIPPED.glob("*.toml")))
        raise LexiconError(
            f"没有名为 {name!r} 的要素词典", f"{shipped}，或以 .toml 结尾的文件路径", "修改 factors.lexicon"
        )
    try:
        content = path.read_bytes()
        source = content.decode("utf-8")
        data = tomllib.loads(source)
    except OSError as error:
        raise LexiconError(f"打不开要素词典 {path}：{error.strerror}", "可读的 TOML 文件") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LexiconError(f"{path} 第 {line} 行：不是 UTF-8", "UTF-8 编码的 TOML") from error
    except tomllib.TOMLDecodeError as error:
        raise _syntax(path, str(error)) from error
    except RecursionError as error:
        raise LexiconError(f"{path} 的括号套得太深", "自带词典那样的表与列表", "检查方括号") from error
    digest = hashlib.sha256(content).hexdigest()[:8]
    return _Reader(path, source).lexicon(data, f"{path.stem}-{digest}")


def _syntax(path: Path, message: str) -> LexiconError:
    found = re.search(r"line (\d+)", message)
    place = f"第 {found[1]} 行" if found else "末尾"
    return LexiconError(f"{path} {place}：不是合法的 TOML（{message}）", "TOML", "检查引号、逗号与方括号")


class _Reader:
    """Checks a parsed file, and finds the line of what is wrong in its source."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._source = source
        self._lines = source.split("\n")

    def lexicon(self, data: Mapping[str, Any], version: str) -> Lexicon:
        for key in data:
            if key not in KEYS:
                raise self._error(self._key_line(key), f"不认识的表 {key}", "factors、stages 或 severity")
        tables = {kind: tuple(self._tables(kind, data.get(kind, []))) for kind in KEYS}
        if not tables["factors"]:
            raise self._error(1, "没有任何要素", "至少一个 [[factors]]")
        return Lexicon(version, **tables)

    def _tables(self, kind: str, tables: Any) -> Iterator[Rows]:
        names: set[str] = set()
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._error(self._key_line(kind), f"{kind} 不是表的列表", f"[[{kind}]]")
        for number, table in enumerate(tables):
            first = self._header(kind, number)
            rows = self._table(kind, table, first)
            if rows.name in names:
                raise self._error(first, f"{rows.name} 出现了两次", "每个名称一张表")
            names.add(rows.name)
            yield rows

    def _table(self, kind: str, table: dict[str, Any], first: int) -> Rows:
        for key in table:
            if key not in KEYS[kind]:
                raise self._error(
                    self._key_line(key, first), f"不认识的键 {key}", "、".join(sorted(KEYS[kind]))
                )
        name = self._name(kind, table, first)
        lists = {key: self._words(key, table.get(key, []), first) for key in LISTS}
        if not lists["words"]:
            raise self._error(first, f"{name} 没有词", "words = [...]")
        if bool(lists["context"]) != bool(lists["context_with"]):
            raise self._error(first, f"{name} 的 context 与 context_with 只有其一", "两者都写，或都不写")
        stage = table.get("stage", "")
        if stage not in ("", *STAGES):
            raise self._error(self._key_line("stage", first), f"不认识的阶段 {stage!r}", "、".join(STAGES))
        return Rows(name, **lists, stage=stage)

    def _name(self, kind: str, table: dict[str, Any], first: int) -> str:
        key = "level" if kind == "severity" else "name"
        good, expected = NAMES[kind]
        value = table.get(key)
        if isinstance(value, bool) or not good(value):
            line = self._key_line(key, first) if key in table else first
            raise self._error(line, f"{key} = {value!r}", expected)
        return str(value)

    def _words(self, key: str, words: Any, first: int) -> tuple[str, ...]:
        line = self._key_line(key, first)
        if not isinstance(words, list):
            raise self._error(line, f"{key} 不是列表", f'{key} = ["词", "词"]')
        seen: set[str] = set()
        at = self._offset(line)
        for word in words:
            at = self._after(word, at)
            folded = self._word(word, at)
            if folded in seen:
                raise self._error(self._line_at(at), f"{word!r} 重复", "每个词一次")
            seen.add(folded)
        return tuple(fold(word).lower() for word in words)

    def _word(self, word: Any, at: int) -> str:
        """The folded word; `at` is where in the source it stands."""
        if not isinstance(word, str):
            raise self._error(self._line_at(at), f"{word!r} 不是字符串", '带引号的词，如 "套餐"')
        folded = fold(word).lower()
        pieces = folded.split("*")
        if len(pieces[0]) < 2 or not all(pieces):
            raise self._error(self._line_at(at), f"{word!r} 太短", "开头至少两个字，* 前后都有字")
        if BREAKS.search(folded):
            raise self._error(self._line_at(at), f"{word!r} 含有空白或断句标点", "一个分句之内的词")
        return folded

    def _header(self, kind: str, number: int) -> int:
        """The line (from 1) of the number-th [[kind]]."""
        heads = [i for i, line in enumerate(self._lines, 1) if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", line)]
        return heads[number] if number < len(heads) else 1

    def _key_line(self, key: str, first: int = 1) -> int:
        """The line of the first `key =` or `[key]` from `first` on, or `first`."""
        pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[=\]]""")
        numbered = enumerate(self._lines[first - 1 :], first)
        return next((number for number, line in numbered if pattern.match(line)), first)

    def _offset(self, line: int) -> int:
        return sum(len(text) + 1 for text in self._lines[: line - 1])

    def _line_at(self, offset: int) -> int:
        return self._source.count("\n", 0, offset) + 1

    def _after(self, value: object, at: int) -> int:
        """Just behind the next place that holds a value as TOML writes it, or `at`."""
        spelling = json.dumps(value, ensure_ascii=False, default=str)
        spellings = (spelling, f"'{value}'", json.dumps(value, default=str))
        places = [place for text in spellings if (place := self._source.find(text, at)) >= 0]
        return min(places) + len(spelling) - 1 if places else at

    def _error(self, line: int, found: str, expected: str) -> LexiconError:
        return LexiconError(f"{self._path} 第 {line} 行：{found}", expected)
