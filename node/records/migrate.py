"""Bring a database to the newest version, all steps or none."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from evidence.errors import StorageError
from node.records.engine import writing


def migrate(engine: Engine) -> str:
    """Run the steps that `engine`'s database lacks, in one transaction; gives the version it now has.

    Raises:
        StorageError: a step failed, or the database was written by a newer version of Credence.
    """
    # Late: Alembic and its templates cost a tenth of a second that reading commands need not pay.
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    if newest is None:
        raise StorageError("no migrations are installed", advice="Install Credence again.")
    with writing(engine) as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return newest
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StorageError(
                f"the database cannot be brought to version {newest}: {error}",
                advice="It was probably written by a newer version of Credence: install that one.",
            ) from error
    return newest
