"""The request's body, in the strictest form that every known endpoint accepts.

Items carry `type`, content is always a list of parts, an assistant's parts are `output_text`,
images are data URLs, and nothing optional is sent but `store: false`. The bytes of a conversation's
beginning are the same in every request, so that endpoints find them in their prompt cache: what
changes from request to request (`max_output_tokens`) comes last.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import msgspec

from bot.core.tokens import Detail
from bot.core.turns import Image, ModelRequest, Role, Turn
from bot.responses.tool_list import build_tools

DROPPABLE: Final = frozenset(
    {"store", "stream", "detail", "tools", "tool_choice"}
)  # what an endpoint may refuse to know
_encode = msgspec.json.encode


def build_body(
    request: ModelRequest,
    *,
    model: str,
    max_output_tokens: int,
    detail: Detail | None = None,
    without: frozenset[str] = frozenset(),
) -> bytes:
    """Write the JSON. `without` names parameters that the endpoint does not know."""
    if "detail" in without:
        detail = None
    pieces = [b'{"model":', _encode(model)]
    if "store" not in without:
        pieces.append(b',"store":false')
    if "stream" not in without:
        pieces.append(b',"stream":true')
    if request.instructions:
        pieces += (b',"instructions":', _encode(request.instructions))
    if request.tools and "tools" not in without:
        pieces.append(b',"tools":' + build_tools(request.tools))
        if not request.may_call and "tool_choice" not in without:
            pieces.append(b',"tool_choice":"none"')
    pieces.append(b',"input":[')
    pieces += _separate((*_items(request, detail), *_exchanges(request, detail)))
    pieces += (b'],"max_output_tokens":', _encode(max_output_tokens), b"}")
    return b"".join(pieces)


def _items(request: ModelRequest, detail: Detail | None) -> Iterator[bytes]:
    """Give one item for each run of turns by the same role: strict templates demand alternation."""
    for role, turns in groupby(filter(_says_something, request.turns), key=lambda turn: turn.role):
        parts = [part for turn in turns for part in _parts(turn, request, detail)]
        head = b'{"type":"message","role":' + _encode(role) + b',"content":['
        yield b"".join((head, *_separate(parts), b"]}"))


def _exchanges(request: ModelRequest, detail: Detail | None) -> Iterator[bytes]:
    """Give calls without their ids: with one, OpenAI wants the reasoning that led to it as well.

    An output is plain text in every dialect, so pictures follow in a message of their own.
    """
    for exchange in request.exchanges:
        call = exchange.call
        yield _encode(
            {
                "type": "function_call",
                "call_id": call.id,
                "name": call.name,
                "arguments": call.arguments,
            }
        )
        output = exchange.output.encode("utf-8", "replace").decode()
        yield _encode({"type": "function_call_output", "call_id": call.id, "output": output})
    images = [image for exchange in request.exchanges for image in exchange.images]
    if images:
        parts = (
            _image_part(image, request.image_bytes.get(image.hash), detail) for image in images
        )
        lead = _text_part(b"input_text", "[what look_again shows]")
        yield b"".join(
            (b'{"type":"message","role":"user","content":[', *_separate((lead, *parts)), b"]}")
        )


def _says_something(turn: Turn) -> bool:
    return bool(turn.text.strip() or (turn.role is Role.USER and turn.images))


def _parts(turn: Turn, request: ModelRequest, detail: Detail | None) -> Iterator[bytes]:
    if turn.role is Role.ASSISTANT:
        yield _text_part(b"output_text", turn.text)
        return
    if turn.text.strip():
        yield _text_part(b"input_text", _with_author(turn))
    for image in turn.images:
        if image.note:
            yield _text_part(b"input_text", image.note)
        yield _image_part(image, request.image_bytes.get(image.hash), detail)


def _with_author(turn: Turn) -> str:
    """Say who speaks; a name can't contain a line break and so can't pretend to be another."""
    name = " ".join(turn.author_name.split())
    return f"{name}: {turn.text}" if name else turn.text


def _text_part(kind: bytes, text: str) -> bytes:
    clean = text.encode("utf-8", "replace").decode()  # lone surrogates are no UTF-8
    return b'{"type":"' + kind + b'","text":' + _encode(clean) + b"}"


def _image_part(image: Image, content: bytes | None, detail: Detail | None) -> bytes:
    if content is None:
        return _text_part(b"input_text", f"(The picture {image.name} is no longer kept.)")
    return b"".join(
        (
            b'{"type":"input_image",',
            b'"detail":' + _encode(detail) + b"," if detail else b"",
            b'"image_url":"data:',
            image.media_type.encode(),
            b";base64,",
            b64encode(content),
            b'"}',
        )
    )


def _separate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        if number:
            yield b","
        yield piece
