"""koubei.toml < environment < flags -> Settings; every problem named by its key."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from koubei.core.config.complaints import complaint
from koubei.core.config.schema import Settings
from koubei.core.errors import ConfigError
from koubei.core.language import _, strerror

CONFIG_VARIABLE = "KOUBEI_CONFIG"
DEFAULT_FILE = Path("koubei.toml")


class _Layered(Settings, BaseSettings):
    """Settings in which KOUBEI_SECTION__KEY in the environment overrides the file."""

    model_config = SettingsConfigDict(
        env_prefix="KOUBEI_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment over the file, nothing else."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def config_path(path: Path | None = None) -> Path:
    """The config file in force: the argument, else KOUBEI_CONFIG, else ./koubei.toml."""
    return path or Path(os.environ.get(CONFIG_VARIABLE) or DEFAULT_FILE)


def load_settings(path: Path | None = None) -> Settings:
    """Read, check and complete the config; relative folders are relative to the file.

    Raises:
        ConfigError: no file, no TOML, an unknown key, a wrong type, a missing value.
    """
    file = config_path(path)
    values = _read(file)
    try:
        settings = _Layered(**values)
    except ValidationError as error:
        raise ConfigError(_describe(error, file), fix=_("对照 koubei.example.toml 中同名的一节")) from error
    except SettingsError as error:  # the variable of a table or list holds no JSON
        section = re.search(r'"(\w+)"', str(error))
        variable = f"KOUBEI_{section[1].upper() if section else '…'}"
        raise ConfigError(
            _("环境变量 {variable} 读不懂", variable=variable), _("写成 JSON 的表或列表")
        ) from error
    data = (file.parent / settings.storage.data).resolve()
    storage = settings.storage.model_copy(update={"data": data})
    return settings.model_copy(update={"storage": storage})


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise ConfigError(
            _("没有配置文件 {file}", file=file), fix=_("koubei init 写一份，或用 --config 指明")
        ) from None
    except OSError as error:
        raise ConfigError(
            _("配置文件 {file} 读不出：{reason}", file=file, reason=strerror(error)), _("可读的 TOML 文件")
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("{file} 不是合法的 TOML：{error}", file=file, error=error), _("UTF-8 编码的 TOML 1.0")
        ) from error


def _describe(error: ValidationError, file: Path) -> str:
    problems = error.errors(include_url=False)
    inner = {e["loc"][:1] for e in problems if len(e["loc"]) > 1}
    lines = [_describe_one(e) for e in problems if len(e["loc"]) > 1 or e["loc"] not in inner]
    return "\n  ".join([_("{file} 有 {count} 处不对", file=file, count=len(lines)), *lines])


def _describe_one(error: ErrorDetails) -> str:
    key = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in error["loc"]).lstrip(".")
    if error["type"] == "extra_forbidden":
        near = _nearest(error["loc"])
        return (
            _("{key}：没有这个键，是否指 {near}？", key=key, near=near)
            if near
            else _("{key}：{why}", key=key, why=complaint(error))
        )
    if error["type"] == "missing":
        return _("{key}：{why}", key=key, why=complaint(error))
    given = error["input"]
    if isinstance(given, dict) or "@" in str(given):  # an address may hold a password
        return _("{key}：{why}", key=key, why=complaint(error))
    return _("{key}：{why}（现为 {given!r}）", key=key, why=complaint(error), given=given)


def _nearest(loc: tuple[int | str, ...]) -> str | None:
    model: type[BaseModel] | None = Settings
    for part in loc[:-1]:
        if model is not None and isinstance(part, str):
            model = _section(model, part)
    names = list(model.model_fields) if model else []
    close = difflib.get_close_matches(str(loc[-1]), names, n=1)
    return close[0] if close else None


def _section(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    field = model.model_fields.get(name)
    if field is None:
        return None
    candidates = [field.annotation, *getattr(field.annotation, "__args__", ())]
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
