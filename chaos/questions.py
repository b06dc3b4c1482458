"""Questions, and the answers that they must get: every sentence of an answer names its question."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    MENTION = "mention"
    THREAD = "thread"
    QUEUED = "queued"  # several in one thread at once
    DIRECT = "direct message"
    AUTOMATIC = "automatic channel"
    REPLY = "reply"
    STOPPED = "stopped"  # its Stop button is pressed as soon as it is there
    IMAGINE = "/imagine"
    QUOTA = "/quota"  # a member's command, or a moderator's, which asks back
    BUTTON = "button"  # not planned: Stop, or one of what a command shows

    @property
    def is_interaction(self) -> bool:
        return self in (Kind.IMAGINE, Kind.QUOTA, Kind.BUTTON)


class EndpointFault(StrEnum):
    """What the endpoint does instead of answering, or after some text."""

    NONE = ""
    REFUSED = "refused"  # the connection is reset before anything is answered
    ERROR_500 = "500"  # before any text
    CUT = "cut"  # reset in mid-text
    HANG = "hang"  # silent in mid-text
    ERROR = "error"  # an event that says so, in mid-text
    NO_USAGE = "no usage"  # a whole answer that reports none

    @property
    def is_in_text(self) -> bool:
        return self in (EndpointFault.CUT, EndpointFault.HANG, EndpointFault.ERROR)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """`at`, `think` and `pace` are in seconds: after the load began, before the text, per sentence."""

    token: str  # stands in the question and in every sentence of its answer
    kind: Kind
    at: float
    place: int = 0  # of the places of its kind
    sentences: int = 30
    think: float = 0.0
    pace: float = 0.02
    has_picture: bool = False
    fault: EndpointFault = EndpointFault.NONE
    fault_after: int = 0  # sentences

    @property
    def answer(self) -> str:
        return " ".join(sentences_of(self))


def sentences_of(question: Question) -> list[str]:
    return [f"{question.token}-{number} said the bot." for number in range(question.sentences)]


def find_question(text: str, questions: Sequence[Question]) -> Question | None:
    """The one that a request's text is about: the last whose token stands in it."""
    found = [(text.rfind(each.token), each) for each in questions]
    at, question = max(found, key=lambda pair: pair[0], default=(-1, None))
    return question if at >= 0 else None
