"""The quiet line that stands where nothing has been written yet: what goes on, and for how long.

Models that think are silent for minutes. The line appears only once a silence is worth a word,
changes seldom enough to spare Discord's edits, and goes with the next text.
"""

import re
from typing import Final

AFTER_ACTIVITY: Final = 1.0  # seconds of silence until a line appears, where there is news to show
AFTER_QUESTION: Final = 4.0  # the same where nothing is known but that the model was asked
AFTER_TEXT: Final = 10.0  # the same in the middle of an answer
UPDATE_EVERY: Final = 5.0  # seconds between two changes of the time that is shown
UPDATE_EVERY_LATER: Final = 15.0  # the same once a minute has gone by
SOONEST: Final = 1.5  # seconds until news are shown after the line has changed
_MINUTE: Final = 60.0  # seconds
# As `bot.core.wording.status` writes it, at the end of a message.
_LINE: Final = re.compile(r"(?:\A|\n)-# [^\n]* · \d+:\d\d\Z")


class Status:
    """Decides when the line appears and changes. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._since: float | None = None  # when the silence began; None: nobody waits
        self._has_text = False
        self._activity = ""
        self._shown: tuple[str, float] | None = None  # activity and seconds, as they stand there
        self._changed_at = float("-inf")

    def begin(self, now: float) -> None:
        """The model is asked. Asked again, the wait goes on: the asker waits for one answer."""
        if self._since is None:
            self._since = now

    def note_activity(self, activity: str) -> None:
        """Something goes on; an empty word takes the last one back."""
        self._activity = activity

    def note_text(self, now: float) -> None:
        """Text has come: the silence is over, and what went on before it, too."""
        self._since = now
        self._has_text = True
        self._activity = ""
        self._shown = None

    def restart(self) -> None:
        """The text is given up; the asker still waits."""
        self._has_text = False
        self._activity = ""

    def at(self, now: float) -> tuple[str, float] | None:
        """Activity and seconds to be shown; None: no line. The same until a change is due."""
        if self._since is None or now < self._appears_at(self._since):
            return None
        if self._shown is None or now >= self._changes_at(self._shown):
            self._shown = self._activity, now - self._since
            self._changed_at = now
        return self._shown

    def seconds_to_change(self, now: float) -> float | None:
        """Seconds until the line may change; None: it will not by itself."""
        if self._since is None:
            return None
        at = self._appears_at(self._since) if self._shown is None else self._changes_at(self._shown)
        return max(0.0, at - now)

    def _appears_at(self, since: float) -> float:
        if self._activity:
            return since + AFTER_ACTIVITY
        return since + (AFTER_TEXT if self._has_text else AFTER_QUESTION)

    def _changes_at(self, shown: tuple[str, float]) -> float:
        activity, seconds = shown
        if activity != self._activity:
            return self._changed_at + SOONEST
        return self._changed_at + (UPDATE_EVERY if seconds < _MINUTE else UPDATE_EVERY_LATER)


def without_status(text: str) -> str:
    """A message's text without the line that a dead process has left in it."""
    return _LINE.sub("", text)
