"""Brings a state database to the current schema when it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from koubei.core.errors import StoreError
from koubei.core.language import _
from koubei.core.state.database import Database

HEAD = "0003"
"""The newest migration. Kept here so that opening a current database need not import Alembic."""

MIGRATIONS = Path(__file__).parent / "migrations"


def open_current(path: Path) -> Database:
    """Open a state database and bring it to the current schema.

    Raises:
        StoreError: damaged, foreign or from a newer version.
        StoreUnavailableError: locked for too long.
    """
    database = Database(path)
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return database


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, in one transaction.

    Raises:
        StoreError: the file belongs to another program or to a newer koubei.
    """
    with database.read() as connection:
        if _version(connection, database.path) == HEAD:
            return
    with database.write() as connection:
        version = _version(connection, database.path)  # another process may have been faster
        if version != HEAD:
            _migrate(connection, version, database.path)


def _version(connection: Connection, path: Path) -> str | None:
    """The schema's version, None for a new file."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables:
        raise StoreError(
            _("{path} 不是 koubei 的状态库（其中有表 {tables}）", path=path, tables=tables[0]),
            _("koubei 建立的文件"),
            _("把该文件改名移走，或在 koubei.toml 的 storage.data 中换一个目录"),
        )
    return None


def _migrate(connection: Connection, version: str | None, path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StoreError(
            _("状态库 {path} 的结构版本是 {version}", path=path, version=version),
            _("至多 {HEAD}", HEAD=HEAD),
            _("该文件由更新的 koubei 写成：升级后再试"),
        )
    command.upgrade(config, "head")
