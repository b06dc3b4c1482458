"""Foreign errors become the project's own, here and nowhere else."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.core.errors import DatabaseBusy, DatabaseUnavailable

_LONGEST_CAUSE = 200  # characters
_PRIMARY_CODE = 0xFF  # of SQLite's extended ones
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# https://www.postgresql.org/docs/current/errcodes-appendix.html: a deadlock, a lock, a timeout
_WAITED_IN_VAIN = frozenset({"40P01", "55P03", "57014"})


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
    cause = next(iter(str(error).splitlines()), "") or type(error).__name__
    # SQLAlchemy's adapter puts the driver's class in front: "<class 'asyncpg…'>: words".
    if cause.startswith("<class") and ">: " in cause:
        cause = cause.partition(">: ")[2]
    kind = DatabaseBusy if _is_busy(error) else DatabaseUnavailable
    return kind(f"the database can't be used: {cause[:_LONGEST_CAUSE]}")


def _is_busy(error: BaseException) -> bool:
    """Whether it may well succeed once somebody else is done."""
    code, state = getattr(error, "sqlite_errorcode", None), getattr(error, "sqlstate", None)
    is_locked = code is not None and code & _PRIMARY_CODE in _LOCKED
    return is_locked or state in _WAITED_IN_VAIN or isinstance(error, TimeoutError)
