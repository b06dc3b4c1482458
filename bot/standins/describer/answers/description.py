"""Describes a picture in sentences: first by its measures, then by its text."""

from collections.abc import Sequence
from typing import Final

from bot.standins.describer.answers import wording
from bot.standins.describer.answers.charts import ChartSigns
from bot.standins.describer.answers.classification import Classification, PictureKind, classify
from bot.standins.describer.answers.layout import Line
from bot.standins.describer.findings import Finding, Measures, Unread, VisualStyle
from bot.standins.describer.markdown import code, escape, fence, shorten

_FEW_LINES: Final = (
    4  # quoted as such, without a mention of the most important one; more become a block
)
_LONGEST_TEXT: Final = 5_000  # characters that are quoted
_BIG: Final = 0.05  # of the picture's height
_LOW: Final = 200  # pixels of height; in lower pictures all letters are big
_DIM, _BRIGHT = 0.38, 0.68  # lightness that is worth a word
_LONGEST_LABELS: Final = 1_000  # characters
_NAMES: Final = {
    PictureKind.PHOTO: "a photo",
    PictureKind.SCREENSHOT: "a screenshot",
    PictureKind.PAGE: "a page of text, or a part of one",
    PictureKind.CHART: "a chart",
    PictureKind.DRAWING: "a drawing, a logo or something like them",
    PictureKind.ICON: "an icon",
    PictureKind.BLANK: "a blank picture",
}


def introduce(measures: Measures) -> str:
    """Say what the pixels alone tell: all that is known before the text is read."""
    facts = f"{wording.size(measures)}, {wording.shape(measures)}"
    colours = wording.colours(measures)
    match measures.style:
        case VisualStyle.BLANK:
            return f"This picture is blank: it is {facts}, and all {measures.shades[0].name}."
        case VisualStyle.PHOTO:
            return f"This is probably a photo: it is {facts}, and {colours}."
        case VisualStyle.GRAPHIC:
            return f"This picture has flat colours, unlike a photo: it is {facts}, and {colours}."
        case VisualStyle.MIXED:
            return f"This picture is {facts}, and {colours}."


def describe(finding: Finding) -> str:
    """Say the rest, what was read first of all."""
    classification = classify(finding)
    facts = _join(*_list_facts(finding.measures, classification))
    return "\n\n".join(part for part in (_say_kind(finding, classification), facts) if part)


def name_kind(classification: Classification, measures: Measures) -> str:
    if classification.kind is PictureKind.CODE:
        return f"It is a picture of {wording.name_code((measures.codes or ())[0])}."
    name = _NAMES.get(classification.kind)
    if name is None:
        return wording.UNKNOWN_KIND
    if classification.error and classification.kind is PictureKind.SCREENSHOT:
        name += " with an error message"
    return f"It is {name}." if classification.is_sure else f"It is probably {name}."


def say_text(finding: Finding, classification: Classification, lead: str) -> str:
    if isinstance(finding.words, Unread):
        return wording.unread(finding.words)
    return f"{lead}\n{_quote(classification)}" if classification.lines else wording.NO_TEXT


def _quote(classification: Classification) -> str:
    """The lines as Markdown; a screenshot's keep their layout, in a block."""
    if (
        len(classification.lines) <= _FEW_LINES
        and classification.kind is not PictureKind.SCREENSHOT
    ):
        return "\n".join(f"> {escape(line.text)}" for line in classification.lines)
    rows: list[str] = []
    used = 0
    for number, line in enumerate(classification.lines):
        row = _lay_out(line, number=number, kind=classification.kind)
        used += len(row) + 1
        if used > _LONGEST_TEXT:
            rest = len(classification.lines) - number
            text = fence("\n".join(rows))
            return f"{text}\nAnd {rest:,} more {'line' if rest == 1 else 'lines'}."
        rows.append(row)
    return fence("\n".join(rows))


def _lay_out(line: Line, *, number: int, kind: PictureKind) -> str:
    """Keep indents and gaps, but not in a photo, where they mean nothing."""
    if kind is PictureKind.PHOTO:
        return line.text
    return ("\n" if line.follows_gap and number else "") + " " * line.indent + line.text


def _say_kind(finding: Finding, classification: Classification) -> str:
    text = _say_words(finding, classification)
    match classification.kind:
        case PictureKind.BLANK:
            text = ""
        case PictureKind.PHOTO:
            is_silent = text == wording.NO_TEXT
            text = wording.ONLY_CONTENT if is_silent else f"{text}\n\n{wording.CONTENT}"
        case PictureKind.CODE:
            text = _join(wording.codes(finding.measures.codes or ()), text)
        case PictureKind.CHART if classification.chart is not None:
            text = _say_chart(classification.chart)
        case _:
            text = _join(name_kind(classification, finding.measures), text)
    return text


def _say_words(finding: Finding, classification: Classification) -> str:
    lead = "It reads:"
    if classification.kind is PictureKind.PHOTO and _is_big(classification.lines, finding.measures):
        lead = "In big letters it says:"
    if classification.error and len(classification.lines) > _FEW_LINES:
        lead = f"What matters most is probably {code(classification.error)}. The whole text:"
    return say_text(finding, classification, lead)


def _is_big(lines: Sequence[Line], measures: Measures) -> bool:
    is_tall = all(line.height >= measures.height * _BIG for line in lines)
    return is_tall and len(lines) <= _FEW_LINES and measures.height > _LOW


def _say_chart(chart: ChartSigns) -> str:
    text = "It is probably a chart of shares, such as a pie. "
    if chart.ticks:
        first, last = escape(chart.ticks[0]), escape(chart.ticks[-1])
        text = f"It is probably a chart: the numbers along one side run from {first} to {last}. "
    if chart.title:
        text += f"Its title seems to be “{escape(chart.title)}”. "
    if chart.labels:
        labels = shorten(", ".join(f"“{escape(each)}”" for each in chart.labels), _LONGEST_LABELS)
        text += f"{'Its other words are' if chart.title else 'Its words are'} {labels}. "
    return text + "What its bars, lines or areas show I can't read."


def _list_facts(measures: Measures, classification: Classification) -> Sequence[str]:
    is_described = classification.kind is PictureKind.CODE
    is_striking = measures.style is VisualStyle.PHOTO and not _DIM <= measures.lightness <= _BRIGHT
    return (
        wording.light(measures) if is_striking else "",
        "" if is_described else wording.codes(measures.codes or ()),
        wording.exif(measures.exif),
        wording.frames(measures),
        "Parts of it are transparent." if measures.has_transparency else "",
    )


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
