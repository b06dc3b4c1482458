"""Server-sent events: bytes in, events out. No I/O; any division into chunks gives the same events.

https://html.spec.whatwg.org/multipage/server-sent-events.html, section 9.2.6, with two liberties:
an event whose blank line never came is given at the end (JSON tells by itself whether it is whole),
and `id` and `retry` are ignored. Lines are cut as bytes: CR and LF never occur inside a UTF-8
sequence, so nothing needs to be decoded before the whole value is there.
"""

from typing import Final, NamedTuple

LARGEST_EVENT: Final = 4 * 1024 * 1024  # bytes; several times the longest answer in any encoding
LARGEST_WITH_PICTURE: Final = 32 * 1024 * 1024  # bytes; a picture can take several megabytes
_LINE: Final = 16  # bytes that a line takes besides its text, at least
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class EventTooLarge(Exception):
    """An event, or a line, is larger than is held in memory."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"an event of more than {limit} bytes")


class SseEvent(NamedTuple):
    name: bytes  # empty where the server named none
    data: bytes


class SseParser:
    """The state between two chunks: a line's beginning, an event's fields, a CR that may be half a CRLF."""

    def __init__(self, *, largest: int = LARGEST_EVENT) -> None:
        self._largest = largest
        self._is_started = False
        self._ended_with_cr = False
        self._line = bytearray()  # the line that has no end yet
        self._name = b""
        self._data: list[bytes] = []
        self._data_size = 0  # bytes, with what each line takes besides

    def feed(self, chunk: bytes) -> list[SseEvent]:
        """Take the next bytes; raises EventTooLarge where the bound is passed."""
        if not self._is_started or self._ended_with_cr or b"\r" in chunk:
            chunk = self._clean(chunk)
        if b"\n" not in chunk:
            self._hold(chunk)
            return []
        if self._line:
            chunk = self._take_line() + chunk
        lines = chunk.split(b"\n")
        rest = lines.pop()
        events = self._take(lines)
        if rest or self._data:
            self._hold(rest)
        return events

    def close(self) -> list[SseEvent]:
        """The stream is over: give what was begun."""
        return self._take([self._take_line(), b""])

    def _take(self, lines: list[bytes]) -> list[SseEvent]:
        events: list[SseEvent] = []
        data, old = self._data, len(self._data)
        for line in lines:
            if not line:
                if data:
                    events.append(SseEvent(self._name, b"\n".join(data)))
                    data = self._data = []
                    self._data_size = old = 0
                self._name = b""
            elif line[:6] == b"data: ":
                data.append(line[6:])
            elif line[:7] == b"event: ":
                self._name = line[7:]
            else:
                self._take_field(line)
        if data:
            self._data_size += sum(map(len, data[old:])) + _LINE * (len(data) - old)
        return events

    def _take_field(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._name = value
        elif field == b"data":
            self._data.append(value)

    def _hold(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) + self._data_size > self._largest:
            raise EventTooLarge(self._largest)

    def _take_line(self) -> bytes:
        line = bytes(self._line)
        self._line.clear()
        return line

    def _clean(self, chunk: bytes) -> bytes:
        """Make every line end an LF, and drop the byte order mark. A CR ends its line at once."""
        if not self._is_started:
            chunk = self._take_line() + chunk
            if len(chunk) < len(_BYTE_ORDER_MARK) and _BYTE_ORDER_MARK.startswith(chunk):
                self._hold(chunk)
                return b""
            self._is_started = True
            chunk = chunk.removeprefix(_BYTE_ORDER_MARK)
        if self._ended_with_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._ended_with_cr = False
        if b"\r" in chunk:
            self._ended_with_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk
