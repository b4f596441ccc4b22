"""Lexicon files: which words name a factor, a journey stage, a complaint. Another trade is another file.

The format is written out at the head of lexicons/telecom.toml. A bad row is refused with file and line.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koubei.core.domain import NO_FACTOR
from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.text import fold
from sentiment.words.phrases import MOST_STARS
from sentiment.words.toml_lines import Place, TomlLines

SHIPPED = Path(__file__).parents[1] / "lexicons"
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
        lambda v: (
            isinstance(v, str) and v.isprintable() and bool(v.strip()) and "|" not in v and v != NO_FACTOR
        ),
        f"要素名称，不含 |、换行与控制字符，不是 {NO_FACTOR}",
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
            _("没有名为 {name!r} 的要素词典", name=name),
            _("{shipped}，或以 .toml 结尾的文件路径", shipped=shipped),
            _("修改 factors.lexicon 或 --lexicon"),
        )
    try:
        content = path.read_bytes()
        source = content.decode("utf-8-sig")
        data = tomllib.loads(source)
    except OSError as error:
        raise LexiconError(
            _("打不开要素词典 {path}：{strerror}", path=path, strerror=error.strerror), _("可读的 TOML 文件")
        ) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LexiconError(
            _("{path} 第 {line} 行：不是 UTF-8", path=path, line=line), _("UTF-8 编码的 TOML")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise _syntax(path, str(error)) from error
    except RecursionError as error:
        raise LexiconError(
            _("{path} 的括号套得太深", path=path), _("自带词典那样的表与列表"), _("检查方括号")
        ) from error
    digest = hashlib.sha256(content).hexdigest()[:8]
    return _Reader(path, source).lexicon(data, f"{path.stem}-{digest}")


def _syntax(path: Path, message: str) -> LexiconError:
    found = re.search(r"line (\d+)", message)
    place = f"第 {found[1]} 行" if found else "末尾"
    return LexiconError(
        _("{path} {place}：不是合法的 TOML（{message}）", path=path, place=place, message=message),
        "TOML",
        _("检查引号、逗号与方括号"),
    )


class _Reader:
    """Checks a parsed file; says on which line of its source something is wrong."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._lines = TomlLines(source)

    def lexicon(self, data: Mapping[str, Any], version: str) -> Lexicon:
        for key in data:
            if key not in KEYS:
                raise self._error((key,), f"不认识的表 {key}", "factors、stages 或 severity")
        tables = {kind: tuple(self._tables(kind, data.get(kind, []))) for kind in KEYS}
        if not tables["factors"]:
            raise self._error((), "没有任何要素", "至少一个 [[factors]]")
        return Lexicon(version, **tables)

    def _tables(self, kind: str, tables: Any) -> Iterator[Rows]:
        names: set[str] = set()
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._error((kind,), f"{kind} 不是表的列表", f"[[{kind}]]")
        for number, table in enumerate(tables):
            rows = self._table(kind, table, (kind, number))
            if rows.name in names:
                raise self._error((kind, number), f"{rows.name} 出现了两次", "每个名称一张表")
            names.add(rows.name)
            yield rows

    def _table(self, kind: str, table: dict[str, Any], at: Place) -> Rows:
        for key in table:
            if key not in KEYS[kind]:
                raise self._error((*at, key), f"不认识的键 {key}", "、".join(sorted(KEYS[kind])))
        name = self._name(kind, table, at)
        lists = {key: self._words(key, table.get(key, []), at) for key in LISTS}
        if not lists["words"]:
            raise self._error(at, f"{name} 没有词", "words = [...]")
        if bool(lists["context"]) != bool(lists["context_with"]):
            raise self._error(at, f"{name} 的 context 与 context_with 只有其一", "两者都写，或都不写")
        stage = table.get("stage", "")
        if stage not in ("", *STAGES):
            raise self._error((*at, "stage"), f"不认识的阶段 {stage!r}", "、".join(STAGES))
        return Rows(name, **lists, stage=stage)

    def _name(self, kind: str, table: dict[str, Any], at: Place) -> str:
        key = "level" if kind == "severity" else "name"
        good, expected = NAMES[kind]
        value = table.get(key)
        if isinstance(value, bool) or not good(value):
            raise self._error((*at, key), f"{key} = {value!r}", expected)
        return str(value)

    def _words(self, key: str, words: Any, at: Place) -> tuple[str, ...]:
        if not isinstance(words, list):
            raise self._error((*at, key), f"{key} 不是列表", f'{key} = ["词", "词"]')
        seen: dict[str, None] = {}
        for number, word in enumerate(words):
            place = (*at, key, number)
            folded = self._word(word, place)
            if folded in seen:
                raise self._error(place, f"{word!r} 重复", "每个词一次")
            seen[folded] = None
        return tuple(seen)

    def _word(self, word: Any, at: Place) -> str:
        """The folded word; `at` is where it stands."""
        if not isinstance(word, str):
            raise self._error(at, f"{word!r} 不是字符串", '带引号的词，如 "套餐"')
        folded = fold(word).lower()
        pieces = folded.split("*")
        if len(pieces[0]) < 2 or not all(pieces):
            raise self._error(at, f"{word!r} 太短", "开头至少两个字，* 前后都有字")
        if len(pieces) - 1 > MOST_STARS:
            raise self._error(at, f"{word!r} 有 {len(pieces) - 1} 个 *", f"至多 {MOST_STARS} 个 *")
        if BREAKS.search(folded):
            raise self._error(at, f"{word!r} 含有空白或断句标点", "一个分句之内的词")
        return folded

    def _error(self, at: Place, found: str, expected: str) -> LexiconError:
        return LexiconError(
            _("{path} 第 {of} 行：{found}", path=self._path, of=self._lines.of(*at), found=found), expected
        )
