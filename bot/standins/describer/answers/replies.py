"""Answers to single questions about one picture, from what was found."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.standins.describer.answers import wording
from bot.standins.describer.answers.description import name_kind, say_text
from bot.standins.describer.answers.kinds import Kind, Verdict, judge
from bot.standins.describer.findings import Finding, Measures, Unread
from bot.standins.describer.markdown import code, fence, shorten
from bot.standins.describer.request.questions import Wish

_LONGEST_ALT: Final = 300  # characters of text in an alt text
_NEED_TEXT: Final = (Wish.DESCRIBE, Wish.ALT_TEXT, Wish.TEXT, Wish.ERROR, Wish.KIND)
_ALT_NAMES: Final = {
    Kind.PHOTO: "Photo",
    Kind.SCREENSHOT: "Screenshot",
    Kind.PAGE: "Page of text",
    Kind.CHART: "Chart",
    Kind.DRAWING: "Drawing or logo",
    Kind.ICON: "Icon",
}


def needs_text(wish: Wish) -> bool:
    """Tell whether the answer waits for the reader."""
    return wish in _NEED_TEXT


def reply(wish: Wish, finding: Finding) -> str:
    if wish in _MEASURED:
        return _MEASURED[wish](finding.measures)
    verdict = judge(finding)
    match wish:
        case Wish.ALT_TEXT:
            return fence(alt_text(finding)) + _say_unread(finding)
        case Wish.ERROR:
            return _say_error(finding, verdict)
        case Wish.KIND:
            return name_kind(verdict, finding.measures)
        case _:
            return say_text(finding, verdict, "It reads:")


def alt_text(finding: Finding) -> str:
    """One compact sentence for those who can't see the picture, without markup."""
    verdict = judge(finding)
    begin = _begin_alt(verdict, finding.measures)
    words = " ".join(" ".join(line.text for line in verdict.lines).split())
    if verdict.chart is not None:
        words = ", ".join(filter(None, (verdict.chart.title, *verdict.chart.labels)))
    return f"{begin}, with the text “{shorten(words, _LONGEST_ALT)}”." if words else f"{begin}."


def _begin_alt(verdict: Verdict, measures: Measures) -> str:
    if verdict.kind is Kind.BLANK:
        return f"Blank picture, all {measures.shades[0].name}"
    if verdict.kind is Kind.CODE and measures.codes:
        first = measures.codes[0]
        name = wording.name_code(first).partition(" ")[2]
        return f"{name[0].upper()}{name[1:]} that says “{shorten(first.text, _LONGEST_ALT)}”"
    name = _ALT_NAMES.get(verdict.kind, "Picture")
    if verdict.kind in (Kind.SCREENSHOT, Kind.PAGE):
        return name
    return f"{name}, {wording.colours(measures)}"


def _say_unread(finding: Finding) -> str:
    return f"\n{wording.unread(finding.words)}" if isinstance(finding.words, Unread) else ""


def _say_error(finding: Finding, verdict: Verdict) -> str:
    if not verdict.error:
        return say_text(finding, verdict, "I see no error in it by name. It reads:")
    return (
        f"The line that names it seems to be {code(verdict.error)}. "
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


_MEASURED: Final[Mapping[Wish, Callable[[Measures], str]]] = {
    Wish.COLOURS: wording.shares,
    Wish.SIZE: _say_size,
    Wish.CODES: _say_codes,
    Wish.CAMERA: _say_camera,
    Wish.LIGHT: wording.light,
    Wish.PLACE: _say_place,
}
