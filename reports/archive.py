"""Where daily reports are kept: figures as JSON, the page beside them, the manifest in the state."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from koubei.core.errors import DegradedError, InputError
from koubei.core.folders import DataFolder
from koubei.core.language import _
from koubei.core.state import Manifest, State
from reports.figures.daily import DailyFigures, manifest_kind
from reports.page import render

AGAIN = "运行 koubei report daily --date {day} 重新生成"


@dataclass(frozen=True, slots=True)
class Saved:
    """A finished report: its figures in memory, and the two files."""

    content: DailyFigures
    figures: Path
    page: Path


def save(figures: DailyFigures, folder: DataFolder, state: State) -> Saved:
    """Write figures, page and manifest; each file is whole or absent, never half.

    Raises:
        DegradedError: the disk is full or the folder cannot be written; what was there before stays.
    """
    saved = _saved(figures, folder)
    content, page = figures.to_json().encode(), render.page(figures).encode()
    _write(saved.figures, content)
    _write(saved.page, page)
    state.manifests.save(_manifest(saved, content))
    return saved


def load(folder: DataFolder, brand_id: str, day: date) -> DailyFigures:
    """The figures a report was drawn from.

    Raises:
        InputError: there is no such report, or its file is damaged.
    """
    path = folder.reports / f"{name(brand_id, day)}.json"
    fix = AGAIN.format(day=day)
    try:
        return DailyFigures.from_json(path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(
            _("没有 {day} 的日报（{path}）", day=day, path=path), _("一份已生成的日报"), fix
        ) from error
    except (OSError, ValidationError) as error:
        raise InputError(_("{path} 读不出", path=path), _("日报的数据文件（JSON）"), fix) from error


def redraw(folder: DataFolder, brand_id: str, day: date) -> Saved:
    """Draw the page again from its saved figures: the same bytes as at first.

    Raises:
        InputError: there is no such report. DegradedError: it cannot be written.
    """
    saved = _saved(load(folder, brand_id, day), folder)
    _write(saved.page, render.page(saved.content).encode())
    return saved


def name(brand_id: str, day: date) -> str:
    """A report's file name without its ending."""
    return f"daily-{brand_id}-{day}"


def _saved(figures: DailyFigures, folder: DataFolder) -> Saved:
    stem = name(figures.brand.id, figures.day)
    return Saved(figures, folder.reports / f"{stem}.json", folder.reports / f"{stem}.html")


def _manifest(saved: Saved, content: bytes) -> Manifest:
    figures = saved.content
    return Manifest(
        kind=manifest_kind(figures.brand.id),
        day=figures.day,
        number=figures.number,
        run_id=figures.run_id,
        frozen_at=figures.frozen_at,
        figures_path=saved.figures.name,
        page_path=saved.page.name,
        figures_sha256=hashlib.sha256(content).hexdigest(),
    )


def _write(path: Path, content: bytes) -> None:
    """Write beside, then rename: a kill in between leaves the old file, or none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        raise DegradedError(
            _("{path} 写不下（{strerror}）", path=path, strerror=error.strerror),
            _("可写的目录和空余的磁盘"),
            _("腾出空间或修正权限后重新生成"),
        ) from error


def _replace(path: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
