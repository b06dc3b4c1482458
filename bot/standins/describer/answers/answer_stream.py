"""One answer in pieces: the measures at once, the text when the reader is done."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.standins.describer.answers import wording
from bot.standins.describer.answers.description import describe, introduce
from bot.standins.describer.answers.replies import answer_topic, needs_text
from bot.standins.describer.findings import Finding, Measures
from bot.standins.describer.request.questions import QuestionTopic, find_topic, is_about_unsent
from bot.standins.describer.request.request_body import Picture, Request
from bot.standins.describer.request.text_files import summarise
from bot.standins.describer.worker.findings_cache import FindingsCache

_WHOLE: Final = (
    QuestionTopic.GREETING,
    QuestionTopic.THANKS,
    QuestionTopic.OTHER,
)  # with a new picture: describe that


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A step before the first words; shown, if at all, as progress."""

    title: str
    text: str


Piece = Note | str


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredPicture:
    """A picture of the question, measured."""

    picture: Picture
    measures: Measures


async def stream_answer(
    request: Request, pictures: Sequence[MeasuredPicture], findings: FindingsCache
) -> AsyncIterator[Piece]:
    """Give the pieces; notes come before any text. `pictures` are those the question is about."""
    topic = find_topic(request.question)
    files = () if topic in (QuestionTopic.GREETING, QuestionTopic.THANKS) else request.files
    summaries = "\n\n".join(summarise(file, topic) for file in files)
    if summaries and not pictures:
        yield (
            f"{summaries}\n\n{wording.NOT_UNDERSTOOD}"
            if topic is QuestionTopic.OTHER
            else summaries
        )
        return
    async for piece in _answer(topic, request, pictures, findings):
        if summaries and isinstance(piece, str):
            yield f"{summaries}\n\n{piece}"
            summaries = ""
        else:
            yield piece


async def _answer(
    topic: QuestionTopic,
    request: Request,
    pictures: Sequence[MeasuredPicture],
    findings: FindingsCache,
) -> AsyncIterator[Piece]:
    short = _answer_shortly(topic, request, has_pictures=bool(pictures))
    if short:
        yield short
        return
    is_whole = topic is QuestionTopic.DESCRIBE or (bool(request.shown) and topic in _WHOLE)
    if is_whole or needs_text(topic):
        for note in _announce(pictures, findings):
            yield note
    for number, each in enumerate(pictures, start=1):
        if len(pictures) > 1:
            gap = "\n\n" if number > 1 else ""
            yield f"{gap}**Picture {number} of {len(pictures)}.** "
        async for piece in _answer_picture(topic, each, findings, is_whole=is_whole):
            yield piece
    if is_whole and topic is QuestionTopic.OTHER:
        yield f"\n\n{wording.NOT_UNDERSTOOD}"


def _answer_shortly(topic: QuestionTopic, request: Request, *, has_pictures: bool) -> str:
    """Return what is to be said without looking at any picture, or nothing."""
    if request.shown:
        return ""
    if is_about_unsent(request.question):
        return wording.NOT_RECEIVED
    return _answer_without(topic, request.question, has_pictures=has_pictures)


def _answer_without(topic: QuestionTopic, question: str, *, has_pictures: bool) -> str:
    """The same where the question has no picture of its own."""
    if topic is QuestionTopic.THANKS:
        return wording.THANKS
    if topic is QuestionTopic.GREETING or not question.strip():
        return wording.GREETING
    if has_pictures:
        return wording.CAN_NOT_TELL if topic is QuestionTopic.OTHER else ""
    return wording.NO_PICTURE


def _announce(pictures: Sequence[MeasuredPicture], findings: FindingsCache) -> list[Note]:
    """Say what the reader is about to do; nothing where all is known already."""
    if all(findings.has_read(each.picture) for each in pictures):
        return []
    if not findings.is_reader_loaded:
        return [
            Note(
                title="Loading the text reader",
                text="This takes a few seconds the first time, and after a pause.",
            )
        ]
    return [Note(title="Reading the text", text="The longer the text, the longer it takes.")]


async def _answer_picture(
    topic: QuestionTopic, measured: MeasuredPicture, findings: FindingsCache, *, is_whole: bool
) -> AsyncIterator[str]:
    """Tell of one picture; of a whole description the beginning comes before the text is read."""
    measures = measured.measures
    if is_whole:
        yield introduce(measures)
        rest = describe(Finding(measures=measures, words=await findings.read(measured.picture)))
        if rest:
            yield f" {rest}"
    else:
        words = await findings.read(measured.picture) if needs_text(topic) else ()
        yield answer_topic(topic, Finding(measures=measures, words=words))
