"""One answer, piece by piece: first what is known at once, then what takes the reader's time."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.standins.describer.answers import wording
from bot.standins.describer.answers.description import describe, introduce
from bot.standins.describer.answers.replies import needs_text, reply
from bot.standins.describer.findings import Finding, Measures
from bot.standins.describer.request.questions import Wish, find_wish, is_about_unsent
from bot.standins.describer.request.request_body import Picture, Request
from bot.standins.describer.request.text_files import tell
from bot.standins.describer.worker.findings_cache import Eyes

_WHOLE: Final = (Wish.GREETING, Wish.THANKS, Wish.OTHER)  # with a new picture: describe that


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What goes on before the first words; shown, if at all, as progress."""

    title: str
    text: str


Piece = Note | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A picture of the question, measured."""

    picture: Picture
    measures: Measures


async def answer(request: Request, seen: Sequence[Seen], eyes: Eyes) -> AsyncIterator[Piece]:
    """Give the pieces; notes come before any text. `seen` are the pictures the question is about."""
    wish = find_wish(request.question)
    papers = () if wish in (Wish.GREETING, Wish.THANKS) else request.papers
    told = "\n\n".join(tell(paper, wish) for paper in papers)
    if told and not seen:
        yield f"{told}\n\n{wording.NOT_UNDERSTOOD}" if wish is Wish.OTHER else told
        return
    async for piece in _answer(wish, request, seen, eyes):
        if told and isinstance(piece, str):
            yield f"{told}\n\n{piece}"
            told = ""
        else:
            yield piece


async def _answer(
    wish: Wish, request: Request, seen: Sequence[Seen], eyes: Eyes
) -> AsyncIterator[Piece]:
    short = _answer_shortly(wish, request, has_pictures=bool(seen))
    if short:
        yield short
        return
    is_whole = wish is Wish.DESCRIBE or (bool(request.shown) and wish in _WHOLE)
    if is_whole or needs_text(wish):
        for note in _announce(seen, eyes):
            yield note
    for number, each in enumerate(seen, start=1):
        if len(seen) > 1:
            gap = "\n\n" if number > 1 else ""
            yield f"{gap}**Picture {number} of {len(seen)}.** "
        async for piece in _tell(wish, each, eyes, is_whole=is_whole):
            yield piece
    if is_whole and wish is Wish.OTHER:
        yield f"\n\n{wording.NOT_UNDERSTOOD}"


def _answer_shortly(wish: Wish, request: Request, *, has_pictures: bool) -> str:
    """Return what is to be said without looking at any picture, or nothing."""
    if request.shown:
        return ""
    if is_about_unsent(request.question):
        return wording.NOT_RECEIVED
    return _answer_without(wish, request.question, has_pictures=has_pictures)


def _answer_without(wish: Wish, question: str, *, has_pictures: bool) -> str:
    """The same where the question has no picture of its own."""
    if wish is Wish.THANKS:
        return wording.THANKS
    if wish is Wish.GREETING or not question.strip():
        return wording.GREETING
    if has_pictures:
        return wording.CAN_NOT_TELL if wish is Wish.OTHER else ""
    return wording.NO_PICTURE


def _announce(seen: Sequence[Seen], eyes: Eyes) -> list[Note]:
    """Say what the reader is about to do; nothing where all is known already."""
    if all(eyes.has_read(each.picture) for each in seen):
        return []
    if not eyes.is_reader_loaded:
        return [
            Note(
                title="Loading the text reader",
                text="This takes a few seconds the first time, and after a pause.",
            )
        ]
    return [Note(title="Reading the text", text="The longer the text, the longer it takes.")]


async def _tell(wish: Wish, seen: Seen, eyes: Eyes, *, is_whole: bool) -> AsyncIterator[str]:
    """Tell of one picture; of a whole description the beginning comes before the text is read."""
    measures = seen.measures
    if is_whole:
        yield introduce(measures)
        rest = describe(Finding(measures=measures, words=await eyes.read(seen.picture)))
        if rest:
            yield f" {rest}"
    else:
        words = await eyes.read(seen.picture) if needs_text(wish) else ()
        yield reply(wish, Finding(measures=measures, words=words))
