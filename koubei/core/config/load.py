"""koubei.toml < environment < flags -> Settings; every problem named by its key."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from koubei.core.config.schema import Settings
from koubei.core.errors import ConfigError

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
        raise ConfigError(_describe(error, file), fix="对照 koubei.example.toml 中同名的一节") from error
    except ValueError as error:  # an environment value that is no JSON where a table or list is due
        raise ConfigError(f"环境变量 KOUBEI_…：{error}", "与 koubei.toml 同形的值") from error
    data = (file.parent / settings.storage.data).resolve()
    storage = settings.storage.model_copy(update={"data": data})
    return settings.model_copy(update={"storage": storage})


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise ConfigError(f"没有配置文件 {file}", fix="koubei init 写一份，或用 --config 指明") from None
    except OSError as error:
        raise ConfigError(f"配置文件 {file} 读不出：{error.strerror}", "可读的 TOML 文件") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} 不是合法的 TOML：{error}", "UTF-8 编码的 TOML 1.0") from error


def _describe(error: ValidationError, file: Path) -> str:
    problems = error.errors(include_url=False)
    inner = {e["loc"][:1] for e in problems if len(e["loc"]) > 1}
    lines = [_describe_one(e) for e in problems if len(e["loc"]) > 1 or e["loc"] not in inner]
    return f"{file} 有 {len(lines)} 处不对\n  " + "\n  ".join(lines)


def _describe_one(error: ErrorDetails) -> str:
    key = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in error["loc"]).lstrip(".")
    if error["type"] == "extra_forbidden":
        near = _nearest(error["loc"])
        return f"{key}：没有这个键" + (f"，是否指 {near}？" if near else "")
    if error["type"] == "missing":
        return f"{key}：缺少这一项"
    message, given = error["msg"].removeprefix("Value error, "), error["input"]
    hidden = isinstance(given, dict) or "@" in str(given)  # an address may hold a password
    return f"{key}：{message}" + ("" if hidden else f"（现为 {given!r}）")


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
