"""Where an error came from, without what it says: its message may quote what people write."""

import traceback

_OURS = "/bot/"


def origin(error: BaseException) -> str:
    """The innermost line of ours, or else of all, as `reply.py:12`; empty if it was never raised."""
    frames = [
        (frame.filename.replace("\\", "/"), frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    if not frames:
        return ""
    path, line = next((one for one in reversed(frames) if _OURS in one[0]), frames[-1])
    return f"{path.rpartition('/')[2]}:{line}"
