"""Reads the body of a request, and refuses what OpenAI's API refuses, with the same codes."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.standins.describer.request.errors import OpenAIError
from bot.standins.describer.request.text_files import TextFile, parse_text_file

_DATA_URL: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w=.+-]+)*;base64,", re.IGNORECASE)
_ROLES: Final = ("user", "assistant", "system", "developer")
_TEXTS: Final = ("input_text", "output_text", "refusal", "text")
_MOST_PICTURES: Final = 50
_SMALLEST_OUTPUT: Final = 16  # tokens
_NOTE: Final = re.compile(r"(frame|page|picture) \d.*|.*\balt text: .*", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """`place` says where in the request it stands, as errors name it."""

    content: bytes = field(repr=False)
    hash: str
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One message of the conversation."""

    role: str
    texts: tuple[str, ...]
    pictures: tuple[Picture, ...]
    files: tuple[TextFile, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A conversation, and how its last question is to be answered."""

    items: tuple[Item, ...]
    instructions: str
    is_streamed: bool
    max_output_tokens: int | None
    echoed: Mapping[str, Any]  # members that the response repeats

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(picture for item in self.items for picture in item.pictures)

    @property
    def question(self) -> str:
        """The last message's words, without the notes that stand before its pictures."""
        texts = self._last.texts if self._last else ()
        return "\n".join(text for text in texts if not _NOTE.fullmatch(text))

    @property
    def shown(self) -> tuple[Picture, ...]:
        """The last message's own pictures."""
        return self._last.pictures if self._last else ()

    @property
    def subject(self) -> tuple[Picture, ...]:
        """The pictures that the question is about: its own, or the latest before it."""
        return self._latest.pictures if self._latest else ()

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The files that the question is about, in the same way."""
        return self._latest.files if self._latest else ()

    @property
    def _latest(self) -> Item | None:
        return next((item for item in reversed(self.items) if item.pictures or item.files), None)

    @property
    def _last(self) -> Item | None:
        return next((item for item in reversed(self.items) if item.role == "user"), None)


def read_request(body: Any) -> Request:
    """Raises OpenAIError."""
    if not isinstance(body, dict):
        raise OpenAIError("The body must be a JSON object.", code="invalid_type")
    if not isinstance(body.get("model"), str):
        raise _missing("model")
    if body.get("previous_response_id"):
        message = "Previous responses are not kept here: send the whole conversation."
        raise OpenAIError(message, code="previous_response_not_found", param="previous_response_id")
    _refuse_formats(body.get("text"))
    request = Request(
        items=_read_input(body),
        instructions=_string(body.get("instructions"), "instructions"),
        is_streamed=body.get("stream") is True,
        max_output_tokens=_read_limit(body.get("max_output_tokens")),
        echoed={name: body[name] for name in ("metadata", "user") if body.get(name)},
    )
    if len(request.pictures) > _MOST_PICTURES:
        message = f"At most {_MOST_PICTURES} pictures can be sent, and these are more."
        raise OpenAIError(message, code="invalid_value", param="input")
    return request


def _read_input(body: Mapping[str, Any]) -> tuple[Item, ...]:
    given = body.get("input")
    if isinstance(given, str):
        return (Item(role="user", texts=(given,), pictures=()),)
    if not isinstance(given, list):
        raise _missing("input")
    items = (_read_item(item, f"input[{number}]") for number, item in enumerate(given))
    return tuple(item for item in items if item is not None)


def _read_item(item: Any, place: str) -> Item | None:
    """Return None for items that are no messages, such as reasoning of earlier answers."""
    if not isinstance(item, dict):
        raise OpenAIError(f"`{place}` must be an object.", code="invalid_type", param=place)
    if item.get("type", "message") != "message":
        return None
    role, content = item.get("role"), item.get("content")
    if role not in _ROLES:
        message = f"`{place}.role` must be one of {', '.join(_ROLES)}."
        raise OpenAIError(message, code="invalid_value", param=f"{place}.role")
    if isinstance(content, str):
        return Item(role=role, texts=(content,), pictures=())
    if not isinstance(content, list):
        raise _missing(f"{place}.content")
    parts = list(_read_parts(content, place))
    texts = [part for part in parts if isinstance(part, str)]
    files = [parse_text_file(text) if role == "user" else None for text in texts]
    return Item(
        role=role,
        texts=tuple(text for text, file in zip(texts, files, strict=True) if file is None),
        files=tuple(file for file in files if file is not None),
        pictures=tuple(part for part in parts if isinstance(part, Picture)),
    )


def _read_parts(content: Sequence[Any], place: str) -> Iterator[str | Picture]:
    for number, part in enumerate(content):
        here = f"{place}.content[{number}]"
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in _TEXTS:
            yield _string(part.get("refusal" if kind == "refusal" else "text"), f"{here}.text")
        elif kind == "input_image":
            yield _read_picture(part, f"{here}.image_url")
        else:
            message = f"Invalid value: `{kind}`. Supported values are: `input_text`, `input_image`."
            raise OpenAIError(message, code="invalid_value", param=here)


def _read_picture(part: Mapping[str, Any], place: str) -> Picture:
    url = part.get("image_url")
    if not isinstance(url, str):
        raise _missing(place)
    head = _DATA_URL.match(url)
    if head is None:
        message = "Pictures must be base64-encoded data URLs: nothing is downloaded here."
        raise OpenAIError(message, code="invalid_image_url", param=place)
    if head[1] and not head[1].lower().startswith("image/"):
        message = f"The media type `{head[1]}` is not that of a picture."
        raise OpenAIError(message, code="unsupported_image_media_type", param=place)
    content = _decode(url[head.end() :], place)
    return Picture(content=content, hash=hashlib.sha256(content).hexdigest(), place=place)


def _decode(encoded: str, place: str) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        message = "The data URL is not valid base64."
        raise OpenAIError(message, code="invalid_base64_image", param=place) from error
    if not content:
        raise OpenAIError("The picture is empty.", code="empty_image_file", param=place)
    return content


def _read_limit(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        message = "`max_output_tokens` must be an integer."
        raise OpenAIError(message, code="invalid_type", param="max_output_tokens")
    if value < _SMALLEST_OUTPUT:
        message = f"`max_output_tokens` must be at least {_SMALLEST_OUTPUT}, and is {value}."
        raise OpenAIError(message, code="integer_below_min_value", param="max_output_tokens")
    return value


def _refuse_formats(text: Any) -> None:
    """Answers are prose: a promise of JSON could not be kept."""
    form = text.get("format") if isinstance(text, dict) else None
    kind = form.get("type", "text") if isinstance(form, dict) else "text"
    if kind != "text":
        message = f"The format `{kind}` is not supported: answers are text."
        raise OpenAIError(message, code="unsupported_value", param="text.format")


def _string(value: Any, place: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise OpenAIError(f"`{place}` must be a string.", code="invalid_type", param=place)
    return value


def _missing(place: str) -> OpenAIError:
    message = f"Missing required parameter: `{place}`."
    return OpenAIError(message, code="missing_required_parameter", param=place)
