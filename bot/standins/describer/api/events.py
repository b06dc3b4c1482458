"""The events of one response, in the order and the form of OpenAI's API."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.standins.describer.api.tokens import text_tokens


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """The members that are the same in all states of the response object."""

    model: str
    created_at: int  # Unix seconds
    input_tokens: int
    max_output_tokens: int | None
    instructions: str
    echoed: Mapping[str, Any]


class Response:
    """The state of one response; each method returns the events of a step, ready for the wire."""

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope
        self._id = f"resp_{secrets.token_hex(24)}"
        self._sequence = 0
        self._output: list[dict[str, Any]] = []  # items that are done
        self._summary: list[dict[str, Any]] = []
        self._reasoning_id = f"rs_{secrets.token_hex(24)}"
        self._message_id = f"msg_{secrets.token_hex(24)}"
        self._text: list[str] | None = None  # None before the message begins
        self._reasoning_tokens = 0
        self._used = 0  # output tokens
        self._status = "in_progress"

    @property
    def text(self) -> str:
        return "".join(self._text or ())

    @property
    def ended(self) -> dict[str, Any]:
        """The whole response, once `finish` was called."""
        return self.to_json(self._status)

    def has_room_for(self, text: str) -> bool:
        limit = self._envelope.max_output_tokens
        return limit is None or self._used + text_tokens(text) <= limit

    def start(self) -> list[bytes]:
        state = self.to_json("in_progress")
        return [
            self._event("response.created", response=state),
            self._event("response.in_progress", response=state),
        ]

    def note(self, title: str, text: str) -> list[bytes]:
        """Add a part to the summary of the reasoning; only before the message begins."""
        events: list[bytes] = []
        if not self._summary:
            item = self._reasoning("in_progress")
            events.append(self._event("response.output_item.added", output_index=0, item=item))
        whole = f"**{title}**\n\n{text}"
        index = len(self._summary)
        place = {"item_id": self._reasoning_id, "output_index": 0, "summary_index": index}
        part = {"type": "summary_text", "text": whole}
        name = "response.reasoning_summary"
        self._summary.append(part)
        tokens = text_tokens(whole)
        self._reasoning_tokens += tokens
        self._used += tokens
        return [
            *events,
            self._event(f"{name}_part.added", **place, part={**part, "text": ""}),
            self._event(f"{name}_text.delta", **place, delta=whole),
            self._event(f"{name}_text.done", **place, text=whole),
            self._event(f"{name}_part.done", **place, part=part),
        ]

    def delta(self, text: str) -> list[bytes]:
        events = self._begin_message() if self._text is None else []
        assert self._text is not None  # noqa: S101 - it has begun
        self._text.append(text)
        self._used += text_tokens(text)
        delta = self._event("response.output_text.delta", **self._place(), delta=text, logprobs=[])
        return [*events, delta]

    def finish(self, status: str) -> list[bytes]:
        """End with "completed" or "incomplete": the limit was reached."""
        events = self._begin_message() if self._text is None else []
        self._status = status
        place, item = self._place(), self._message(status)
        done = self._event("response.output_text.done", **place, text=self.text, logprobs=[])
        part = self._event("response.content_part.done", **place, part=self._part(self.text))
        index = place["output_index"]
        self._output.append(item)
        return [
            *events,
            done,
            part,
            self._event("response.output_item.done", output_index=index, item=item),
            self._event(f"response.{status}", response=self.to_json(status)),
        ]

    def to_json(self, status: str) -> dict[str, Any]:
        """The response object as it stands; usage comes with the end."""
        envelope = self._envelope
        is_cut = status == "incomplete"
        return {
            "id": self._id,
            "object": "response",
            "created_at": envelope.created_at,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
            "instructions": envelope.instructions or None,
            "max_output_tokens": envelope.max_output_tokens,
            "model": envelope.model,
            "output": list(self._output),
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "reasoning": {"effort": None, "summary": None},
            "store": False,
            "temperature": 1.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": None if status == "in_progress" else self._usage(),
            "user": None,
            "metadata": {},
            **envelope.echoed,
        }

    def _usage(self) -> dict[str, Any]:
        return {
            "input_tokens": self._envelope.input_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": self._used,
            "output_tokens_details": {"reasoning_tokens": self._reasoning_tokens},
            "total_tokens": self._envelope.input_tokens + self._used,
        }

    def _begin_message(self) -> list[bytes]:
        events: list[bytes] = []
        if self._summary:
            item = self._reasoning("completed")
            self._output.append(item)
            events.append(self._event("response.output_item.done", output_index=0, item=item))
        self._text = []
        place = self._place()
        index, item = place["output_index"], self._message("in_progress")
        return [
            *events,
            self._event("response.output_item.added", output_index=index, item=item),
            self._event("response.content_part.added", **place, part=self._part("")),
        ]

    def _place(self) -> dict[str, Any]:
        index = 1 if self._summary else 0
        return {"item_id": self._message_id, "output_index": index, "content_index": 0}

    def _reasoning(self, status: str) -> dict[str, Any]:
        summary = list(self._summary)
        return {"id": self._reasoning_id, "type": "reasoning", "summary": summary, "status": status}

    def _message(self, status: str) -> dict[str, Any]:
        content = [] if status == "in_progress" else [self._part(self.text)]
        return {
            "id": self._message_id,
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": content,
        }

    def _part(self, text: str) -> dict[str, Any]:
        return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}

    def _event(self, kind: str, **members: Any) -> bytes:
        body = msgspec.json.encode({"type": kind, "sequence_number": self._sequence, **members})
        self._sequence += 1
        return b"event: " + kind.encode() + b"\ndata: " + body + b"\n\n"
