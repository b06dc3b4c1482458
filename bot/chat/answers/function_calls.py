"""The functions that the model may ask for, carried out: read-only, about this conversation alone."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from bot.chat.collaborators import Collaborators
from bot.core.calendar.time_zones import find_zone
from bot.core.conversation.functions import (
    InvalidCall,
    LookAgain,
    SearchThread,
    TellTime,
    WhoIsAsking,
    find_picture,
    find_turns,
    parse_call,
    quote_turns,
)
from bot.core.conversation.turns import Exchange, Image, PreparedImages, Turn
from bot.core.errors import StoreError
from bot.core.messages.incoming_message import Author
from bot.core.models.tokens import Detail, ModelCard
from bot.core.models.tools import FunctionCall
from bot.core.vision.picture_intent import Use
from bot.core.vision.views import Look, Region

log = logging.getLogger(__name__)

MOST_ROUNDS = 4  # in which the model may ask for functions, in one answer
MOST_CALLS = 8  # in one round; the others are told so
_SEARCHED = 500  # newest turns of the thread that a search looks through


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionScope:
    """Everything that an answer's functions may know of."""

    conversation_key: str
    asker: Author
    turns: tuple[Turn, ...]  # as they are at hand, the question last
    card: ModelCard
    zone: ZoneInfo  # of the server; of the operator where its moderators chose none
    most_pictures: int  # that may be shown again, in all rounds


@dataclass(frozen=True, kw_only=True, slots=True)
class _Result:
    """The result of one call, for the model."""

    output: str
    views: PreparedImages = field(default_factory=PreparedImages)  # pictures shown with it


_TOO_MANY = _Result(output="Too many calls at once: ask again for this one.")


class FunctionCalls:
    """Answers calls. What goes wrong is told to the model, never to the asker."""

    def __init__(self, scope: FunctionScope, using: Collaborators) -> None:
        self._scope = scope
        self._using = using
        self._shown = 0  # pictures

    async def answer(
        self, calls: Sequence[FunctionCall]
    ) -> tuple[tuple[Exchange, ...], dict[str, bytes]]:
        """Carry out a round's calls in order; returns them with the bytes of the pictures shown."""
        results = [await self._answer(call) for call in calls[:MOST_CALLS]]
        results += [_TOO_MANY] * len(calls[MOST_CALLS:])
        exchanges = tuple(
            Exchange(call=call, output=result.output, images=result.views.images)
            for call, result in zip(calls, results, strict=True)
        )
        image_bytes = {
            key: content for each in results for key, content in each.views.image_bytes.items()
        }
        return exchanges, image_bytes

    async def _answer(self, call: FunctionCall) -> _Result:
        try:
            return await self._carry_out(parse_call(call))
        except InvalidCall as mistake:
            return _Result(output=str(mistake))
        except StoreError:
            log.exception("a function could not read the history")
            return _Result(output="The history can't be read at the moment.")

    async def _carry_out(self, asked: LookAgain | SearchThread | WhoIsAsking | TellTime) -> _Result:
        match asked:
            case LookAgain():
                views = await self._look_again(asked)
                return _Result(output=_describe_view(views.images), views=views)
            case SearchThread(words=words):
                return _Result(output=await self._search(words))
            case WhoIsAsking():
                return _Result(output=_describe(self._scope.asker))
            case TellTime(zone=zone):
                return _Result(output=_tell(self._using.clock(), self._zone(zone)))

    async def _look_again(self, asked: LookAgain) -> PreparedImages:
        """At the highest detail that the model is billed for, and lettering enlarged."""
        pictures = [image for turn in self._scope.turns for image in turn.images]
        picture = find_picture(asked.picture, pictures)
        if self._shown >= self._scope.most_pictures:
            raise InvalidCall("No more pictures can be shown in this answer.")
        card = self._scope.card
        look = Look(rule=card.rule_for(Detail.HIGH), use=Use.READ, detail=Detail.HIGH)
        region = Region(left=asked.left, top=asked.top, right=asked.right, bottom=asked.bottom)
        seen = await self._using.images.look_again(picture, look, region)
        if not seen.images:
            raise InvalidCall(f"The picture {picture.name} is no longer kept.")
        self._shown += len(seen.images)
        return seen

    async def _search(self, words: str) -> str:
        async with self._using.database.reading() as connection:
            turns = await self._using.history.load(
                connection, self._scope.conversation_key, newest=_SEARCHED
            )
        return quote_turns(find_turns(words, turns))

    def _zone(self, name: str) -> ZoneInfo:
        if not name:
            return self._scope.zone
        zone = find_zone(name)
        if zone is None:
            raise InvalidCall(f"There is no time zone {name!r}; use an IANA name.")
        return zone


def _describe_view(images: Sequence[Image]) -> str:
    shown = (f"{each.name}, {each.width} by {each.height} pixels" for each in images)
    return f"Shown below: {'; '.join(shown)}."


def _describe(asker: Author) -> str:
    """As JSON: people choose their names, and none can be taken for a role or for a word of ours."""
    return msgspec.json.encode({"name": asker.name, "roles": asker.role_names}).decode()


def _tell(now: datetime, zone: ZoneInfo) -> str:
    return f"{now.astimezone(zone):%A, %Y-%m-%d %H:%M} ({zone.key})"
