"""The rules around the polarity model (TOML), checked row by row, and the tables that go with them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koubei.core.text import fold
from sentiment.words.phrases import MOST_STARS
from sentiment.words.tables import (
    EMOTICONS,
    VALENCE,
    Feeling,
    RulesError,
    read_emoticons,
    read_source,
    read_valence,
    refuse,
)
from sentiment.words.toml_lines import Place, TomlLines

RULESETS = Path(__file__).parents[1] / "rulesets"

WORDS = frozenset((
    "fault", "trouble", "good", "praise", "stuck", "negation", "not_negation", "unreal", "link", "repeated",
    "opener", "solved", "not_solved", "question", "notice", "trade", "softer", "harder", "pivot", "then",
    "now", "bad", "fine", "cost", "noun",
    "degree", "less", "no_adjective", "no_end", "open", "aim", "body", "act_before", "act_behind", "no_act",
    "threat", "quoting", "style",
))  # fmt: skip
SHORT = frozenset((
    "negation", "not_negation", "unreal", "link", "repeated", "softer", "harder", "pivot", "bad", "fine",
    "cost", "noun", "degree", "less", "no_end", "open", "aim", "act_before", "act_behind", "threat",
    "quoting", "style",
))  # fmt: skip
"""Lists whose words may have one character, and stand for themselves only (no *)."""
RULES = (
    "fault", "fault_mended", "negated_fault", "negated_praise", "irony", "good", "bad", "fine",
    "not_bad", "neither", "stuck", "question", "notice", "better", "worse",
)  # fmt: skip
MOST_PUSH = 10.0

Push = tuple[float, float, float]
"""What is added to the log-odds of neg, neu, pos."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A rules file and its tables. `version`: the file's name, 8 hex digits of the SHA-256 of all three."""

    version: str
    names: tuple[str, ...]
    brands: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...]
    words: Mapping[str, tuple[str, ...]]
    push: Mapping[str, Push]
    emoticons: Mapping[str, int]
    valence: Mapping[str, Feeling]


def load_rules(name: str = "telecom", emoticons: Path = EMOTICONS, valence: Path = VALENCE) -> Ruleset:
    """A shipped rules file by its name, or a TOML file by its path (ending in .toml).

    Raises RulesError where a file cannot be read or a row is bad.
    """
    path = Path(name) if name.endswith(".toml") else RULESETS / f"{name}.toml"
    source, *tables = map(read_source, (path, emoticons, valence))
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise refuse(path, int(line[1]) if line else None, f"不是合法的 TOML（{error}）", "TOML") from error
    except RecursionError as error:
        raise refuse(path, None, "括号套得太深", "自带规则文件那样的表与列表") from error
    digest = hashlib.sha256("\0".join((source, *tables)).encode()).hexdigest()[:8]
    reader = _Reader(path, source)
    reader.keys(data, "", frozenset(("names", "brands", "aliases", "words", "push")))
    words, push = data["words"], data["push"]
    reader.keys(words, "words", WORDS)
    reader.keys(push, "push", frozenset(RULES))
    return Ruleset(
        version=f"{path.stem}-{digest}",
        names=reader.words(("names",), data["names"]),
        brands=reader.words(("brands",), data["brands"]),
        aliases=reader.aliases(data["aliases"], {*data["names"], *data["brands"]}),
        words={
            key: reader.words(("words", key), words[key], 1 if key in SHORT else 2) for key in sorted(WORDS)
        },
        push={rule: reader.push(rule, push[rule]) for rule in RULES},
        emoticons=read_emoticons(emoticons, tables[0]),
        valence=read_valence(valence, tables[1]),
    )


def rules_for(lexicon: str) -> str:
    """The rules that go with a factor lexicon: `X.rules.toml` beside X.toml, the shipped ones of its name,
    else those for telecom operators."""
    if lexicon.endswith(".toml"):
        beside = Path(lexicon.removesuffix(".toml") + ".rules.toml")
        return str(beside) if beside.exists() else "telecom"
    return lexicon if (RULESETS / f"{lexicon}.toml").exists() else "telecom"


class _Reader:
    """Checks the parts of a parsed rules file; says on which line of its source something is wrong."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._lines = TomlLines(source)

    def keys(self, table: Any, name: str, expected: frozenset[str]) -> None:
        """Refuse what is no table, an unknown key, a missing key; `name` is "" for the file itself."""
        at = (name,) if name else ()
        if not isinstance(table, dict):
            raise self._error(at, f"{name} 不是表", f"[{name}]")
        for key in table:
            if key not in expected:
                raise self._error((*at, key), f"不认识的键 {key}", "、".join(sorted(expected)))
        for key in sorted(expected - table.keys()):
            raise self._error(at, f"缺少 {key}", "自带规则文件里的每一个键（列表可以为空）")

    def words(self, at: Place, rows: Any, shortest: int = 2) -> tuple[str, ...]:
        """A list of different words, folded, lower case, at least `shortest` characters long."""
        key = at[0] if at[0] != "words" else at[-1]
        if not isinstance(rows, list):
            raise self._error(at, f"{key} 不是列表", f'{key} = ["词", "词"]')
        seen: dict[str, None] = {}
        for number, row in enumerate(rows):
            wrong = _wrong(row, shortest) or (row in seen and ("写了两次", "每个词一次"))
            if wrong:
                raise self._error((*at, number), f"{key} 里的 {row!r} {wrong[0]}", wrong[1])
            seen[row] = None
        return tuple(seen)

    def aliases(self, groups: Any, masked: Set[str]) -> tuple[tuple[str, ...], ...]:
        """Lists of words, each list the words of one brand; all of them must be `masked` for training too."""
        if not isinstance(groups, list):
            raise self._error(("aliases",), "aliases 不是列表", 'aliases = [["10086", "移动"]]')
        made = tuple(self.words(("aliases", number), group) for number, group in enumerate(groups))
        for number, group in enumerate(made):
            for place, word in enumerate(group):
                if word not in masked:
                    at = ("aliases", number, place)
                    raise self._error(at, f"aliases 里的 {word} 不在 names 与 brands 里", "其中之一的词")
        return made

    def push(self, rule: str, row: Any) -> Push:
        """Three finite numbers of at most MOST_PUSH."""
        good = isinstance(row, list) and len(row) == 3
        if not good or not all(type(n) in (int, float) and -MOST_PUSH <= n <= MOST_PUSH for n in row):
            expected = f"[负, 中, 正]，三个 -{MOST_PUSH:g} 到 {MOST_PUSH:g} 的数"
            raise self._error(("push", rule), f"{rule} = {row!r}", expected)
        return (float(row[0]), float(row[1]), float(row[2]))

    def _error(self, at: Place, found: str, expected: str) -> RulesError:
        return refuse(self._path, self._lines.of(*at), found, expected)


def _wrong(row: Any, shortest: int) -> tuple[str, str] | None:
    """What is wrong with a word, and what was expected."""
    if not isinstance(row, str) or row != fold(row).lower().strip():
        return "写法不对", "简体、半角、小写的词"
    first, *more = row.split("*")
    if len(first) < min(2, shortest) or not all(more):
        return "太短", f"至少 {shortest} 个字，* 两边都有字"
    if len(more) > MOST_STARS:
        return f"有 {len(more)} 个 *", f"至多 {MOST_STARS} 个 *"
    return None
