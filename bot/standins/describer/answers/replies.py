"""Answers to single questions about one picture, from its findings."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.standins.describer.answers import wording
from bot.standins.describer.answers.classification import Classification, PictureKind, classify
from bot.standins.describer.answers.description import name_kind, say_text
from bot.standins.describer.findings import Finding, Measures, Unread
from bot.standins.describer.markdown import code, fence, shorten
from bot.standins.describer.request.questions import QuestionTopic

_LONGEST_ALT: Final = 300  # characters of text in an alt text
_NEED_TEXT: Final = (
    QuestionTopic.DESCRIBE,
    QuestionTopic.ALT_TEXT,
    QuestionTopic.TEXT,
    QuestionTopic.ERROR,
    QuestionTopic.KIND,
)
_ALT_NAMES: Final = {
    PictureKind.PHOTO: "Photo",
    PictureKind.SCREENSHOT: "Screenshot",
    PictureKind.PAGE: "Page of text",
    PictureKind.CHART: "Chart",
    PictureKind.DRAWING: "Drawing or logo",
    PictureKind.ICON: "Icon",
}


def needs_text(topic: QuestionTopic) -> bool:
    """Tell whether the answer waits for the reader."""
    return topic in _NEED_TEXT


def answer_topic(topic: QuestionTopic, finding: Finding) -> str:
    if topic in _MEASURED:
        return _MEASURED[topic](finding.measures)
    classification = classify(finding)
    match topic:
        case QuestionTopic.ALT_TEXT:
            return fence(alt_text(finding)) + _say_unread(finding)
        case QuestionTopic.ERROR:
            return _say_error(finding, classification)
        case QuestionTopic.KIND:
            return name_kind(classification, finding.measures)
        case _:
            return say_text(finding, classification, "It reads:")


def alt_text(finding: Finding) -> str:
    """One compact sentence for those who can't see the picture, without markup."""
    classification = classify(finding)
    begin = _begin_alt(classification, finding.measures)
    words = " ".join(" ".join(line.text for line in classification.lines).split())
    if classification.chart is not None:
        words = ", ".join(filter(None, (classification.chart.title, *classification.chart.labels)))
    return f"{begin}, with the text “{shorten(words, _LONGEST_ALT)}”." if words else f"{begin}."


def _begin_alt(classification: Classification, measures: Measures) -> str:
    if classification.kind is PictureKind.BLANK:
        return f"Blank picture, all {measures.shades[0].name}"
    if classification.kind is PictureKind.CODE and measures.codes:
        first = measures.codes[0]
        name = wording.name_code(first).partition(" ")[2]
        return f"{name[0].upper()}{name[1:]} that says “{shorten(first.text, _LONGEST_ALT)}”"
    name = _ALT_NAMES.get(classification.kind, "Picture")
    if classification.kind in (PictureKind.SCREENSHOT, PictureKind.PAGE):
        return name
    return f"{name}, {wording.colours(measures)}"


def _say_unread(finding: Finding) -> str:
    return f"\n{wording.unread(finding.words)}" if isinstance(finding.words, Unread) else ""


def _say_error(finding: Finding, classification: Classification) -> str:
    if not classification.error:
        return say_text(finding, classification, "I see no error in it by name. It reads:")
    return (
        f"The line that names it seems to be {code(classification.error)}. "
        "What it means, or what helps, I can't tell: I read the words but don't understand them."
    )


def _say_size(measures: Measures) -> str:
    size, shape = wording.size(measures), wording.shape(measures)
    return f"As it was sent to me it is {size}, {shape}, a {measures.format} file."


def _say_codes(measures: Measures) -> str:
    if measures.codes is None:
        return (
            "I can't look for codes here: that needs the extra `offline`, which is not installed."
        )
    return wording.codes(measures.codes) or "I found neither a QR code nor a bar code in it."


def _say_camera(measures: Measures) -> str:
    return wording.exif(measures.exif) or "The file I was sent names neither camera nor date."


def _say_place(_: Measures) -> str:
    return wording.PLACE


_MEASURED: Final[Mapping[QuestionTopic, Callable[[Measures], str]]] = {
    QuestionTopic.COLOURS: wording.shares,
    QuestionTopic.SIZE: _say_size,
    QuestionTopic.CODES: _say_codes,
    QuestionTopic.CAMERA: _say_camera,
    QuestionTopic.LIGHT: wording.light,
    QuestionTopic.PLACE: _say_place,
}
