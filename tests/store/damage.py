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
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xa5" * size)
