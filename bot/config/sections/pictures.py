"""The section about pictures that are made."""

from bot.config.key import Key, Section
from bot.config.kinds import kind, pictures

PICTURES: Section = (
    "Pictures that are made, by `/imagine` and by asking. Where a moderator has not switched it on "
    "for a channel or a server, it stays off.",
    (
        Key(
            name="through",
            kind=kind.choice("off", "tool", "images-api"),
            help="`tool`: the endpoint's model makes pictures with the tool `image_generation`. "
            "`images-api`: the endpoint has `/images/generations` and `/images/edits`.",
            default="off",
        ),
        Key(
            name="endpoint",
            kind=kind.word(32),
            example="pictures",
            help="The name of the endpoint in [endpoints] that makes them. Left out: the first one.",
        ),
        Key(
            name="model",
            kind=kind.word(200),
            help="The model that makes pictures, as the endpoint names it. "
            "`default`, with the tool: the endpoint's own choice.",
            default="gpt-image-2",
        ),
        Key(
            name="sizes",
            kind=pictures.sizes(),
            help="Sizes that are offered, the usual one first. `auto`: the model chooses.",
            default=["auto", "1024x1024", "1536x1024", "1024x1536"],
        ),
        Key(
            name="qualities",
            kind=pictures.qualities(),
            help="Qualities that are offered, the usual one first. Higher ones cost many times more.",
            default=["auto", "low", "medium", "high"],
        ),
        Key(
            name="max_count",
            kind=kind.whole(1, 4),
            help="Pictures of one order, at most. Each is a request of its own.",
            default=2,
        ),
        Key(
            name="partial_images",
            kind=kind.whole(0, 3),
            help="States of a picture that are shown while it is made. Each costs about 100 tokens.",
            default=2,
        ),
        Key(
            name="time_limit",
            kind=kind.seconds(10, 780),
            help="Seconds that one order may take.",
            default=300,
        ),
        Key(
            name="in_direct_messages",
            kind=kind.switch(),
            help="Whether pictures are made in direct messages, where no moderator can say so.",
            default=False,
        ),
        Key(
            name="tokens_per_picture",
            kind=kind.whole(1, 1_000_000),
            help="Tokens that a picture is reserved and, where the endpoint does not report any, "
            "charged with. Models whose figures are published are reserved by those.",
            default=7_500,
        ),
        Key(
            name="text_price",
            kind=kind.dollars(1_000),
            example=5,
            help="Dollars for a million tokens of the prompt. Prices that are known by themselves "
            "need not be written; all three go together.",
        ),
        Key(
            name="image_price",
            kind=kind.dollars(1_000),
            example=8,
            help="Dollars for a million tokens of the pictures that are drawn from.",
        ),
        Key(
            name="output_price",
            kind=kind.dollars(1_000),
            example=30,
            help="Dollars for a million tokens of the pictures that are made.",
        ),
        Key(
            name="dollars_per_picture",
            kind=pictures.picture_prices(),
            example=["low 1024x1024 0.011", "high 0.17", "any 0.04"],
            help="Dollars for one picture, where the endpoint bills pictures and not tokens: by "
            "quality and size, by one of both, or any.",
        ),
    ),
)
