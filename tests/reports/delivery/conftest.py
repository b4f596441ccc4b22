"""A state database, a clock and a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from koubei.core.clock import FixedClock
from koubei.core.config.schema import Settings
from koubei.core.state import State
from reports.delivery import Attachment, Message


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 18, 9, 30, tzinfo=UTC))


@pytest.fixture
def state(tmp_path: Path, clock: FixedClock) -> Iterator[State]:
    opened = State.open(tmp_path / "state.db", clock)
    yield opened
    opened.close()


@pytest.fixture
def settings_with(tmp_path: Path) -> Callable[..., Settings]:
    """Settings whose channels are the given tables."""

    def build(*channels: dict[str, Any], **network: Any) -> Settings:
        return Settings.model_validate(
            {
                "brands": [{"id": "cmcc", "name": "中国移动", "include": ["中国移动"]}],
                "storage": {"data": str(tmp_path / "data")},
                "network": network,
                "channels": list(channels),
            }
        )

    return build


@pytest.fixture
def alert() -> Message:
    return Message(
        kind="alert",
        ref="R-1118-01",
        title="【橙色|Ⅱ级·新】中国移动 资费套餐 负面激增",
        markdown="### 【橙色｜Ⅱ级·新】中国移动 资费套餐 负面激增\n\n**负面 96，同期基线 21.0**",
        text="【橙色|Ⅱ级·新】中国移动 资费套餐 负面激增\n负面 96，同期基线 21.0",
        html="<p>负面 96</p>",
        identity="opened/2/0",
    )


@pytest.fixture
def report() -> Message:
    return Message(
        kind="report",
        ref="daily/2026-11-18",
        title="[口碑日报] 中国移动 11-18",
        markdown="### 口碑日报",
        text="口碑日报",
        html="<p>口碑日报</p>",
        attachments=(Attachment("koubei-2026-11-18.html", "text/html", "<h1>口碑日报</h1>".encode()),),
    )
