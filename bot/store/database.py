"""The open database. One use, one transaction: opened here by a use case; nobody else commits."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core import wording
from bot.core.errors import DatabaseDamaged, DatabaseUnavailable
from bot.store.engine.driver_errors import translated
from bot.store.engine.engines import create_engines, parse_url, sqlite_file
from bot.store.engine.file_identity import FileIdentity, FileState
from bot.store.engine.write_transactions import OneWriter, PooledWriter, Writer

Connection = AsyncConnection  # so that other rooms can name it

_PATIENCE = 30.0  # seconds


class Database:
    """Entering and leaving the contexts, and every statement inside, may raise DatabaseUnavailable."""

    def __init__(self, writer: Writer, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader
        self._is_closed = False
        self._file: FileIdentity | None = None  # of SQLite, once it is open
        self.damage: str | None = None  # met by any use; only a restart on a whole one ends it

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *, patience: float = _PATIENCE) -> AsyncIterator[Self]:
        """Open the database at `url` and make sure that it answers.

        Its tables are made by `bot.store.schema.migrations`, before. `patience` is how many seconds a
        connection, a lock or a statement is waited for.
        """
        parsed = parse_url(url)
        engines = create_engines(parsed, patience=patience)
        one = OneWriter(engines.writer, patience=patience) if engines.has_one_writer else None
        database = cls(one or PooledWriter(engines.writer), engines.reader)
        try:
            async with database.transaction() as tx:
                await tx.execute(text("SELECT 1"))
            if (file := sqlite_file(parsed)) is not None:
                database._file = FileIdentity(file)
            yield database
        finally:
            database._is_closed = True
            await database._writer.close()
            await engines.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Write, all or nothing: any exception, a cancellation too, rolls back.

        A cancellation that arrives while the commit is under way is raised although the commit
        may have happened: what must not be left in doubt is to be shielded by the caller.
        Not to be nested: the inner one would wait for the outer one.
        """
        self._check_open()
        self._check_file()
        with self._translated():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Read what is committed; writing is refused. Never waits for a writer."""
        self._check_open()
        self._check_file()
        with self._translated():
            async with self._reader.connect() as connection:
                yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with translated():
                yield
        except DatabaseDamaged as error:
            self.damage = str(error)
            raise

    def _check_open(self) -> None:
        """An engine that was disposed of would connect anew, and nobody would close that again."""
        if self._is_closed:
            raise DatabaseUnavailable("the database can't be used: it is closed, the bot ends")

    def file_state(self) -> FileState:
        """Of SQLite; a server's files are its own business."""
        return FileState.THERE if self._file is None else self._file.state()

    async def leave_file(self) -> None:
        """Bring a file that was moved or replaced up to date, and leave nothing beside its old place.

        What was written last stands in the log `…-wal` until then. SQLite would play that log into
        whichever file is opened in the old place. Raises DatabaseUnavailable.
        """
        with translated():
            await self._writer.checkpoint()

    def _check_file(self) -> None:
        """Raises DatabaseUnavailable: what is written to a file that is gone is lost."""
        state = self.file_state()
        if state is not FileState.THERE and self._file is not None:
            is_replaced = state is FileState.REPLACED
            raise DatabaseUnavailable(
                wording.database_lost(str(self._file.file), is_replaced=is_replaced)
            )
