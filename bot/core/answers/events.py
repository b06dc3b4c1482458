"""The events of a model's stream, whatever the endpoint's dialect, and the endings of an answer."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.models.tokens import ModelCard
from bot.core.models.tools import FunctionCall
from bot.core.models.usage import NOTHING_USED as NOTHING_USED
from bot.core.models.usage import Usage as Usage


class Failure(StrEnum):
    """Why an endpoint gave no (whole) answer. Each has its own wording for user and operator."""

    UNREACHABLE = "unreachable"  # no connection, DNS, TLS
    TIMED_OUT = "timed-out"  # connected, then silent for longer than configured
    OVERLOADED = "overloaded"  # 429 rate limit, 503, 529
    SERVER_ERROR = "server-error"  # other 5xx, or an error event without a better name
    KEY_REJECTED = "key-rejected"  # 401
    OUT_OF_BALANCE = "out-of-balance"  # 402, insufficient_quota, GPTProto's 403
    FORBIDDEN = "forbidden"  # 403 of another kind
    MODEL_UNKNOWN = "model-unknown"
    IMAGE_REJECTED = "image-rejected"
    CONTEXT_TOO_LONG = "context-too-long"
    PARAMETER_UNSUPPORTED = "parameter-unsupported"
    CONTENT_BLOCKED = "content-blocked"  # the prompt was refused by a policy filter
    NOT_AN_ENDPOINT = "not-an-endpoint"  # 404 on the path, a web page, nonsense
    BAD_REQUEST = "bad-request"  # any other 4xx
    BROKEN_STREAM = "broken-stream"  # the stream ended without saying how


class IncompleteReason(StrEnum):
    LIMIT = "limit"  # max_output_tokens was reached
    CONTENT_FILTER = "content-filter"
    DAMAGED = "damaged"  # a piece of the stream could not be read, and nothing made it good
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class TextDelta:
    """The next piece of the visible answer (or of a refusal's text). Never empty."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Thinking:
    """A sign of life before or between text: reasoning goes on. `headline` is fit to be shown."""

    headline: str = ""
    tokens: int = (
        0  # that came with it and nobody sees, by estimate; also those of a call's arguments
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Searching:
    """The endpoint searches the web: for `query`, or on the page at `url`; both may be unknown."""

    query: str = ""
    url: str = ""
    is_over: bool = False  # each search ends once, and is billed then


@dataclass(frozen=True, kw_only=True, slots=True)
class Cited:
    """A source of the answer. `[start, end)` are places in all of its visible text, counted in
    code points; None where the endpoint does not say.
    """

    url: str
    title: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionCalled:
    """The model asks for functions of ours, and goes on only when it has what came of them."""

    call: FunctionCall


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureDelta:
    """A picture that is being made, as far as it has come. `index` counts its states from 0."""

    index: int
    content: bytes = field(repr=False)
    media_type: str  # by its first bytes: image/png, image/jpeg or image/webp


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureMade:
    """A whole picture. `revised_prompt` is what the model made of the prompt, where it says so."""

    content: bytes = field(repr=False)
    media_type: str
    revised_prompt: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PicturesCounted:
    """Tokens as the picture model reports them; no `Usage` of the same answer holds them."""

    text_tokens: int  # of the prompt
    image_tokens: int  # of the pictures that it was given
    output_tokens: int

    def __add__(self, other: "PicturesCounted") -> "PicturesCounted":
        return PicturesCounted(
            text_tokens=self.text_tokens + other.text_tokens,
            image_tokens=self.image_tokens + other.image_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Completed:
    usage: Usage | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Incomplete:
    """`detail` is the endpoint's own word for a reason that has no name here."""

    usage: Usage | None
    reason: IncompleteReason
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The model declined; its words, if any, came as TextDelta."""

    usage: Usage | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """`detail` is for the operator's log: the endpoint's words, shortened, without any secret."""

    failure: Failure
    detail: str = ""
    usage: Usage | None = None
    status: int | None = None  # HTTP
    request_id: str | None = None
    retry_after: float | None = None  # seconds


Ended = Completed | Incomplete | Refused | Failed


@dataclass(frozen=True, kw_only=True, slots=True)
class Began:
    """An endpoint is asked, or asked again: what follows is its model's, and charged by its card.

    `after` is how the attempt before it failed, before any text; what it has said is void.
    """

    card: ModelCard
    endpoint: str
    after: Failed | None = None


Pictured = PictureDelta | PictureMade | PicturesCounted
StreamEvent = Began | TextDelta | Thinking | Searching | Cited | FunctionCalled | Pictured | Ended


class Ending(StrEnum):
    """The ending of an answer, as the ledger, the logs and `describe --json` name it."""

    COMPLETED = "completed"
    EMPTY = "empty"  # the model said it was done and had written nothing
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"  # nothing was shown
    CUT = "cut"  # something was shown, then the endpoint failed
    STOPPED = "stopped"  # by the asker or a moderator
    INTERRUPTED = "interrupted"  # by the bot's own end
    UNDELIVERABLE = "undeliverable"  # Discord did not let us show it


def ending_of(ended: Ended, *, has_text: bool) -> Ending:
    """Tell the ending by the last event of the stream."""
    match ended:
        case Completed():
            return Ending.COMPLETED if has_text else Ending.EMPTY
        case Incomplete():
            return Ending.INCOMPLETE
        case Refused():
            return Ending.REFUSED
        case Failed():
            return Ending.CUT if has_text else Ending.FAILED
