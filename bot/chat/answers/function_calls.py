"""The functions that the model may ask for, carried out: read-only, about this conversation alone."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from bot.chat.collaborators import Collaborators
from bot.core.calendar.zones import find_zone
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
    """What an answer's functions may know of."""

    conversation_key: str
    asker: Author
    turns: tuple[Turn, ...]  # as they are at hand, the question last
    card: ModelCard
    zone: ZoneInfo  # of the server; of the operator where its moderators chose none
    most_pictures: int  # that may be shown again, in all rounds


class FunctionCalls:
    """Answers calls. What goes wrong is told to the model, never to the asker."""

    def __init__(self, scene: FunctionScope, using: Collaborators) -> None:
        self._scene = scene
        self._using = using
        self._shown = 0  # pictures

    async def answer(
        self, calls: Sequence[FunctionCall]
    ) -> tuple[tuple[Exchange, ...], dict[str, bytes]]:
        """Carry out a round's calls in order; returns them with the bytes of the pictures shown."""
        image_bytes: dict[str, bytes] = {}
        exchanges = [await self._answer(call, image_bytes) for call in calls[:MOST_CALLS]]
        too_many = [
            Exchange(call=call, output="Too many calls at once: ask again for this one.")
            for call in calls[MOST_CALLS:]
        ]
        return (*exchanges, *too_many), image_bytes

    async def _answer(self, call: FunctionCall, image_bytes: dict[str, bytes]) -> Exchange:
        images: tuple[Image, ...] = ()
        try:
            asked = parse_call(call)
            if isinstance(asked, LookAgain):
                seen = await self._look_again(asked)
                image_bytes |= seen.image_bytes
                images, output = seen.images, _describe_view(seen.images)
            else:
                output = await self._carry_out(asked)
        except InvalidCall as mistake:
            output = str(mistake)
        except StoreError:
            log.exception("a function could not read the history")
            output = "The history can't be read at the moment."
        return Exchange(call=call, output=output, images=images)

    async def _look_again(self, asked: LookAgain) -> PreparedImages:
        """At the highest detail that the model is billed for, and lettering enlarged."""
        pictures = [image for turn in self._scene.turns for image in turn.images]
        picture = find_picture(asked.picture, pictures)
        if self._shown >= self._scene.most_pictures:
            raise InvalidCall("No more pictures can be shown in this answer.")
        card = self._scene.card
        look = Look(rule=card.rule_for(Detail.HIGH), use=Use.READ, detail=Detail.HIGH)
        region = Region(left=asked.left, top=asked.top, right=asked.right, bottom=asked.bottom)
        seen = await self._using.images.look_again(picture, look, region)
        if not seen.images:
            raise InvalidCall(f"The picture {picture.name} is no longer kept.")
        self._shown += len(seen.images)
        return seen

    async def _carry_out(self, asked: SearchThread | WhoIsAsking | TellTime) -> str:
        match asked:
            case SearchThread(words=words):
                return await self._search(words)
            case WhoIsAsking():
                return _describe(self._scene.asker)
            case TellTime(zone=zone):
                return _tell(self._using.clock(), self._zone(zone))

    async def _search(self, words: str) -> str:
        async with self._using.database.reading() as connection:
            turns = await self._using.history.load(
                connection, self._scene.conversation_key, newest=_SEARCHED
            )
        return quote_turns(find_turns(words, turns))

    def _zone(self, name: str) -> ZoneInfo:
        if not name:
            return self._scene.zone
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
