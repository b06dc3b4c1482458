"""Recordings of real endpoints: read without error, the same however they are cut.

The recordings are no part of the project. `GLIMPSE_CAPTURES` names a folder with an `INDEX.json`.
"""

import json
import os
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.core.answers.events import (
    Completed,
    Ended,
    Failed,
    Failure,
    Incomplete,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.responses.stream.body_reader import BodyReader
from bot.responses.stream.errors import fail, redactor, words_of_body

FOLDER = Path(os.environ["GLIMPSE_CAPTURES"])
NO_LIMIT = 10**9
CHAT = "object:chat.completion.chunk"
ENDINGS: dict[str, type[StreamEvent]] = {
    "completed": Completed,
    "complete": Completed,
    "incomplete": Incomplete,
    "failed": Failed,
    "in_progress": Failed,  # cut
}
BY_STATUS = {
    400: Failure.BAD_REQUEST,
    401: Failure.KEY_REJECTED,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_AN_ENDPOINT,
    429: Failure.OVERLOADED,
    500: Failure.SERVER_ERROR,
}
BY_NAME = {
    "litellm-1.106.2__badkey": Failure.KEY_REJECTED,
    "litellm-1.106.2__nomodel": Failure.MODEL_UNKNOWN,
    "llama.cpp-xllamacpp-2026.10.11549__toolong": Failure.CONTEXT_TOO_LONG,
    "llama.cpp-xllamacpp-2026.10.11549__full": Failure.IMAGE_REJECTED,
    "llama.cpp-xllamacpp-2026.10.11549__imgurl": Failure.IMAGE_REJECTED,
}

Entry = dict[str, Any]


def read_body(entry: Entry) -> bytes:
    return Path(FOLDER, entry["file"]).read_bytes()


def is_plain(entry: Entry) -> bool:
    """Whether showing every delta is right: no comments, no damage, no chat completions."""
    is_message = bool(entry["types"].get("response.output_text.delta"))
    return is_message and not entry["bad_json"] and b'"commentary"' not in read_body(entry)


def is_answer(path: Path) -> bool:
    return path.with_suffix(".head").read_text().startswith("HTTP/1.1 200")


INDEX = json.loads((FOLDER / "INDEX.json").read_text())
RECORDINGS: list[Entry] = [entry for entry in INDEX if (FOLDER / entry["file"]).exists()]
BODIES = sorted(FOLDER.glob("servers/*.body"))


def each(entries: Iterable[Entry]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("entry", [pytest.param(e, id=e["file"]) for e in entries])


def each_body(paths: Iterable[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", [pytest.param(p, id=p.name) for p in paths])


def read(chunks: Iterable[bytes]) -> list[StreamEvent]:
    reader = BodyReader(limit=NO_LIMIT, allowed=NO_LIMIT, redact=redactor(""))
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    return [*events, *reader.close()]


def cut(body: bytes, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    cuts = sorted(chance.choices(range(len(body)), k=200))
    return [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]


def last_answer(entry: Entry) -> bytes:
    """Some recordings hold several answers, one after the other; the index tells of the last."""
    blocks = read_body(entry).split(b"\n\n")
    starts = [at for at, block in enumerate(blocks) if b'"type":"response.created"' in block]
    return b"\n\n".join(blocks[starts[-1] if len(starts) > 1 else 0 :])


def said_text(body: bytes) -> str:
    """The deltas, read in the plainest way; or the whole texts, where those go on from them."""
    lines = body.decode().splitlines()
    frames = [json.loads(line[5:]) for line in lines if line.startswith("data:") and '"' in line]
    deltas = [f["delta"] for f in frames if f.get("type") == "response.output_text.delta"]
    wholes = [f["text"] for f in frames if f.get("type") == "response.output_text.done"]
    delta, whole = "".join(deltas), "".join(wholes)
    return whole if whole.startswith(delta) else delta


def expected_usage(entry: Entry) -> Usage | None:
    given = entry["usage"] or {}
    if not given.get("input_tokens") and not given.get("output_tokens"):
        return None
    if given["total_tokens"] < given["input_tokens"] + given["output_tokens"]:
        return None  # written by hand: it can't be true
    return Usage(
        input_tokens=given["input_tokens"],
        output_tokens=given["output_tokens"],
        cached_tokens=(given.get("input_tokens_details") or {}).get("cached_tokens", 0),
        reasoning_tokens=(given.get("output_tokens_details") or {}).get("reasoning_tokens", 0),
    )


@each(RECORDINGS)
def test_recording_read_in_any_pieces_gives_the_same_events(entry: Entry) -> None:
    body = read_body(entry)

    whole = read([body])

    assert read(cut(body, seed=1)) == whole
    assert read(cut(body, seed=2)) == whole
    assert read(body[at : at + 1] for at in range(len(body))) == whole


def test_index_names_every_recording_that_is_here() -> None:
    here = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.sse")}

    assert {entry["file"] for entry in RECORDINGS} == here
    assert BODIES


@each(entry for entry in RECORDINGS if entry["status"] is not None)
def test_recording_ends_as_the_index_says(entry: Entry) -> None:
    *before, ending = read([last_answer(entry)])

    assert isinstance(ending, ENDINGS[entry["status"]])
    assert isinstance(ending, Ended)
    assert ending.usage == expected_usage(entry)
    assert not any(isinstance(event, Ended) for event in before)


@each(entry for entry in RECORDINGS if entry["status"] is None and entry["last"] != CHAT)
def test_recording_without_an_ending_is_a_failure(entry: Entry) -> None:
    assert isinstance(read([last_answer(entry)])[-1], Failed)


@each(entry for entry in RECORDINGS if entry["last"] == CHAT)
def test_recording_of_chat_completions_is_read_all_the_same(entry: Entry) -> None:
    events = read([read_body(entry)])

    assert isinstance(events[-1], Completed)
    assert any(isinstance(event, TextDelta) for event in events)


@each(filter(is_plain, RECORDINGS))
def test_recording_shows_every_delta_once(entry: Entry) -> None:
    body = last_answer(entry)

    shown = "".join(event.text for event in read([body]) if isinstance(event, TextDelta))

    assert shown.replace("\n\n", "") == said_text(body).replace("\n\n", "")


@each_body(filter(is_answer, BODIES))
def test_recorded_document_is_a_whole_answer(path: Path) -> None:
    text, ending = read([path.read_bytes()])

    assert isinstance(text, TextDelta)
    assert isinstance(ending, Completed | Incomplete)
    assert ending.usage is not None


@each_body(path for path in BODIES if not is_answer(path))
def test_recorded_refusal_is_named_in_the_endpoints_own_words(path: Path) -> None:
    status = int(path.with_suffix(".head").read_text().split()[1])

    failed = fail(words_of_body(path.read_bytes()), status=status, redact=redactor(""))

    assert failed.failure is BY_NAME.get(path.stem, BY_STATUS.get(status))
    assert 0 < len(failed.detail) <= 300
    assert "\n" not in failed.detail
