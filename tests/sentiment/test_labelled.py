"""Labelled texts in files, and what own labels must bring along."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from koubei.core.errors import InputError
from sentiment.training.labelled import opened, read_labelled, rows
from sentiment.training.recipe import own_plan, reserved


def write_rows(path: Path, rows_: list[object]) -> Path:
    content = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows_).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["gold.jsonl", "gold.jsonl.gz"])
def test_reading_labelled_rows(tmp_path: Path, name: str) -> None:
    path = write_rows(
        tmp_path / name, [{"text": "好", "label": "pos"}, "", {"text": "差", "label": "neg", "x": 1}]
    )
    gold = read_labelled(path)
    assert (gold.name, gold.texts, gold.labels.tolist()) == ("gold", ("好", "差"), [2, 0])
    assert gold.counts == {"neg": 1, "neu": 0, "pos": 1}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{", "第 2 行不是 JSON"),
        ("[1]", "第 2 行不是 JSON 对象"),
        ({"text": 1, "label": "neg"}, "第 2 行"),
        ({"text": "好", "label": "good"}, "good"),
        ({"text": "好", "label": []}, "第 2 行"),
        ("\x00" * 5 + "[" * 100_000, "第 2 行"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, row: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_labelled(write_rows(tmp_path / "gold.jsonl", [{"text": "好", "label": "pos"}, row]))


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="打不开"):
        read_labelled(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="没有任何行"):
        read_labelled(write_rows(tmp_path / "empty.jsonl", []))
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(b'{"text": "a"}\n' * 1000)[:-20])
    with pytest.raises(InputError, match="gzip 损坏"):
        read_labelled(cut)
    with cut.open("rb") as stream, pytest.raises(InputError, match="gzip 损坏"):
        list(rows(opened(stream, "cut"), "cut"))


def test_own_labels_need_enough_to_hold_some_out(tmp_path: Path) -> None:
    few = write_rows(tmp_path / "few.jsonl", [{"text": f"第{i}条", "label": "neg"} for i in range(30)])
    with pytest.raises(InputError, match="标注太少：30 条"):
        own_plan("own", [few], None)
    enough = write_rows(
        tmp_path / "enough.jsonl",
        [{"text": f"第{i}条", "label": "neg" if i % 2 else "pos"} for i in range(300)],
    )
    made = own_plan("own", [enough], None)
    (fitted, _), held = made.sets[0], made.held_out[0]
    assert len(fitted.texts) + len(held.texts) == 300
    assert not set(fitted.texts) & set(held.texts)
    assert len(held.texts) == int(reserved([f"第{i}条" for i in range(300)], 5).sum())


@pytest.mark.parametrize(
    ("labels", "words"), [(("neu",), "负面"), (("neg", "neu"), "正面"), (("pos",), "负面")]
)
def test_own_labels_need_both_sides(tmp_path: Path, labels: tuple[str, ...], words: str) -> None:
    """A threshold that was set without one side would be certain of anything."""
    rows_: list[object] = [{"text": f"第{i}条", "label": labels[i % len(labels)]} for i in range(300)]
    with pytest.raises(InputError, match=f"{words}的标注太少：0 条"):
        own_plan("own", [write_rows(tmp_path / "sided.jsonl", rows_)], None)
