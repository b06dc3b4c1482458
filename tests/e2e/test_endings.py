"""Every row of the table of endings, through the whole bot: what the asker reads, what the operator
reads in the log, what the ledger is charged, and how often the endpoint was asked.
"""

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.core.answers.events import Ending, Failure, IncompleteReason
from bot.core.endings.text_endings import (
    TABLE,
    Audience,
    Cause,
    EndingOutcome,
    EndingRow,
    Retry,
    Unreported,
    find_row,
)
from bot.standins.playground.world.state import Message
from tests.e2e.conftest import KEY, Town, end, open_town, shared_town, stop_button
from tests.scripted_endpoint import Script, count_input

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]
town = shared_town

TEXT = "All of this is said, and said once. " * 8
ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One way in which a row's ending comes about. `seen`: the text that stands above the remark."""

    cause: Cause
    evidence: str
    script: Script
    seen: str = ""
    is_reported: bool = False  # the endpoint says what was used

    @property
    def row(self) -> EndingRow:
        return find_row(self.cause)

    @property
    def outcome(self) -> EndingOutcome:
        return self.row.outcome(has_text=bool(self.seen))

    @property
    def is_tried_again(self) -> bool:
        return self.row.retry is Retry.BEFORE_TEXT and not self.seen


def body(text: str, status: int, kind: str = "application/json") -> Script:
    return Script(status=status, body=text, content_type=kind)


def before(cause: Cause, evidence: str, script: Script, *, is_reported: bool = False) -> Case:
    return Case(cause=cause, evidence=evidence, script=script, is_reported=is_reported)


def event(code: str, words: str) -> Script:
    """An answer that an `error` event ends after three deltas."""
    return Script(text=TEXT, fault="error", code=code, error=words)


def after(cause: Cause, script: Script, *, is_reported: bool = False) -> Case:
    is_whole = not script.fault or script.fault == "lost"
    seen = (script.text or "") if is_whole else TEXT[:12]
    evidence = script.code or script.fault or script.stop
    told = "with its usage" if is_reported else "without a usage"
    return Case(
        cause=cause,
        evidence=f"{evidence}, after text, {told}",
        script=script,
        seen=seen.strip(),
        is_reported=is_reported,
    )


CASES = [
    before(Ending.COMPLETED, "no text", Script(text=""), is_reported=True),
    before(Ending.COMPLETED, "white space", Script(text=" \n\n ", usage=False)),
    after(Ending.COMPLETED, Script(text=TEXT), is_reported=True),
    after(Ending.COMPLETED, Script(text=TEXT, usage=False)),
    before(
        IncompleteReason.LIMIT, "still thinking", Script(text="", stop="length"), is_reported=True
    ),
    after(IncompleteReason.LIMIT, Script(text=TEXT, stop="length"), is_reported=True),
    before(IncompleteReason.CONTENT_FILTER, "all withheld", Script(text="", stop="content_filter", usage=False)),
    after(IncompleteReason.CONTENT_FILTER, Script(text=TEXT, stop="content_filter", usage=False)),
    before(IncompleteReason.DAMAGED, "the only delta lost", Script(text=" ", fault="lost", after=0)),
    after(IncompleteReason.DAMAGED, Script(text=TEXT, fault="lost")),
    before(IncompleteReason.OTHER, "max_messages", Script(text="", stop="max_messages", usage=False)),
    after(IncompleteReason.OTHER, Script(text=TEXT, stop="max_messages"), is_reported=True),
    before(Ending.REFUSED, "no words", Script(text="", refusal=True), is_reported=True),
    after(Ending.REFUSED, Script(text="I won't say.", refusal=True), is_reported=True),
    before(Failure.TIMED_OUT, "504", body("<html>Gateway Timeout</html>", 504, "text/html")),
    after(Failure.TIMED_OUT, Script(text=TEXT, fault="stall")),
    before(Failure.OVERLOADED, "429", Script(status=429, retry_after="0")),
    before(Failure.OVERLOADED, "503", body('{"error":{"message":"Loading model"}}', 503)),
    before(Failure.OVERLOADED, "in a frame", Script(fault="error", after=0, code="slow_down")),
    after(Failure.OVERLOADED, event("rate_limit_exceeded", "Slow down.")),
    before(Failure.SERVER_ERROR, "500", Script(status=500)),
    before(Failure.SERVER_ERROR, "502", body("<html>Bad Gateway</html>", 502, "text/html")),
    before(
        Failure.SERVER_ERROR,
        "500 in SSE",
        body('data: {"error":{"message":"Oops","code":"500"}}\n\n', 500, "text/event-stream"),
    ),
    after(Failure.SERVER_ERROR, Script(text=TEXT, fault="failed")),
    after(Failure.SERVER_ERROR, Script(text=TEXT, fault="cancelled")),
    before(Failure.BROKEN_STREAM, "EOF", Script(text=TEXT, fault="eof", after=0)),
    before(
        Failure.BROKEN_STREAM, "only DONE", body("data: [DONE]\n\n", 200, "text/event-stream")
    ),
    before(Failure.BROKEN_STREAM, "nothing", body("", 200)),
    after(Failure.BROKEN_STREAM, Script(text=TEXT, fault="eof")),
    after(Failure.BROKEN_STREAM, Script(text=TEXT, fault="cut")),
    before(
        Failure.OUT_OF_BALANCE,
        "GPTProto's 403",
        body('{"error":{"message":"Insufficient balance","code":403}}', 403),
    ),
    before(
        Failure.OUT_OF_BALANCE, "402", body('{"error":{"code":402,"message":"Add credits."}}', 402)
    ),
    before(Failure.OUT_OF_BALANCE, "429", Script(status=429, code="insufficient_quota")),
    before(
        Failure.OUT_OF_BALANCE, "credit", Script(status=429, code="credit_balance_exhausted")
    ),
    before(Failure.OUT_OF_BALANCE, "under 200", Script(text=TEXT, fault="quota", after=0)),
    after(Failure.OUT_OF_BALANCE, Script(text=TEXT, fault="quota")),
    before(
        Failure.KEY_REJECTED,
        "401",
        Script(status=401, code="invalid_api_key", error=f"Incorrect API key provided: {KEY}"),
    ),
    after(Failure.KEY_REJECTED, event("invalid_api_key", "It has expired.")),
    before(Failure.FORBIDDEN, "403", Script(status=403, error="Your country is not supported.")),
    after(Failure.FORBIDDEN, event("403", "Not in this region.")),
    before(Failure.MODEL_UNKNOWN, "404", Script(status=404, code="model_not_found")),
    before(
        Failure.MODEL_UNKNOWN, "400", Script(status=400, error="The model `x` does not exist.")
    ),
    after(Failure.MODEL_UNKNOWN, event("model_not_found", "No such model.")),
    before(Failure.NOT_AN_ENDPOINT, "404", body("<html>Not Found</html>", 404, "text/html")),
    before(Failure.NOT_AN_ENDPOINT, "a web page", body("<html>Hello</html>", 200, "text/html")),
    after(Failure.NOT_AN_ENDPOINT, event("404", "Gone.")),
    before(
        Failure.PARAMETER_UNSUPPORTED, "400", Script(status=400, code="unsupported_value")
    ),
    after(Failure.PARAMETER_UNSUPPORTED, event("unsupported_value", "Not this.")),
    before(Failure.BAD_REQUEST, "400", Script(status=400, error="Invalid.")),
    after(Failure.BAD_REQUEST, event("invalid_request", "Invalid.")),
    before(Failure.IMAGE_REJECTED, "400", Script(status=400, code="invalid_image_format")),
    before(
        Failure.IMAGE_REJECTED, "500", Script(status=500, error="image input is not supported")
    ),
    after(Failure.IMAGE_REJECTED, event("invalid_image", "Unreadable.")),
    before(Failure.CONTEXT_TOO_LONG, "400", Script(status=400, code="context_length_exceeded")),
    after(Failure.CONTEXT_TOO_LONG, event("context_length_exceeded", "Too long.")),
    before(Failure.CONTENT_BLOCKED, "400", Script(status=400, code="content_filter")),
    before(Failure.CONTENT_BLOCKED, "503", Script(status=503, error="Against our content policy")),
    after(Failure.CONTENT_BLOCKED, event("content_filter", "Flagged.")),
]  # fmt: skip
# Told by tests of their own, below; and what nobody can bring about.
BY_THEMSELVES = {
    (Failure.UNREACHABLE, False),
    (Ending.STOPPED, True),
    (Ending.INTERRUPTED, False),
    (Ending.INTERRUPTED, True),
    (Ending.UNDELIVERABLE, True),
}
IMPOSSIBLE = {
    (Failure.UNREACHABLE, True),  # there was a connection
    (Ending.STOPPED, False),  # the button comes with the first text
    (Ending.UNDELIVERABLE, False),  # there was nothing to deliver
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """The ledger's row for one answer."""

    ending: str
    input_tokens: int
    output_tokens: int
    is_estimated: bool


def entry_of(town: Town, asked: Message) -> Entry:
    """What stands in the bot's database, looked at from outside."""
    with closing(sqlite3.connect(town.folder / "glimpse.db")) as database:
        rows = database.execute(
            "SELECT ending, input_tokens, output_tokens, is_estimated FROM ledger"
            " WHERE message_id = ?",
            (asked.id,),
        ).fetchall()
    assert len(rows) == 1, rows
    ending, given, made, is_estimated = rows[0]
    return Entry(
        ending=ending, input_tokens=given, output_tokens=made, is_estimated=bool(is_estimated)
    )


def line_of(town: Town, asked: Message) -> str:
    """The one line of the log about how the answer ended."""
    lines = [
        line
        for line in town.log.splitlines()
        if f"message_id={asked.id} " in line and " ending=" in line
    ]
    assert len(lines) == 1, town.log
    return lines[0]


async def read_reply(town: Town, asked: Message, outcome: EndingOutcome) -> tuple[str, str]:
    """The reply once it says the outcome's words, and the incident's number that it gives."""
    words = outcome.sentence(incident="0")
    before_number = words.removesuffix("(0)")
    reply = await town.reply_saying(asked, before_number or "-# scripted")
    number = re.search(r"\((\w+)\)", reply.content) if before_number != words else None
    return reply.content, number[1] if number else ""


def check_charge(town: Town, asked: Message, outcome: EndingOutcome, *, is_reported: bool) -> None:
    entry = entry_of(town, asked)
    request = town.requests_about(asked.content.split(" ", 1)[1])[-1:]
    assert entry.ending == outcome.ending
    if is_reported:
        assert not entry.is_estimated
        assert entry.input_tokens == count_input(request[0].json)
    elif outcome.unreported is Unreported.NOTHING:
        assert (entry.input_tokens, entry.output_tokens, entry.is_estimated) == (0, 0, False)
    else:
        assert entry.is_estimated
        assert entry.input_tokens > 0


def check_line(line: str, row: EndingRow, outcome: EndingOutcome, incident: str) -> None:
    assert f" ending={outcome.ending} " in f"{line} "
    is_error = row.advice is not None and row.audience is not Audience.MEMBER
    assert ("the endpoint failed" in line) is is_error
    assert ("ERROR" in line) is is_error
    if row.advice is not None:
        assert f'advice="{row.advice()}"' in line
        assert f"failure={row.cause} " in line
        assert f"incident={incident} " in line
    elif isinstance(row.cause, IncompleteReason):
        assert f"reason={row.cause} " in line


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.cause}: {case.evidence}")
async def test_ending_reaches_the_asker_the_log_and_the_ledger(town: Town, case: Case) -> None:
    town.endpoint.play(*[case.script] * (ATTEMPTS if case.is_tried_again else 1))

    asked = await town.ask(town.open_channel(), f"how does {case.cause} end, {case.evidence}?")

    content, incident = await read_reply(town, asked, case.outcome)
    said = case.outcome.sentence(incident=incident)
    assert content.startswith(f"{case.seen}\n-# {said}" if case.seen else said)
    is_free = not case.is_reported and case.outcome.unreported is Unreported.NOTHING
    assert ("-# scripted · " in content) is not is_free
    assert ("≈" in content) is (not is_free and not case.is_reported)
    check_line(line_of(town, asked), case.row, case.outcome, incident)
    check_charge(town, asked, case.outcome, is_reported=case.is_reported)
    requests = town.requests_about(f"how does {case.cause} end, {case.evidence}?")
    assert len(requests) == (ATTEMPTS if case.is_tried_again else 1)


async def test_no_row_of_the_table_is_without_a_case() -> None:
    told = {(case.cause, bool(case.seen)) for case in CASES} | BY_THEMSELVES

    wanted = {(row.cause, has_text) for row in TABLE for has_text in (False, True)}

    assert told == wanted - IMPOSSIBLE


async def test_unreachable_endpoint_is_told_and_costs_nothing(town: Town) -> None:
    row = find_row(Failure.UNREACHABLE)
    outcome = row.outcome(has_text=False)
    await town.close_endpoint()

    asked = await town.ask(town.open_channel(), "anybody there?")

    content, incident = await read_reply(town, asked, outcome)
    assert content == outcome.sentence(incident=incident)
    check_line(line_of(town, asked), row, outcome, incident)
    check_charge(town, asked, outcome, is_reported=False)
    await town.reopen_endpoint()


async def test_stopped_answer_is_charged_by_estimate(town: Town) -> None:
    row = find_row(Ending.STOPPED)
    outcome = row.outcome(has_text=True)
    town.endpoint.play(Script(text=TEXT, pace=0.2))
    asked = await town.ask(town.open_channel(), "how does it stop?")
    reply = await town.started(asked)

    await town.alice.press(reply, stop_button(asked))

    content, _ = await read_reply(town, asked, outcome)
    assert content.startswith(TEXT[:3])
    assert "\n-# Stopped.\n" in content
    check_line(line_of(town, asked), row, outcome, "")
    check_charge(town, asked, outcome, is_reported=False)


async def test_undeliverable_answer_is_logged_and_charged_by_estimate(
    town: Town,
) -> None:
    row = find_row(Ending.UNDELIVERABLE)
    outcome = row.outcome(has_text=True)
    room = town.open_channel()
    town.endpoint.play(Script(text=TEXT, pace=0.2))
    town.discord.faults.answer(403, 50013, method="POST", path=rf"{room.id}/messages$")

    asked = await town.ask(room, "how does it fare, forbidden?")

    warning = f'an answer could not be shown message_id={asked.id} reason="SurfaceForbidden'
    await town.wait(lambda: warning in town.log, "it is logged")
    await town.wait(lambda: f"message_id={asked.id} user_id" in town.log, "it has ended")
    assert not town.later(asked)
    check_line(line_of(town, asked), row, outcome, "")
    check_charge(town, asked, outcome, is_reported=False)


async def test_accounts_add_up_after_all_of_these(town: Town) -> None:
    verified = await town.command("database", "verify")

    assert verified.code == 0, verified.out


# Endings of the bot itself


@pytest_asyncio.fixture(loop_scope="module")
async def lonely_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A town with a bot that a test may end."""
    async with open_town(tmp_path_factory.mktemp("lonely")) as town:
        yield town


@pytest.mark.parametrize(
    ("script", "seen"),
    [(Script(text=TEXT, think=60), ""), (Script(text=TEXT, pace=0.2), TEXT[:3])],
    ids=["before text", "after text"],
)
async def test_answer_interrupted_by_shutdown_says_so_and_charges_an_estimate(
    lonely_town: Town, script: Script, seen: str
) -> None:
    row = find_row(Ending.INTERRUPTED)
    outcome = row.outcome(has_text=bool(seen))
    lonely_town.endpoint.play(script)
    process = await lonely_town.start("run")
    await lonely_town.wait(lambda: lonely_town.discord.gateway.connected_shards, "it connects")
    asked = await lonely_town.ask(lonely_town.general, "how do you end?")
    await lonely_town.wait(lambda: has_begun(lonely_town, asked, seen), "the answer begins")

    await end(process)

    content, _ = await read_reply(lonely_town, asked, outcome)
    assert content.startswith(seen or outcome.sentence(incident=""))
    assert outcome.sentence(incident="") in content
    check_line(line_of(lonely_town, asked), row, outcome, "")
    check_charge(lonely_town, asked, outcome, is_reported=False)
    assert (await lonely_town.command("database", "verify")).code == 0


def has_begun(town: Town, asked: Message, seen: str) -> Sequence[object]:
    return town.later(asked) if seen else town.requests_about("how do you end?")
