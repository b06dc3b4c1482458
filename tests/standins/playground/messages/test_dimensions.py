"""Width and height of pictures."""

import struct

import pytest

from bot.standins.playground.messages.dimensions import find_dimensions


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + struct.pack("<HH", 7, 5),
        b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 5, 7) + b"\x01",
        b"RIFF....WEBPVP8X" + bytes(8) + b"\x06\x00\x00\x04\x00\x00",
        b"RIFF....WEBPVP8L" + bytes(5) + (6 | 4 << 14).to_bytes(4, "little"),
        b"RIFF....WEBPVP8 " + bytes(10) + struct.pack("<HH", 7, 5),
    ],
    ids=["gif", "jpeg", "webp extended", "webp lossless", "webp lossy"],
)
def test_dimensions_are_read_from_the_head(content: bytes) -> None:
    assert find_dimensions(content) == (7, 5)


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
def test_file_without_a_size_has_no_dimensions(content: bytes) -> None:
    assert find_dimensions(content) is None
