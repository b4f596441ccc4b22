"""What exists is documented: every config key, every command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from koubei.app.cli import edge  # noqa: F401  (registers every command)
from koubei.app.cli.root import cli
from koubei.core.config.schema import Settings

ROOT = Path(__file__).parents[2]
DOCS = "\n".join(p.read_text(encoding="utf-8") for p in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def config_keys(model: type[BaseModel]) -> set[str]:
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                keys |= config_keys(inner)
    return keys


def command_names(app: typer.Typer, prefix: str = "koubei") -> set[str]:
    names = {
        f"{prefix} {c.name or (c.callback.__name__ if c.callback else '')}" for c in app.registered_commands
    }
    for group in app.registered_groups:
        if group.typer_instance is not None:
            names |= command_names(group.typer_instance, f"{prefix} {group.name}")
    return names


@pytest.mark.parametrize("key", sorted(config_keys(Settings)))
def test_every_config_key_is_documented(key: str) -> None:
    configuration = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert f"`{key}`" in configuration or f"[[{key}]]" in configuration or f"[{key}]" in configuration


@pytest.mark.parametrize("name", sorted(command_names(cli)))
def test_every_command_is_documented(name: str) -> None:
    assert name in DOCS


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "findings").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_paths_that_the_security_page_names_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:crawlers|koubei|sentiment|indexer|reports)/[\w/.]+)`", text)
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []
