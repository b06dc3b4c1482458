"""The request's body, in the strictest form that every known endpoint accepts.

Items carry `type`, content is always a list of parts, an assistant's parts are `output_text`,
images are data URLs, and nothing optional is sent but what the endpoint's profile names. The bytes
of a conversation's beginning are the same in every request, so that endpoints find them in their
prompt cache: what changes from request to request (`max_output_tokens`) comes last.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

import msgspec

from bot.core.conversation.files import format_file
from bot.core.conversation.turns import File, Image, ModelRequest, Role, Turn
from bot.core.models.tokens import Detail
from bot.responses.endpoint import EndpointSettings
from bot.responses.profiles import SystemText
from bot.responses.request.concessions import NO_CONCESSIONS, Concessions, apply
from bot.responses.request.tools import describe_tools

SENDABLE: Final = frozenset({"image/jpeg", "image/png"})  # the formats that all endpoints read
_BEFORE_INPUT: Final = ("store", "stream", "instructions", "tools", "tool_choice")
_IN_PARTS: Final = ("detail", "input_file")  # what parts of the input carry, or are
MADE_BEFORE: Final = "[the picture that you made before:]"
_encode = msgspec.json.encode


def choose_parameters(
    request: ModelRequest,
    settings: EndpointSettings,
    *,
    limit: int,
    concessions: Concessions = NO_CONCESSIONS,
) -> dict[str, Any]:
    """Return what is sent beside the model and the input, and what stands in parts of the input.

    That is `detail`, which pictures carry, and `input_file`, where documents are sent as they are.
    `limit` is the `max_output_tokens`.
    """
    wanted = settings.optional_fields
    reasoning = {"effort": settings.reasoning_effort, "summary": settings.reasoning_summary}
    detail = settings.detail or request.detail or (Detail.AUTO if "detail" in wanted else None)
    options = {
        "store": False if "store" in wanted else None,
        "stream": True if "stream" in wanted else None,
        "instructions": request.instructions
        if settings.system_text is SystemText.INSTRUCTIONS
        else None,
        "tools": describe_tools(request.tools) or None,
        "tool_choice": None if request.may_call else "none",
        "reasoning": {name: value for name, value in reasoning.items() if value} or None,
        "prompt_cache_key": name_prefix(request) if "prompt_cache_key" in wanted else None,
        "max_output_tokens": limit if "max_output_tokens" in wanted else None,
        "detail": detail if _has_images(request) else None,
        "input_file": True if settings.takes_files and _has_documents(request) else None,
    }
    sent = {name: value for name, value in options.items() if value is not None and value != ""}
    left = apply(sent, concessions)
    if "tools" not in left:
        left.pop("tool_choice", None)  # without anything to choose from it is a mistake
    return left


def _has_images(request: ModelRequest) -> bool:
    told = (each.images for each in request.turns)
    pages = (file.images for file in _files(request))
    return any(told) or any(pages) or any(each.images for each in request.exchanges)


def _has_documents(request: ModelRequest) -> bool:
    return any(each.is_document and each.hash in request.image_bytes for each in _files(request))


def _files(request: ModelRequest) -> Iterator[File]:
    return (file for turn in request.turns for file in turn.files)


def build_body(
    request: ModelRequest, settings: EndpointSettings, parameters: Mapping[str, Any]
) -> bytes:
    """Write the JSON; `parameters` as `choose_parameters` returns them."""
    pieces = [b'{"model":', _encode(settings.model)]
    pieces += _members(parameters, _BEFORE_INPUT)
    pieces.append(b',"input":[')
    system = () if "instructions" in parameters else _system_items(request, settings)
    detail = parameters.get("detail")
    items = _items(request, detail, takes_files="input_file" in parameters)
    closer = _closer(detail, settings)
    pieces += _separate((*system, *items, *_exchanges(request, closer)))
    pieces.append(b"]")
    after = [name for name in parameters if name not in (*_BEFORE_INPUT, *_IN_PARTS)]
    pieces += _members(parameters, after)
    pieces.append(b"}")
    return b"".join(pieces)


def name_prefix(request: ModelRequest) -> str:
    """Name what all requests of a conversation begin with, for the endpoint's prompt cache.

    Nothing can be read from it, and as soon as the beginning changes the cache is of no use anyway.
    """
    first = request.turns[:1]
    hashes = [image.hash for turn in first for image in turn.images]
    hashes += [file.hash for turn in first for file in turn.files]
    words = [request.instructions, *(_with_author(turn) for turn in first), *hashes]
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "replace"))
    return digest.hexdigest()[:32]


def _members(parameters: Mapping[str, Any], names: Iterable[str]) -> Iterator[bytes]:
    for name in names:
        if name in parameters:
            yield b",%b:%b" % (_encode(name), _encode(parameters[name]))


def _system_items(request: ModelRequest, settings: EndpointSettings) -> Iterator[bytes]:
    """The system text as an item: where the endpoint wants it so, or refuses `instructions`."""
    if request.instructions:
        is_developer = settings.system_text is SystemText.DEVELOPER
        yield _item(
            "developer" if is_developer else "system",
            [_text_part(b"input_text", request.instructions)],
        )


def _items(request: ModelRequest, detail: str | None, *, takes_files: bool) -> Iterator[bytes]:
    """Give one item for each run of turns by the same role: strict templates demand alternation."""
    told = filter(_says_something, _with_made_pictures(request.turns))
    for role, turns in groupby(told, key=lambda turn: turn.role):
        parts: list[bytes] = []
        for turn in turns:
            for file in turn.files:
                parts += _file_parts(file, request, detail, takes_files=takes_files)
            parts += _parts(turn, request, detail)
        yield _item(role, parts)


def _item(role: str, parts: Iterable[bytes]) -> bytes:
    head = b'{"type":"message","role":' + _encode(role) + b',"content":['
    return b"".join((head, *_separate(parts), b"]}"))


def _closer(detail: str | None, settings: EndpointSettings) -> str | None:
    """A picture that the model asks to see again is not for a glance, unless the operator says so."""
    is_glance = detail == Detail.LOW and settings.detail is None
    return Detail.AUTO.value if is_glance else detail


def _exchanges(request: ModelRequest, detail: str | None) -> Iterator[bytes]:
    """Give calls without their ids: with one, OpenAI wants the reasoning that led to it as well.

    An output is plain text in every dialect, so its pictures follow in a message of their own:
    right behind it, so that what was sent stays where it was when more calls come.
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
        if exchange.images:
            lead = _text_part(b"input_text", "[what look_again shows]")
            content = request.image_bytes
            shown = (_image_part(each, content.get(each.hash), detail) for each in exchange.images)
            yield _item(Role.USER, (lead, *shown))


def _with_made_pictures(turns: Iterable[Turn]) -> Iterator[Turn]:
    """Let the question that follows begin with the pictures that the bot has made: an answer can't
    hold any.

    Every question begins in the same way each time, so that the conversation's beginning stays. A
    reply to the pictures shows them itself, at a look of its own; then they are known by their
    names.
    """
    made: tuple[Image, ...] = ()
    for turn in turns:
        if turn.role is Role.ASSISTANT:
            made += turn.images
        else:
            shown = {image.name for image in turn.images}
            noted = (replace(image, note=MADE_BEFORE) for image in made if image.name not in shown)
            yield Turn(role=Role.USER, text="", images=tuple(noted))
            made = ()
        yield turn


def _says_something(turn: Turn) -> bool:
    return bool(turn.text.strip() or (turn.role is Role.USER and (turn.images or turn.files)))


def _parts(turn: Turn, request: ModelRequest, detail: str | None) -> Iterator[bytes]:
    if turn.role is Role.ASSISTANT:
        yield _text_part(b"output_text", turn.text)
        return
    if turn.text.strip():
        yield _text_part(b"input_text", _with_author(turn))
    for image in turn.images:
        yield from _image_parts(image, request, detail)


def _image_parts(image: Image, request: ModelRequest, detail: str | None) -> Iterator[bytes]:
    if image.note:
        yield _text_part(b"input_text", image.note)
    yield _image_part(image, request.image_bytes.get(image.hash), detail)


def _file_parts(
    file: File, request: ModelRequest, detail: str | None, *, takes_files: bool
) -> Iterator[bytes]:
    """The document as it is, or else its text and the pictures of its pages.

    Files stand before the words about them: questions at the end are answered best.
    """
    document = request.image_bytes.get(file.hash) if takes_files and file.is_document else None
    if document is not None:
        yield b"".join(
            (
                b'{"type":"input_file","filename":',
                _encode(_clean(file.name)),
                b',"file_data":"data:application/pdf;base64,',
                b64encode(document),
                b'"}',
            )
        )
        return
    yield _text_part(b"input_text", format_file(file))
    for image in file.images:
        yield from _image_parts(image, request, detail)


def _with_author(turn: Turn) -> str:
    """Say who speaks; a name can't contain a line break and so can't pretend to be another."""
    name = " ".join(turn.author_name.split())
    return f"{name}: {turn.text}" if name else turn.text


def _text_part(kind: bytes, text: str) -> bytes:
    return b'{"type":"' + kind + b'","text":' + _encode(_clean(text)) + b"}"


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()  # lone surrogates are no UTF-8


def _image_part(image: Image, content: bytes | None, detail: str | None) -> bytes:
    if content is None:
        return _text_part(b"input_text", f"(The picture {image.name} is no longer kept.)")
    if image.media_type not in SENDABLE:
        return _text_part(b"input_text", f"(The picture {image.name} can't be shown to you.)")
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
