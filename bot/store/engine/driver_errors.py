"""Foreign errors become the project's own, here and nowhere else."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.core.errors import DatabaseBusy, DatabaseDamaged, DatabaseUnavailable

_LONGEST_CAUSE = 200  # characters
_RESTORE: Final = " (it is damaged: restore a backup with `glimpse database restore FILE`)"
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DAMAGED_STATES: Final = ("XX001", "XX002")  # of PostgreSQL: in a table, in an index
_LOCKED: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# Of PostgreSQL: a deadlock, a lock, a timeout.
_WAITED_IN_VAIN: Final = ("40P01", "55P03", "57014")
_HINTS: Final = {
    sqlite3.SQLITE_IOERR: " (is the disk full, or failing?)",
    sqlite3.SQLITE_CANTOPEN: " (is its folder there, and may the bot write there?)",
    sqlite3.SQLITE_READONLY: " (may the bot write to it, and is the disk mounted for writing?)",
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise DatabaseUnavailable for whatever the engine, its driver or the network raise.

    Only a broken rule of the tables (IntegrityError) passes: whoever wrote the row knows what
    it means.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _unavailable(error.orig or error) from error
    except PoolTimeout as error:
        raise DatabaseBusy("the database is busy: no connection became free") from error
    except OSError as error:  # also TimeoutError
        raise _unavailable(error) from error


def _unavailable(error: BaseException) -> DatabaseUnavailable:
    """Name the cause by the driver's own words: SQLAlchemy's would add the statement."""
    kind = _kind_of(error)
    cause = next(iter(str(error).splitlines()), "") or _name(error)
    # SQLAlchemy's adapter puts the driver's class in front: "<class 'asyncpg…'>: words".
    if cause.startswith("<class") and ">: " in cause:
        cause = cause.partition(">: ")[2]
    return kind(f"the database can't be used: {cause[:_LONGEST_CAUSE]}{hint(error)}")


def _kind_of(error: BaseException) -> type[DatabaseUnavailable]:
    if _is_damage(error):
        return DatabaseDamaged
    return DatabaseBusy if _is_busy(error) else DatabaseUnavailable


def _is_busy(error: BaseException) -> bool:
    """Whether it may well succeed once somebody else is done."""
    code, state = getattr(error, "sqlite_errorcode", 0) & 0xFF, getattr(error, "sqlstate", "")
    return code in _LOCKED or state in _WAITED_IN_VAIN or isinstance(error, TimeoutError)


def _is_damage(error: BaseException) -> bool:
    """Whether the file itself is to blame, on either engine."""
    code, state = getattr(error, "sqlite_errorcode", 0) & 0xFF, getattr(error, "sqlstate", "")
    return code in _DAMAGED or state in _DAMAGED_STATES


def _name(error: BaseException) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__


def hint(error: BaseException) -> str:
    """The question that SQLite's own few words leave open; empty where they say enough."""
    if _is_damage(error):
        return _RESTORE
    return _HINTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
