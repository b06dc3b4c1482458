"""Kinds of Discord's ids."""

import re

from bot.config.kinds.kind import Kind, Rejected, must_be, shown


def channel() -> Kind:
    """One of Discord's ids, as a number or as text of digits, the way Discord copies it."""
    allowed = "a channel's id: a number, or digits in quotes"

    def read(value: object) -> int:
        if not isinstance(value, int | str):
            raise must_be(value, allowed)
        try:
            return _snowflake(value, "channel")
        except Rejected:
            raise must_be(value, allowed) from None

    return Kind(allowed=allowed, read=read)


def channels() -> Kind:
    return ids("channel")


def ids(of: str) -> Kind:
    """Discord ids, as numbers or as text of digits, the way Discord copies them."""
    allowed = f"a list of {of} ids: numbers, or digits in quotes"

    def read(value: object) -> frozenset[int]:
        if not isinstance(value, list | tuple):
            raise must_be(value, allowed)
        return frozenset(_snowflake(entry, of) for entry in value)

    return Kind(allowed=allowed, read=read)


def _snowflake(entry: object, of: str) -> int:
    number = int(entry) if isinstance(entry, str) and re.fullmatch(r"[0-9]{1,20}", entry) else entry
    if type(number) is not int or not 0 < number < 2**63:
        raise Rejected(
            f"holds {shown(entry)}, which is no {of} id: in Discord, turn on the developer mode "
            f"and choose Copy {of.title()} ID"
        )
    return number
