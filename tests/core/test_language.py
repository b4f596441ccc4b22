"""Which language is chosen, and what becomes of a text and its values in it."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import pytest

from koubei.core.errors import InputError, QueryError
from koubei.core.language import (
    UnknownLanguageError,
    _,
    chosen_language,
    current_language,
    forget_language,
    source_of,
    strerror,
)


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KOUBEI_LANG", "en")
    forget_language()
    yield
    monkeypatch.undo()
    forget_language()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"KOUBEI_LANG": ""}, "zh"),
        ({"KOUBEI_LANG": "en"}, "en"),
        ({"KOUBEI_LANG": " EN_us.UTF-8 "}, "en"),
        ({"KOUBEI_LANG": "zh-Hans"}, "zh"),
        ({"KOUBEI_LANG": "ZH_CN", "LANG": "en_US.UTF-8"}, "zh"),
        ({"KOUBEI_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "C"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_TW.Big5"}, "zh"),
        ({"LANG": "zh_CN@pinyin"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh_CN:en"}, "zh"),
        ({"LANG": "C", "LANGUAGE": "en"}, "zh"),
    ],
)
def test_the_variable_chooses_before_the_locale(environment: dict[str, str], language: str) -> None:
    assert chosen_language(environment) == language


@pytest.mark.parametrize("name", ["fr", "C", "english", "z h"])
def test_a_language_without_a_catalogue_is_named_with_what_is_possible(name: str) -> None:
    with pytest.raises(UnknownLanguageError, match=r"zh .* en") as raised:
        chosen_language({"KOUBEI_LANG": name})
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_suite_speaks_chinese_whatever_the_locale() -> None:
    assert current_language() == "zh"
    assert _("没有选项 {option}", option="--x") == "没有选项 --x"


@pytest.mark.usefixtures("english")
def test_a_text_is_looked_up_and_its_values_put_in() -> None:
    assert _("没有选项 {option}", option="--x") == "There is no option --x"
    assert _("{name} 的值 {value!r} 不是日期", name="--to", value="x") == "--to: 'x' is no date"
    assert _("用时 {seconds:.0f} 秒", seconds=2.6) == "Took 3 seconds"
    assert _("目录里没有的话") == "目录里没有的话"
    assert _("") == ""


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("value", ["{option}", "{0}", "{", "}}", "{option.__class__}", "%s", "%(x)s"])
def test_what_a_value_holds_is_never_a_placeholder(value: str) -> None:
    assert _("没有选项 {option}", option=value) == f"There is no option {value}"


def test_without_values_a_brace_is_a_brace() -> None:
    assert _('{"text": …}') == '{"text": …}'


@pytest.mark.usefixtures("english")
def test_what_is_stored_stays_chinese() -> None:
    inner = _("没有选项 {option}", option="{x}")
    said = QueryError(inner, 3, _("不同的 FROM 与 TO"), _("见隔离区"))
    assert str(said).startswith("Column 3: There is no option {x}; Expected: ")
    assert said.source == "第 3 列：没有选项 {x}；应为：不同的 FROM 与 TO；办法：见隔离区"
    assert type(said.source) is str
    assert source_of(inner) == "没有选项 {x}"
    assert source_of("as it is") == "as it is"
    assert InputError("plain").source == "plain"


def test_a_usual_error_of_the_system_is_said_in_the_language() -> None:
    assert strerror(PermissionError(errno.EACCES, "Permission denied")) == "没有权限"
    assert strerror(OSError(errno.ENOANO, "No anode")) == "No anode"
    assert strerror(OSError()) == "OSError"
