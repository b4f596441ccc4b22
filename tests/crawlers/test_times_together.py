"""What a page's times show together: days only, stamps of the moment of asking, minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from crawlers.times import Stamp, settle_together
from crawlers.times.together import ONLY_DAYS, STAMPED
from koubei.core.clock import BEIJING
from koubei.core.domain import Post

Site = Any
ASKED = datetime(2026, 11, 18, 1, 0, 7, tzinfo=UTC)


def feed(dates: Sequence[str]) -> str:
    items = "".join(
        f"<item><title>中国移动 {n}</title><link>https://a.example/{n}</link><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(dates)
    )
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def crawled(site: Site, dates: Sequence[str]) -> tuple[list[Post], dict[str, int]]:
    site.answers["/f"] = feed(dates)
    run = site.run("feed", "/f")
    assert run.status == "ok"
    return site.posts(), dict(run.leftover)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("GMT+8", "2026-11-17T00:30:00+00:00"),
        ("UTC+8", "2026-11-17T00:30:00+00:00"),
        ("UTC+08:00", "2026-11-17T00:30:00+00:00"),
        ("GMT+0800", "2026-11-17T00:30:00+00:00"),
        ("CST", "2026-11-17T00:30:00+00:00"),
        ("北京时间", "2026-11-17T00:30:00+00:00"),
        ("", "2026-11-17T00:30:00+00:00"),
        ("GMT-5", "2026-11-17T13:30:00+00:00"),
        ("GMT", "2026-11-17T08:30:00+00:00"),
        ("+0800", "2026-11-17T00:30:00+00:00"),
    ],
)
def test_a_feeds_zone_words(site: Site, written: str, expected: str) -> None:
    (post,), _ = crawled(site, [f"Tue, 17 Nov 2026 08:30:00 {written}".strip()])
    assert post.published_at == datetime.fromisoformat(expected)


@pytest.mark.parametrize("date", ["2026年11月17日 08:30", "2026/11/17 08:30"])
def test_a_feeds_chinese_dates(site: Site, date: str) -> None:
    (post,), _ = crawled(site, [date])
    assert post.published_at == datetime(2026, 11, 17, 0, 30, tzinfo=UTC)
    assert post.time_precision == "minute"


def test_a_feed_of_midnights_knows_days_only(site: Site) -> None:
    posts, said = crawled(site, ["Mon, 16 Nov 2026 16:00:00 GMT"] * 40)
    assert {post.time_precision for post in posts} == {"day"}
    assert posts[0].published_at == datetime(2026, 11, 17, tzinfo=BEIJING)
    assert said == {ONLY_DAYS: 40}


def test_midnights_of_greenwich_are_days_too(site: Site) -> None:
    dates = ["Tue, 17 Nov 2026 00:00:00 GMT"] * 2 + ["Mon, 16 Nov 2026 00:00:00 GMT"]
    posts, _ = crawled(site, dates)
    days = [datetime(2026, 11, day, tzinfo=BEIJING) for day in (17, 17, 16)]
    assert [post.published_at for post in posts] == days


def test_who_posts_daily_at_eight_keeps_the_hour(site: Site) -> None:
    posts, said = crawled(site, ["Tue, 17 Nov 2026 08:00:00 +0800", "Mon, 16 Nov 2026 08:00:00 +0800"])
    assert [post.time_precision for post in posts] == ["exact", "exact"]
    assert not said


def test_rows_of_a_file_are_not_doubted_for_a_common_moment() -> None:
    eight = Stamp(datetime(2026, 11, 17, 0, 0, tzinfo=UTC), "minute")
    odd = Stamp(datetime(2026, 11, 17, 0, 13, 41, tzinfo=UTC), "exact")
    assert settle_together([eight] * 5) == ([eight] * 5, None)
    assert settle_together([odd] * 5) == ([odd] * 5, None)


def test_one_midnight_among_other_times_is_a_time(site: Site) -> None:
    others = [f"Tue, 17 Nov 2026 0{n}:12:31 +0800" for n in range(1, 5)]
    posts, said = crawled(site, ["Tue, 17 Nov 2026 00:00:00 +0800", *others])
    assert {post.time_precision for post in posts} == {"exact"}
    assert not said


def test_of_a_page_mostly_at_midnight_the_rest_keeps_its_times() -> None:
    midnight = Stamp(datetime(2026, 11, 16, 16, tzinfo=UTC), "exact")
    other = Stamp(datetime(2026, 11, 17, 3, 4, 5, tzinfo=UTC), "exact")
    settled, wrong = settle_together([midnight, midnight, other], ASKED)
    assert [each.precision for each in settled] == ["day", "day", "exact"]
    assert wrong == ONLY_DAYS


def test_a_feed_that_gives_the_moment_of_asking_has_no_dates(site: Site) -> None:
    posts, said = crawled(
        site, [format_datetime(site.clock.now() - timedelta(seconds=n % 3)) for n in range(9)]
    )
    assert {(post.published_at, post.time_precision) for post in posts} == {(None, "unknown")}
    assert said == {STAMPED: 9}


def test_one_fresh_post_keeps_its_time(site: Site) -> None:
    now = site.clock.now()
    dates = [
        now - timedelta(seconds=4),
        now - timedelta(hours=5, seconds=9),
        now - timedelta(days=1, seconds=2),
    ]
    posts, said = crawled(site, [format_datetime(date) for date in dates])
    assert [post.published_at for post in posts] == dates
    assert not said


def test_a_feed_whose_dates_move_between_fetches_has_none(site: Site) -> None:
    def dates(minutes: int) -> list[str]:
        made = site.clock.now() - timedelta(minutes=minutes)
        return [format_datetime(made - timedelta(minutes=n, seconds=n)) for n in range(5)]

    first, _ = crawled(site, dates(30))
    assert first[0].time_precision == "exact"
    site.clock.set(site.clock.now() + timedelta(hours=3))
    _, said = crawled(site, dates(30))
    assert STAMPED in said


def test_all_entries_in_the_second_the_feed_was_made() -> None:
    made = Stamp(datetime(2026, 11, 18, 0, 13, 41, tzinfo=UTC), "exact")
    settled, wrong = settle_together([made] * 5, ASKED)
    assert {each.at for each in settled} == {None}
    assert wrong == STAMPED
    on_the_hour = Stamp(datetime(2026, 11, 18, 0, 30, tzinfo=UTC), "exact")
    assert settle_together([on_the_hour] * 5, ASKED) == ([on_the_hour] * 5, None)


def test_times_that_all_lack_seconds_are_known_to_the_minute() -> None:
    times = [Stamp(datetime(2026, 11, 17, 1, minute, tzinfo=UTC), "exact") for minute in (3, 17, 20, 44)]
    settled, wrong = settle_together(times, ASKED)
    assert {each.precision for each in settled} == {"minute"}
    assert wrong is None
    assert settle_together(times[:3], ASKED)[0] == times[:3]


def test_days_and_relative_times_are_left_alone() -> None:
    stamps = [
        Stamp(datetime(2026, 11, 16, 16, tzinfo=UTC), "day"),
        Stamp(ASKED, "relative"),
        Stamp(None, "unknown"),
    ]
    assert settle_together(stamps * 3, ASKED) == (stamps * 3, None)
