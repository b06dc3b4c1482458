"""The Stop button."""

from typing import Final

STOP_LABEL: Final = "Stop"


def stop_accepted() -> str:
    return "I'm stopping."


def stop_not_allowed() -> str:
    return "Only the person who asked, or a moderator, can stop this answer."


def stop_too_late() -> str:
    return "This answer has already finished."
