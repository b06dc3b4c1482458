"""The answer's text, each piece once, whichever events a dialect repeats it in.

Deltas are the text of record; `*.done` events and the last one count only for what no delta
brought. Parts are known by their places and ids: gateways leave out the one or change the other.
"""

import re
from collections.abc import Iterable
from typing import Final

from bot.responses.stream.frames import EventFrame
from bot.responses.stream.output import BETWEEN_MESSAGES

LONGEST_ANSWER: Final = 4_000_000  # characters; several times what any model writes in one answer
MOST_NAMES: Final = 10_000  # of items and parts that are remembered
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_Name = str | int
_Place = tuple[int | None, _Name | None, int | None]
_NOWHERE: Final[_Place] = (-1, None, None)


class AnswerTooLarge(Exception):
    """An answer has more text, or more pieces, than is held in memory."""


class TextOfRecord:
    """Says which text is new. Raises AnswerTooLarge where the bounds are passed."""

    def __init__(self) -> None:
        self.has_text = False
        self.is_damaged = False  # something was lost, and nothing made it good
        self._size = 0  # characters taken
        self._place = _NOWHERE  # of the latest delta
        self._item: frozenset[_Name] = frozenset()  # names of the latest item with text
        self._is_hidden = False  # the latest delta's item is not part of the answer
        self._hidden: set[_Name] = set()
        self._items: set[_Name] = set()  # items with text
        self._parts: set[tuple[_Name, int]] = set()  # parts with text
        self._part_text: list[str] = []  # the latest part's
        self._half = ""  # the first half of a surrogate pair
        self._held: list[str] | None = None  # deltas since one was lost, until the whole text comes
        self._is_beyond = False  # the text goes on in another part than the one with the loss
        self._length = 0  # code points given out
        self._base = 0  # of them, before the latest part

    def hide(self, names: Iterable[_Name]) -> None:
        """Leave an item out: a comment on the work, not the answer."""
        self._hidden.update(names)
        self._check_names()

    @property
    def is_doubtful(self) -> bool:
        """Whether deltas are held back because one may be lost."""
        return self._held is not None

    def distrust(self) -> None:
        """A delta may be lost: hold the following ones back until the part's whole text is known."""
        if self._held is None:
            self._held, self._is_beyond = [], False

    def base_of(self, frame: EventFrame) -> int | None:
        """Where the frame's part begins in all of the text; None where it is not the latest one."""
        place = (frame.output_index, frame.item_id, frame.content_index)
        is_latest = _is_same(place, self._place) and (place[2] or 0) == (self._place[2] or 0)
        return self._base if is_latest else None

    def add(self, frame: EventFrame, text: str) -> str:
        """Take a delta; return what is to be shown of it."""
        if not text:
            return ""
        self._count(text)
        place = (frame.output_index, frame.item_id, frame.content_index)
        separator = self._move(place) if place != self._place else ""
        if self._is_hidden:
            return ""
        if self._half or (not text.isascii() and _SURROGATE.search(text)):
            text = self._join_halves(text)
        if self._held is not None:
            self._held.append(separator + text)
            return ""
        self._part_text.append(text)
        self.has_text = self.has_text or bool(text)
        self._length += len(separator) + len(text)
        return separator + text

    def complete(self, frame: EventFrame, text: str) -> str:
        """Take a part's whole text; return what of it has not been shown."""
        place = (frame.output_index, frame.item_id, frame.content_index)
        names = _names(place)
        if not names.isdisjoint(self._hidden):
            return ""
        is_shown = any((name, place[2] or 0) in self._parts for name in names)
        if is_shown or (not names and self._part_text):
            return self.repair(text) if self.is_doubtful else self._add_rest(place, text)
        return self._append_unseen(place, text)

    def complete_item(self, frame: EventFrame, item_id: _Name | None, text: str) -> str:
        """Take an item's whole text; return it where nothing of the item has been shown."""
        place = (frame.output_index, item_id, None)
        names = _names(place)
        if not (names.isdisjoint(self._items) and names.isdisjoint(self._hidden)):
            return ""
        return self._append_unseen(place, text)

    def repair(self, text: str) -> str:
        """Take the latest part's whole text; show what was held back where it goes on from the shown."""
        if self._held is None:
            return ""
        shown = self._shown()
        if self._is_beyond or not text.startswith(shown):
            return self.finish()
        self._held = None
        self._part_text = [text]
        self.has_text = self.has_text or bool(text)
        self._length += len(text) - len(shown)
        return text[len(shown) :]

    def take_all(self, text: str) -> str:
        """Take the answer's whole text where nothing of it has been shown."""
        self._held, self._half = None, ""
        self._count(text)
        self.has_text = bool(text)
        self._length += len(text)
        return text

    def finish(self) -> str:
        """The answer is over: give what was held back."""
        self.is_damaged = self.is_damaged or self.is_doubtful
        held, self._held = self._held or [], None
        text = "".join(held) + ("\N{REPLACEMENT CHARACTER}" if self._half else "")
        self._half = ""
        self.has_text = self.has_text or bool(text)
        self._length += len(text)
        return text

    def _move(self, place: _Place) -> str:
        """Go to another part; return what separates it from the text before."""
        names = _names(place)
        is_same_item = _is_same(place, self._place)
        is_same_part = is_same_item and place[2] == self._place[2]
        if not is_same_part:
            self._is_beyond = self._is_beyond or bool(self._held or self._part_text)
            self._part_text = []
        self._place = place
        self._is_hidden = not names.isdisjoint(self._hidden)
        if self._is_hidden:
            self._place = _NOWHERE
            return ""
        self._items |= names
        self._parts.update((name, place[2] or 0) for name in names)
        self._check_names()
        follows_another = self.has_text and bool(self._item) and names.isdisjoint(self._item)
        self._item = frozenset(names | self._item) if is_same_item else frozenset(names)
        separator = BETWEEN_MESSAGES if follows_another else ""
        if not is_same_part:
            self._base = self._length + len(separator)
        return separator

    def _append_unseen(self, place: _Place, text: str) -> str:
        if not text or (self._part_text and self._shown() == text):
            return ""  # shown already, under a name that the gateway has changed since
        self._count(text)
        held = self.finish() if self._held else ""  # of another part, which no whole text came for
        separator = self._move(place)
        self._part_text.append(text)
        self._held, self.has_text = None, True
        self._length += len(separator) + len(text)
        return held + separator + text

    def _shown(self) -> str:
        """The latest part's text, joined once: an endpoint may ask for it again and again."""
        shown = "".join(self._part_text)
        self._part_text = [shown] if shown else []
        return shown

    def _count(self, text: str) -> None:
        self._size += len(text)
        if self._size > LONGEST_ANSWER:
            raise AnswerTooLarge(f"an answer of more than {LONGEST_ANSWER} characters")

    def _check_names(self) -> None:
        if len(self._hidden) + len(self._items) + len(self._parts) > MOST_NAMES:
            raise AnswerTooLarge(f"an answer in more than {MOST_NAMES} pieces")

    def _add_rest(self, place: _Place, text: str) -> str:
        """Show what the deltas of the latest part have left out at its end, without a sign."""
        names = _names(place)
        is_latest = not names or not names.isdisjoint(self._item)
        shown = self._shown()
        if not is_latest or (place[2] or 0) != (self._place[2] or 0) or not text.startswith(shown):
            return ""
        rest = text[len(shown) :]
        if rest:
            self._count(rest)
            self._part_text.append(rest)
            self._half = ""
            self._length += len(rest)
        return rest

    def _join_halves(self, text: str) -> str:
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        whole = text.removesuffix(self._half) if self._half else text
        return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _names(place: _Place) -> set[_Name]:
    return {name for name in place[:2] if name is not None}


def _is_same(place: _Place, other: _Place) -> bool:
    """Whether both places are in one item: by index where both have one, else by id."""
    if place[0] is not None and other[0] is not None:
        return place[0] == other[0]
    return place[1] == other[1]
