"""Answers of the Images API: a stream of pictures in the making, or one JSON document.

The order of arrival is the truth here, too, and a picture's bytes say what it is. An address in the
place of a picture is not followed: it may be anybody's, and the bot visits no host that others choose.
"""

from collections.abc import Iterator
from typing import Any, Final

from bot.core.answers.events import (
    Completed,
    Ended,
    Failed,
    Failure,
    StreamEvent,
)
from bot.responses.stream.errors import Redact, fail, words_of, words_of_body
from bot.responses.stream.frames import EventFrame, read_any, read_frame
from bot.responses.stream.made_pictures import (
    MadePictures,
    decode_picture,
    make_picture,
)
from bot.responses.stream.sse import LARGEST_WITH_PICTURE, EventTooLarge, SseEvent, SseParser
from bot.responses.stream.usage import read_counted

_BLANK: Final = b" \t\r\n"
_DONE: Final = b"[DONE]"


class ImagesReader:
    """Reads one picture's body; see `EventReader` in `bot/responses/stream/body_reader.py`."""

    is_near_end = True  # there is no text that could be read in gulps

    def __init__(self, *, redact: Redact) -> None:
        self.has_ended = False
        self._redact = redact
        self._pictures = MadePictures()
        self._sse: SseParser | None = None
        self._document: list[bytes] = []
        self._size = 0  # bytes

    def feed(self, chunk: bytes) -> list[StreamEvent]:
        if self._sse is not None:
            return self._read_stream(self._sse, chunk)
        if not self._size:
            chunk = chunk.lstrip(_BLANK)
        if not chunk:
            return []
        self._document.append(chunk)
        self._size += len(chunk)
        if self._document[0][:1] not in b'{[<"':
            self._sse = SseParser(largest=LARGEST_WITH_PICTURE)
            return self._read_stream(self._sse, b"".join(self._document))
        if self._size > LARGEST_WITH_PICTURE:
            return [self._break(f"a document of more than {LARGEST_WITH_PICTURE} bytes")]
        return []

    def close(self) -> list[StreamEvent]:
        if self.has_ended:
            return []
        if self._sse is None:
            return list(self._read_document(b"".join(self._document).strip(_BLANK)))
        events = self._read_frames(self._sse.close())
        if not self.has_ended:
            events.append(self._break("the stream ended without a picture"))
        return events

    def _read_stream(self, parser: SseParser, chunk: bytes) -> list[StreamEvent]:
        try:
            frames = parser.feed(chunk)
        except EventTooLarge as error:
            return [self._break(str(error))]
        return self._read_frames(frames)

    def _read_frames(self, frames: list[SseEvent]) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        for name, data in frames:
            frame = None if self.has_ended else read_frame(data)
            if frame is not None:
                events += self._read_frame(frame, name, data)
            elif data.strip() == _DONE and not self.has_ended:
                events.append(self._break("the stream is done, without a picture"))
        return events

    def _read_frame(self, frame: EventFrame, name: bytes, data: bytes) -> Iterator[StreamEvent]:
        kind = frame.type or name.decode("utf-8", "replace")
        if kind == "error" or read_any(frame.error):
            yield self._close(fail(words_of(read_any(data)), redact=self._redact))
        elif kind.endswith(".partial_image"):
            yield from self._pictures.read_partial(frame)
        elif kind.endswith(".completed"):
            yield from self._finish(read_any(data), read_any(frame.usage))

    def _read_document(self, body: bytes) -> Iterator[StreamEvent]:
        if not body:
            yield self._break("the answer is empty")
            return
        value = read_any(body)
        if not isinstance(value, dict):
            words = words_of_body(body[:2_000]).message[:200]
            detail = self._redact(f"no pictures but: {words}")
            yield self._close(Failed(failure=Failure.NOT_AN_ENDPOINT, detail=detail))
            return
        pictures = value.get("data")
        if isinstance(pictures, list) and pictures:
            yield from self._finish(pictures[0], value.get("usage"))
        else:
            yield self._close(fail(words_of(value), redact=self._redact))

    def _finish(self, picture: Any, usage: Any) -> Iterator[StreamEvent]:
        """Give the picture, what it took, and the end."""
        described = picture if isinstance(picture, dict) else {}
        decoded = decode_picture(described.get("b64_json") or described.get("url"))
        counted = read_counted(usage)
        if counted is not None:
            yield counted
        if decoded is None:
            yield self._close(_no_picture(described))
            return
        yield make_picture(decoded, described.get("revised_prompt"))
        yield self._close(Completed(usage=None))

    def _break(self, detail: str) -> Ended:
        return self._close(Failed(failure=Failure.BROKEN_STREAM, detail=detail))

    def _close(self, ending: Ended) -> Ended:
        self.has_ended = True
        return ending


def _no_picture(described: dict[str, Any]) -> Failed:
    if isinstance(described.get("url"), str) and not described.get("b64_json"):
        detail = "it sends the address of a picture instead of the picture"
        return Failed(failure=Failure.BAD_REQUEST, detail=detail)
    return Failed(failure=Failure.SERVER_ERROR, detail="what it sends is no PNG, JPEG or WebP")
