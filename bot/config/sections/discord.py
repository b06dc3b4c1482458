"""Where and as whom the bot meets Discord."""

from bot.config.key import Key, Section
from bot.config.kinds import ids, kind, text

DISCORD: Section = (
    "As whom the bot meets Discord.",
    (
        Key(
            name="token",
            kind=text.secret(),
            help="The bot's token, from the Bot page of the developer portal.",
            need="discord",
            variable="DISCORD_TOKEN",
            is_secret=True,
        ),
        Key(
            name="message_content_intent",
            kind=kind.switch(),
            help="Whether the Message Content Intent is switched on in the developer portal. "
            "Without it the bot reads only messages that mention it and direct messages.",
            default=True,
        ),
        Key(
            name="api_url",
            example="https://discord.com/api/v10",
            kind=text.web_address("https", "http"),
            help="Another address of Discord's REST API, for a proxy or a test.",
        ),
        Key(
            name="gateway_url",
            example="wss://gateway.discord.gg",
            kind=text.web_address("wss", "ws"),
            help="Another address of Discord's gateway, for a test.",
        ),
        Key(
            name="operator_channel",
            example="1234567890123456789",
            kind=ids.channel(),
            help="The id of a channel where the bot tells its operator when an endpoint goes out of "
            "service, a key or a balance fails, and when it is back: each at most once an hour.",
        ),
    ),
)
