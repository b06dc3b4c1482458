"""What is to be remembered is read as it was kept, also by a later version."""

import json
from dataclasses import replace

from bot.core.conversation.memory import Memory
from bot.core.conversation.turns import FileKind, Role, Turn
from bot.store.conversations.memories import decode_memory, encode_memory
from tests.store.samples import file, image, turn

SCAN = file("scan.pdf", kind=FileKind.PDF, pages=2, images=(image("one"), image("two")))
MEMORY = Memory(
    key="message:7",
    asked=replace(turn(7, images=(image("cat"),)), files=(SCAN, file("a.log"))),
    answered=Turn(role=Role.ASSISTANT, text="A cat. \x00", parent_id=7),
    further=(6, 8),
)
KEPT = {  # by the first version that kept any
    "key": "thread:70",
    "asked": {
        "role": "user",
        "text": "what is it?",
        "images": [
            {
                "hash": "c1",
                "media_type": "image/png",
                "width": 120,
                "height": 80,
                "name": "cat.png",
                "note": "",
                "is_spoiler": False,
            }
        ],
        "files": [
            {
                "name": "a.log",
                "kind": "text",
                "hash": "f1",
                "text": "up",
                "tail": "",
                "lines": 1,
                "characters": 2,
                "pages": 0,
                "note": "",
                "images": [],
                "is_document": False,
            }
        ],
        "message_id": 7,
        "parent_id": None,
        "author_id": 11,
        "author_name": "Ada",
    },
    "answered": {
        "role": "assistant",
        "text": "A cat.",
        "images": [],
        "files": [],
        "message_id": 0,
        "parent_id": 7,
        "author_id": 0,
        "author_name": "",
    },
    "further": [6],
}


def test_memory_is_read_as_it_was_kept() -> None:
    assert decode_memory(encode_memory(MEMORY)) == MEMORY


def test_memory_that_an_earlier_version_kept_is_read() -> None:
    memory = decode_memory(json.dumps(KEPT))

    assert (memory.asked.images[0].name, memory.asked.files[0].text) == ("cat.png", "up")
    assert (memory.answered.text, memory.further) == ("A cat.", (6,))
