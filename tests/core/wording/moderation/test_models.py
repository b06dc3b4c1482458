import pytest

from bot.core import wording
from bot.core.models.offers import NotOffered, Offer
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.moderation.preferences import Scope
from tests.core.wording.samples import LONG_OFFER


def offer(name: str = "gpt-5.2", prices: RateCard | None = None) -> Offer:
    return Offer(name=name, endpoint="main", card=ModelCard(name=name, rate_card=prices))


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        (None, "price unknown"),
        (RateCard(input=0, output=0), "free"),
        (RateCard(input=1_750_000, output=14_000_000), "$1.75 in, $14 out per million tokens"),
        (RateCard(input=50_000, output=400_000), "$0.05 in, $0.40 out per million tokens"),
    ],
)
def test_a_suggested_model_is_named_with_its_endpoint_and_price(
    prices: RateCard | None, said: str
) -> None:
    assert wording.model_suggestion(offer(prices=prices)) == f"gpt-5.2 · main · {said}"


def test_a_suggestion_is_as_short_as_discord_wants_it() -> None:
    assert len(wording.model_suggestion(LONG_OFFER)) <= 100
    assert len(wording.model_suggestion_of_default(LONG_OFFER)) <= 100


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        (None, "the default"),
        (Scope.CHANNEL, "chosen by a moderator for this channel"),
        (Scope.SERVER, "chosen by a moderator for the whole server"),
    ],
)
def test_the_model_here_is_shown_with_the_reason(scope: Scope | None, why: str) -> None:
    said = wording.model_here(offer(), scope=scope, missing="", cost=None)

    assert said == f"Here `gpt-5.2` answers, {why}."


def test_cost_of_an_answer_is_shown_where_known() -> None:
    said = wording.model_here(offer(), scope=None, missing="", cost=12_345)

    assert said.endswith("\nAn answer has cost about $0.0123 here lately.")


def test_a_tiny_cost_is_not_shown_as_nothing() -> None:
    assert "$0.000042" in wording.model_here(offer(), scope=None, missing="", cost=42)


def test_a_model_that_is_no_longer_offered_is_named() -> None:
    assert "`old` was chosen here, but is no longer offered" in wording.model_here(
        offer(), scope=None, missing="old", cost=None
    )
    assert wording.model_missing("") == ""


def test_a_name_that_was_typed_does_no_harm() -> None:
    assert wording.model_not_offered(NotOffered("`@everyone`")).startswith("`ˋ@\u200beveryoneˋ`")
