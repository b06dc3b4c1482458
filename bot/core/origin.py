"""Where an error came from, without what it says: its message may quote what people write."""

import traceback

_OURS = "/bot/"


def origin(error: BaseException, *, outside: str | None = None) -> str:
    """The innermost line of ours, or else of all, as `reply.py:12`; empty if it was never raised.

    With `outside`, such as `/bot/store/`, lines of that folder count only where there is no other
    of ours.
    """
    frames = [
        (frame.filename.replace("\\", "/"), frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    if not frames:
        return ""
    ours = [one for one in frames if _OURS in one[0]] or frames
    path, line = ([one for one in ours if outside is None or outside not in one[0]] or ours)[-1]
    return f"{path.rpartition('/')[2]}:{line}"
