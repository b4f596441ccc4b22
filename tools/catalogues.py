"""`make catalogues`: takes the texts for users out of the code, adds new ones to the catalogues, compiles.

en        our own texts, written in Chinese in the code, in English
zh_CN     the texts of the command library and of the system that a user can meet, in Chinese

A new text stands untranslated in its .po until somebody writes it there; the tests name it.
"""

from __future__ import annotations

import ast
import errno
import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from koubei.core.language import DOMAIN, LOCALES

ROOT = Path(__file__).parents[1]
PACKAGES = ("koubei", "crawlers", "sentiment", "indexer", "reports")
METHODS = [("**.py", "python")]
SYSTEM = (
    errno.EACCES, errno.EADDRINUSE, errno.EBUSY, errno.ECONNREFUSED, errno.EDQUOT, errno.EEXIST, errno.EFBIG,
    errno.EINVAL, errno.EIO, errno.EISDIR, errno.ELOOP, errno.EMFILE, errno.ENAMETOOLONG, errno.ENODEV,
    errno.ENOENT, errno.ENOSPC, errno.ENOTDIR, errno.ENOTEMPTY, errno.EPERM, errno.EROFS, errno.ETXTBSY,
)  # fmt: skip


def our_texts() -> set[str]:
    """What stands in _() or msgid() in the packages, as Babel finds it."""
    keywords = {"_": None, "msgid": None}
    return {
        message
        for package in PACKAGES
        for _file, _line, message, *_rest in extract_from_dir(ROOT / package, METHODS, keywords=keywords)
        if isinstance(message, str)
    }


def library_texts() -> set[str]:
    """What the installed command library asks gettext for, and the usual errors of the system."""
    found = extract_from_dir(Path(typer.__file__).parent, METHODS, keywords={"_": None, "gettext": None})
    return {str(message) for _file, _line, message, *_rest in found} | {os.strerror(n) for n in SYSTEM}


def marked(file: Path) -> Iterator[tuple[int, str | None]]:
    """Line and text of every _() and msgid() of a file by its syntax; None where the text is no literal."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "msgid"):
            text = node.args[0]
            yield node.lineno, text.value if isinstance(text, ast.Constant) else None


def po_file(locale: str) -> Path:
    """Where the texts of a locale are written by hand; its .mo stands beside it."""
    return LOCALES / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(locale: str) -> Catalog:
    """The catalogue of a locale as it is written."""
    with po_file(locale).open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the program reads it."""
    made = BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def update(locale: str, texts: set[str]) -> list[str]:
    """Add what is new, drop what is gone, write .po and .mo; what is not translated yet."""
    template, catalogue = Catalog(charset="utf-8"), read(locale)
    for text in sorted(texts):
        template.add(text)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with po_file(locale).open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True)
    po_file(locale).with_suffix(".mo").write_bytes(compiled(catalogue))
    return [str(message.id) for message in catalogue if message.id and not message.string]


def main() -> int:
    """Update every catalogue; 1 where a text waits for its translation."""
    waiting = {locale: update(locale, texts()) for locale, texts in CATALOGUES.items()}
    for locale, texts in waiting.items():
        for text in texts:
            print(f"{locale}: not translated: {text!r}")  # noqa: T201
    return int(any(waiting.values()))


CATALOGUES = {"en": our_texts, "zh_CN": library_texts}

if __name__ == "__main__":
    sys.exit(main())
