"""The context of a question: the turns and images that fit, and the room left for the answer.

Endpoints serve a prefix that they have seen from their cache, at a fraction of the price. So a
conversation that outgrows its room is not trimmed by one turn at every question: it is cut to half
its room and then grows again, and pictures become notes in the same coarse way. To know where the
cuts fell without keeping any state, the conversation is played through again from its beginning:
each earlier question is fitted as it was then. That gives the same cuts as long as the bounds stay
the same and `history` begins at the same turn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.conversation.bounds import Bounds
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.files import PAGE_SIZE, FileRoom, fit_files, format_file
from bot.core.conversation.history_notes import without_files, without_images
from bot.core.conversation.turns import File, Image, LeftOut, LeftOutReason, Role, Turn
from bot.core.models.calibration import UNCALIBRATED, Estimate
from bot.core.models.tokens import estimate_text, image_tokens

MESSAGE_OVERHEAD = 8  # tokens around each message: its role and separators
IMAGE_OVERHEAD = 4  # tokens around each picture and its note
_PICTURES_LEAVE = 4  # one part in so many of everything is left to the answer by pictures
FILE_OVERHEAD = 4  # tokens around each file


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The turns to send. `input_estimate + max_output_tokens` is within the bounds, always."""

    turns: tuple[Turn, ...]  # oldest first; the question is the last
    input_estimate: int  # tokens, as calibrated
    max_output_tokens: int
    estimate: Estimate  # before any calibration, to be compared with what is reported
    left_out: tuple[LeftOut, ...] = ()  # of the question's pictures and files


def fit_context(
    history: Sequence[Turn], question: Turn, *, instructions: str, bounds: Bounds
) -> Context:
    """Choose what is sent with `question`. `history` is oldest first and complete from its beginning.

    The question's pictures go before history, and are dropped from the last one on where they do
    not fit; its files are cut, and leave enough that the next question can have them too.
    Raises QuestionTooLarge where its text alone leaves less than the smallest output.
    """
    fixed = _fixed(instructions, bounds)
    asked, left_out = _fit_question(question, fixed, bounds)
    exchanges = [*_exchanges(history, bounds), _Exchange.of((asked,), bounds)]
    kept = _play(exchanges, bounds.input_room(bounds.output_share) - fixed, bounds)
    estimate = fixed + sum(exchange.cost for exchange in kept)
    turns = tuple(turn for exchange in kept for turn in exchange.turns)
    return Context(
        turns=turns,
        input_estimate=estimate,
        max_output_tokens=bounds.output_room(estimate),
        estimate=_add_up(turns, instructions, bounds),
        left_out=left_out,
    )


def picture_room(question: Turn, names: Sequence[str], *, instructions: str, bounds: Bounds) -> int:
    """Tokens that the question's pictures of these names may be billed together.

    Looked at smaller, more of them fit, and the answer keeps a useful length. `question` has none.
    """
    words = sum(IMAGE_OVERHEAD + estimate_text(name) for name in names)
    answer = max(
        bounds.smallest_output, min(bounds.max_output_tokens, bounds.total // _PICTURES_LEAVE)
    )
    used = _fixed(instructions, bounds) + _cost(question, bounds)
    left = bounds.input_room(answer) - used - bounds.calibration.scale_text(words)
    return bounds.calibration.image_room(max(0, left), bounds.rule)


def follow_replies(turns: Iterable[Turn], *, from_message: int | None) -> tuple[Turn, ...]:
    """Follow the replies up from `from_message`, oldest first, so that branches stay apart.

    An answer's parent is its question; a question's parent is the message that it replied to.
    """
    by_message = {turn.message_id: turn for turn in turns}
    found: list[Turn] = []
    while from_message is not None and (turn := by_message.pop(from_message, None)) is not None:
        found.append(turn)
        from_message = turn.parent_id
    return tuple(reversed(found))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Exchange:
    """A question and its answer; a question that got none stands alone."""

    turns: tuple[Turn, ...]
    asked_cost: int  # tokens of the question alone
    cost: int  # tokens of all turns
    image_count: int

    @classmethod
    def of(cls, turns: tuple[Turn, ...], bounds: Bounds) -> "_Exchange":
        costs = [_cost(turn, bounds) for turn in turns]
        images = sum(len(turn.images) for turn in turns)
        images += sum(len(file.images) for turn in turns for file in turn.files)
        return cls(turns=turns, asked_cost=costs[0], cost=sum(costs), image_count=images)

    @property
    def has_files(self) -> bool:
        return any(turn.files for turn in self.turns)

    def without_images(self, bounds: Bounds) -> "_Exchange":
        return self.of(tuple(map(without_images, self.turns)), bounds) if self.image_count else self

    def without_files(self, bounds: Bounds) -> "_Exchange":
        return self.of(tuple(map(without_files, self.turns)), bounds) if self.has_files else self


def _exchanges(history: Sequence[Turn], bounds: Bounds) -> list[_Exchange]:
    """Group turns so that each group begins with a question; an answer without one is dropped."""
    groups: list[tuple[Turn, ...]] = []
    for turn in history:
        if turn.role is Role.USER:
            groups.append((turn,))
        elif groups:
            groups[-1] = (*groups[-1], turn)
    return [_Exchange.of(group, bounds) for group in groups]


def _fit_question(question: Turn, fixed: int, bounds: Bounds) -> tuple[Turn, tuple[LeftOut, ...]]:
    """Cut files to their room; drop pictures from the last one on, until the smallest output is left."""
    needed = fixed + _cost(replace(question, images=(), files=()), bounds)
    most = bounds.input_room(bounds.smallest_output)
    if needed > most:
        smallest = bounds.smallest_output
        raise QuestionTooLarge(needed=needed + smallest, allowed=max(0, most + smallest))
    files, lost = fit_files(
        question.files,
        _file_room(question, needed, bounds),
        lambda file: _file_cost(file, bounds),
    )
    needed += sum(_file_cost(file, bounds) for file in files)
    kept = 0
    for image in question.images:
        needed += _image_cost(image, bounds)
        if kept == bounds.max_images or needed > most:
            break
        kept += 1
    reason = LeftOutReason.TOO_MANY if kept == bounds.max_images else LeftOutReason.NO_ROOM
    left_out = tuple(LeftOut(name=image.name, reason=reason) for image in question.images[kept:])
    return replace(question, images=question.images[:kept], files=files), (*lost, *left_out)


def _file_room(question: Turn, needed: int, bounds: Bounds) -> FileRoom:
    """Two thirds of what the answer leaves, so that a further question fits in beside the files."""
    tokens = max(0, bounds.input_room(bounds.output_share) - needed) * 2 // 3
    images = min(len(question.images), bounds.max_images)
    return FileRoom(
        tokens=tokens // 2 if images else tokens,
        images=bounds.max_images - images,
        takes_documents=bounds.takes_files,
    )


def _play(exchanges: Sequence[_Exchange], room: int, bounds: Bounds) -> list[_Exchange]:
    """Go through the conversation question by question, cutting where it was cut then.

    `room` is for history and question together. The last exchange is the question at hand.
    """
    kept: list[_Exchange] = []
    for exchange in exchanges:
        kept = _note_old_images(kept, exchange.image_count, bounds)
        kept = _make_room(kept, room - exchange.asked_cost, bounds)
        kept.append(exchange)
    return kept


def _note_old_images(kept: list[_Exchange], coming: int, bounds: Bounds) -> list[_Exchange]:
    """Turn the oldest pictures into notes, down to half of what is allowed, once there are too many."""
    shown = sum(exchange.image_count for exchange in kept)
    if shown + coming <= bounds.max_images:
        return kept
    noted = list(kept)
    for place, exchange in enumerate(kept):
        if shown + coming <= max(bounds.max_images // 2, coming):
            break
        shown -= exchange.image_count
        noted[place] = exchange.without_images(bounds)
    return noted


def _make_room(kept: list[_Exchange], room: int, bounds: Bounds) -> list[_Exchange]:
    """Drop the oldest exchanges down to half of `room`, once they take more than all of it.

    Their files go first, for notes. The newest exchange stays where it fits at all, if need be with
    notes in place of its pictures and files.
    """
    if not kept or sum(exchange.cost for exchange in kept) <= room:
        return kept
    kept = _note_old_files(kept, room // 2, bounds)
    total = sum(exchange.cost for exchange in kept)
    first = 0
    while first < len(kept) - 1 and total > room // 2:
        total -= kept[first].cost
        first += 1
    if total <= room:
        return kept[first:]
    newest = kept[-1].without_images(bounds)
    if newest.cost > room:
        newest = newest.without_files(bounds)
    return [newest] if newest.cost <= room else []


def _note_old_files(kept: list[_Exchange], room: int, bounds: Bounds) -> list[_Exchange]:
    """Turn files into notes, the oldest first and never the newest exchange's, down to `room`."""
    noted = list(kept)
    for place, exchange in enumerate(kept[:-1]):
        if sum(each.cost for each in noted) <= room:
            break
        noted[place] = exchange.without_files(bounds)
    return noted


def _fixed(instructions: str, bounds: Bounds) -> int:
    words = MESSAGE_OVERHEAD + estimate_text(instructions) + bounds.overhead
    return bounds.calibration.scale_text(words)


def _cost(turn: Turn, bounds: Bounds) -> int:
    """Estimate the tokens of a turn as it is sent."""
    words = MESSAGE_OVERHEAD + estimate_text(turn.text) + estimate_text(turn.author_name)
    pictures = sum(_image_cost(image, bounds) for image in turn.images)
    files = sum(_file_cost(file, bounds) for file in turn.files)
    return bounds.calibration.scale_text(words) + pictures + files


def _file_cost(file: File, bounds: Bounds) -> int:
    words = FILE_OVERHEAD + estimate_text(format_file(file)) + sum(map(_image_words, file.images))
    pixels = _file_pixels(file, bounds)
    calibration = bounds.calibration
    return calibration.scale_text(words) + calibration.scale_images(pixels, bounds.rule)


def _file_pixels(file: File, bounds: Bounds) -> int:
    """Of a document the dearer of both ways: the endpoint may refuse it, and then gets pictures."""
    pixels = sum(_pixels(image, bounds) for image in file.images)
    if not file.is_document:
        return pixels
    return max(pixels, file.pages * image_tokens(*PAGE_SIZE, bounds.rule, bounds.detail))


def _image_cost(image: Image, bounds: Bounds) -> int:
    calibration = bounds.calibration
    pixels = calibration.scale_images(_pixels(image, bounds), bounds.rule)
    return calibration.scale_text(_image_words(image)) + pixels


def _pixels(image: Image, bounds: Bounds) -> int:
    return image_tokens(image.width, image.height, bounds.rule, bounds.detail)


def _image_words(image: Image) -> int:
    return IMAGE_OVERHEAD + estimate_text(image.name) + estimate_text(image.note)


def _add_up(turns: Sequence[Turn], instructions: str, bounds: Bounds) -> Estimate:
    """The same without any calibration."""
    bare = replace(bounds, calibration=UNCALIBRATED)
    pixels = sum(_pixels(image, bounds) for turn in turns for image in turn.images)
    pixels += sum(_file_pixels(file, bounds) for turn in turns for file in turn.files)
    words = _fixed(instructions, bare) + sum(_cost(turn, bare) for turn in turns) - pixels
    return Estimate(text=words, images=pixels)
