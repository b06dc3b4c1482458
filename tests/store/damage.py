"""Damage to a SQLite file, as a failing disk does it."""

import sqlite3
from contextlib import closing
from pathlib import Path


def damage_page(file: Path, name: str) -> None:
    """Overwrite the first page of a table or an index."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        where = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name])
        (page,) = where.fetchone()
    _overwrite(file, page - 1, size)


def damage_page_with(file: Path, content: bytes) -> None:
    """Overwrite the page on which `content` lies."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    _overwrite(file, file.read_bytes().index(content) // size, size)


def _overwrite(file: Path, page: int, size: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(page * size)
        opened.write(b"\xa5" * size)
