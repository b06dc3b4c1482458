"""Requests as a stand-in can take them."""

from dataclasses import replace

from bot.core.conversation.functions import FUNCTIONS
from bot.core.conversation.turns import Exchange, Image, ModelRequest, Role, Turn
from bot.core.models.tokens import Detail, ModelCard, PatchRule, TileRule
from bot.core.models.tools import FunctionCall, WebSearch
from bot.responses.fallback_request import adapt_request

SEARCH = WebSearch()
EXCHANGE = Exchange(call=FunctionCall(id="c", name="time", arguments="{}"), output="noon")
MEANT = ModelCard(name="meant", image_rule=PatchRule(budget=1_536, multiplier=1.0))
PHOTO = Image(hash="p", media_type="image/png", width=1_024, height=1_024, name="p.png")
REQUEST = ModelRequest(
    instructions="You see.",
    turns=(),
    max_output_tokens=100,
    tools=(SEARCH, *FUNCTIONS),
    exchanges=(EXCHANGE,),
)


def test_model_with_all_tools_gets_the_request_as_it_is() -> None:
    able = ModelCard(name="able", takes_functions=True, has_web_search=True)

    assert adapt_request(REQUEST, able, meant=MEANT) == REQUEST


def test_model_without_functions_hears_nothing_of_them() -> None:
    suited = adapt_request(REQUEST, ModelCard(name="searcher", has_web_search=True), meant=MEANT)

    assert (suited.tools, suited.exchanges) == ((SEARCH,), ())


def test_model_without_web_search_keeps_the_functions() -> None:
    suited = adapt_request(REQUEST, ModelCard(name="caller", takes_functions=True), meant=MEANT)

    assert (suited.tools, suited.exchanges) == (FUNCTIONS, (EXCHANGE,))


def test_model_is_asked_for_no_more_than_it_can_write() -> None:
    short = ModelCard(name="short", max_output_tokens=40)
    long = ModelCard(name="long", max_output_tokens=4_000)

    assert adapt_request(REQUEST, short, meant=MEANT).max_output_tokens == 40
    assert adapt_request(REQUEST, long, meant=MEANT).max_output_tokens == 100


def test_model_without_the_closest_look_gets_the_next() -> None:
    request = replace(REQUEST, detail=Detail.ORIGINAL)
    able = ModelCard(name="able", original_rule=PatchRule(budget=10_000, multiplier=1.0))

    assert adapt_request(request, ModelCard(name="plain"), meant=MEANT).detail is Detail.HIGH
    assert adapt_request(request, able, meant=MEANT).detail is Detail.ORIGINAL


def with_photo(limit: int) -> ModelRequest:
    turn = Turn(role=Role.USER, text="What is it?", images=(PHOTO,))
    return replace(REQUEST, turns=(turn,), exchanges=(), max_output_tokens=limit)


def test_extra_tokens_of_pictures_are_taken_from_the_answer() -> None:
    dearer = ModelCard(name="dearer", image_rule=PatchRule(budget=1_536, multiplier=1.5))

    suited = adapt_request(with_photo(4_000), dearer, meant=MEANT)

    assert suited.max_output_tokens == 4_000 - 512  # half of 1,024 patches
    assert adapt_request(with_photo(4_000), MEANT, meant=dearer).max_output_tokens == 4_000


def test_stand_in_that_bills_tiles_dearly_gets_a_glance() -> None:
    tiles = ModelCard(name="tiles", image_rule=TileRule(base=2_833, per_tile=5_667))

    suited = adapt_request(with_photo(4_000), tiles, meant=MEANT)

    assert suited.detail is Detail.LOW
    assert suited.max_output_tokens == 4_000 - (2_833 - 1_024)
