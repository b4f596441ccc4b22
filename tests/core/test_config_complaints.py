"""What is wrong with a config is said in our words, whatever pydantic calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from koubei.core.config import Settings, complaint, load_settings
from koubei.core.errors import ConfigError
from koubei.core.language import forget_language

VALUES: list[Any] = [
    "", "x", "X Y", 0, -1, 1, 2, 1.5, -0.5, 10**30, float("inf"), float("nan"), True, None, [], ["x"],
    [1], [[]], {}, {"x": 1}, {"x": "y"}, [{"x": "y"}], [{}], {1: 2}, b"\xff",
]  # fmt: skip


def complaints(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Error type and text of every field of a section under values of every kind, and of its sections'."""
    for field in model.model_fields.values():
        adapter = TypeAdapter(field.rebuild_annotation())
        for value in VALUES:
            try:
                adapter.validate_python(value)
            except ValidationError as error:
                for each in error.errors():
                    yield each["type"], complaint(each)
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from complaints(inner)
    try:
        model.model_validate({"no such key": 1})
    except ValidationError as error:
        for each in error.errors():
            yield each["type"], complaint(each)


def test_every_error_the_config_can_raise_has_a_text() -> None:
    found = dict(complaints(Settings))
    assert len(found) > 15
    assert {kind: text for kind, text in found.items() if "不合要求" in text} == {}
    assert [text for text in found.values() if not re.search(r"[\u4e00-\u9fff]", text)] == []


def test_an_error_without_a_text_is_named() -> None:
    assert complaint({"type": "url_scheme", "loc": (), "msg": "…", "input": 1}) == "不合要求（url_scheme）"


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("[alerts]\nmin_roots = 0", "应不小于 1（现为 0）", "must be at least 1 (now 0)"),
        ("[alerts]\nmin_root = 1", "没有这个键，是否指 min_roots？", "no such key, did you mean min_roots?"),
        ("[alerts]\nzzz = 1", "alerts.zzz：没有这个键", "alerts.zzz: no such key"),
        ("", "brands：缺少这一项", "brands: is missing"),
        ("brands = []", "至少 1 项，现有 0 项", "needs at least 1 items, has 0"),
        ('[[channels]]\nname = "a"\nkind = "fax"', "其中之一：'console', ", "must be one of: 'console', "),
        ('[[channels]]\nname = "a"\nkind = "mail"', "url_env 缺失", "url_env is missing"),
        ("[storage]\nkeep_unmatched_days = '{x}'", "应为整数（现为 '{x}'）", "a whole number (now '{x}')"),
        ("x", "不是合法的 TOML", "is no valid TOML"),
    ],
)  # fmt: skip
def test_the_config_is_complained_of_in_the_language_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, chinese: str, english: str
) -> None:
    file = tmp_path / "koubei.toml"
    file.write_text(text, encoding="utf-8")
    for language, words in (("zh", chinese), ("en", english)):
        monkeypatch.setenv("KOUBEI_LANG", language)
        forget_language()
        with pytest.raises(ConfigError) as raised:
            load_settings(file)
        assert words in str(raised.value)
    monkeypatch.undo()
    forget_language()


def test_a_variable_that_holds_no_json_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "koubei.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("KOUBEI_SOURCES", "[x")
    with pytest.raises(ConfigError, match="KOUBEI_SOURCES"):
        load_settings(tmp_path / "koubei.toml")
