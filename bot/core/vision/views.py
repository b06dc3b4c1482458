"""The detail and size of each picture, by what is asked and what can be paid.

A `Look` is decided from what Discord announces of a picture; the `View` follows from the look and
the picture's true size. A view is never dearer than its look allows, and never larger than what
the model is billed for: it would shrink the picture by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from bot.core.models.tokens import (
    Detail,
    ImageRule,
    ModelCard,
    PatchRule,
    TileRule,
    UnknownRule,
    billed_size,
    image_tokens,
)
from bot.core.vision.picture_intent import Use

Size = tuple[int, int]  # width and height in pixels

GLANCE_SIDE: Final = 512  # pixels; what models are documented to look at with `detail: low`
_GLANCE_PATCHES: Final = 256  # as many as a square of that side has
SMALLEST_SIDE: Final = 224  # pixels of the longest side; less shows nothing of use
_LEGIBLE_SIDE: Final = 1024  # pixels of the shortest side up to which lettering is enlarged
_MOST_ENLARGED: Final = 2.0  # times; more adds nothing to read
_LEAST_ENLARGED: Final = 1.15  # times; less is not worth an encoding
_ORIGINAL_SHARE: Final = 3  # `original` where it takes at most one part in so many of the room
_ASSUMED: Final[Size] = (4096, 4096)  # where a picture's size is not known beforehand


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """Rule, use and detail for one picture, decided before its true size is known."""

    rule: ImageRule
    use: Use = Use.USUAL
    detail: Detail = Detail.AUTO
    most_tokens: int | None = None  # that it may be billed; None: whatever it comes to

    def shared_by(self, frames: int) -> "Look":
        """The look at each frame of an animation: what may be paid is for all of them."""
        if self.most_tokens is None:
            return self
        return replace(self, most_tokens=self.most_tokens // frames)


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A part of a picture, in fractions of its width and height from the top left."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError("a region has 0 <= left < right <= 1 and 0 <= top < bottom <= 1")

    def box(self, size: Size) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in pixels; at least one pixel each way."""
        left, top = int(self.left * size[0]), int(self.top * size[1])
        right, bottom = ceil(self.right * size[0]), ceil(self.bottom * size[1])
        return left, top, max(left + 1, right), max(top + 1, bottom)


WHOLE: Final = Region()


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """The size to send a picture at, and what that is billed."""

    width: int
    height: int
    tokens: int
    is_reduced: bool = False  # smaller than its use asks for, because of what may be paid


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The looks at a question's pictures, in their order, and the detail that is sent with all."""

    looks: tuple[Look, ...]
    detail: Detail = Detail.AUTO


def plan_looks(
    sizes: Sequence[Size | None],
    card: ModelCard,
    *,
    use: Use,
    room: int,
    chosen: Detail = Detail.AUTO,
    is_alone: bool = True,
) -> Plan:
    """Decide how the pictures of one question are looked at within `room` tokens for all of them.

    `sizes` are as announced; None: not known. `chosen` is the operator's detail, which wins where
    it is not auto. `is_alone` False: pictures of earlier turns are sent along with the same detail,
    so it must not become low.
    """
    known = [size or _ASSUMED for size in sizes]
    detail = chosen if chosen is not Detail.AUTO else _choose(known, card, use, room, is_alone)
    look = Look(rule=card.rule_for(detail), use=use, detail=detail)
    needs = [view_of(size, look).tokens for size in known]
    shares = _share(needs, room, smallest=_smallest(look))
    looks = (_cap(look, need, share) for need, share in zip(needs, shares, strict=True))
    return Plan(looks=tuple(looks), detail=detail)


def view_of(size: Size, look: Look) -> View:
    """The view of a picture of that upright size."""
    billed = _within(billed_size(*size, look.rule), size)
    wanted = _wanted(size, billed, look)
    given = wanted if look.most_tokens is None else shrink_to(wanted, look, look.most_tokens)
    tokens = image_tokens(*given, look.rule, look.detail)
    is_reduced = max(given) < min(max(wanted), max(billed))
    return View(width=given[0], height=given[1], tokens=tokens, is_reduced=is_reduced)


def is_enough(kept: Size, original: Size, look: Look) -> bool:
    """Whether a picture can be sent again as it was, so that the endpoint's prompt cache still holds.

    `original` is the size that it could be shown at. It can't where the look would show more of it,
    where the look can't pay for as much, or where the model would shrink it.
    """
    view = view_of(original, look)
    if max(view.width, view.height) > max(kept):
        return False
    is_payable = look.most_tokens is None or _price(kept, look) <= look.most_tokens
    return is_payable and billed_size(*kept, look.rule) == kept


def shrink_to(size: Size, look: Look, most: int) -> Size:
    """The largest size of that shape that is billed at most `most` tokens.

    No smaller than `SMALLEST_SIDE`, whatever it costs; and as it is where size does not count.
    """
    largest, smallest = max(size), min(max(size), SMALLEST_SIDE)
    if isinstance(look.rule, UnknownRule) or _price(size, look) <= most:
        return size
    while smallest < largest:  # prices rise with size below what is billed
        middle = (smallest + largest + 1) // 2
        if _price(_scale(size, middle), look) <= most:
            smallest = middle
        else:
            largest = middle - 1
    return _scale(size, smallest)


def _choose(sizes: Sequence[Size], card: ModelCard, use: Use, room: int, is_alone: bool) -> Detail:
    """The detail to ask for. Only tiles have a cheaper one, only some models a closer one."""
    match card.image_rule:
        case TileRule(base=base, per_tile=tile):
            is_tight = room < len(sizes) * (base + tile)
            if is_alone and (use is Use.GLANCE or is_tight):
                return Detail.LOW
        case UnknownRule():
            return Detail.AUTO
        case PatchRule():
            pass
    if use is not Use.READ:
        return Detail.AUTO
    return Detail.ORIGINAL if _can_pay_original(sizes, card, room) else Detail.HIGH


def _can_pay_original(sizes: Sequence[Size], card: ModelCard, room: int) -> bool:
    """Whether a closer look shows more, and leaves most of the room to other things."""
    rule = card.original_rule
    if rule is None:
        return False
    shows_more = any(
        max(billed_size(*size, rule)) > max(billed_size(*size, card.image_rule)) for size in sizes
    )
    return shows_more and sum(image_tokens(*size, rule) for size in sizes) * _ORIGINAL_SHARE <= room


def _smallest(look: Look) -> int:
    return _price((SMALLEST_SIDE, SMALLEST_SIDE), look)


def _share(needs: Sequence[int], room: int, *, smallest: int) -> list[int]:
    """Divide `room` fairly: who needs less than an even share leaves the rest to the others.

    Where there is no room for the smallest view of all, the last ones get that share nevertheless:
    whoever fits the context leaves them out.
    """
    payable = min(len(needs), max(1, room // max(1, smallest)))
    shares = [smallest] * len(needs)
    left, waiting = room, payable
    for place in sorted(range(payable), key=lambda each: needs[each]):
        shares[place] = max(smallest, min(needs[place], left // waiting))
        left -= shares[place]
        waiting -= 1
    return shares


def _cap(look: Look, need: int, share: int) -> Look:
    """Without a cap where none is needed, so that the same picture is prepared the same way."""
    if share >= need:
        return look
    return replace(look, most_tokens=share)


def _wanted(size: Size, billed: Size, look: Look) -> Size:
    if look.use is Use.GLANCE or look.detail is Detail.LOW:
        return _glance(billed, look.rule)
    if look.use is Use.READ and billed == size:
        return _enlarge(size, look.rule)
    return billed


def _glance(size: Size, rule: ImageRule) -> Size:
    match rule:
        case PatchRule():
            budget = min(rule.budget, _GLANCE_PATCHES)
            few = PatchRule(budget=budget, multiplier=rule.multiplier, max_side=rule.max_side)
            return _within(billed_size(*size, few), size)
        case TileRule():
            return _scale(size, min(max(size), GLANCE_SIDE))
        case UnknownRule():
            return size


def _enlarge(size: Size, rule: ImageRule) -> Size:
    """Make small lettering larger, as far as the model would not shrink the picture again."""
    times = min(_MOST_ENLARGED, _LEGIBLE_SIDE / min(size))
    smallest, largest = max(size), int(max(size) * times)
    if isinstance(rule, UnknownRule):
        return size
    while smallest < largest:
        middle = (smallest + largest + 1) // 2
        larger = _scale(size, middle)
        if billed_size(*larger, rule) == larger:
            smallest = middle
        else:
            largest = middle - 1
    return _scale(size, smallest) if smallest >= max(size) * _LEAST_ENLARGED else size


def _price(size: Size, look: Look) -> int:
    return image_tokens(*size, look.rule, look.detail)


def _scale(size: Size, longest: int) -> Size:
    """The size of that shape whose longest side is `longest`."""
    width, height = size
    if width >= height:
        return longest, max(1, height * longest // width)
    return max(1, width * longest // height), longest


def _within(size: Size, bounds: Size) -> Size:
    """Arithmetic with patches can round a thin strip up."""
    return min(size[0], bounds[0]), min(size[1], bounds[1])
