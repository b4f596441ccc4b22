"""The demo's folder: when its world ends, on which port it is served, and its koubei.toml.

The world is anchored when the folder is first made, so that a later run meets the same posts again.
"""

from __future__ import annotations

import json
import socket
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawlers.sandbox import APPS, CAMPAIGN_DAYS, demo_sources
from koubei.core.clock import BEIJING, Clock, day_of
from koubei.core.config import Settings
from koubei.core.errors import InputError
from koubei.core.language import _, strerror

ANCHOR_TIME = time(8, 30)
SEED = 7
NETWORK = "# ---------------------------------------------------------------- 网络"
"""The line of the example config behind its sources."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays and until when.

    Attributes:
        anchor: the world's last instant: 08:30 Beijing, when the morning report is due.
    """

    folder: Path
    anchor: datetime
    seed: int
    port: int

    @property
    def origin(self) -> str:
        """The sandbox site's origin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """The demo's own koubei.toml."""
        return self.folder / "koubei.toml"


def set_up(folder: Path, clock: Clock) -> Stage:
    """Read the folder's anchor, or make it; write the config that fits it.

    Raises:
        InputError: the folder cannot be written, or its anchor cannot be read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = _read(folder) or _make(folder, clock)
        _write(stage.config, config_text(stage))
    except OSError as error:
        raise InputError(
            _("{folder} 用不了：{reason}", folder=folder, reason=strerror(error)),
            _("一个可写的目录"),
            _("用 --folder 换一处"),
        ) from error
    return stage


def _read(folder: Path) -> Stage | None:
    file = folder / "world.json"
    if not file.exists():
        return None
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return Stage(folder, datetime.fromisoformat(values["anchor"]), values["seed"], values["port"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            _("{file} 读不懂", file=file), _("演示自己写的 JSON"), _("删去目录 {folder} 重来", folder=folder)
        ) from error


def _make(folder: Path, clock: Clock) -> Stage:
    stage = Stage(folder, _last_morning(clock.now()), SEED, _free_port())
    values = asdict(stage) | {"anchor": stage.anchor.isoformat(), "folder": "."}
    _write(folder / "world.json", json.dumps(values, indent=2))
    return stage


def _last_morning(now: datetime) -> datetime:
    today = datetime.combine(day_of(now), ANCHOR_TIME, BEIJING)
    return today if today <= now else today - timedelta(days=1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write(file: Path, text: str) -> None:
    """Whole or not at all: a kill in between leaves the earlier file."""
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def config_text(stage: Stage) -> str:
    """The example config with the sandbox's sources in place of the example's."""
    example = files("koubei.app").joinpath("files/koubei.example.toml").read_text(encoding="utf-8")
    head, rest = example.split("[[sources]]", 1)
    tail = rest[rest.index(NETWORK) :]
    sources = "\n".join(_table("sources", source) for source in demo_sources(stage.origin))
    day = day_of(stage.anchor) - timedelta(days=1)
    return (
        f"# 演示的配置，由 koubei demo 写成；世界的最后一整天是 {day}\n"
        + _with_apps(head)
        + sources
        + "\n"
        + _with_campaign(tail, stage)
        .replace('data = "koubei-data"', 'data = "data"')
        .replace('contact = ""', 'contact = "demo@koubei.invalid"')
    )


def _with_apps(brands: str) -> str:
    """The sandbox's invented app ids join the subjects of the brand they belong to."""
    parts = brands.split("subjects = [")
    ids = [brand.id for brand in Settings.model_validate(tomllib.loads(brands)).brands]
    added = [
        "".join(f'"{app}", ' for app, owner in APPS.items() if owner == brand) + part
        for brand, part in zip(ids, parts[1:], strict=True)
    ]
    return "subjects = [".join([parts[0], *added])


def _with_campaign(tail: str, stage: Stage) -> str:
    """The praised campaign of the story, drawn on the trend."""
    day = day_of(stage.anchor) - timedelta(days=max(CAMPAIGN_DAYS))
    lines = tail.splitlines(keepends=True)
    own = f'events = [{{ date = "{day}", name = "满格出行" }}]\n'
    return "".join(own if line.startswith("# events =") else line for line in lines)


def _table(name: str, values: dict[str, Any]) -> str:
    return f"[[{name}]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)
