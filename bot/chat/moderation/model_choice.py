"""The model that answers in a place, and the choice of another by moderators."""

from dataclasses import dataclass

from bot.chat.collaborators import Collaborators
from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import PreferenceSettings
from bot.core.messages.incoming_message import Place
from bot.core.models.offers import NotOffered, Offer, find_offer
from bot.core.moderation.changes import Change
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import Preferences, Scope, Topic
from bot.store.reports import recent_answers


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelChoice:
    """The model of a place. `missing` was chosen there, but is not offered any more."""

    offer: Offer
    scope: Scope | None = None  # who says so; None: it is the operator's default
    missing: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelExplanation:
    choice: ModelChoice
    cost: int | None  # of an answer there, in micro-dollars; None: not known


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenModel:
    offer: Offer | None  # None: the choice was taken back
    choice: ModelChoice  # what applies there now
    change: Change | None  # None: that was chosen before


def find_model_choice(offered: tuple[Offer, ...], preferences: Preferences) -> ModelChoice:
    """Find the model that a moderator has chosen, as long as it is offered; else the first offer."""
    preferred = preferences.get(Topic.MODEL)
    if preferred is None:
        return ModelChoice(offer=offered[0])
    offer = find_offer(offered, preferred.value)
    if offer is None:
        return ModelChoice(offer=offered[0], missing=preferred.value)
    return ModelChoice(offer=offer, scope=preferred.scope)


class ModelSelection:
    """All of it raises StoreError."""

    def __init__(self, using: Collaborators) -> None:
        self._using = using
        self._settings = PreferenceSettings(using)

    @property
    def offered(self) -> tuple[Offer, ...]:
        return self._using.models.offered

    async def explain(self, place: Place) -> ModelExplanation:
        """Find the model that answers there, the reason, and the cost of answers of late."""
        choice = await self._find(place)
        async with self._using.database.reading() as connection:
            cost = await recent_answers.mean_cost(
                connection, guild_id=place.guild_id, model=choice.offer.name
            )
        return ModelExplanation(choice=choice, cost=cost)

    async def choose(
        self, moderator: Moderator, place: Place, scope: Scope, typed: str | None
    ) -> ChosenModel:
        """Choose a model for the channel or the server; None takes the choice back.

        Raises NotAllowed and NotOffered.
        """
        if not moderator.may_manage:
            raise NotAllowed
        offer = find_offer(self.offered, typed) if typed is not None else None
        if offer is None and typed is not None:
            raise NotOffered(typed)
        name = offer.name if offer is not None else None
        change = await self._settings.choose(moderator, place, scope, Topic.MODEL, name)
        return ChosenModel(offer=offer, choice=await self._find(place), change=change)

    async def _find(self, place: Place) -> ModelChoice:
        return find_model_choice(self.offered, await self._settings.show(place))
