"""The topic of a question, as far as its words show it."""

import re
from enum import StrEnum
from typing import Final


class QuestionTopic(StrEnum):
    """The part of the findings that a question is about."""

    DESCRIBE = "describe"
    ALT_TEXT = "alt-text"
    TEXT = "text"
    ERROR = "error"
    COLOURS = "colours"
    SIZE = "size"
    CODES = "codes"
    PLACE = "place"
    CAMERA = "camera"
    KIND = "kind"
    LIGHT = "light"
    GREETING = "greeting"
    THANKS = "thanks"
    OTHER = "other"  # nothing that was found answers it


_PATTERNS: Final = tuple(
    (topic, re.compile(pattern, re.IGNORECASE))
    for topic, pattern in (
        (QuestionTopic.ALT_TEXT, r"\balt[- ]?text|\balternative text|\balt\b"),
        (QuestionTopic.CODES, r"\b(qr|bar) ?-?codes?\b|\bbarcodes?\b|\bscan (it|this|the code)"),
        (
            QuestionTopic.PLACE,
            r"\bwhere (was|were|is|are|did)\b|\b(location|coordinates|gps|position)\b",
        ),
        (
            QuestionTopic.CAMERA,
            r"\b(what|which) (camera|phone|lens|date|day|year|time)\b|\bexif\b|\bmetadata\b"
            r"|\bwhen (was|is|were|did)\b|\bhow old\b|\b(camera|date)\b",
        ),
        (QuestionTopic.COLOURS, r"\bcolou?rs?\b|\bpalette\b"),
        (
            QuestionTopic.SIZE,
            r"\b(how (big|large|wide|high|tall)|size|resolution|dimensions?|pixels?|megapixels?)\b"
            r"|\b(portrait|landscape) format\b|\borientation\b|\bfile format\b",
        ),
        (
            QuestionTopic.ERROR,
            r"\b(error|exception|stack ?trace|traceback|bug|wrong|fix|broken|problem|crash)\b",
        ),
        (
            QuestionTopic.TEXT,
            r"\b(what|which).{0,30}\b(say|says|said|text|written|words?|read|stand|title|label)"
            r"|\b(read|transcribe|transcript|ocr|quote|copy|extract|spell)\b|\bthe text\b"
            r"|\bany text\b|\bwritten\b|\bwriting\b",
        ),
        (
            QuestionTopic.KIND,
            r"\b(what|which) (kind|type|sort)\b|\b(is|was) (it|this|that) (really )?an? "
            r"(real )?(photo|picture|screenshot|drawing|chart|graph|meme|logo)",
        ),
        (
            QuestionTopic.LIGHT,
            r"\bhow (dark|bright|light)\b|\b(is|too) .{0,12}(dark|bright)\b|\bbrightness\b",
        ),
        (
            QuestionTopic.DESCRIBE,
            r"\b(describe|description|caption|explain|summari[sz]e|tell me)\b"
            r"|\bwhat('s| is| are| do|s)\b.{0,24}\b(this|that|it|these|here|see|picture|image|photo)\b"
            r"|\bwhat('s| is) (in|on|up)\b|\blook(s|ing)? (at|like)\b|^\W*$|^\W*(and )?this( one)?\W*$",
        ),
        (QuestionTopic.THANKS, r"^\W*(thanks?|thank you|thx|ty|cheers|great|nice|cool|ok(ay)?)\b"),
        (
            QuestionTopic.GREETING,
            r"^\W*(hi|hello|hey|good (morning|evening|day)|moin|hallo|help)\b",
        ),
    )
)
_ASIDE: Final = re.compile(
    r"^\[(?:in reply to [^\]]*|[^\]]* could not be sent: [a-z-]+|[^\]]*, (?:seen|read) earlier: [^\]]*)\]\s*",
    re.MULTILINE,
)
_UNSENT: Final = re.compile(r"\[.* could not be sent: [^\]\n]*\]$", re.MULTILINE)
_AUTHOR: Final = re.compile(r"^[^\n:]{1,40}: ")  # "ada: what does it say?"


def find_topic(text: str) -> QuestionTopic:
    """Name the first topic whose words occur. Asides in brackets are no question."""
    question = _ASIDE.sub("", text).strip()
    topic = _match(_AUTHOR.sub("", question))
    return topic if topic is not QuestionTopic.OTHER else _match(question)


def is_about_unsent(text: str) -> bool:
    """Tell whether the asker says in an aside that a picture of the question could not be sent."""
    return _UNSENT.search(text) is not None


def _match(question: str) -> QuestionTopic:
    return next(
        (topic for topic, pattern in _PATTERNS if pattern.search(question)), QuestionTopic.OTHER
    )
