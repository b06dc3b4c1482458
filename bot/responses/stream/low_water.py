"""Reading in gulps: let the kernel wake us for several deltas at a time, and never late at the end.

Waking up for each delta costs far more than parsing it. A socket's low-water mark (SO_RCVLOWAT)
makes it readable only when that many bytes have come. Every dialect of the Responses API ends an
answer with four events that repeat its text (output_text.done, content_part.done,
output_item.done, completed), so a mark of three times the text so far is always passed when the
answer ends; the end of the connection wakes regardless. Text that waits is fetched by `hurry()`,
at the latest after `longest` seconds. Lowering the mark makes Linux signal what waits.
"""

import asyncio
import socket
import sys
from typing import Final, Protocol

SMALLEST_MARK: Final = 900  # bytes; what an ending has besides the text, in every recorded dialect
LARGEST_MARK: Final = 32_768  # bytes; the kernel allows half of its buffer
REPEATED: Final = 3  # times the text so far; one less than every ending repeats it


class SocketOptions(Protocol):
    """The part of a socket that asyncio and uvloop show."""

    def setsockopt(self, level: int, option: int, value: int, /) -> None: ...


class LowWater:
    """One connection's mark. Without a socket that knows marks it does nothing."""

    def __init__(self, sock: SocketOptions | None, *, longest: float) -> None:
        """`longest` is the time in seconds that data may wait; 0 reads every piece at once."""
        self._socket = sock if longest > 0 and sys.platform == "linux" else None
        self._longest = longest
        self._mark = 1  # the kernel's own
        self._timer: asyncio.TimerHandle | None = None

    def rise(self, text_bytes: int) -> None:
        """Everything that has come is read: wait for several more deltas."""
        self._stop_timer()
        if self._socket is None:
            return
        self._set(min(LARGEST_MARK, SMALLEST_MARK + REPEATED * text_bytes))
        self._timer = asyncio.get_running_loop().call_later(self._longest, self.hurry)

    def hurry(self) -> None:
        """Wake the reader at once for what waits, or else for the next byte."""
        self._stop_timer()
        self._set(1)

    def close(self) -> None:
        """Leave the connection as it was: others may use it next."""
        self.hurry()
        self._socket = None

    def _set(self, mark: int) -> None:
        if self._socket is None or mark == self._mark:
            return
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, mark)
        except (OSError, ValueError, NotImplementedError, AttributeError):
            self._socket = None  # closed, or no socket that knows marks
        else:
            self._mark = mark

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
