"""The language of what a user reads on the command line: Chinese as written in the code, or a catalogue's.

Reports, alerts and mail are not concerned: what is stored or delivered is written with `source_of`.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

Language = Literal["zh", "en"]
T = TypeVar("T")

VARIABLE = "KOUBEI_LANG"
DOMAIN = "koubei"
LOCALES = Path(__file__).parent / "locale"
FOLDERS: dict[Language, str] = {"zh": "zh_CN", "en": "en"}


class UnknownLanguageError(ValueError):
    """KOUBEI_LANG names a language there is no catalogue of; said in both, since neither was chosen."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{VARIABLE} = {name!r}：没有这种语言，可写 zh 或 en / no such language, use zh or en"
        )


class Message(str):
    """A text in the chosen language; `source` is the same text in Chinese, whatever was chosen."""

    __slots__ = ("source",)

    source: str


def _(source: str, /, **values: object) -> Message:
    """The text for a user, in the chosen language, with its named placeholders filled in.

    Values are only put in: what looks like a placeholder in one of them stays as it is. Without values
    the text has no placeholders, and a brace in it is a brace.
    """
    text = _catalogue().gettext(source) if source else ""  # the empty msgid is a catalogue's own header
    made = Message(text.format(**values) if values else text)
    made.source = source.format(**{k: source_of(v) for k, v in values.items()}) if values else source
    return made


def msgid(text: str) -> str:
    """A text for the catalogues that is looked up later, where its values are known."""
    return text


def source_of(text: T) -> T | str:
    """A text as the code has it, in Chinese; anything but a Message is returned as it is."""
    return text.source if isinstance(text, Message) else text


def strerror(error: OSError) -> str:
    """What the system says of an error, in the language chosen where it is a usual one."""
    return _(error.strerror or type(error).__name__)


def chosen_language(environment: Mapping[str, str]) -> Language:
    """What KOUBEI_LANG says, else the locale; Chinese where neither says anything (C and POSIX do not).

    Raises:
        UnknownLanguageError: KOUBEI_LANG is neither Chinese nor English.
    """
    if wanted := environment.get(VARIABLE, "").strip():
        language = _known(wanted)
        if language is None:
            raise UnknownLanguageError(wanted)
        return language
    locale = next((environment[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(v)), "")
    if _primary(locale) in ("", "c", "posix"):
        return "zh"
    preferred = [*environment.get("LANGUAGE", "").split(":"), locale]
    return next(filter(None, map(_known, preferred)), "en")


def current_language() -> Language:
    """The language of this process, chosen once; Chinese where the command line has yet to refuse it."""
    return _current()


def teach_libraries() -> None:
    """Let the command library's own texts (it asks gettext's global domain) come from our catalogue.

    Which language it looks for, gettext reads from the environment alone.
    """
    os.environ["LANGUAGE"] = FOLDERS[_current()]
    gettext.bindtextdomain(DOMAIN, str(LOCALES))
    gettext.textdomain(DOMAIN)


def forget_language() -> None:
    """Choose anew at the next text; for tests."""
    _current.cache_clear()
    _catalogue.cache_clear()


@cache
def _current() -> Language:
    try:
        return chosen_language(os.environ)
    except UnknownLanguageError:
        return "zh"


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALES, [FOLDERS[_current()]])


def _known(name: str) -> Language | None:
    match _primary(name):
        case "zh":
            return "zh"
        case "en":
            return "en"
    return None


def _primary(name: str) -> str:
    """The language of a locale's name: zh of zh_CN.UTF-8, zh-Hans or ZH."""
    return name.strip().lower().replace("-", "_").partition(".")[0].partition("@")[0].partition("_")[0]
