"""Requests as a stand-in can take them."""

from dataclasses import replace

from bot.core.functions import FUNCTIONS
from bot.core.tokens import Detail, ModelCard, PatchRule
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


def test_model_is_asked_for_no_more_than_it_can_write() -> None:
    short = ModelCard(name="short", max_output_tokens=40)
    long = ModelCard(name="long", max_output_tokens=4_000)

    assert suit(REQUEST, short).max_output_tokens == 40
    assert suit(REQUEST, long).max_output_tokens == 100


def test_model_without_the_closest_look_gets_the_next() -> None:
    request = replace(REQUEST, detail=Detail.ORIGINAL)
    able = ModelCard(name="able", original_rule=PatchRule(budget=10_000, multiplier=1.0))

    assert suit(request, ModelCard(name="plain")).detail is Detail.HIGH
    assert suit(request, able).detail is Detail.ORIGINAL
