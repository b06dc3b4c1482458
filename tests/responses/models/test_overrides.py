"""The operator's word on a model comes before the catalogue."""

from bot.core.models.tokens import Detail, RateCard, UnknownRule
from bot.responses.models import ModelOverrides, find_card

OPENAI = "https://api.openai.com/v1"


def test_what_the_operator_says_comes_before_the_catalogue() -> None:
    said = ModelOverrides(input_price=1, output_price=2, context_tokens=9_000, streams=False)

    card = find_card("gpt-5.2", OPENAI, {"gpt-5.2": said})

    assert card.rate_card == RateCard(input=1, output=2)
    assert (card.context_tokens, card.streams) == (9_000, False)
    assert card.image_rule == find_card("gpt-5.2", OPENAI).image_rule


def test_price_of_cached_input_alone_goes_with_the_known_ones() -> None:
    said = {"gpt-5.2-pro": ModelOverrides(cached_input_price=5)}

    at_openai = find_card("gpt-5.2-pro", OPENAI, said).rate_card
    elsewhere = find_card("gpt-5.2-pro", "http://localhost", said).rate_card

    assert at_openai == RateCard(input=21_000_000, output=168_000_000, cached_input=5)
    assert elsewhere is None


def test_image_rule_of_the_operators_own_knows_no_original_detail() -> None:
    said = {"gpt-5.4": ModelOverrides(image_rule=UnknownRule(assumed=500))}

    assert find_card("gpt-5.4", OPENAI, said).rule_for(Detail.ORIGINAL) == UnknownRule(assumed=500)


def test_override_of_one_model_leaves_longer_names_alone() -> None:
    said = {"gpt-5.2": ModelOverrides(context_tokens=9_000)}

    assert find_card("gpt-5.2-pro", OPENAI, said).context_tokens == 400_000
