"""One call for every format, and a file that is whole or not there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Literal, get_args

from indexer.export.delimited import write_csv
from indexer.export.jsonl import write_jsonl
from indexer.export.workbook import write_xlsx
from koubei.core.errors import DegradedError, InputError, StoreError
from koubei.core.language import _
from koubei.core.records import FIELDS, Record

Format = Literal["jsonl", "csv", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)
_WRITERS: dict[str, Callable[[Iterable[Record], Sequence[str], IO[bytes]], int]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "xlsx": write_xlsx,
}


def write(records: Iterable[Record], target: Path | str | IO[bytes], form: Format) -> int:
    """Write records (all with the same keys, as a store exports them); how many there were.

    A path is written beside and renamed into place when all of it is there. A stream takes bytes. Without a
    record the headings are those of every field.

    Raises:
        InputError: an unknown format, or more rows than the format can hold.
        DegradedError: the disk is full. StoreError: the path cannot be written.
    """
    writer = _WRITERS.get(form)
    if writer is None:
        raise InputError(_("没有“{form}”这种导出格式", form=form), _("、").join(FORMATS))
    names, rows = _with_names(records)
    if not isinstance(target, Path | str):
        return writer(rows, names, target)
    path = Path(target)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            written = writer(rows, names, stream)
        part.replace(path)
    except OSError as error:
        raise _explain(path, error) from error
    finally:
        part.unlink(missing_ok=True)
    return written


def _with_names(records: Iterable[Record]) -> tuple[list[str], Iterable[Record]]:
    rows = iter(records)
    first = next(rows, None)
    if first is None:
        return [field.name for field in FIELDS], ()
    return list(first), chain((first,), rows)


def _explain(path: Path, error: OSError) -> StoreError | DegradedError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in (28, 122):  # ENOSPC, EDQUOT
        return DegradedError(_("写 {path} 时磁盘已满", path=path), fix=_("腾出空间后再导出一次"))
    return StoreError(
        _("写不了 {path}（{reason}）", path=path, reason=reason), _("可写的目录"), _("换一个路径，或检查权限")
    )
