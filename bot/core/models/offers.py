"""The models that moderators may choose from."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.models.tokens import ModelCard


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A model by its name, and the first endpoint that has it."""

    name: str
    endpoint: str
    card: ModelCard


def find_offer(offered: Iterable[Offer], typed: str) -> Offer | None:
    """The model that was meant: by its name, whatever the case, where that names just one."""
    held = tuple(offered)
    exact = [offer for offer in held if offer.name == typed]
    alike = exact or [offer for offer in held if offer.name.lower() == typed.strip().lower()]
    return alike[0] if len(alike) == 1 else None


def suggest_offers(offered: Iterable[Offer], typed: str) -> tuple[Offer, ...]:
    """The one that is typed, those whose name begins so, those whose name or endpoint holds it."""
    wanted = typed.strip().lower()
    held = tuple(offered)
    named = find_offer(held, typed)
    whole = [] if named is None else [named]
    begin = [offer for offer in held if offer.name.lower().startswith(wanted)]
    hold = [offer for offer in held if wanted in f"{offer.name} {offer.endpoint}".lower()]
    return tuple(dict.fromkeys([*whole, *begin, *hold]))


class NotOffered(ValueError):
    """No endpoint offers a model of the name that was typed."""

    def __init__(self, typed: str) -> None:
        super().__init__(f"no model `{typed}` is offered")
        self.typed = typed
