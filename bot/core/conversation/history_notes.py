"""Pictures and files of earlier turns, as lines of text once there is no room for them any more."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.conversation.files import format_file_note, plain_name
from bot.core.conversation.turns import File, Role, Turn


def without_images(turn: Turn) -> Turn:
    """Put a line of text for each picture; what the bot said of it follows in its answer.

    A file with pictures of its pages goes as a whole. Of a picture that the bot has made, its turn
    says already what it is.
    """
    if turn.role is Role.ASSISTANT:
        return replace(turn, images=())
    names = dict.fromkeys(plain_name(image.name) for image in turn.images)
    notes = (f"[picture {name}, seen earlier: see the answer that follows]" for name in names)
    pictured = tuple(file for file in turn.files if file.images)
    return _with_notes(replace(turn, images=()), notes, pictured)


def without_files(turn: Turn) -> Turn:
    """Put a line of text for each file."""
    return _with_notes(turn, (), turn.files)


def _with_notes(turn: Turn, notes: Iterable[str], files: Sequence[File]) -> Turn:
    lines = (turn.text, *notes, *map(format_file_note, files))
    kept = tuple(file for file in turn.files if file not in files)
    return replace(turn, text="\n".join(lines).strip(), files=kept) if lines[1:] else turn
