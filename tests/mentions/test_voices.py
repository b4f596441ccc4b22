"""Copies and reposts are one voice; people who say a like thing are many."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from koubei.core.domain import Post
from koubei.core.errors import StoreError, StoreUnavailableError
from koubei.mentions import voices as voices_module
from koubei.mentions.voices import Voices

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
SHORT = "移动这个月又乱扣了我十块钱，客服还不承认"
LONG = (
    "昨天去营业厅想把套餐降下来，排了一个多小时的队，柜台说必须打热线才能办，热线又让我回营业厅，"
    "来回折腾了三趟还是没有办成，最后说要等到下个月，气得我当场就想把号码转走。"
)


@pytest.fixture
def voices(tmp_path: Path) -> Iterator[Voices]:
    opened = Voices(tmp_path / "voices.db", tmp_path / "cache")
    yield opened
    opened.close()


def make(n: int, text: str, repost_of: int | None = None, **changes: object) -> Post:
    parent = f"weibo:{repost_of}" if repost_of else None
    post = Post(f"weibo:{n}", "weibo", "w", "post", "", text, NOON, "h", repost_of=parent)
    return replace(post, **changes)  # type: ignore[arg-type]  # any field by name


def roots(voices: Voices, *posts: Post) -> list[int]:
    """The numbers of the posts' roots, in order."""
    found = voices.roots(posts)
    return [int(found[post.post_id].removeprefix("weibo:")) for post in posts]


EDITS = {
    "punctuation": LONG.replace("，", "！！").replace("。", ""),
    "emoji": f"{LONG}\U0001f621\U0001f621[怒]",
    "traditional": LONG.replace("营业厅", "營業廳"),
    "forwarded": f"转发：{LONG}",
    "headline": f"【吐槽】{LONG}",
    "one word": LONG.replace("柜台", "店员"),
    "end cut off": f"{LONG[:-9]}…",
    "address": f"{LONG} O网页链接",
    "link of a chain": f"说得太对了//@甲乙丙:{LONG}",
    "two links": f"同感//@甲:转给大家看看//@ 乙 ：{LONG}",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_copy_speaks_with_the_voice_of_the_first(voices: Voices, edit: str) -> None:
    assert roots(voices, make(1, LONG)) == [1]
    assert roots(voices, make(2, edit), make(3, edit)) == [1, 1]


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_copies_of_one_batch_are_one(voices: Voices, edit: str) -> None:
    assert roots(voices, make(1, edit), make(2, LONG), make(3, edit)) == [1, 1, 1]


def test_other_cases_told_alike_are_not_joined(voices: Voices) -> None:
    told = "我的套餐写的是{}元，上个月账单却多出一笔增值业务费，打了热线才知道早就给我开通了，要求退还"
    assert roots(voices, *(make(n, told.format(yuan)) for n, yuan in enumerate((38, 98, 128), 1))) == [
        1,
        2,
        3,
    ]
    assert roots(voices, make(4, told.format(98) + "！"), make(5, told.format(59))) == [2, 5]
    assert roots(voices, make(6, "11月18日：" + told.format(38))) == [1]


def test_a_like_text_below_the_threshold_is_another(voices: Voices) -> None:
    half = LONG[:45]
    assert roots(voices, make(1, LONG), make(2, half), make(3, half + LONG[60:])) == [1, 2, 3]


def test_short_texts_have_exact_copies_only(voices: Voices) -> None:
    assert roots(voices, make(1, SHORT), make(2, f"{SHORT}！！！"), make(3, f"{SHORT}啊")) == [1, 1, 3]
    assert roots(voices, make(4, SHORT.replace("乱扣", "亂扣")), make(5, f"转发：{SHORT}")) == [1, 1]


@pytest.mark.parametrize("text", ["移动信号差", "", "\U0001f621" * 30, "一二三四五六七八九", "\x00\ud800"])
def test_the_shortest_are_their_own_voice(voices: Voices, text: str) -> None:
    assert roots(voices, make(1, text), make(2, text)) == [1, 2]


def test_the_first_leader_keeps_the_name_however_near_a_later_one_is(voices: Voices) -> None:
    """c is nearer to b than to a; b follows a, so b never leads, and copies of b stay with a."""
    a, b, c = LONG, LONG[10:], LONG[24:]
    assert roots(voices, make(1, a)) == [1]
    assert roots(voices, make(2, b)) == [1]
    assert roots(voices, make(3, c)) == [3]
    assert roots(voices, make(4, b), make(5, c), make(6, a)) == [1, 3, 1]


def test_an_edited_post_keeps_its_voice(voices: Voices) -> None:
    assert roots(voices, make(1, LONG), make(2, SHORT)) == [1, 2]
    assert roots(voices, make(2, LONG), make(1, "全都改了，原来的话一句也不留了，大家别再问")) == [2, 1]


def test_a_repost_speaks_with_its_origins_voice(voices: Voices) -> None:
    assert roots(voices, make(1, LONG), make(2, "转发微博", 1), make(3, "说得对，" + LONG, 2)) == [1, 1, 1]


def test_a_chain_of_reposts_over_several_batches_is_one_voice(voices: Voices) -> None:
    assert roots(voices, make(2, "转发", 1)) == [1]
    assert roots(voices, make(3, "转发", 2)) == [1]
    assert roots(voices, make(4, "转发", 3), make(1, LONG)) == [1, 1]
    assert roots(voices, make(5, LONG)) == [1]


def test_a_repost_of_a_copy_follows_the_leader(voices: Voices) -> None:
    roots(voices, make(1, LONG), make(2, LONG))
    assert roots(voices, make(3, "转发", 2)) == [1]


def test_an_origin_first_known_by_a_repost_keeps_its_name(voices: Voices) -> None:
    assert roots(voices, make(1, LONG), make(3, "转发", 2)) == [1, 2]
    assert roots(voices, make(2, LONG), make(4, LONG)) == [2, 1]


def test_a_post_decided_before_stays_the_origin_of_its_reposts(voices: Voices) -> None:
    roots(voices, make(3, "转发", 2))
    assert roots(voices, make(2, "转发", 1), make(4, "转发", 2), make(5, "转发", 4)) == [2, 2, 2]


def test_circles_and_self_reposts_end(voices: Voices) -> None:
    first = roots(voices, make(1, "甲", 2), make(2, "乙", 1), make(3, "丙", 3))
    assert first[2] == 3
    assert roots(voices, make(1, "甲", 2), make(2, "乙", 1), make(3, "丙", 3)) == first


def test_a_weibo_that_quotes_its_original_is_its_copy(voices: Voices) -> None:
    assert roots(voices, make(1, "转发微博", quoted=LONG), make(2, LONG)) == [1, 1]
    assert roots(voices, make(3, SHORT, quoted=LONG, platform="forum")) == [3]
    assert roots(voices, make(4, f"{SHORT}//@甲:好"), make(5, f"{SHORT}//@甲:好")) == [4, 4]


def test_a_post_that_only_holds_an_address_is_no_chain(voices: Voices) -> None:
    one = "大家看看这个 https://a.example/x 说的就是我家小区的宽带"
    assert roots(voices, make(1, one), make(2, one.replace("小区", "楼道"))) == [1, 2]


def test_roots_outlive_the_process_and_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("koubei.mentions.band_index.TAIL", 40)
    monkeypatch.setattr(voices_module, "TAIL", 40)
    posts = [
        make(n, "".join(chr(0x4E00 + (n * 977 + k * k * 13) % 8000) for k in range(50)))
        for n in range(1, 301)
    ]
    copies = [replace(p, post_id=f"weibo:{1000 + n}", text=f"{p.text}啊") for n, p in enumerate(posts)]

    def ask(batch: list[Post]) -> dict[str, str]:
        opened = Voices(tmp_path / "voices.db", tmp_path / "cache")
        found = opened.roots(batch)
        opened.close()
        return found

    assert ask(posts) == {p.post_id: p.post_id for p in posts}
    files = list((tmp_path / "cache").iterdir())
    assert files
    expected = {c.post_id: p.post_id for c, p in zip(copies, posts, strict=True)}
    assert ask(copies[:150]) == {c.post_id: expected[c.post_id] for c in copies[:150]}
    for file in files:
        file.unlink() if file.name > files[0].name else file.write_bytes(b"half")
    assert ask(copies) == expected


def test_a_batch_cut_off_before_its_end_leaves_nothing(
    voices: Voices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("koubei.mentions.voices_file.VoicesFile.lead", cut)
        with pytest.raises(KeyboardInterrupt):
            roots(voices, make(1, LONG))
    assert roots(voices, make(2, LONG), make(1, LONG)) == [2, 2]
    with monkeypatch.context() as patch:  # after the commit, before this process indexed it
        patch.setattr("koubei.mentions.band_index.BandIndex.add", cut)
        with pytest.raises(KeyboardInterrupt):
            roots(voices, make(3, SHORT))
    assert roots(voices, make(4, SHORT), make(3, SHORT)) == [3, 3]


SPEAK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from koubei.core.domain import Post
from koubei.mentions.voices import Voices
folder, me = Path(sys.argv[1]), int(sys.argv[2])
voices = Voices(folder / "voices.db", folder / "cache")
for n in range(30):
    text = "".join(chr(0x4E00 + (n * 977 + k * k * 13) % 8000) for k in range(50))
    post = Post(f"weibo:{me}{n:03}", "weibo", "w", "post", "", text, datetime(2026, 1, 1, tzinfo=UTC), "h")
    print(n, voices.roots([post])[post.post_id])
"""


def test_processes_that_share_a_folder_agree(tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", SPEAK, str(tmp_path), str(n)], stdout=subprocess.PIPE, text=True
        )
        for n in (1, 2, 3)
    ]
    said = [child.communicate(timeout=120)[0].splitlines() for child in children]
    assert len(said[0]) == 30
    assert said[0] == said[1] == said[2]


def test_what_a_store_holds_is_learned_once_and_renames_nobody(voices: Voices) -> None:
    stored = [
        (make(1, LONG), "weibo:1"),
        (make(2, f"{LONG}啊"), "weibo:2"),  # two voices while only exact copies were joined
        (make(3, "转发", 7), "weibo:7"),
        (make(4, SHORT), "weibo:9"),  # its leader is in the store no more
    ]
    voices.learn(iter(stored))
    again = [replace(post, text="改过了") for post, _ in stored]
    assert roots(voices, *again) == [1, 2, 7, 9]
    assert roots(voices, make(5, LONG), make(6, SHORT), make(8, "转发", 3)) == [1, 9, 7]

    def never() -> Iterator[tuple[Post, str]]:
        raise AssertionError
        yield

    voices.learn(never())


def test_hostile_lengths_are_taken(voices: Voices) -> None:
    texts = ["移" * 200_000, "".join(chr(0x4E00 + k % 9000) for k in range(200_000)), "1 2 3 " * 30_000]
    assert roots(voices, *(make(n, t) for n, t in enumerate(texts, 1))) == [1, 2, 3]
    assert roots(voices, *(make(n, f"{t}。") for n, t in enumerate(texts, 11))) == [1, 2, 3]


def test_no_posts_no_roots(voices: Voices) -> None:
    assert voices.roots([]) == {}


def test_no_text_is_kept(voices: Voices, tmp_path: Path) -> None:
    roots(voices, make(1, LONG))
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("voices.db*"))
    assert "营业厅".encode() not in kept
    assert "营业厅".encode("utf-32-le") not in kept


def test_another_programs_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "voices.db") as raw:
        raw.execute("CREATE TABLE theirs (x)")
    raw.close()
    with pytest.raises(StoreError, match="不是 koubei"):
        Voices(tmp_path / "voices.db", tmp_path / "cache")
    raw = sqlite3.connect(tmp_path / "voices.db")
    assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    raw.close()


def test_a_damaged_or_newer_file_is_refused(tmp_path: Path) -> None:
    Voices(tmp_path / "newer.db", tmp_path / "cache").close()
    with sqlite3.connect(tmp_path / "newer.db") as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(StoreError, match="第 99 版"):
        Voices(tmp_path / "newer.db", tmp_path / "cache")
    (tmp_path / "half.db").write_bytes(b"half a file " * 1000)
    with pytest.raises(StoreError, match="改名移走"):
        Voices(tmp_path / "half.db", tmp_path / "cache")


def test_a_lock_held_elsewhere_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("koubei.mentions.voices_file.BUSY_SECONDS", 0.05)
    opened = Voices(tmp_path / "voices.db", tmp_path / "cache")
    other = sqlite3.connect(tmp_path / "voices.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match="占用"):
        opened.roots([make(1, LONG)])
    other.execute("ROLLBACK")
    other.close()
    assert roots(opened, make(1, LONG)) == [1]
    opened.close()
