"""Files of this machine, for those who look at pictures without Discord."""

from pathlib import Path

from bot.core.conversation.turns import LeftOutReason


def read_file(path: Path, limit: int) -> bytes | LeftOutReason:
    """Read a file of at most `limit` bytes, or say why not."""
    try:
        if not path.is_file():
            return LeftOutReason.UNREADABLE if path.exists() else LeftOutReason.GONE
        if path.stat().st_size > limit:
            return LeftOutReason.TOO_MANY_BYTES
        return path.read_bytes()
    except FileNotFoundError:
        return LeftOutReason.GONE
    except OSError:
        return LeftOutReason.UNREACHABLE
