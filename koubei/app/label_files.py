"""A gold sample as a table people fill in, and the filled-in table taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawlers.importers.reading import read_tables
from crawlers.importers.table import Line, Table, Unreadable
from koubei.app.context import AppContext
from koubei.app.labelling import mentions_of
from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.records import FIELD_BY_NAME, Record
from koubei.core.state import GivenLabel, GoldLabel, Sample

SAMPLE_COLUMN, ANSWER_COLUMN = "样本", "判断(负/中/正/无关)"
MENTION_COLUMN = FIELD_BY_NAME["mention_id"].label
CONTEXT = ("platform", "published_at", "title", "text", "url")
ANSWERS: Mapping[str, GoldLabel] = {
    "负": "neg", "负面": "neg", "neg": "neg", "n": "neg",
    "中": "neu", "中性": "neu", "neu": "neu", "u": "neu",
    "正": "pos", "正面": "pos", "pos": "pos", "p": "pos",
    "无关": "not_about_us", "not_about_us": "not_about_us", "x": "not_about_us",
}  # fmt: skip


def sheet_rows(app: AppContext, sample: Sample) -> Iterator[Record]:
    """A row a voice, in the sample's order, the answer left open; the model's label is not shown."""
    for mention in mentions_of(app, sample.items):
        post = mention.mention.post
        shown = {name: getattr(post, name) for name in CONTEXT}
        yield {SAMPLE_COLUMN: sample.id, "mention_id": mention.mention.mention_id, ANSWER_COLUMN: "", **shown}


@dataclass(slots=True)
class FilledIn:
    """What a table gave.

    Attributes:
        labels: the answers; blank: rows without one.
        errors: rows that could not be used, each with its number and the reason.
    """

    labels: list[GivenLabel] = field(default_factory=list)
    blank: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Sheet:
    """What is known while a file is read.

    Attributes:
        members: of each sample met, its mentions.
        given: of each (sample, mention), its label and the rows that gave one; None where they differ.
    """

    members: dict[str, set[str]] = field(default_factory=dict)
    given: dict[tuple[str, str], tuple[GivenLabel | None, list[int]]] = field(default_factory=dict)

    def take(self, row: int, label: GivenLabel) -> None:
        """A row's label; rows that agree are one, of rows that differ none counts."""
        item = (label.sample_id, label.mention_id)
        before, places = self.given.setdefault(item, (label, []))
        places.append(row)
        if before and before.label != label.label:
            self.given[item] = (None, places)


def read_sheet(app: AppContext, path: Path, who: str) -> FilledIn:
    """The answers of a filled-in table (CSV or Excel). Nothing is kept yet.

    Raises:
        InputError: the file cannot be read, or is no table that `koubei label export` wrote.
    """
    found, sheet = FilledIn(), _Sheet()
    tables = [table for table in _tables(path) if _is_ours(table.columns)]
    for table in tables:
        for row in table.lines:
            if isinstance(row, Unreadable):
                found.errors.append(_("第 {number} 行：{reason}", number=row.number, reason=row.reason))
            else:
                _take(app, row, who, found, sheet)
    if not tables:
        raise InputError(
            _(
                "{name} 中没有列 {columns}",
                name=path.name,
                columns=_("、").join((SAMPLE_COLUMN, MENTION_COLUMN, ANSWER_COLUMN)),
            ),
            _("koubei label export 写出的表"),
            _("不要改动表头；只填判断一列"),
        )
    for (_sample, mention_id), (label, places) in sheet.given.items():
        if label:
            found.labels.append(label)
        else:
            found.errors.append(
                _(
                    "第 {rows} 行：{mention_id} 判断不一，哪个都没收；只留一行",
                    rows=_("、").join(map(str, places)),
                    mention_id=mention_id,
                )
            )
    return found


def _tables(path: Path) -> Iterator[Table]:
    """Each is read to its end before the next is asked for."""
    for table in read_tables(path, _is_ours):
        yield Table(table.name, table.columns, iter(list(table.lines)))


def _is_ours(columns: Sequence[str]) -> bool:
    return {SAMPLE_COLUMN, MENTION_COLUMN, ANSWER_COLUMN} <= set(columns)


def _take(app: AppContext, row: Line, who: str, found: FilledIn, sheet: _Sheet) -> None:
    sample_id, mention_id = row.cells[SAMPLE_COLUMN].strip(), row.cells[MENTION_COLUMN].strip()
    answer = row.cells[ANSWER_COLUMN].strip().lower()
    if not answer:
        found.blank += 1
        return
    members = sheet.members
    if sample_id not in members:
        sample = app.state.samples.get(sample_id)
        members[sample_id] = {item.mention_id for item in sample.items} if sample else set()
    label = ANSWERS.get(answer)
    if mention_id not in members[sample_id]:
        found.errors.append(
            _(
                "第 {number} 行：样本 {sample_id} 中没有 {mention_id}",
                number=row.number,
                sample_id=sample_id or _("（空）"),
                mention_id=mention_id or _("（空）"),
            )
        )
    elif label is None:
        found.errors.append(
            _(
                "第 {number} 行：判断“{answer}”不认识，应为 负、中、正、无关",
                number=row.number,
                answer=answer[:20],
            )
        )
    else:
        sheet.take(row.number, GivenLabel(sample_id, mention_id, who, label, app.clock.now()))
