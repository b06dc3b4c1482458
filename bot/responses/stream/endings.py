"""The ending of an answer, from the response object: its status counts, not the event that brought it.

vLLM sends `response.completed` with the status "incomplete", aimock even with "failed"; llama.cpp
and Ollama say "completed" where the limit was reached. Only a word that is known to mean so makes
an answer complete.
"""

from dataclasses import dataclass
from typing import Any

from bot.core.answers.events import (
    Completed,
    Ended,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
    Usage,
)
from bot.responses.stream.errors import Redact, fail, words_of
from bot.responses.stream.frames import WholeAnswer
from bot.responses.stream.usage import read_usage

_REASONS = {
    "max_output_tokens": IncompleteReason.LIMIT,
    "max_tokens": IncompleteReason.LIMIT,
    "length": IncompleteReason.LIMIT,
    "content_filter": IncompleteReason.CONTENT_FILTER,
}
_SIGNS_OF_FAILURE = ("failed", "cancelled", "canceled", "error")
_COMPLETE = ("completed", "complete", "success", "succeeded")
_STOPPED_BY_ITSELF = (  # chat completions: the model had said all, or asks for a tool
    "stop",
    "end_turn",
    "eos",
    "eos_token",
    "stop_sequence",
    "tool_calls",
    "function_call",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """Facts about the text that the stream has shown before its end."""

    is_refusal: bool
    limit: int  # max_output_tokens, as sent
    is_damaged: bool = False  # a piece of it could not be read, and nothing made it good


def find_ending(answer: WholeAnswer, written: Written, *, named: str, redact: Redact) -> Ended:
    """Name the ending. `named` is what the event's name says, for endpoints that give no status."""
    usage = read_usage(answer.usage)
    status = answer.status if isinstance(answer.status, str) else named
    reason = _reason(answer.incomplete_details)
    if status in _SIGNS_OF_FAILURE or named == "failed" or answer.error:
        return _failed(answer, status, usage, redact)
    if status not in _COMPLETE or named == "incomplete" or reason:
        return _stop_early(reason or status, usage, redact)
    return end_normally(usage, written)


def end_normally(usage: Usage | None, written: Written) -> Completed | Incomplete | Refused:
    if written.is_refusal:
        return Refused(usage=usage)
    if usage is not None and usage.output_tokens >= written.limit:
        return Incomplete(usage=usage, reason=IncompleteReason.LIMIT)
    if written.is_damaged:
        return Incomplete(usage=usage, reason=IncompleteReason.DAMAGED)
    return Completed(usage=usage)


def end_by_finish_reason(
    reason: str, usage: Usage | None, written: Written, *, redact: Redact
) -> Ended:
    """The ending in the words of chat completions."""
    if reason in _STOPPED_BY_ITSELF:
        return end_normally(usage, written)
    if reason in _SIGNS_OF_FAILURE:
        detail = f"the endpoint says `{reason}`"
        return Failed(failure=Failure.SERVER_ERROR, detail=detail, usage=usage)
    return _stop_early(reason, usage, redact)


def _stop_early(reason: str, usage: Usage | None, redact: Redact) -> Incomplete:
    known = _REASONS.get(reason)
    if known is not None:
        return Incomplete(usage=usage, reason=known)
    detail = "" if reason == "incomplete" else redact(reason)
    return Incomplete(usage=usage, reason=IncompleteReason.OTHER, detail=detail)


def _failed(answer: WholeAnswer, status: str, usage: Usage | None, redact: Redact) -> Failed:
    if answer.error:
        return fail(words_of(answer.error), usage=usage, redact=redact)
    reason = _reason(answer.incomplete_details)
    detail = f"the endpoint says `{status}`" + (f" because of `{reason}`" if reason else "")
    return Failed(failure=Failure.SERVER_ERROR, detail=redact(detail), usage=usage)


def _reason(details: Any) -> str:
    reason = details.get("reason") if isinstance(details, dict) else None
    return reason if isinstance(reason, str) else ""
