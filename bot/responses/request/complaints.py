"""The optional parameter that an endpoint's refusal complains of, if any."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from bot.core.answers.events import Failed, Failure
from bot.core.numbers import read_number
from bot.responses.request.concessions import NO_CONCESSIONS, Concession, Concessions, find_value
from bot.responses.stream.errors import ErrorWords

_LONGEST_WORDS: Final = 4_096  # characters that are looked through; validators write megabytes

# From the least to the most: of two values that are equally near, the lesser is taken.
_SCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "reasoning.effort": ("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    "reasoning.summary": ("concise", "auto", "detailed"),
    "detail": ("low", "auto", "high", "original"),
}
_ALIASES: Final = {
    "reasoning_effort": "reasoning.effort",
    "reasoningeffort": "reasoning.effort",
    "reasoning value": "reasoning.effort",
    "reasoning_summary": "reasoning.summary",
    "max_tokens": "max_output_tokens",
    "maxoutputtokens": "max_output_tokens",
    "tool_choice": "tools",
    "tool choice": "tools",
    "file input": "input_file",
    "file inputs": "input_file",
}
_MEMBERS_OF_PARTS: Final = {"detail": "detail", "file_data": "input_file"}
_WHOLE_TOOL: Final[tuple[list[str], ...]] = ([], ["type"], ["name"], ["parameters"])
_IN_PARTS: Final = ("input_file", "file input", "file inputs")
_REFUSALS: Final = (Failure.PARAMETER_UNSUPPORTED, Failure.BAD_REQUEST, Failure.IMAGE_REJECTED)
_VALUES: Final = re.compile(
    r"(?:supported values are|input should be|must be(?: one of)?|expected one of)\W(.*)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED: Final = re.compile(r"['\"`]([\w.\[\]-]+?)['\"`]")
_REFUSED_VALUE: Final = re.compile(r"\bvalue:? ['\"`]([\w-]+)['\"`]", re.IGNORECASE)
_MAXIMUM: Final = re.compile(
    r"(?:<=|at most|maximum (?:value )?(?:of|is)) ?(\d{1,12})\b", re.IGNORECASE
)
_IS_UNKNOWN: Final = re.compile(
    r"(unsupported|unknown|unrecognized|unexpected)[ _](request )?(parameter|argument|field)"
    r"|not supported|extra inputs",
    re.IGNORECASE,
)
# Where a name stands in words that have no `param`, the surest place first.
_PLACES: Final = tuple(
    re.compile(pattern, re.MULTILINE | re.IGNORECASE)
    for pattern in (
        r"['\"]loc['\"]: ?[(\[]?((?:['\"][\w.]+['\"]|\d+|, ?)+)",  # of validators
        r"^([\w.]+)\n +(?:Extra inputs|Input should)",
        _QUOTED.pattern,
        r"(?:arguments?|parameters?|fields?)(?: [a-z]+){0,6}: ?[\[{]?['\"]?([\w.]+)",
        r"\b([a-z]+_[a-z_]+)\b",  # names of no other word's form
        r"\b(reasoning value|file inputs?)\b",
        r"\b(tools)$|does not support (tools)|(tool_choice|tool choice) requires",
    )
)


def find_concession(
    failed: Failed,
    words: ErrorWords,
    *,
    sent: Mapping[str, Any],
    known: Concessions = NO_CONCESSIONS,
) -> Concession | None:
    """Name the one optional parameter that a refusal complains of; None: it is of something else.

    `sent` holds the parameters of the refused request. Only what was sent is conceded, so that
    asking again comes to an end.
    """
    is_refusal = failed.status in (400, 422) or failed.failure is Failure.PARAMETER_UNSUPPORTED
    if not is_refusal or failed.failure not in _REFUSALS:
        return None
    words = words if words != ErrorWords() else ErrorWords(message=failed.detail)
    words = replace(words, message=words.message[:_LONGEST_WORDS])
    for path in _candidates(words, sent):
        if path == "max_output_tokens":
            return _concede_limit(words, sent[path])
        if failed.failure is not Failure.IMAGE_REJECTED or path == "detail":
            return _concede(path, words, sent, known)
    return None


def _candidates(words: ErrorWords, sent: Mapping[str, Any]) -> Iterator[str]:
    names = _names_in(words.message)
    if words.code == "unsupported_file" and "input_file" in sent:
        yield "input_file"
    if words.param:
        # A place in the input tells less than the words do.
        in_part = (name for name in names if name in _IN_PARTS)
        names = itertools.chain((words.param,), in_part if words.param[:5] == "input" else ())
    for name in names:
        if path := _resolve(name, sent) or _resolve(_ALIASES.get(name.lower(), ""), sent):
            yield path
    refused = _REFUSED_VALUE.search(words.message)
    if refused and not words.param:
        yield from (path for path in _SCALES if find_value(sent, path) == refused[1])


def _names_in(message: str) -> Iterator[str]:
    for place in _PLACES:
        for found in place.finditer(message):
            name = next(filter(None, found.groups()), "")
            yield ".".join(re.findall(r"\w+", name)) if "loc" in found[0][:5] else name


def _resolve(name: str, sent: Mapping[str, Any]) -> str | None:
    """Return the path of what was sent under that name, or of the smallest part around it."""
    steps = [step for step in re.split(r"[.\[\]]+", name) if step and step != "body"]
    if steps and steps[0] in ("input", "detail"):
        named = _MEMBERS_OF_PARTS.get(steps[-1])
        return named if named in sent else None
    if kind := _kind_of_tool(steps, sent):
        return f"tools[{kind}]"
    names = [step for step in steps if not step.isdecimal()]
    while names and find_value(sent, ".".join(names)) is None:
        names.pop()
    return ".".join(names) or None


def _kind_of_tool(steps: list[str], sent: Mapping[str, Any]) -> str | None:
    """A whole tool is refused where its place is named alone, or with what no tool can do without."""
    tools = sent.get("tools")
    is_whole = steps[:1] == ["tools"] and steps[2:3] in _WHOLE_TOOL and len(steps) > 1
    if not is_whole or not isinstance(tools, list):
        return None
    at = read_number(steps[1])
    return str(tools[at].get("type")) if at is not None and at < len(tools) else None


def _concede_limit(words: ErrorWords, sent: int) -> Concession | None:
    """The limit keeps an answer within its allowance: it goes only where it is not known at all."""
    most = _MAXIMUM.search(words.message)
    if most is not None:
        is_less = 0 < int(most[1]) < sent
        return Concession(parameter="max_output_tokens", value=int(most[1])) if is_less else None
    is_unknown = _IS_UNKNOWN.search(words.evidence) is not None
    return Concession(parameter="max_output_tokens") if is_unknown else None


def _concede(
    path: str, words: ErrorWords, sent: Mapping[str, Any], known: Concessions
) -> Concession | None:
    before, now = known.get(path), find_value(sent, path)
    if before is not None and before != now:
        return Concession(parameter=path, value=before)  # another request has learnt it meanwhile
    nearest = None if before is not None else _nearest(path, now, words.message)
    return Concession(parameter=path, value=nearest)


def _nearest(path: str, value: object, message: str) -> str | None:
    listed = _VALUES.search(message)
    scale = _SCALES.get(path, ())
    if listed is None or value not in scale:
        return None
    supported = [word for word in _QUOTED.findall(listed[1]) if word in scale and word != value]
    here = scale.index(str(value))
    return min(
        supported, key=lambda word: (abs(scale.index(word) - here), scale.index(word)), default=None
    )
