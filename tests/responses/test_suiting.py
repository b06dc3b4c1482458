"""Requests as a stand-in can take them."""

from bot.core.functions import FUNCTIONS
from bot.core.tokens import ModelCard
from bot.core.tools import Call, WebSearch
from bot.core.turns import Exchange, ModelRequest
from bot.responses.suiting import suit

SEARCH = WebSearch()
EXCHANGE = Exchange(call=Call(id="c", name="time", arguments="{}"), output="noon")
REQUEST = ModelRequest(
    instructions="You see.",
    turns=(),
    max_output_tokens=100,
    tools=(SEARCH, *FUNCTIONS),
    exchanges=(EXCHANGE,),
)


def test_model_with_all_tools_gets_the_request_as_it_is() -> None:
    able = ModelCard(name="able", takes_functions=True, has_web_search=True)

    assert suit(REQUEST, able) == REQUEST


def test_model_without_functions_hears_nothing_of_them() -> None:
    suited = suit(REQUEST, ModelCard(name="searcher", has_web_search=True))

    assert (suited.tools, suited.exchanges) == ((SEARCH,), ())


def test_model_without_web_search_keeps_the_functions() -> None:
    suited = suit(REQUEST, ModelCard(name="caller", takes_functions=True))

    assert (suited.tools, suited.exchanges) == (FUNCTIONS, (EXCHANGE,))
