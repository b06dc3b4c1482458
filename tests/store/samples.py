"""Values that the store's tests share: one server, a user or two, one afternoon."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.answers.events import Ending, Usage
from bot.core.conversation.turns import File, FileKind, Image, Role, Turn
from bot.core.messages.incoming_message import Place
from bot.core.models.tokens import RateCard
from bot.core.quota.allowance import AllowanceRequest, Charge
from bot.core.quota.limits import Requester
from bot.core.quota.rules import OperatorRules, default_limits
from bot.core.quota.standings import Standing
from bot.store.database import Database
from bot.store.moderation.audit import ModerationOrder
from bot.store.quota.ledger import Ledger, Reserved
from bot.store.quota.reservations import ReservationRequest

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SHOP, ADA, GRACE, MODERATOR = 900, 11, 12, 99
PLACE = Place(guild_id=SHOP, channel_id=500)
LIMIT = 10_000  # tokens a day


def ledger(amount: int | None = LIMIT, **rules: Any) -> Ledger:
    return Ledger(BERLIN, OperatorRules(default=default_limits(amount), **rules))


def ask(
    message_id: int,
    *,
    user_id: int = ADA,
    wanted: int = 4_000,
    smallest: int = 500,
    now: datetime = NOW,
    place: Place = PLACE,
    owner: str = "first",
    price: int | None = None,
    role_ids: tuple[int, ...] = (),
) -> ReservationRequest:
    return ReservationRequest(
        message_id=message_id,
        place=place,
        requester=Requester.at(place, user_id, role_ids),
        wanted=AllowanceRequest(
            tokens=wanted,
            smallest=smallest,
            prices=None if price is None else RateCard(input=price, output=price),
        ),
        expires_at=now + timedelta(minutes=10),
        model="gpt-test",
        owner=owner,
    )


def charge(tokens: int, *, cost: int | None = None) -> Charge:
    usage = Usage(input_tokens=tokens - tokens // 4, output_tokens=tokens // 4)
    return Charge(ending=Ending.COMPLETED, model="gpt-test", usage=usage, cost_microusd=cost)


def moderation(*, user_id: int = ADA, at: datetime = NOW, reason: str = "") -> ModerationOrder:
    return ModerationOrder(guild_id=SHOP, subject_id=user_id, by=MODERATOR, at=at, reason=reason)


def turn(message_id: int, text: str = "hello", *, images: tuple[Image, ...] = ()) -> Turn:
    return Turn(
        role=Role.USER,
        text=text,
        images=images,
        message_id=message_id,
        author_id=ADA,
        author_name="Ada",
    )


def image(name: str, *, is_spoiler: bool = False) -> Image:
    return Image(
        hash=name.ljust(64, "0"),
        media_type="image/png",
        width=640,
        height=480,
        name=name,
        note="a cat",
        is_spoiler=is_spoiler,
    )


def file(name: str, **fields: Any) -> File:
    plain = File(name=name, kind=FileKind.TEXT, hash=name.ljust(64, "0"), text="words")
    return replace(plain, **fields)


async def reserve(
    database: Database,
    request: ReservationRequest,
    *,
    now: datetime = NOW,
    by: Ledger | None = None,
) -> Reserved:
    async with database.transaction() as tx:
        return await (by or ledger()).reserve(tx, request, now=now)


async def standing(database: Database, *, now: datetime = NOW) -> Standing:
    """Of Ada's only limit."""
    async with database.reading() as conn:
        explained = await ledger().explain(conn, Requester.at(PLACE, ADA), now=now)
    (found,) = explained.standings
    return found


async def spend(
    database: Database, message_id: int, tokens: int, *, user_id: int = ADA, now: datetime = NOW
) -> None:
    """Reserve and settle: an answer that cost `tokens`."""
    request = ask(message_id, user_id=user_id, wanted=500, now=now)
    await reserve(database, request, now=now)
    async with database.transaction() as tx:
        await ledger().settle(tx, message_id, charge(tokens), now=now)
