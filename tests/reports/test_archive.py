"""Reports on disk: whole or absent, drawn again alike, and what late posts changed since."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from koubei.core.clock import FixedClock, day_window
from koubei.core.config.schema import Settings
from koubei.core.errors import DegradedError, InputError
from koubei.core.folders import DataFolder
from koubei.core.ports import MentionStore
from koubei.core.state import State
from reports import archive
from reports.figures.daily import DailyFigures, manifest_kind
from reports.measure.daily import compute
from reports.page import render

DAY = date(2026, 11, 18)
EVENING = day_window(DAY).start - timedelta(hours=4)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """The data folder of the settings."""
    return DataFolder(tmp_path).create()


def test_saved_and_drawn_again_alike(figures: DailyFigures, folder: DataFolder, state: State) -> None:
    saved = archive.save(figures, folder, state)
    first = saved.page.read_bytes()
    assert saved.page.name == "daily-cmcc-2026-11-18.html"
    saved.page.unlink()
    assert archive.redraw(folder, "cmcc", DAY).page.read_bytes() == first
    assert archive.load(folder, "cmcc", DAY) == figures
    manifest = state.manifests.get(manifest_kind("cmcc"), DAY)
    assert manifest is not None
    assert (manifest.number, manifest.run_id) == (figures.number, figures.run_id)
    assert manifest.figures_sha256 == hashlib.sha256(saved.figures.read_bytes()).hexdigest()


def test_a_failed_write_leaves_the_old_page(
    figures: DailyFigures, folder: DataFolder, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = archive.save(figures, folder, state)
    before = saved.page.read_bytes()

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DegradedError, match="写不下"):
        archive.save(figures.model_copy(update={"number": 99}), folder, state)
    assert saved.page.read_bytes() == before
    assert sorted(p.name for p in folder.reports.iterdir()) == [saved.page.name, saved.figures.name]


def test_nothing_is_written_where_drawing_fails(
    figures: DailyFigures, folder: DataFolder, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: DailyFigures) -> str:
        raise RuntimeError("killed while drawing")

    monkeypatch.setattr(render, "page", broken)
    with pytest.raises(RuntimeError):
        archive.save(figures, folder, state)
    assert list(folder.reports.iterdir()) == []


def test_a_missing_or_damaged_report_is_named(folder: DataFolder) -> None:
    with pytest.raises(InputError, match="没有 2026-11-18 的日报"):
        archive.load(folder, "cmcc", DAY)
    (folder.reports / "daily-cmcc-2026-11-18.json").write_text('{"brand": ')
    with pytest.raises(InputError, match="读不出"):
        archive.redraw(folder, "cmcc", DAY)


def test_issue_numbers_count_days_not_runs(
    store: MentionStore, state: State, settings: Settings, clock: FixedClock, folder: DataFolder, kit: Any
) -> None:
    kit.filled(store, kit.world(days=1))
    yesterday = DAY - timedelta(days=1)
    numbers = []
    for day in (yesterday, DAY, DAY):
        figures = compute(store, state, settings, clock, day)
        archive.save(figures, folder, state)
        numbers.append(figures.number)
        clock.set(clock.now() + timedelta(minutes=1))
    assert numbers == [1, 2, 2]


def test_late_posts_correct_yesterdays_figures(
    store: MentionStore, state: State, settings: Settings, clock: FixedClock, folder: DataFolder, kit: Any
) -> None:
    morning = clock.now()
    maker = kit.Maker()
    for back in (1, 0):
        kit.quiet_day(maker, DAY - timedelta(days=back), 100)
    kit.filled(store, maker.made)
    clock.set(morning - timedelta(days=1))
    archive.save(compute(store, state, settings, clock, DAY - timedelta(days=1)), folder, state)
    old = archive.load(folder, "cmcc", DAY - timedelta(days=1)).days[-1].posts
    late = [maker.add(EVENING, label="neg", seen=morning - timedelta(hours=3)) for _ in range(19)]
    kit.filled(store, [replace(m, revision=10_000 + i) for i, m in enumerate(late)])
    clock.set(morning)
    found = compute(store, state, settings, clock, DAY)
    assert found.corrections is not None
    assert found.corrections.late == 19
    posts = found.corrections.items[0]
    assert (posts.title, posts.old, posts.new) == ("声量", old, old + 19)
    page = render.page(found)
    assert f"昨日声量 {old} 更正为 {old + 19}" in page
    assert f'<s class="mut">{old}</s>' in page


def test_without_a_change_there_is_no_correction(
    store: MentionStore, state: State, settings: Settings, clock: FixedClock, folder: DataFolder, kit: Any
) -> None:
    kit.filled(store, kit.world(days=1))
    archive.save(compute(store, state, settings, clock, DAY - timedelta(days=1)), folder, state)
    assert compute(store, state, settings, clock, DAY).corrections is None
