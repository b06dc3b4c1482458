"""The JSON of one stream event, and of a whole answer, as lenient values: every field is optional.

One struct serves all kinds of events, so that a frame is decoded once, whether or not the server
names the event beside it. Large members stay raw until they are needed.
"""

import json
from typing import Any, Final

import msgspec

ABSENT: Final = msgspec.Raw()
MOST_VALUES: Final = 200_000  # in one piece of JSON; several times what any answer has
_LARGEST_MENDED: Final = 1024 * 1024  # bytes


class EventFrame(msgspec.Struct, gc=False):
    """A stream event of any kind, of the Responses API or of chat completions."""

    type: str | None = None
    delta: Any = None
    text: Any = None
    refusal: Any = None
    item_id: str | int | None = None
    output_index: int | None = None
    content_index: int | None = None
    # A `Raw | None` would decode as null only: hence no union here.
    item: msgspec.Raw = ABSENT
    part: msgspec.Raw = ABSENT
    annotation: msgspec.Raw = ABSENT
    response: msgspec.Raw = ABSENT
    error: msgspec.Raw = ABSENT
    choices: msgspec.Raw = ABSENT
    usage: msgspec.Raw = ABSENT
    partial_image_b64: msgspec.Raw = ABSENT
    partial_image_index: Any = None
    b64_json: msgspec.Raw = ABSENT  # of the Images API


class WholeAnswer(msgspec.Struct):
    """A response object: in the last event of a stream, or as the body of an answer without one."""

    object: Any = None
    status: Any = None
    error: Any = None
    incomplete_details: Any = None
    usage: Any = None
    tool_usage: Any = None
    output: msgspec.Raw = ABSENT
    choices: msgspec.Raw = ABSENT  # chat completions


_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_TYPED: Final[dict[str, type | tuple[type, ...]]] = {  # other members may be anything
    "type": str,
    "item_id": (str, int),
    "output_index": int,
    "content_index": int,
}
_frames: Final = msgspec.json.Decoder(EventFrame)
_answers: Final = msgspec.json.Decoder(WholeAnswer)


def read_frame(data: bytes) -> EventFrame | None:
    """Decode an event's data; None where it is no JSON object of the known form."""
    if _has_too_many_values(data):
        return None
    try:
        return _frames.decode(data)
    except _UNREADABLE:
        return _mend(data)


def read_answer(data: bytes | msgspec.Raw) -> WholeAnswer | None:
    if _has_too_many_values(data):
        return None
    try:
        return _answers.decode(data)
    except _UNREADABLE:
        return None


def read_any(data: bytes | msgspec.Raw) -> Any:
    """Decode whatever it is; None for nothing, null and what is no JSON."""
    if not data or _has_too_many_values(data):
        return None
    try:
        return msgspec.json.decode(data)
    except _UNREADABLE:
        return None


def _has_too_many_values(data: bytes | msgspec.Raw) -> bool:
    """Nobody else is served while they are decoded: 60 ms for as many objects as there may be.

    Commas and brackets inside of texts count as well, which is cheaper than to tell them apart.
    """
    if len(data) <= MOST_VALUES:
        return False
    written = bytes(data)
    return sum(map(written.count, (b",", b"{", b"["))) > MOST_VALUES


def _mend(data: bytes) -> EventFrame | None:
    """Read what a strict decoder refuses: invalid UTF-8, members of unexpected types, and text cut
    inside a surrogate pair.

    Servers that cut texts by UTF-16 units send the halves of an emoji in two deltas; the halves
    are kept in `delta`, to be joined by the reader.
    """
    if len(data) > _LARGEST_MENDED:
        return None
    try:
        value = json.loads(data.decode("utf-8", "replace"))
        if not isinstance(value, dict):
            return None
        known = {name: member for name, member in value.items() if _is_fit(name, member)}
        clean = json.dumps(known, ensure_ascii=False).encode("utf-8", "replace")
        frame = _frames.decode(clean)
    except (ValueError, RecursionError):  # MsgspecError is a ValueError
        return None
    frame.delta = value.get("delta")
    return frame


def _is_fit(name: str, member: object) -> bool:
    kinds = _TYPED.get(name)
    return kinds is None or (isinstance(member, kinds) and not isinstance(member, bool))
