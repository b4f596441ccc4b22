"""Which format a table is read with: the one its columns show, or the operator's own mapping."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from crawlers.importers.formats.plain import ALIASES
from crawlers.importers.formats.plain import FORMAT as PLAIN
from crawlers.importers.registry import Format, nearest, recognise
from crawlers.importers.table import Table, tidy_columns
from koubei.core.errors import InputError
from koubei.core.language import _

SHOWN = 40
"""Columns named in an error."""


class Chooser:
    """Decides for each table of a file."""

    def __init__(self, mapping: Mapping[str, str] | None, platform: str | None) -> None:
        """`mapping`: our key -> the file's column.

        Raises:
            InputError: the mapping names a key that does not exist, or no text.
        """
        self._mapping = {key: tidy_columns([column])[0] for key, column in (mapping or {}).items()}
        self._platform = platform
        _check_keys(self._mapping)

    def accepts(self, columns: Sequence[str]) -> bool:
        """Whether a row of names is a header we can read by."""
        if self._mapping:
            return set(self._mapping.values()) <= set(columns)
        return recognise(columns) is not None

    def choose(self, table: Table) -> Format | None:
        """The table's format, None where it has none.

        Raises:
            InputError: the format needs to be told the platform and is not.
        """
        if not self.accepts(table.columns):
            return None
        form = PLAIN if self._mapping else recognise(table.columns)
        if form and form.platform_column and not self._knows_platform(form, table):
            raise InputError(
                _("{name} 没有说明是哪个平台的帖文", name=table.name),
                _(
                    "列 {platform_column}，或 koubei.toml 中来源的 platform",
                    platform_column=form.platform_column,
                ),
                _("用 --source 指定已配置的来源，或用 --map platform=列名"),
            )
        return form

    def rename(self, cells: Mapping[str, str]) -> Mapping[str, str]:
        """The cells with the mapped columns under our keys, in place of whatever stood there."""
        if not self._mapping:
            return cells
        taken = set(self._mapping.values())
        kept = {column: value for column, value in cells.items() if column not in taken}
        return kept | {key: cells.get(column, "") for key, column in self._mapping.items()}

    def columns(self, table: Table) -> set[str]:
        """The names the rows of the table have after `rename`."""
        return set(self.rename(dict.fromkeys(table.columns, "")))

    def refusal(self, tables: Sequence[Table]) -> InputError:
        """Why none of the tables can be read, what was found, and what comes closest."""
        table = max(tables, key=lambda t: len(t.columns), default=None)
        if not table or not table.columns:
            notes = "；".join(t.note for t in tables if t.note)
            return InputError(
                _("文件里没有数据{notes}", notes=notes and _("（{notes}）", notes=notes)),
                _("至少一张有表头的表"),
                _("重新导出"),
            )
        found = f"列：{'、'.join(table.columns[:SHOWN])}"
        if self._mapping:
            missing = [c for c in self._mapping.values() if c not in table.columns]
            return InputError(
                _("{name} 没有列 {missing}", name=table.name, missing=_("、").join(missing)),
                _("文件里的{found}", found=found),
                _similar(missing, table),
            )
        closest = nearest(table.columns)
        near = (
            f"最接近的是「{closest[0].title}」，缺 {'、'.join(closest[1])}" if closest else "没有接近的格式"
        )
        return InputError(
            _("认不出 {name} 的格式，{found}", name=table.name, found=found),
            near,
            _("用 --map 说明各列，如 --map text=正文 --map published_at=发布时间（见 docs/importing.md）"),
        )

    def _knows_platform(self, form: Format, table: Table) -> bool:
        return bool(self._platform) or form.platform_column in self.columns(table)


def _check_keys(mapping: Mapping[str, str]) -> None:
    unknown = next((key for key in mapping if key not in ALIASES), None)
    if unknown is not None:
        close = difflib.get_close_matches(unknown, ALIASES, n=1)
        raise InputError(
            _("--map {unknown}=…：没有字段 {unknown}", unknown=unknown),
            _("、").join(ALIASES),
            _("是不是 {close}？", close=close[0]) if close else _("见 docs/importing.md"),
        )
    if mapping and not {"text", "title"} & mapping.keys():
        raise InputError(_("--map 没有说明哪一列是正文"), _("text=列名"), _("例如 --map text=正文"))


def _similar(missing: Sequence[str], table: Table) -> str:
    close = {name: difflib.get_close_matches(name, table.columns, n=1) for name in missing}
    hints = [f"{name} 是不是 {match[0]}？" for name, match in close.items() if match]
    return "".join(hints) or "核对列名"
