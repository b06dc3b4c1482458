"""What the model may use for one answer: by the operator, the endpoint, and the moderators here."""

from dataclasses import dataclass

from bot.chat.settings import AnswerSettings
from bot.core.conversation.functions import COST_OF_FUNCTIONS, FUNCTIONS
from bot.core.models.tokens import ModelCard
from bot.core.models.tools import Tool
from bot.core.moderation.preferences import Preferences, Topic, is_on

_COST_OF_SEARCH = 60  # tokens of its entry in the list of tools


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """`cost` is what the list takes of every request, in tokens."""

    listed: tuple[Tool, ...] = ()
    may_search: bool = False
    may_call: bool = False
    cost: int = 0


def choose_tools(preferences: Preferences, card: ModelCard, settings: AnswerSettings) -> Tools:
    """The same for every question of a conversation, so that its beginning stays the same."""
    search = settings.web_search
    searches = is_on(preferences, Topic.WEB_SEARCH) and card.has_web_search
    listed: list[Tool] = [search] if search is not None and searches else []
    may_search, may_call = bool(listed), settings.has_functions and card.takes_functions
    if may_call:
        listed.extend(FUNCTIONS)
    return Tools(
        listed=tuple(listed),
        may_search=may_search,
        may_call=may_call,
        cost=_COST_OF_SEARCH * may_search + COST_OF_FUNCTIONS * may_call,
    )
