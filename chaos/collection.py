"""Collects the evidence of an episode: what stands in Discord, what was billed, what was booked."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.standins.playground.interactions.callbacks import CallbackType
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.world.state import Message
from chaos.databases import EpisodeDatabase
from chaos.endpoint import Bill
from chaos.evidence import Attempt, Booking, Case, Shown
from chaos.questions import Kind
from chaos.stage import Asked, Stage
from chaos.timeline import Note
from tests.e2e.conftest import has_stop

_SHORT = 80  # characters of a message in a timeline
_UNTIL_NOTED = 1.0  # seconds that the bot gets to book what it was told
_CHANGES = (CallbackType.UPDATE, CallbackType.DEFERRED_UPDATE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Books:
    """What the database says, by user id."""

    bookings: Mapping[int, Sequence[Booking]] = field(default_factory=dict)
    grants: Mapping[int, int] = field(default_factory=dict)


def collect(stage: Stage, books: Books | None = None) -> list[Case]:
    """What is known of every question by now."""
    read = books or Books()
    return [
        Case(
            question=asked.question,
            shown=tuple(_shown(stage, asked)),
            attempts=tuple(_attempts(stage, asked)),
            bookings=() if _is_beside(asked) else tuple(read.bookings.get(asked.person.id, ())),
            changes=read.grants.get(asked.granted_to.id, 0) if asked.granted_to else 0,
            is_acknowledged=asked.interaction is None or not asked.interaction.failed,
            was_bot_away=_was_bot_away(stage, asked),
            could_not_be_kept=_could_not_be_kept(stage, asked),
            was_barred=_was_barred(stage, asked),
        )
        for asked in stage.asked
    ]


def _is_beside(asked: Asked) -> bool:
    """Whether it costs nothing, whoever did it."""
    return asked.question.kind in (Kind.QUOTA, Kind.BUTTON)


# What is shown


def _shown(stage: Stage, asked: Asked) -> Iterator[Shown]:
    if asked.interaction is not None:
        yield from _responses(asked.interaction)
        return
    for message in _messages(stage, asked):
        if message.deleted_at is None:
            yield _as_shown(message, is_reply=_refers(message, asked))


def _messages(stage: Stage, asked: Asked) -> list[Message]:
    """The bot's, deleted ones too."""
    if asked.interaction is not None:
        return asked.interaction.responses
    return [
        message
        for message in asked.channel.messages.values()
        if message.author is stage.town.discord.bot
        and message.interaction is None
        and _belongs(message, asked)
    ]


def _belongs(message: Message, asked: Asked) -> bool:
    """A reply to the question, a page of its answer, what stands below a full page, or whatever is
    said to its asker in private.
    """
    if _is_page(message, asked) or _is_below_a_page(message, asked):
        return True
    is_later = asked.message is not None and message.id > asked.message.id
    return asked.question.kind is Kind.DIRECT and is_later


def _is_page(message: Message, asked: Asked) -> bool:
    return _refers(message, asked) or f"{asked.question.token}-" in message.content


def _is_below_a_page(message: Message, asked: Asked) -> bool:
    """A mark that finds no room in a full page becomes a reply to it."""
    if message.reference is None:
        return False
    page = asked.channel.messages.get(message.reference.message_id)
    return page is not None and page.author is message.author and _is_page(page, asked)


def _refers(message: Message, asked: Asked) -> bool:
    reference = message.reference
    return (
        reference is not None
        and asked.message is not None
        and reference.message_id == asked.message.id
    )


def _responses(interaction: Interaction) -> Iterator[Shown]:
    if interaction.callback in _CHANGES:
        yield Shown(content="(the message of the button was changed)", is_reply=True)
    for message in interaction.responses:
        yield _as_shown(message, is_reply=message is interaction.original)


def _as_shown(message: Message, *, is_reply: bool) -> Shown:
    return Shown(
        content=message.content,
        is_reply=is_reply,
        has_stop=has_stop(message) and _is_stop(message),
        is_loading=message.is_loading,
        pictures=len(message.attachments),
    )


def _is_stop(message: Message) -> bool:
    rows = [row.get("components") or [row] for row in message.components]
    return any(str(one.get("custom_id", "")).startswith("stop:") for row in rows for one in row)


# How it came about


def timeline_of(stage: Stage, asked: Asked) -> tuple[str, ...]:
    return stage.timeline.about(asked.question.token, _notes(stage, asked))


def _notes(stage: Stage, asked: Asked) -> Iterator[Note]:
    """What the endpoint was asked, and what the bot wrote: the first and the last words of each."""
    for bill in stage.bills.every:
        if bill.token == asked.question.token:
            yield Note(at=bill.began_at, text="the endpoint is asked")
            billed = f"the endpoint has billed {bill.tokens} tokens"
            yield Note(at=bill.ended_at or time.time(), text=billed)
    for message in _messages(stage, asked):
        for revision in message.revisions[:1] + message.revisions[1:][-1:]:
            yield Note(at=revision.at, text=f"message {message.id}: {_short(revision.content)!r}")
        if message.deleted_at is not None:
            yield Note(at=message.deleted_at, text=f"message {message.id} is deleted")


def _short(content: str) -> str:
    return content if len(content) <= _SHORT else f"{content[: _SHORT // 2]} … {content[-_SHORT:]}"


# What may excuse it


def _was_bot_away(stage: Stage, asked: Asked) -> bool:
    return asked.interaction is not None and stage.timeline.was_troubled(asked.at)


def _could_not_be_kept(stage: Stage, asked: Asked) -> bool:
    """Whether it was deferred while the database was locked, and its process died before that ended."""
    interaction = asked.interaction
    if interaction is None or interaction.acknowledged_at is None:
        return False
    after = (
        interaction.acknowledged_at - interaction.opened_at
    )  # by Discord's clock, which may leap
    return stage.timeline.was_lost_behind_a_lock(asked.at + after)


def _was_barred(stage: Stage, asked: Asked) -> bool:
    """Whether Discord refused anything in its place, also before: for five minutes the bot does not
    ask again.
    """
    place = f"/channels/{asked.channel.id}/"
    log = stage.town.discord.dispatcher.log
    return any(one.status == 403 and one.path.startswith(place) for one in log)


# Money


def _attempts(stage: Stage, asked: Asked) -> Iterator[Attempt]:
    for bill in stage.bills.every:
        if bill.token == asked.question.token:
            yield _as_attempt(stage, bill)


def _as_attempt(stage: Stage, bill: Bill) -> Attempt:
    ended_at = bill.ended_at or time.time()
    was_noted = not stage.timeline.ended_between(bill.began_at, ended_at + _UNTIL_NOTED)
    return Attempt(
        began_at=bill.began_at,
        ended_at=ended_at,
        tokens=bill.tokens,
        is_reported=bill.is_reported and was_noted,
    )


async def read_books(database: EpisodeDatabase, *, after: int = 0) -> Books:
    """`after`: the ledger's row with which the warm-up ended."""
    grants = await database.rows("SELECT subject_id FROM grants")
    return Books(
        bookings=await _read_bookings(database, after),
        grants=Counter(row["subject_id"] for row in grants),
    )


async def _read_bookings(database: EpisodeDatabase, after: int) -> Mapping[int, Sequence[Booking]]:
    found: defaultdict[int, list[Booking]] = defaultdict(list)
    rows = await database.rows(
        "SELECT id, user_id, tokens, is_estimated, ending, borne_for FROM ledger "
        "WHERE kind = 'usage'"
    )
    for row in rows:
        if row["id"] <= after:
            continue
        booking = Booking(
            tokens=row["tokens"],
            is_borne=row["borne_for"] is not None,
            is_estimated=bool(row["is_estimated"]),
            ending=row["ending"] or "",
        )
        found[row["user_id"]].append(booking)
    return found


async def count_left_open(database: EpisodeDatabase) -> int:
    """Reservations that nobody has settled."""
    (row,) = await database.rows("SELECT count(*) AS open FROM reservations")
    return int(row["open"])
