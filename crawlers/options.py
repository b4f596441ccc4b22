"""A source's options, and a source made up on the spot."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, ValidationError

from koubei.core.config.schema import Section, Source
from koubei.core.errors import ConfigError
from koubei.core.language import _


class SpiderOptions(Section):
    """Options every spider takes ([sources.options] in koubei.toml). Unknown ones are errors.

    Attributes:
        max_pages: most pages of one listing that are read in one crawl.
    """

    max_pages: int = Field(default=50, ge=1)


def adhoc_source(spider: str, urls: Sequence[str]) -> Source:
    """A source for one look at an address that stands in no config."""
    return Source(name=spider, spider=spider, urls=tuple(urls))


def read_options(kind: type[SpiderOptions], source: Source) -> SpiderOptions:
    """The source's options, checked.

    Raises:
        ConfigError: an unknown option or a wrong type; names the key.
    """
    try:
        return kind.model_validate(source.options)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        known = "、".join(kind.model_fields)
        raise ConfigError(
            _("来源 {name} 的选项 {key}：{msg}", name=source.name, key=key, msg=first["msg"]),
            _("{spider} 的选项：{known}", spider=source.spider, known=known),
            _("见 docs/sources.md"),
        ) from error
