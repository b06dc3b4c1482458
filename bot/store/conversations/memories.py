"""Memories as JSON: kept with a question until its answer is visible.

Fields may be added to turns, images and files where they have a default; one that is renamed or
taken away must be read by its old name here, or an upgrade loses what was owed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.core.conversation.memory import Memory
from bot.core.conversation.turns import File, FileKind, Image, Role, Turn


def encode_memory(memory: Memory) -> str:
    return json.dumps(asdict(memory))


def decode_memory(kept: str) -> Memory:
    fields = json.loads(kept)
    return Memory(
        key=fields["key"],
        asked=_turn(fields["asked"]),
        answered=_turn(fields["answered"]),
        further=tuple(fields["further"]),
    )


def _turn(fields: Mapping[str, Any]) -> Turn:
    parts = {
        "role": Role(fields["role"]),
        "images": tuple(Image(**each) for each in fields["images"]),
        "files": tuple(_file(each) for each in fields["files"]),
    }
    return Turn(**{**fields, **parts})


def _file(fields: Mapping[str, Any]) -> File:
    images = tuple(Image(**each) for each in fields["images"])
    return File(**{**fields, "kind": FileKind(fields["kind"]), "images": images})
