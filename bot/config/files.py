"""Reading the files: TOML into tables, and secrets that a container keeps in files."""

import re
import tomllib
from pathlib import Path
from typing import Any

from bot.core.errors import ConfigurationError


def read_toml(path: Path) -> dict[str, Any]:
    """Read the tables of a configuration file; raises ConfigurationError with the one thing wrong.

    No message repeats a line of the file: it may hold a key.
    """
    content = _read_text(path)
    try:
        return tomllib.loads(content)
    except RecursionError:
        raise _wrong(f"{path}: the tables and lists are nested too deeply.") from None
    except ValueError as error:  # TOMLDecodeError, or a number too long for Python
        raise _wrong(_syntax_sentence(path, str(error), content)) from None


def read_secret_file(path: Path) -> str:
    """Read a secret without the line break that editors end files with. Raises OSError or ValueError."""
    return path.read_text(encoding="utf-8").strip()


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows' editors begin files with a mark
    except FileNotFoundError:
        raise _wrong(
            f"{path} does not exist: copy config.example.toml to {path}, or name another file with --config."
        ) from None
    except OSError as error:
        raise _wrong(f"{path} can't be read: {error.strerror}.") from None
    except ValueError:
        raise _wrong(f"{path} is not UTF-8 text: save it as UTF-8.") from None


def _syntax_sentence(path: Path, message: str, content: str) -> str:
    what, _, place = message.rstrip(")").partition(" (at ")
    if re.match(r"line \d+, column \d+$", place):
        where = place
    else:
        where = f"line {content.count(chr(10)) + 1}, at the end"
    hint = ". Text must stand in quotes" if what == "Invalid value" else ""
    return f"{path}, {where}: this is not TOML: {what}{hint}."


def _wrong(sentence: str) -> ConfigurationError:
    return ConfigurationError((sentence,))
