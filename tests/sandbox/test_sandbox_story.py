"""The story: the incident stands out and nothing else does; storm, campaign, outage."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from crawlers.sandbox import Truth, World
from crawlers.sandbox.keywords import named
from crawlers.sandbox.story import FACTOR, OUTAGE_DAY, PROVINCE, STORM_DAY
from koubei.core.clock import day_of

Hourly = dict[datetime, set[tuple[str, str]]]


def _own_negative(world: World) -> list[Truth]:
    return [
        t
        for t in world.truth
        if t.facts.brands.get("cmcc") == "neg" and t.facts.matched["cmcc"] != "thread"
        and t.facts.role == "customer"
    ]  # fmt: skip


def _hourly(truths: list[Truth]) -> Hourly:
    found: Hourly = defaultdict(set)
    for truth in truths:
        found[truth.published_at.replace(minute=0, second=0)].add(truth.voice)
    return found


def _split(world: World, hours: Hourly) -> tuple[list[int], list[int]]:
    """Voices an hour before the incident, and in its eight hours from 15:00 on."""
    begun = world.incident_start.replace(minute=0)
    quiet = [len(v) for hour, v in hours.items() if hour < begun]
    surge = [len(hours.get(begun + timedelta(hours=h), ())) for h in range(1, 9)]
    return quiet, surge


def test_nothing_of_the_incident_is_written_before_it_starts(world: World) -> None:
    incident = [t for t in world.truth if t.facts.incident]
    assert len(incident) > 350
    assert min(t.published_at for t in incident) >= world.incident_start
    first = min(t.published_at for t in incident)
    assert first < world.incident_start + timedelta(hours=1)
    assert day_of(world.incident_start) == day_of(world.anchor) - timedelta(days=1)


def test_the_incident_is_hundreds_of_customers_on_three_platforms(world: World) -> None:
    items = [i for i in world.items if i.facts.incident]
    assert len({(i.platform, i.author.uid) for i in items}) == len(items)
    assert all(n > 60 for n in Counter(i.platform for i in items).values())
    assert {i.platform for i in items} == {"forum", "heimao", "weibo"}
    assert any(i.facts.brands["cmcc"] != "neg" for i in items)


def test_the_incident_stands_out_for_the_brand_the_factor_and_the_province(world: World) -> None:
    own = _own_negative(world)
    series = (
        own,
        [t for t in own if t.facts.factors["cmcc"] == FACTOR],
        [t for t in own if t.facts.province == PROVINCE],
    )
    for truths in series:
        quiet, surge = _split(world, _hourly(truths))
        assert max(quiet) < min(surge[1:])
        assert surge[5] > surge[0]
        assert max(surge) > 2.5 * max(quiet)


def test_quiet_hours_vary_as_chance_does(world: World) -> None:
    hours = _hourly(_own_negative(world))
    begun = world.incident_start.replace(minute=0)
    noon = [
        len(v) for h, v in hours.items() if h < begun and h.hour in (2, 3, 6, 7) and day_of(h).weekday() < 5
    ]
    mean = sum(noon) / len(noon)
    variance = sum((n - mean) ** 2 for n in noon) / (len(noon) - 1)
    assert 0.5 < variance / mean < 2.0


def test_no_other_province_or_factor_surges(world: World) -> None:
    own = [t for t in _own_negative(world) if t.published_at < world.incident_start]
    for group in (lambda t: t.facts.province or "", lambda t: t.facts.factors["cmcc"]):
        cells: dict[tuple[str, datetime], set[tuple[str, str]]] = defaultdict(set)
        for truth in own:
            cells[group(truth), truth.published_at.replace(minute=0, second=0)].add(truth.voice)
        assert max(len(v) for (name, _), v in cells.items() if name) < 12


def test_the_storm_is_many_copies_by_few_accounts_and_one_voice(world: World) -> None:
    storm = [i for i in world.items if i.facts.storm]
    assert len(storm) >= 150
    assert len({i.author.uid for i in storm}) <= 5
    assert len({t.voice for t in world.truth if t.facts.storm}) == 1
    assert {day_of(i.at) for i in storm} == {day_of(world.anchor) - timedelta(days=STORM_DAY)}


def test_the_campaign_is_praise_on_three_days(world: World) -> None:
    campaign = [t for t in world.truth if t.facts.topic == "campaign"]
    assert len(campaign) > 150
    assert len({day_of(t.published_at) for t in campaign}) == 3
    assert all(t.facts.brands["cmcc"] == "pos" for t in campaign if "cmcc" in named(t.title + t.text))


def test_the_rival_is_out_one_evening_and_we_are_praised_beside_it(world: World) -> None:
    outage = [t for t in world.truth if t.facts.topic == "outage"]
    assert len(outage) > 150
    assert {day_of(t.published_at) for t in outage} == {day_of(world.anchor) - timedelta(days=OUTAGE_DAY)}
    assert all(t.facts.brands["cucc"] == "neg" for t in outage)
    both = [t for t in outage if t.facts.matched.get("cmcc") == "text"]
    assert len(both) > 10
    assert all(t.facts.brands["cmcc"] == "pos" for t in both)


def test_every_role_speaks(world: World) -> None:
    roles = Counter(t.facts.role for t in world.truth)
    assert set(roles) == {"customer", "media", "marketing", "official", "employee"}
    assert min(roles.values()) > 20
