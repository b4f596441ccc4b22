"""One full world and one small one with its server, shared by the tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest

from crawlers.sandbox import SandboxServer, World
from koubei.core.clock import BEIJING, FixedClock

ANCHOR = datetime(2026, 11, 18, 8, 30, tzinfo=BEIJING)


@pytest.fixture(scope="session")
def world() -> World:
    return World.make(ANCHOR)


@pytest.fixture(scope="session")
def small_world() -> World:
    return World.make(ANCHOR, scale=0.1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(ANCHOR)


@pytest.fixture
def site(small_world: World, clock: FixedClock) -> Iterator[SandboxServer]:
    with SandboxServer(small_world, clock) as server:
        yield server


@pytest.fixture
def client(site: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.origin, trust_env=False) as found:
        yield found
