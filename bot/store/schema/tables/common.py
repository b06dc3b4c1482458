"""Columns and names that all tables share: keys, ids, instants, constraints."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Column, MetaData

from bot.core.calendar.periods import Period
from bot.store.schema.columns import UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def number(name: str, *, nullable: bool = False) -> Column[int]:
    """An id, or an amount: 64 bits."""
    return Column(name, BigInteger, nullable=nullable)


def key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def window_keys(
    periods: Iterable[Period] = Period, *, nullable: bool = False
) -> list[Column[datetime]]:
    """Of the windows that an answer was admitted in; see `bot.core.calendar.periods`."""
    return [Column(each.row.column, UtcDateTime, nullable=nullable) for each in periods]
