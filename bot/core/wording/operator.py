"""Sentences that operators read: in a channel of their own, and in the terminal as plain text."""

from collections.abc import Sequence

from bot.core.answers.events import Completed, Ended, Failed, Incomplete, IncompleteReason, Refused
from bot.core.conversation.turns import File, LeftOut, LeftOutReason
from bot.core.endpoints.outages import EndpointChange, Outage, Restored
from bot.core.wording.answers.failures import operator_advice
from bot.core.wording.answers.footers import left_out_verb, what_was_read
from bot.core.wording.names import UNSEEN, shorten
from bot.core.wording.names import file_name as code


def operator_notice(change: EndpointChange) -> str:
    """One message; of the endpoint's own words none, those are in the log."""
    match change:
        case Outage():
            return (
                f"The endpoint {code(change.endpoint)} ({code(change.model)}) is out of service. "
                f"{operator_advice(change.failed.failure)} "
                f"Where another stands by, it is left alone for {_span(change.pause)}."
            )
        case Restored():
            return f"The endpoint {code(change.endpoint)} ({code(change.model)}) is back."


def name_taken(name: str) -> str:
    return (
        f"A process named `{name}` already runs on this database: stop it first, or give this one"
        " a name of its own with `[process] name`"
    )


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{round(seconds)} seconds"
    return f"{round(seconds / 60)} minutes"


def terminal_ending(ended: Ended, *, has_text: bool) -> str:
    """Say in plain text how an answer ended, to the person at the keyboard; empty if it ended well."""
    match ended:
        case Completed():
            return "" if has_text else "The model finished without writing anything."
        case Incomplete():
            return _terminal_incomplete(ended.reason, has_text=has_text)
        case Refused():
            return "The model declined to answer."
        case Failed():
            words = " ".join(UNSEEN.sub(" ", ended.detail).split())
            said = f" It said: {words[:150]}" if words else ""
            return f"{operator_advice(ended.failure)}{said}"


def _terminal_incomplete(reason: IncompleteReason, *, has_text: bool) -> str:
    match reason:
        case IncompleteReason.LIMIT if has_text:
            return "The answer reached its length limit: allow more output tokens for a longer one."
        case IncompleteReason.LIMIT:
            return "The model was still thinking at its length limit: allow more output tokens."
        case IncompleteReason.CONTENT_FILTER:
            return "The provider's content filter ended the answer."
        case IncompleteReason.DAMAGED:
            return "A piece of the stream could not be read: something may be missing."
        case IncompleteReason.OTHER:
            return "The model ended its answer early, for a reason it did not name."


def terminal_left_out(left_out: LeftOut) -> str:
    name = _plain_name(left_out.name)
    if left_out.reason is LeftOutReason.GONE:
        return f"{name} was not found"
    return f"{name} {left_out_verb(left_out.reason)}"


def terminal_no_picture(name: str) -> str:
    """Of a PDF or a text: what is sent of it goes by what the allowance leaves."""
    return f"{_plain_name(name)} is not a picture: only pictures are priced"


def terminal_reduced() -> str:
    return "Looked at smaller to save tokens: raise `[quota] tokens_per_answer` for a closer look."


def terminal_typical_answer(output_tokens: int) -> str:
    """Say which answer a comparison of costs is about."""
    return (
        f"answer $ is {output_tokens} tokens of output. All are estimates: the bill counts. "
        "? means that it is not known how the model bills images, "
        "* that the image is made smaller to fit into `[quota] tokens_per_answer`."
    )


def terminal_read_in_part(file: File) -> str:
    return f"{_plain_name(file.name)} was read in part: {what_was_read(file)}"


def _plain_name(name: str) -> str:
    return shorten(UNSEEN.sub(" ", name).strip()) or "unnamed"


def health_gateway(away: Sequence[int], *, count: int) -> str:
    """`away`: the shards that are not connected, of so many."""
    if not away:
        return "Discord's gateway is connected."
    if count == 1:
        return "Discord's gateway is not connected."
    numbers = ", ".join(str(number) for number in away)
    return f"Discord's gateway is not connected for {len(away)} of {count} shards: {numbers}."


def health_database(failure: str | None) -> str:
    return "The database takes writes." if failure is None else f"No write succeeds: {failure}."


def health_database_damaged(damage: str) -> str:
    return f"Questions fail: {damage}."


def health_slow_write(seconds: float) -> str:
    return f"the database has not taken one for {seconds:.0f} s"


def health_worker(*, can_start: bool) -> str:
    if can_start:
        return "The picture worker can work."
    return "The picture worker can't be started: the log says why."


def health_settlements(waiting: int) -> str:
    if waiting == 0:
        return "Every answer is settled."
    return f"Answers that could not be settled yet: {waiting}."


def health_no_life(seconds: float) -> str:
    return f"The bot has given no sign of life for {seconds:.0f} s."


def health_life_to_come(seconds: float) -> str:
    return (
        f"The bot's last sign of life is dated {seconds:.0f} s ahead: the clock was set back, and"
        " nothing came since."
    )


def health_process(*, is_stopping: bool) -> str:
    return "The bot is stopping." if is_stopping else "The bot takes questions."


def health_old_status(seconds: float) -> str:
    return (
        f"The bot could not write its status for {seconds:.0f} s: is there room for "
        "`[process] heartbeat_file`?"
    )


def health_no_file_set() -> str:
    return "`[process] heartbeat_file` is not set: name a file there, and restart the bot."


def health_no_status(file: str, reason: str) -> str:
    return f"{file} can't be read ({reason}): is the bot running?"


def health_unreadable_status(file: str) -> str:
    return f"{file} holds no status: does another program write it?"
