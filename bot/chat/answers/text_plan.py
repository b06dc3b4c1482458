"""The plan of an answer in text: the model that is chosen there, its tools, and the budget."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.chat.answers.admission import AnswerBudget
from bot.chat.answers.conversation import Conversation
from bot.chat.collaborators import Collaborators
from bot.chat.moderation.model_choice import find_model_choice
from bot.chat.ports import Model
from bot.chat.settings import AnswerSettings
from bot.core.calendar.time_zones import zone_or
from bot.core.conversation.functions import COST_OF_FUNCTIONS, FUNCTIONS
from bot.core.endings.usage_meter import UsageMeter
from bot.core.messages.incoming_message import Place
from bot.core.models.tokens import ModelCard
from bot.core.models.tools import Tool
from bot.core.moderation.preferences import Preferences, Topic, is_on, value_of
from bot.store.moderation import preferences

_COST_OF_SEARCH = 60  # tokens of its entry in the list of tools


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """The tools of one answer; `cost` is what their list takes of every request, in tokens."""

    listed: tuple[Tool, ...] = ()
    may_search: bool = False
    cost: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TextPlan:
    """Everything that is decided about a written answer before it is admitted."""

    conversation: Conversation
    model: Model
    missing_model: str  # chosen there, but no longer offered; empty: none
    tools: Tools
    zone: ZoneInfo  # of whoever asks the time
    budget: AnswerBudget
    meter: UsageMeter


async def plan_text(
    conversation: Conversation, place: Place, using: Collaborators, settings: AnswerSettings
) -> TextPlan:
    """Plan by what moderators have chosen in that place. Raises StoreError."""
    async with using.database.reading() as connection:
        preferred = await preferences.find(connection, place)
    choice = find_model_choice(using.models.offered, preferred)
    model = using.models.choose(choice.offer.name)
    return TextPlan(
        conversation=conversation,
        model=model,
        missing_model=choice.missing,
        tools=choose_tools(preferred, model.card, settings),
        zone=zone_or(settings.zone, value_of(preferred, Topic.TIME_ZONE)),
        budget=budget_of(model, settings),
        meter=UsageMeter(model.card),
    )


def budget_of(model: Model, settings: AnswerSettings) -> AnswerBudget:
    """The budget of one written answer."""
    return AnswerBudget(
        model=model.card.name,
        tokens=settings.tokens_per_answer,
        smallest=settings.smallest_answer,
        prices=model.prices,
        time_limit=settings.time_limit,
    )


def choose_tools(preferred: Preferences, card: ModelCard, settings: AnswerSettings) -> Tools:
    """The same for every question of a conversation, so that its beginning stays the same.

    The operator allows tools, the endpoint has them, and moderators switch searches on.
    """
    search = settings.web_search
    searches = is_on(preferred, Topic.WEB_SEARCH) and card.has_web_search
    listed: list[Tool] = [search] if search is not None and searches else []
    may_search, may_call = bool(listed), settings.has_functions and card.takes_functions
    if may_call:
        listed.extend(FUNCTIONS)
    return Tools(
        listed=tuple(listed),
        may_search=may_search,
        cost=_COST_OF_SEARCH * may_search + COST_OF_FUNCTIONS * may_call,
    )
