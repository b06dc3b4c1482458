"""The meaning of an endpoint's refusal: from its status and words to a `Failure`, in one table."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.core.answers.events import Failed, Failure, Usage
from bot.core.endings.text_endings import Retry, find_row
from bot.responses.stream.frames import read_any
from bot.responses.stream.sse import SseParser

LONGEST_DETAIL: Final = 300  # characters
LONGEST_WORDS: Final = 100_000  # characters that are looked through for what is to be redacted
_LONGEST_CODE: Final = 200  # characters of a code, type or parameter's name
_LONGEST_LIST: Final = 50  # complaints of a validator that are read
_LONGEST_PAGE: Final = 4096  # characters of a web page that are looked at
Redact = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorWords:
    """An endpoint's words about an error, in whichever shape they came."""

    message: str = ""
    code: str = ""
    type: str = ""
    param: str = ""

    @property
    def evidence(self) -> str:
        return f"{self.code} {self.type} {self.param} {self.message}"

    @property
    def status(self) -> int | None:
        """The HTTP status that gateways put into `code` or `type`."""
        for word in (self.code, self.type):
            if re.fullmatch("[45][0-9][0-9]", word):
                return int(word)
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    failure: Failure
    statuses: tuple[int, ...] = ()
    pattern: re.Pattern[str] | None = None

    def holds(self, status: int | None, evidence: str) -> bool:
        if status in self.statuses:
            return True
        return self.pattern is not None and self.pattern.search(evidence) is not None


def _says(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


# The first row that holds decides: words before bare statuses, the specific before the general.
_TABLE: Final = (
    _Row(
        failure=Failure.OUT_OF_BALANCE,
        statuses=(402,),
        pattern=_says(
            r"insufficient[_ ](user[_ ])?(quota|balance|credits?|funds)",
            r"(credit[_ ]balance|credits?)[_ ](is )?(too low|exhausted)",
            r"exceeded your current quota",
            r"spend_limit|billing_|out of credits?|balance (is )?(not enough|insufficient|too low)",
            r"quota (is )?(used up|exhausted)|余额不足|额度不足",
        ),
    ),
    _Row(
        failure=Failure.CONTENT_BLOCKED,
        pattern=_says(
            r"content_filter|content[_ ]policy|invalid_prompt|policy_violation|bio_policy",
            r"responsibleaipolicy|flagged as potentially|requires moderation|safety reasons",
            r"prohibited_content|content management policy|safety system|moderation_blocked",
        ),
    ),
    _Row(
        failure=Failure.MODEL_UNKNOWN,
        pattern=_says(
            r"model_not_found|invalid model name|unknown model|no such model",
            r"\bmodel\b.{0,100}(does not exist|not found|not exist|is not available)",
        ),
    ),
    _Row(
        failure=Failure.CONTEXT_TOO_LONG,
        pattern=_says(
            r"context_length_exceeded|exceed_context_size|string_above_max_length",
            r"context (length|size|window)|maximum (input|prompt|model) length",
            r"(prompt|input) is too long|too many (input )?tokens",
        ),
    ),
    _Row(
        failure=Failure.IMAGE_REJECTED,
        statuses=(413,),
        pattern=_says(
            r"\binvalid_(base64_)?image|\bimage_(too|parse|file)|\bempty_image|\.image_url\b",
            r"unsupported_image|failed_to_download_image|invalid image|mmproj",
            r"image (input|urls?)s? (is|are) not|not (a )?(multimodal|vision)",
            r"does not support (image|vision)|base64[- ]encoded image|at most 0 image",
            r"image.{0,40}(unsupported|not supported|could not be (read|decoded|processed))",
        ),
    ),
    _Row(
        failure=Failure.KEY_REJECTED,
        statuses=(401,),
        pattern=_says(
            r"invalid_api_key|(incorrect|invalid) api key|invalid signature",
            r"authentication_error|no_db_connection",
        ),
    ),
    _Row(
        failure=Failure.PARAMETER_UNSUPPORTED,
        pattern=_says(
            r"unsupported_(parameter|value)|unknown_parameter|unsupported ?params",
            r"(unsupported|unknown|unrecognized|unexpected) (request )?(parameter|argument|field)",
            r"extra inputs are not permitted|(above|below)_(max|min)_value",
        ),
    ),
    _Row(
        failure=Failure.OVERLOADED,
        statuses=(429, 503, 529),
        pattern=_says(r"rate_limit|slow_down|overloaded|rate limit reached|loading model"),
    ),
    _Row(failure=Failure.FORBIDDEN, statuses=(403, 451)),
    _Row(failure=Failure.NOT_AN_ENDPOINT, statuses=(404, 405, 410)),
    _Row(failure=Failure.TIMED_OUT, statuses=(408, 504, 524)),
)
_DETERMINISTIC: Final = _says(
    "not supported", "mmproj", "AttributeError", "cannot make GET request"
)


def find_failure(words: ErrorWords, status: int | None = None) -> Failure:
    """Name the failure. `status` is None, or 200, where the error came inside a stream."""
    if status is None or status < 400:
        status = words.status
    for row in _TABLE:
        if row.holds(status, words.evidence):
            return row.failure
    if status is not None:
        return Failure.BAD_REQUEST if status < 500 and status != 409 else Failure.SERVER_ERROR
    return Failure.BAD_REQUEST if "invalid_request" in words.evidence else Failure.SERVER_ERROR


def is_worth_retrying(failed: Failed, *, advice: bool | None = None) -> bool:
    """Whether the same request may well succeed a little later. `advice` is the endpoint's own."""
    match find_row(failed.failure).retry:
        case Retry.NEVER:
            return False
        case Retry.IF_ADVISED:
            return advice is True
        case Retry.BEFORE_TEXT:
            return advice is not False and not _DETERMINISTIC.search(failed.detail)


def fail(
    words: ErrorWords,
    *,
    redact: Redact,
    status: int | None = None,
    usage: Usage | None = None,
    request_id: str | None = None,
    retry_after: float | None = None,
) -> Failed:
    # Judged without what the endpoint repeats of a question: or a member who writes "insufficient
    # balance" into something that is refused could have the whole endpoint taken for broke.
    own = replace(words, message=redact(words.message))
    return Failed(
        failure=find_failure(own, status),
        detail=own.message or redact(words.code or words.type),
        usage=usage,
        status=status,
        request_id=request_id,
        retry_after=retry_after,
    )


def words_of_body(body: bytes) -> ErrorWords:
    """Read an error's body: JSON, else JSON in SSE frames, else a web page, else plain text."""
    value = read_any(body)
    if value is not None:
        return words_of(value)
    parser = SseParser()
    for event in (*parser.feed(body), *parser.close()):
        value = read_any(event.data)
        if isinstance(value, dict):
            return words_of(value)
    return ErrorWords(message=_without_tags(body.decode("utf-8", "replace")))


def words_of(value: Any) -> ErrorWords:
    """Read a decoded error: an object with `error` in it, the error itself, or a plain string."""
    if not isinstance(value, dict):
        return ErrorWords(message=value if isinstance(value, str) else "")
    inner = value.get("error") or value.get("detail")
    if isinstance(inner, dict):
        return _read_fields(inner)
    if isinstance(inner, str | list):
        said = inner if isinstance(inner, str) else str(inner[:_LONGEST_LIST])
        message = _text(value.get("message"))
        return ErrorWords(message=f"{said}: {message}" if message else said)
    return _read_fields(value)


def cut_words(words: str, longest: int) -> str:
    """Cut at the end of a word: half a key would not be known for one."""
    return words if len(words) <= longest else words[:longest].rpartition(" ")[0] or "(…)"


def redactor(key: str) -> Redact:
    """Return what makes an endpoint's words fit for a log: one line, short, without any key."""
    pattern = _KEYS if not key else re.compile(f"{re.escape(key)}|{_KEYS.pattern}")

    def redact(text: str) -> str:
        line = " ".join(pattern.sub("(key)", cut_words(text, LONGEST_WORDS)).split())
        return line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"

    return redact


_KEYS: Final = re.compile(r"\bsk-[\w*.-]{6,}|(?<=Bearer )\S+")


def _read_fields(error: dict[str, Any]) -> ErrorWords:
    metadata = error.get("metadata")
    inner = error.get("innererror")
    code = _code(error.get("code"))
    if isinstance(inner, dict):
        code = f"{code} {_code(inner.get('code'))}"
    return ErrorWords(
        message=_upstream_message(metadata) or _text(error.get("message")),
        code=code,
        type=_code(error.get("type")),
        param=_code(error.get("param")),
    )


def _upstream_message(metadata: Any) -> str:
    """OpenRouter wraps the provider's own error as JSON text in `metadata.raw`."""
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    if not isinstance(raw, str):
        return ""
    value = read_any(raw.encode("utf-8", "replace"))
    return (words_of(value).message if isinstance(value, dict) else "") or raw


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _code(value: Any) -> str:
    return _text(value)[:_LONGEST_CODE]


def _without_tags(text: str) -> str:
    text = text[:_LONGEST_PAGE]
    if "<" not in text:
        return text
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    return title[1] if title else re.sub(r"<[^>]*>", " ", text)
