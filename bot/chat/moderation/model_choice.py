"""Which model answers in a place, and moderators who choose another."""

from dataclasses import dataclass

from bot.chat.collaborators import Collaborators
from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import Preferring
from bot.core.messages.incoming_message import Place
from bot.core.models.offers import NotOffered, Offer, find_offer
from bot.core.moderation.changes import Change
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import Preferences, Scope, Topic
from bot.store.reports import averages


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The model of a place. `missing` was chosen there, but is not offered any more."""

    offer: Offer
    scope: Scope | None = None  # who says so; None: it is the operator's default
    missing: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    choice: Choice
    cost: int | None  # of an answer there, in micro-dollars; None: not known


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    offer: Offer | None  # None: the choice was taken back
    choice: Choice  # what applies there now
    change: Change | None  # None: that was chosen before


def find_choice(offered: tuple[Offer, ...], preferences: Preferences) -> Choice:
    """What a moderator has chosen, as long as it is offered; else the first offer."""
    preferred = preferences.get(Topic.MODEL)
    if preferred is None:
        return Choice(offer=offered[0])
    offer = find_offer(offered, preferred.value)
    if offer is None:
        return Choice(offer=offered[0], missing=preferred.value)
    return Choice(offer=offer, scope=preferred.scope)


class Choosing:
    """All of it raises StoreError."""

    def __init__(self, using: Collaborators) -> None:
        self._using = using
        self._preferring = Preferring(using)

    @property
    def offered(self) -> tuple[Offer, ...]:
        return self._using.models.offered

    async def explain(self, place: Place) -> Explained:
        """Which model answers there and why, and what an answer has cost of late."""
        choice = await self._find(place)
        async with self._using.database.reading() as connection:
            cost = await averages.mean_cost(
                connection, guild_id=place.guild_id, model=choice.offer.name
            )
        return Explained(choice=choice, cost=cost)

    async def choose(
        self, moderator: Moderator, place: Place, scope: Scope, typed: str | None
    ) -> Chosen:
        """Choose a model for the channel or the server; None takes the choice back.

        Raises NotAllowed and NotOffered.
        """
        if not moderator.may_manage:
            raise NotAllowed
        offer = find_offer(self.offered, typed) if typed is not None else None
        if offer is None and typed is not None:
            raise NotOffered(typed)
        name = offer.name if offer is not None else None
        change = await self._preferring.choose(moderator, place, scope, Topic.MODEL, name)
        return Chosen(offer=offer, choice=await self._find(place), change=change)

    async def _find(self, place: Place) -> Choice:
        return find_choice(self.offered, await self._preferring.show(place))
