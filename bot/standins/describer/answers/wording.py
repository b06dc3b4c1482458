"""The describer's sentences: short facts in words, one function each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.standins.describer.findings import Code, Exif, Measures, Shade, Unread, VisualStyle
from bot.standins.describer.markdown import code, escape, shorten

FOOTER: Final = (
    "*From the built-in describer: it measures and reads, but understands nothing. "
    'One line in the configuration asks a real model instead: `base_url = "{example}"` (Ollama).*'
)
GREETING: Final = (
    "Hello! I am the built-in describer. Post a picture and I tell you what I can measure: "
    "its kind, size and colours, QR codes, and above all the text in it."
)
NO_PICTURE: Final = (
    "I can't tell: I am no language model and know nothing but the pictures I am shown. "
    "Post one and I describe it, or read the text in it."
)
NOT_RECEIVED: Final = (
    "I can't tell: the picture did not reach me. "
    "Post another one and I describe it, or read the text in it."
)
CAN_NOT_TELL: Final = (
    "I can't tell that: I only measured the picture and read its text. "
    "You can ask me what it says, what its colours, size or codes are, or for an alt text."
)
NOT_UNDERSTOOD: Final = (
    "To your question itself I have no answer: that needs a model that understands."
)
THANKS: Final = "You're welcome."
PLACE: Final = "Where a picture was taken I can't tell, and a position in its file I never show."
CONTENT: Final = "Who or what is to be seen in it I can't tell."
ONLY_CONTENT: Final = "I found no text in it, and who or what is to be seen in it I can't tell."
UNKNOWN_KIND: Final = "What kind of picture it is I can't tell."
NO_TEXT: Final = "I found no text in it."

_UNREAD: Final = {
    Unread.NOT_INSTALLED: "I can't read text here: the reader is an extra that is not installed "
    "(`pip install '.[offline]'`).",
    Unread.FAILED: "The text could not be read: the reader stopped at this picture.",
    Unread.TOO_SLOW: "The text could not be read in time.",
}
_LONGEST_CODE: Final = 300  # characters
_DARK, _RATHER_DARK, _RATHER_BRIGHT, _BRIGHT = 0.22, 0.38, 0.68, 0.84


def unread(reason: Unread) -> str:
    return _UNREAD[reason]


def size(measures: Measures) -> str:
    return f"{measures.width:,} × {measures.height:,} pixels"


def shape(measures: Measures) -> str:
    ratio = measures.width / measures.height
    if ratio > 2.5:
        return "much wider than high"
    if ratio < 0.4:
        return "much higher than wide"
    if ratio > 1.04:
        return "wider than high"
    return "higher than wide" if ratio < 0.96 else "square"


def colours(measures: Measures) -> str:
    """Name them in a phrase: "mostly white with green and a little red"."""
    phrase, joins = _main_colours(measures)
    if not measures.accents:
        return phrase
    return f"{phrase}{', and' if joins else ' with'} a little {enumerate_words(measures.accents)}"


def _main_colours(measures: Measures) -> tuple[str, bool]:
    """Return the phrase, and whether it says "with" already."""
    names = [shade.name for shade in measures.shades]
    if not names:
        return "of many colours", False
    first = measures.shades[0].share
    if len(names) == 1:
        return f"{'nearly all' if first >= 0.9 else 'mostly'} {names[0]}", False
    if first < 0.5:
        return enumerate_words(names), False
    return f"mostly {names[0]} with {enumerate_words(names[1:])}", True


def shares(measures: Measures) -> str:
    """Name them as an answer, with figures."""
    if measures.style is VisualStyle.BLANK:
        return f"All of it is {measures.shades[0].name}."
    parts = [f"{_percent(shade)} {shade.name}" for shade in measures.shades]
    text = f"By area it is {enumerate_words(parts)}." if parts else "No colour covers much of it."
    if measures.accents:
        text += f" Small areas are {enumerate_words(measures.accents)}."
    return text


def light(measures: Measures) -> str:
    level = measures.lightness
    if level < _DARK:
        return "It is dark."
    if level < _RATHER_DARK:
        return "It is rather dark."
    if level > _BRIGHT:
        return "It is very bright."
    return "It is bright." if level > _RATHER_BRIGHT else "It is neither dark nor bright."


def exif(found: Exif) -> str:
    """Name camera and date; of a position only that the file has one."""
    parts = []
    if found.camera:
        parts.append(f"taken with a camera that calls itself “{escape(found.camera)}”")
    if found.taken:
        parts.append(f"{'' if parts else 'taken '}on {date(found.taken)} by the camera's clock")
    text = f"According to the file it was {' '.join(parts)}." if parts else ""
    if found.has_position:
        text += " The file also says where; I don't show that, and you may want to remove it."
    return text.strip()


def date(taken: str) -> str:
    try:
        moment = datetime.fromisoformat(taken)
    except ValueError:
        return escape(taken)
    return f"{moment.day} {moment:%B %Y} at {moment:%H:%M}"


def codes(found: Sequence[Code]) -> str:
    return " ".join(_code(each) for each in found)


def name_code(found: Code) -> str:
    if "QR" in found.format:
        return "a QR code"
    return f"a code of the kind {escape(found.format)}"


def _code(found: Code) -> str:
    content = code(shorten(found.text, _LONGEST_CODE)) or "nothing that is text"
    if found.text.lower().startswith(("http://", "https://")):
        return f"There is {name_code(found)} in it that leads to {content}; I have not opened that."
    return f"There is {name_code(found)} in it that says {content}."


def frames(measures: Measures) -> str:
    if measures.frames < 2:
        return ""
    return f"It is an animation of {measures.frames:,} frames, of which I looked at the first."


def enumerate_words(words: Sequence[str]) -> str:
    """Give "red", "red and blue", "red, blue and green"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _percent(shade: Shade) -> str:
    return f"about {round(shade.share * 20) * 5 or 5}%"
