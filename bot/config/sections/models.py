"""The section about a model that the operator knows better than the catalogue."""

from bot.config.key import Key, Section
from bot.config.kinds import kind

_PRICE = "US dollars a million tokens"
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")

MODEL: Section = (
    "What is known of a model, by its name as the endpoint has it, in quotes. Whatever is left out "
    "is as the catalogue has it; a model that it does not know works, without a price.",
    (
        Key(
            name="input_price",
            kind=kind.dollars(1_000_000),
            example=1.75,
            help=f"{_PRICE} of input. Comes with `output_price`.",
        ),
        Key(
            name="cached_input_price",
            kind=kind.dollars(1_000_000),
            example=0.175,
            help=f"{_PRICE} of input that the endpoint had in its prompt cache. "
            "Left out: as other input.",
        ),
        Key(
            name="output_price",
            kind=kind.dollars(1_000_000),
            example=14,
            help=f"{_PRICE} of output, thinking included.",
        ),
        Key(
            name="context_tokens",
            kind=kind.whole(1_000, 100_000_000),
            example=400_000,
            help="The model's window: input and output together.",
        ),
        Key(
            name="max_output_tokens",
            kind=kind.whole(16, 10_000_000),
            example=128_000,
            help="The longest output that the model can write.",
        ),
        Key(
            name="image_rule",
            kind=kind.choice("patches", "tiles", "unknown"),
            example="patches",
            help="How images are billed: by `patches` of 32 pixels (with `image_budget` and "
            "`image_multiplier`), by `tiles` of 512 pixels (with `image_base` and "
            "`image_per_tile`), or in an `unknown` way (with `image_assumed`).",
        ),
        Key(
            name="image_budget",
            kind=kind.whole(1, 1_000_000),
            example=1_536,
            help="Patches: how many an image has at most; larger ones are shrunk.",
        ),
        Key(
            name="image_multiplier",
            kind=kind.number(0.01, 100),
            example=1.2,
            help="Patches: tokens for each patch.",
        ),
        Key(
            name="image_max_side",
            kind=kind.whole(32, 100_000),
            example=2_048,
            help="Patches: pixels of the longest side; larger images are shrunk.",
        ),
        Key(
            name="image_base",
            kind=kind.whole(0, 1_000_000),
            example=None,
            help="Tiles: tokens for each image.",
        ),
        Key(
            name="image_per_tile",
            kind=kind.whole(0, 1_000_000),
            example=None,
            help="Tiles: tokens for each tile.",
        ),
        Key(
            name="image_assumed",
            kind=kind.whole(1, 1_000_000),
            example=None,
            help="Unknown: tokens that are set aside for each image.",
        ),
        Key(
            name="efforts",
            kind=kind.choices(*EFFORTS),
            example=["low", "medium", "high"],
            help="Efforts of reasoning that the model takes; an empty list where it takes none.",
        ),
        Key(
            name="temperature",
            kind=kind.switch(),
            example=True,
            help="Whether the model takes a temperature.",
        ),
        Key(
            name="streams",
            kind=kind.switch(),
            example=True,
            help="Whether the answer can come as a stream. Without, it appears all at once.",
        ),
    ),
)
