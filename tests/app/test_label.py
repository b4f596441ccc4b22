"""The loop: draw, judge, agree, rule; a verdict outlives crawls and models."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from indexer.export import write
from koubei.app.cli.asking import ask_person
from koubei.app.context import AppContext
from koubei.app.ingest import ingest
from koubei.app.label_files import ANSWER_COLUMN, read_sheet, sheet_rows
from koubei.app.labelling import draw_sample, give, sample_of, training_rows, unjudged
from koubei.app.verdicts import decide, withdraw
from koubei.core.clock import FixedClock, day_window
from koubei.core.config import Brand, Settings, Storage
from koubei.core.domain import Engagement, RawPost
from koubei.core.errors import DegradedError, InputError
from koubei.core.query import Everything, Term
from koubei.core.state import Sample

DAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 19, 1, tzinfo=UTC)
TEXTS = ("中国移动的资费太贵了，客服态度恶劣", "中国移动信号很好，非常满意", "请问中国移动套餐怎么办理")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppContext]:
    brands = (Brand(id="cmcc", name="中国移动", include=("中国移动",)),)
    settings = Settings(brands=brands, storage=Storage(data=tmp_path / "data"))
    with AppContext(settings, FixedClock(NOW)) as context:
        yield context


def raw(number: int, text: str = "", **changes: object) -> RawPost:
    platform = ("weibo", "forum")[number % 2]
    post = RawPost(
        platform=platform, source=platform, kind="post", text=text or f"{TEXTS[number % 3]}，第{number}次写",
        fetched_at=NOW, native_id=str(number), time_precision="minute",
        published_at=day_window(DAY).start + timedelta(minutes=number),
    )  # fmt: skip
    return replace(post, **changes)  # type: ignore[arg-type]


def collect(app: AppContext, *posts: RawPost) -> None:
    app.spool.put([app.factory.build(p) for p in posts])
    ingest(app)


def drawn(app: AppContext, posts: int = 60, size: int = 20) -> Sample:
    collect(app, *(raw(n) for n in range(posts)))
    return draw_sample(app, DAY, DAY, size, ["platform", "label"])


def test_a_sample_stands_for_every_customers_voice(app: AppContext) -> None:
    collect(app, raw(900, text="中国移动套餐太贵，同一段话"), raw(902, text="中国移动套餐太贵，同一段话"))
    sample = drawn(app, 60, 20)
    assert sample.population == app.store.distinct(Everything(), "root_id") == 61
    assert len({i.mention_id for i in sample.items}) == len(sample.items)
    assert sum(i.weight for i in sample.items) == pytest.approx(61)
    assert app.state.samples.get(sample.id) == sample
    for stratum in sample.strata:
        wanted = Counter(i.label for i in sample.items if sample.strata[i.stratum] is stratum)
        assert wanted == {stratum.values["label"]: stratum.drawn}


def test_other_days_and_other_voices_are_left_out(app: AppContext) -> None:
    collect(app, raw(1), raw(2, published_at=day_window(DAY).start - timedelta(minutes=1)))
    collect(app, raw(3, published_at=None, time_precision="unknown"))
    sample = draw_sample(app, DAY, DAY, 50, ["platform"])
    assert [i.mention_id for i in sample.items] == ["forum:1|cmcc"]


@pytest.mark.parametrize(
    ("first", "by", "words"),
    [
        (DAY + timedelta(days=1), ["label"], "起不晚于止"),
        (DAY, ["text"], "不能按它分层"),
        (DAY, [], "不能按它分层"),
        (DAY, ["label"], "没有客户的提及"),
    ],
)
def test_a_draw_that_cannot_be_is_refused(app: AppContext, first: date, by: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        draw_sample(app, first, DAY, 10, by)


def test_an_unknown_sample_names_the_known_ones(app: AppContext) -> None:
    sample = drawn(app)
    with pytest.raises(InputError, match=sample.id):
        sample_of(app, "S000000-1")


def test_csv_goes_out_safe_and_comes_back(app: AppContext, tmp_path: Path) -> None:
    collect(app, raw(500, text='=HYPERLINK("http://evil")中国移动'))
    sample = drawn(app, 30, 31)
    path = tmp_path / "sheet.csv"
    assert write(sheet_rows(app, sample), path, "csv") == 31
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    assert not any("neg" in cell for row in rows for cell in row.values())
    for place, row in enumerate(rows):
        row[ANSWER_COLUMN] = ("负", " POS ", "无关", "")[place % 4]
    with path.open("w", encoding="gb18030", newline="") as stream:  # as Excel saves it in China
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)
    found = read_sheet(app, path, "张")
    assert (len(found.labels), found.blank, found.errors) == (24, 7, [])
    assert Counter(g.label for g in found.labels) == {"neg": 8, "pos": 8, "not_about_us": 8}
    assert {g.sample_id for g in found.labels} == {sample.id}


def test_excel_shows_the_same_sheet(app: AppContext, tmp_path: Path) -> None:
    sample = drawn(app, 20, 8)
    path = tmp_path / "sheet.xlsx"
    write(sheet_rows(app, sample), path, "xlsx")
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert ANSWER_COLUMN in head
    assert [row[1] for row in rows] == [i.mention_id for i in sample.items]
    assert read_sheet(app, path, "张").blank == 8


def test_bad_rows_are_named_and_the_others_kept(app: AppContext, tmp_path: Path) -> None:
    sample = drawn(app, 20, 8)
    first, second = sample.items[0].mention_id, sample.items[1].mention_id
    path = tmp_path / "sheet.csv"
    rows = [f"{first},负", f"{second},坏", "weibo:none|cmcc,正", f"{second},正,多,了"]
    lines = [f"样本,提及编号,{ANSWER_COLUMN}", *(f"{sample.id},{row}" for row in rows), f"S1,{second},正"]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_sheet(app, path, "张")
    assert [g.mention_id for g in found.labels] == [first]
    assert [e.split("：")[0] for e in found.errors] == ["第 3 行", "第 4 行", "第 5 行", "第 6 行"]
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="没有列"):
        read_sheet(app, path, "张")


def test_rows_that_contradict_each_other_are_refused_by_number(app: AppContext, tmp_path: Path) -> None:
    sample = drawn(app, 20, 8)
    first, second, third = (item.mention_id for item in sample.items[:3])
    rows = [
        f"{first},负",
        f"{second},正",
        f"{first},正",
        f"{second},正面",
        f"{third},",
        f"{third},中",
        f"{first},负",
    ]
    path = tmp_path / "sheet.csv"
    lines = [f"样本,提及编号,{ANSWER_COLUMN}", *(f"{sample.id},{row}" for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_sheet(app, path, "张")
    assert [(g.mention_id, g.label) for g in found.labels] == [(second, "pos"), (third, "neu")]
    (error,) = found.errors
    assert error.startswith(f"第 2、4、8 行：{first}")


def test_asking_resumes_where_it_stopped(
    app: AppContext, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(app, raw(500, text="中国移动\x1b[2J\u202e反写"))
    sample = drawn(app, 11, 12)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\nwhat\nU\ns\nq\n"))
    assert ask_person(app, sample, "张") == 10
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n" * 9))
    assert ask_person(app, sample, "张") == 1
    assert ask_person(app, sample, "李") == 12  # the input has ended: nothing is asked twice or guessed
    given = {g.mention_id: g.label for g in app.state.labels.of_sample(sample.id)}
    order = [i.mention_id for i in sample.items]
    assert [given[i] for i in order[:2]] == ["neg", "neu"]
    assert given[order[2]] == "not_about_us"  # the skipped one came first the second time
    assert [i.mention_id for i in unjudged(app, sample, "张")] == [order[-1]]
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_labels_become_training_rows(app: AppContext) -> None:
    sample = drawn(app, 20, 8)
    ids = [i.mention_id for i in sample.items]
    for mention_id, labels in zip(
        ids, (["neg"], ["pos", "pos"], ["neg", "pos"], ["not_about_us"]), strict=False
    ):
        for who, label in zip("ab", labels, strict=False):
            give(app, sample, mention_id, who, label)  # type: ignore[arg-type]
    decide(app, ids[4], "张", "neu", about_us=True)
    found = {row["text"]: row["label"] for row in training_rows(app, sample)}
    texts = [app.store.get(i).mention.post.scored_text for i in ids]  # type: ignore[union-attr]
    assert found == {texts[0]: "neg", texts[1]: "pos", texts[4]: "neu"}
    decide(app, ids[2], "张", "neg", about_us=True)  # settles the dispute
    assert len(list(training_rows(app, sample))) == 4


def test_a_verdict_holds_at_once_and_after_another_crawl(app: AppContext) -> None:
    collect(app, raw(1))
    (before,) = app.store.search(Everything()).items
    ruled = "neu" if before.score.label != "neu" else "pos"
    decide(app, "forum:1|cmcc", "张", ruled, about_us=True)  # type: ignore[arg-type]
    (now,) = app.store.search(Everything()).items
    assert (now.score.label, now.score.snow, now.score.p_neg) == (
        ruled,
        before.score.snow,
        before.score.p_neg,
    )
    assert now.revision > before.revision
    collect(app, raw(1, text="中国移动改过的一段话", engagement=Engagement(likes=7)))
    (again,) = app.store.search(Everything()).items
    assert again.mention.post.text == "中国移动改过的一段话"
    assert again.score.label == ruled
    assert again.revision > now.revision


def test_a_verdict_remembers_what_the_model_says_now(app: AppContext) -> None:
    collect(app, raw(1, text="中国移动太烂了，垃圾，投诉"))
    decide(app, "forum:1|cmcc", "张", "neu", about_us=True)
    first = app.state.overrides.of(["forum:1|cmcc"])["forum:1|cmcc"].model_label
    collect(app, raw(1, text="中国移动很好很好，非常满意，喜欢"))
    second = app.state.overrides.of(["forum:1|cmcc"])["forum:1|cmcc"].model_label
    assert first != second
    assert withdraw(app, "forum:1|cmcc").score.label == second
    assert app.state.overrides.of(["forum:1|cmcc"]) == {}


def test_not_about_us_is_kept_but_not_counted(app: AppContext) -> None:
    collect(app, raw(1), raw(2))
    decide(app, "forum:1|cmcc", "张", None, about_us=False)
    assert app.store.count(Term("matched_by", "text")) == 1
    assert app.store.count(Term("matched_by", "rejected")) == 1
    collect(app, raw(1, engagement=Engagement(likes=7)))
    assert app.store.count(Term("matched_by", "rejected")) == 1
    assert draw_sample(app, DAY, DAY, 9, ["label"]).population == 1
    decide(app, "forum:1|cmcc", "李", "neg", about_us=True)
    assert app.store.count(Term("matched_by", "text")) == 2
    decide(app, "forum:1|cmcc", "李", None, about_us=False)
    withdraw(app, "forum:1|cmcc")
    assert app.store.count(Term("matched_by", "text")) == 2


def test_a_verdict_needs_a_mention_and_its_turn(app: AppContext, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="没有提及"):
        decide(app, "weibo:404|cmcc", "张", "neg", about_us=True)
    collect(app, raw(1))
    with pytest.raises(InputError, match="没有裁定"):
        withdraw(app, "forum:1|cmcc")
    monkeypatch.setattr("koubei.app.writing.PATIENCE_SECONDS", 0)
    from koubei.app.writing import only_writer

    with only_writer(app), pytest.raises(DegradedError, match="正在入库"):
        decide(app, "forum:1|cmcc", "张", "neg", about_us=True)


def test_training_rows_are_what_the_trainer_reads(app: AppContext, tmp_path: Path) -> None:
    sample = drawn(app, 12, 6)
    for item in sample.items:
        give(app, sample, item.mention_id, "张", "pos")
    path = tmp_path / "own.jsonl"
    assert write(training_rows(app, sample), path, "jsonl") == 6
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(set(row) == {"text", "label"} and row["label"] == "pos" for row in rows)
