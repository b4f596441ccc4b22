"""The data folder: one place that names every file and folder kept on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from koubei.core.errors import ConfigError
from koubei.core.language import _


@dataclass(frozen=True)
class DataFolder:
    """Paths below the data folder; nothing is created before `create`."""

    root: Path

    @property
    def spool(self) -> Path:
        """The durable queue of posts (a file)."""
        return self.root / "spool.db"

    @property
    def state(self) -> Path:
        """The state database (a file)."""
        return self.root / "state.db"

    @property
    def voices(self) -> Path:
        """The memory of voices: which posts are copies of which (a file)."""
        return self.root / "voices.db"

    @property
    def scheduler(self) -> Path:
        """The scheduler's job store (a file)."""
        return self.root / "scheduler.db"

    @property
    def secret(self) -> Path:
        """The secret author ids are hashed with (a file, readable by its owner only)."""
        return self.root / "secret.key"

    @property
    def quarantine(self) -> Path:
        """What could not be read, with the reason (a folder)."""
        return self.root / "quarantine"

    @property
    def reports(self) -> Path:
        """Finished reports and their figures (a folder)."""
        return self.root / "reports"

    @property
    def locks(self) -> Path:
        """Lock files: per host, per job (a folder)."""
        return self.root / "locks"

    @property
    def cache(self) -> Path:
        """What can be made again at any time (a folder)."""
        return self.root / "cache"

    @property
    def logs(self) -> Path:
        """Log files (a folder)."""
        return self.root / "logs"

    @property
    def models(self) -> Path:
        """The polarity model in use, where one was chosen instead of the shipped one (a folder)."""
        return self.root / "models"

    def create(self) -> DataFolder:
        """Make the folders that are missing; returns itself.

        Raises:
            ConfigError: the place cannot be written to, or a file stands in the way.
        """
        for folder in (self.root, self.quarantine, self.reports, self.locks, self.cache, self.logs):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ConfigError(
                    _("数据目录 {folder} 无法建立（{strerror}）", folder=folder, strerror=error.strerror),
                    _("一个可写的目录"),
                    _("在 koubei.toml 的 [storage] data 中换一个目录，或修正其权限"),
                ) from error
            if not os.access(folder, os.W_OK | os.X_OK):
                raise ConfigError(
                    _("数据目录 {folder} 不可写", folder=folder),
                    _("一个可写的目录"),
                    _("修正其权限，或在 koubei.toml 的 [storage] data 中换一个目录"),
                )
        return self
