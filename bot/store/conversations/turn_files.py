"""The files in a conversation's turns.

The pictures of a file's pages are kept among those of its turn: after the turn's own, file by file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.conversation.turns import File, FileKind, Image, Turn
from bot.store.schema.tables import turn_files

_LOAD = (
    select(turn_files)
    .where(
        turn_files.c.conversation_key == bindparam("key"),
        turn_files.c.position >= bindparam("first"),
    )
    .order_by(turn_files.c.position, turn_files.c.ordinal)
)


async def add_files(
    conn: AsyncConnection, key: str, placed: Sequence[tuple[int, Turn]]
) -> tuple[Turn, ...]:
    """Give turns, each with its position and all of its pictures, the files that they have."""
    if not placed:
        return ()
    files: dict[int, list[Row[Any]]] = {}
    for row in await conn.execute(_LOAD, {"key": key, "first": placed[0][0]}):
        files.setdefault(row.position, []).append(row)
    return tuple(_with_files(turn, files.get(position, ())) for position, turn in placed)


def all_images(turn: Turn) -> tuple[Image, ...]:
    """In the order in which they are kept."""
    return (*turn.images, *(image for file in turn.files for image in file.images))


def file_rows(placed: Iterable[tuple[int, Turn]]) -> Iterator[dict[str, object]]:
    for position, turn in placed:
        for ordinal, file in enumerate(turn.files):
            yield {
                "position": position,
                "ordinal": ordinal,
                "kind": file.kind,
                "hash": file.hash,
                "name": file.name,
                "text": file.text,
                "tail": file.tail,
                "lines": file.lines,
                "characters": file.characters,
                "pages": file.pages,
                "note": file.note,
                "page_images": len(file.images),
                "is_document": file.is_document,
            }


def _with_files(turn: Turn, rows: Sequence[Row[Any]]) -> Turn:
    if not rows:
        return turn
    own = len(turn.images) - sum(row.page_images for row in rows)
    pages = iter(turn.images[own:])
    files = tuple(_file(row, pages) for row in rows)
    return replace(turn, images=turn.images[:own], files=files)


def _file(row: Row[Any], pages: Iterator[Image]) -> File:
    return File(
        name=row.name,
        kind=FileKind(row.kind),
        hash=row.hash,
        text=row.text,
        tail=row.tail,
        lines=row.lines,
        characters=row.characters,
        pages=row.pages,
        note=row.note,
        images=tuple(image for _, image in zip(range(row.page_images), pages, strict=False)),
        is_document=row.is_document,
    )
