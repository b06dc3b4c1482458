"""What a model writes and nobody sees: its thinking, and the arguments of its calls.

It is output, and counted by estimate. Servers send the same thoughts under two names, and arguments
in pieces and once more as a whole: of several versions the longest counts.
"""

from collections import Counter
from typing import Any, Final

from bot.core.answers.events import Thinking
from bot.core.models.tokens import WEIGHT, weigh_text
from bot.responses.stream.frames import EventFrame
from bot.responses.stream.headlines import Headlines

_THINKING: Final = Thinking()
ARGUMENT_DELTAS: Final = (
    "response.function_call_arguments.delta",
    "response.custom_tool_call_input.delta",
    "response.mcp_call_arguments.delta",
    "response.code_interpreter_call_code.delta",
)


class UnseenOutput:
    """The unseen output of one answer, as it comes."""

    def __init__(self) -> None:
        self._headlines = Headlines()
        self._thoughts = _Versions()
        self._arguments = _Versions()
        self._hidden = _Versions()

    def read_reasoning(self, kind: str, frame: EventFrame) -> Thinking:
        """Read an event of the reasoning: a delta, a whole text, or a mere sign of life."""
        headline = self._headlines.read(kind, frame)
        whose = "summary" if "summary" in kind else "text"
        tokens = self._thoughts.add(f"{whose} in pieces", frame.delta)
        tokens += self._thoughts.add(f"{whose} as a whole", frame.text)
        return Thinking(headline=headline, tokens=tokens) if headline or tokens else _THINKING

    def read_chat(self, name: str, text: str) -> Thinking:
        """Read the member `name` of a chat completion's delta, which holds thoughts."""
        version = "text in pieces" if name == "reasoning_content" else "summary in pieces"
        return Thinking(tokens=self._thoughts.add(version, text))

    def read_arguments(self, frame: EventFrame) -> Thinking:
        """Read a piece of a call's arguments."""
        return Thinking(tokens=self._arguments.add("in pieces", frame.delta))

    def read_whole_arguments(self, arguments: Any) -> Thinking:
        return Thinking(tokens=self._arguments.add("as a whole", arguments))

    def hide(self, text: Any) -> Thinking:
        """Count text that is not shown, or not yet."""
        return Thinking(tokens=self._hidden.add("text", text))


class _Versions:
    """One and the same output, under several names."""

    def __init__(self) -> None:
        self._weights: Counter[str] = Counter()
        self._tokens = 0

    def add(self, name: str, text: Any) -> int:
        """Count a piece; return the tokens by which the longest version has grown."""
        if not text or not isinstance(text, str):
            return 0
        self._weights[name] += weigh_text(text)
        before, self._tokens = self._tokens, max(self._tokens, -(-self._weights[name] // WEIGHT))
        return self._tokens - before
