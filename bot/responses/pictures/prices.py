"""What is known of models that make pictures: list prices, where the endpoint asks for those."""

from typing import Final

from bot.core.pictures.orders import PicturePrices

# Per million tokens, from https://developers.openai.com/api/docs/models and its page of each.
_LIST_PRICES: Final = {
    "gpt-image-1": PicturePrices(text=5_000_000, image=10_000_000, output=40_000_000),
    "gpt-image-1-mini": PicturePrices(text=2_000_000, image=2_500_000, output=8_000_000),
    "gpt-image-2": PicturePrices(text=5_000_000, image=8_000_000, output=30_000_000),
    "gpt-image-2.6-sunburst": PicturePrices(text=5_000_000, image=8_000_000, output=30_000_000),
}
_LIST_PRICE_HOSTS: Final = ("api.openai.com", ".openai.azure.com")


def find_picture_prices(model: str, base_url: str) -> PicturePrices | None:
    """Prices of `model` at the endpoint; None where they are not known for certain."""
    if any(host in base_url.lower() for host in _LIST_PRICE_HOSTS):
        return _LIST_PRICES.get(model.lower())
    return None
