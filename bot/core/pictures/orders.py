"""Pictures that are made: what is ordered, what it takes in tokens, and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.core.answers.events import (
    NOTHING_USED,
    Ended,
    Ending,
    Failed,
    PicturesCounted,
    Refused,
    Usage,
)
from bot.core.models.tokens import ModelCard, RateCard, estimate_text
from bot.core.pictures.errors import OrderFault, OrderRefused
from bot.core.quota.allowance import Charge

AUTO: Final = "auto"  # the model chooses
LONGEST_PROMPT: Final = 4_000  # characters; the smallest bound of the known models that stream
LONGEST_ALT: Final = 1_024  # characters; Discord's bound of an attachment's description
LARGEST_FILE: Final = 10 * 1024 * 1024  # bytes; Discord's bound of an attachment
LARGEST_MESSAGE: Final = 24 * 1024 * 1024  # bytes of all its attachments together
STATE_TOKENS: Final = 100  # output tokens of each state that is shown on the way, as documented
INPUT_PICTURE: Final = 1_600  # tokens set aside for a picture that is drawn from
TOOL_OVERHEAD: Final = (
    4_000  # tokens of the model that calls the tool; 2,000 to 4,200 were recorded
)

# Output tokens of one picture, as documented for these models.
_MODELS_OF_TABLE: Final = ("gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5")
_TOKENS: Final[Mapping[tuple[str, str], int]] = {
    ("low", "1024x1024"): 272,
    ("low", "1024x1536"): 408,
    ("low", "1536x1024"): 400,
    ("medium", "1024x1024"): 1_056,
    ("medium", "1024x1536"): 1_584,
    ("medium", "1536x1024"): 1_568,
    ("high", "1024x1024"): 4_160,
    ("high", "1024x1536"): 6_240,
    ("high", "1536x1024"): 6_208,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureOrder:
    """An order for pictures. `prompt` is in the asker's own words."""

    prompt: str
    size: str = AUTO
    quality: str = AUTO
    count: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Menu:
    """The sizes, qualities and number of pictures that may be ordered."""

    sizes: tuple[str, ...] = (AUTO,)
    qualities: tuple[str, ...] = (AUTO,)
    max_count: int = 1

    def check(self, order: PictureOrder) -> None:
        """Raises OrderRefused for the first thing that is not offered."""
        if not order.prompt.strip():
            raise OrderRefused(OrderFault.NO_PROMPT)
        if len(order.prompt) > LONGEST_PROMPT:
            raise OrderRefused(OrderFault.TOO_LONG, (f"{LONGEST_PROMPT:,}",))
        if order.size not in self.sizes:
            raise OrderRefused(OrderFault.SIZE, self.sizes)
        if order.quality not in self.qualities:
            raise OrderRefused(OrderFault.QUALITY, self.qualities)
        if not 1 <= order.count <= self.max_count:
            raise OrderRefused(OrderFault.COUNT, (str(self.max_count),))


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenPicture:
    """A prepared picture to draw from."""

    content: bytes = field(repr=False)
    media_type: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPicture:
    """A picture as it is attached to a message."""

    content: bytes = field(repr=False)
    name: str  # of the file
    alt: str  # at most `LONGEST_ALT` characters


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureRequest:
    """One call for one picture."""

    prompt: str
    size: str = AUTO
    quality: str = AUTO
    given: tuple[GivenPicture, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PicturePrices:
    """Micro-dollars per million tokens."""

    text: int  # of the prompt
    image: int  # of pictures that are given
    output: int

    def cost(self, counted: PicturesCounted) -> int:
        """The price in micro-dollars, rounded up."""
        price = (
            counted.text_tokens * self.text
            + counted.image_tokens * self.image
            + counted.output_tokens * self.output
        )
        return -(-price // 1_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureCard:
    """A model that makes pictures, as far as it is known.

    `per_picture` are micro-dollars by "QUALITY SIZE", "QUALITY", "SIZE" or "any"; it goes before
    the prices of tokens. `caller` is the model that calls it as a tool, and is paid beside it.
    """

    name: str
    assumed: int  # tokens of one picture where nothing is known or reported
    partials: int = 0  # states that are asked for on the way
    prices: PicturePrices | None = None
    per_picture: Mapping[str, int] = field(default_factory=dict)
    caller: ModelCard | None = None

    def tokens(self, order: PictureOrder) -> int:
        """Output tokens of one picture; the most that it can be where the model chooses."""
        return self._of_picture(order) + self.partials * STATE_TOKENS

    def _of_picture(self, order: PictureOrder) -> int:
        if self.name.rpartition("/")[2] not in _MODELS_OF_TABLE:
            return self.assumed
        fitting = [
            tokens
            for (quality, size), tokens in _TOKENS.items()
            if order.quality in (quality, AUTO) and order.size in (size, AUTO)
        ]
        return max(fitting, default=self.assumed)

    def price(self, order: PictureOrder) -> int | None:
        """Micro-dollars of one picture where it has a price of its own."""
        names = (f"{order.quality} {order.size}", order.quality, order.size, "any")
        return next((self.per_picture[name] for name in names if name in self.per_picture), None)

    def dearest(self, order: PictureOrder, *, needed: int) -> RateCard | None:
        """The most that each of the `needed` tokens may cost; None: nobody knows."""
        own = self.price(order)
        called = 0
        if self.caller is not None:
            if self.caller.rate_card is None:
                return None
            called = max(self.caller.rate_card.input, self.caller.rate_card.output)
        if own is not None:
            most = called - (-own * order.count * 1_000_000 // needed)
        elif self.prices is not None:
            most = max(called, self.prices.text, self.prices.image, self.prices.output)
        else:
            return None
        return RateCard(input=most, output=most)

    def needed(self, order: PictureOrder, *, given: int) -> int:
        """Tokens to reserve for all of an order with `given` pictures to draw from."""
        overhead = TOOL_OVERHEAD if self.caller is not None else 0
        each = self.tokens(order) + overhead + self.input_tokens(order, given=given)
        return each * order.count

    def input_tokens(self, order: PictureOrder, *, given: int) -> int:
        return estimate_text(order.prompt) + given * INPUT_PICTURE


@dataclass(kw_only=True, slots=True)
class PictureCall:
    """One call, as far as it has come. `was_sent` False: nothing was asked of the endpoint."""

    was_sent: bool = False
    has_begun: bool = False  # something of a picture was seen
    made: int = 0  # whole pictures
    tried: int = 0  # pictures that claimed to be whole, and were looked at
    states: int = 0  # of pictures in the making that were looked at
    text: str = ""  # what the model said besides
    counted: PicturesCounted | None = None
    ended: Ended | None = None  # None: ended from outside
    earlier: Usage = NOTHING_USED  # reported by attempts that failed, and were made again

    @property
    def is_free(self) -> bool:
        """Turned down or failed before anything of a picture was there."""
        stopped_short = isinstance(self.ended, Failed | Refused)
        return stopped_short and not self.has_begun and not self.made


def charge_for_pictures(
    ending: Ending,
    card: PictureCard,
    order: PictureOrder,
    attempts: Sequence[PictureCall],
    *,
    given: int,
) -> Charge:
    """Charge what was reported, and estimates of the rest. The rules are in docs/charging.md."""
    bills = [_bill(attempt, card, order, given) for attempt in attempts if attempt.was_sent]
    costs = [bill.cost for bill in bills]
    known = [cost for cost in costs if cost is not None]
    return Charge(
        ending=ending,
        model=card.name,
        usage=sum((bill.usage for bill in bills), start=NOTHING_USED),
        is_estimated=any(bill.is_estimated for bill in bills),
        cost_microusd=sum(known) if len(known) == len(costs) else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bill:
    usage: Usage
    is_estimated: bool
    cost: int | None  # micro-dollars


def _bill(attempt: PictureCall, card: PictureCard, order: PictureOrder, given: int) -> _Bill:
    own, own_is_estimated = _callers_usage(attempt, card, order, given)
    counted, is_estimated = _counted(attempt, card, order, given)
    own += attempt.earlier
    usage = own + Usage(
        input_tokens=counted.text_tokens + counted.image_tokens,
        output_tokens=counted.output_tokens,
    )
    cost = _cost(attempt, card, order, counted)
    if own != NOTHING_USED and cost is not None:
        rates = card.caller.rate_card if card.caller is not None else None
        cost = cost + rates.cost(own) if rates is not None else None
    return _Bill(usage=usage, is_estimated=is_estimated or own_is_estimated, cost=cost)


def _callers_usage(
    attempt: PictureCall, card: PictureCard, order: PictureOrder, given: int
) -> tuple[Usage, bool]:
    """Return the usage of the model that calls the tool; nothing where there is none."""
    reported = attempt.ended.usage if attempt.ended is not None else None
    if reported is not None:
        return reported, False
    if card.caller is None or attempt.is_free:
        return NOTHING_USED, False
    estimate = card.input_tokens(order, given=given)
    return Usage(input_tokens=estimate, output_tokens=estimate_text(attempt.text)), True


def _counted(
    attempt: PictureCall, card: PictureCard, order: PictureOrder, given: int
) -> tuple[PicturesCounted, bool]:
    # 1. The API said it.
    if attempt.counted is not None:
        return attempt.counted, False
    # 2. Nothing of a picture was made: turned down, failed, or only talked about.
    if not attempt.made and not attempt.has_begun and attempt.ended is not None:
        return PicturesCounted(text_tokens=0, image_tokens=0, output_tokens=0), False
    # 3. A picture was made, or begun, and nobody told us what it took.
    counted = PicturesCounted(
        text_tokens=estimate_text(order.prompt),
        image_tokens=given * INPUT_PICTURE,
        output_tokens=card.tokens(order) * max(1, attempt.made),
    )
    return counted, True


def _cost(
    attempt: PictureCall, card: PictureCard, order: PictureOrder, counted: PicturesCounted
) -> int | None:
    is_nothing = not (counted.text_tokens or counted.image_tokens or counted.output_tokens)
    if is_nothing:
        return 0
    price = card.price(order)
    if price is not None:
        return price * max(1, attempt.made)
    return card.prices.cost(counted) if card.prices is not None else None
