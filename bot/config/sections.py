"""Every section and key: the one list that loading, the example and the reference use."""

from typing import get_args

from bot.chat.settings import DEFAULT_INSTRUCTIONS
from bot.config import kinds, texts
from bot.config.key import Key
from bot.core.tokens import Detail
from bot.images.settings import ImageSettings
from bot.responses.endpoint import Authorization, EndpointSettings

BUILT_IN = "built-in"
_ENDPOINT = EndpointSettings(base_url="", model="")
_IMAGES = ImageSettings()

SECTIONS: dict[str, tuple[str, tuple[Key, ...]]] = {
    "discord": (
        "As whom the bot meets Discord.",
        (
            Key(
                name="token",
                kind=texts.secret(),
                help="The bot's token, from the Bot page of the developer portal.",
                need="discord",
                variable="DISCORD_TOKEN",
                is_secret=True,
            ),
            Key(
                name="message_content_intent",
                kind=kinds.switch(),
                help="Whether the Message Content Intent is switched on in the developer portal. "
                "Without it the bot reads only messages that mention it and direct messages.",
                default=True,
            ),
            Key(
                name="api_url",
                example="https://discord.com/api/v10",
                kind=texts.web_address("https", "http"),
                help="Another address of Discord's REST API, for a proxy or a test.",
            ),
            Key(
                name="gateway_url",
                example="wss://gateway.discord.gg",
                kind=texts.web_address("wss", "ws"),
                help="Another address of Discord's gateway, for a test.",
            ),
        ),
    ),
    "endpoint": (
        "The server that answers: anything that speaks the Responses API.",
        (
            Key(
                name="base_url",
                example="https://api.openai.com/v1",
                kind=texts.web_address("https", "http", word=BUILT_IN),
                help="Where questions and images are sent; `built-in`: the describer that comes along.",
                need="endpoint",
            ),
            Key(
                name="api_key",
                kind=texts.secret(),
                help="The endpoint's key. May be left out where `base_url` is on this machine or network.",
                variable="GLIMPSE_API_KEY",
                is_secret=True,
            ),
            Key(
                name="model",
                example="gpt-5.2",
                kind=kinds.word(200),
                help="The model, as the endpoint names it. It must be able to see images.",
                need="endpoint",
            ),
            Key(
                name="authorization",
                kind=kinds.choice(*get_args(Authorization)),
                help="How the key is sent: `bearer` puts the word Bearer before it, as nearly all expect; "
                "`raw` sends it alone; `api-key` sends it in Azure's header of that name.",
                default="bearer",
            ),
            Key(
                name="max_output_tokens",
                example=4_000,
                kind=kinds.whole(16, 1_000_000),
                help="The longest output of one answer in tokens, thinking included. "
                "Left out: what the allowance leaves.",
            ),
            Key(
                name="detail",
                kind=kinds.choice(*Detail),
                help="How closely the model looks at images; see the endpoint's documentation.",
                default="auto",
            ),
        ),
    ),
    "endpoint.timeouts": (
        "How long to wait for the endpoint, in seconds.",
        (
            Key(
                name="connect", kind=kinds.seconds(0.1, 300), help="For the connection.", default=10
            ),
            Key(
                name="first_byte",
                kind=kinds.seconds(1, 3_600),
                help="For the first sign of an answer, once the question is sent.",
                default=_ENDPOINT.first_byte_timeout,
            ),
            Key(
                name="idle",
                kind=kinds.seconds(1, 3_600),
                help="For the next sign after that. Models that think long are silent for minutes.",
                default=_ENDPOINT.idle_timeout,
            ),
        ),
    ),
    "database": (
        "Where history, quotas and the ledger are kept.",
        (
            Key(
                name="url",
                kind=texts.database(),
                help="SQLite: `sqlite+aiosqlite:///FILE` (four slashes for an absolute path). "
                "PostgreSQL: `postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE`.",
                default="sqlite+aiosqlite:///glimpse.db",
                variable="GLIMPSE_DATABASE_URL",
                is_secret=True,
            ),
        ),
    ),
    "quota": (
        "How much people may use. Moderators set limits for single users from Discord.",
        (
            Key(
                name="tokens_per_day",
                kind=kinds.limit(10**12),
                help="Tokens for each user of each server a day, input and output together, "
                'or "unlimited". 0: nobody but those to whom a moderator gave a limit.',
                default=100_000,
            ),
            Key(
                name="tokens_per_answer",
                kind=kinds.whole(100, 10_000_000),
                help="The most that one answer may use, input and output together.",
                default=20_000,
            ),
            Key(
                name="smallest_answer",
                kind=kinds.whole(100, 1_000_000),
                help="Where fewer tokens than this are left, the question is refused.",
                default=500,
            ),
            Key(
                name="time_zone",
                kind=texts.time_zone(),
                help="The zone in which a day begins at midnight (IANA name).",
                default="UTC",
            ),
        ),
    ),
    "triggers": (
        "Which messages are questions, besides mentions, replies and direct messages.",
        (
            Key(
                name="automatic_channels",
                kind=kinds.channels(),
                help="Ids of channels where every image is answered without a mention, threads under "
                "them included. Needs the Message Content Intent.",
                default=(),
            ),
        ),
    ),
    "images": (
        "How images are fetched, prepared and kept.",
        (
            Key(
                name="directory",
                kind=kinds.path(),
                help="Where prepared images are kept.",
                default=str(_IMAGES.directory),
            ),
            Key(
                name="max_count",
                kind=kinds.whole(1, 100),
                help="Images of one question, frames of animations included; others are left out.",
                default=_IMAGES.max_count,
            ),
            Key(
                name="max_bytes",
                kind=kinds.whole(1_000, 1_000_000_000),
                help="Bytes of one file, as posted.",
                default=_IMAGES.max_bytes,
            ),
            Key(
                name="max_total_bytes",
                kind=kinds.whole(1_000, 10_000_000_000),
                help="Bytes of all files of one question, as posted.",
                default=_IMAGES.max_total_bytes,
            ),
            Key(
                name="max_pixels",
                kind=kinds.whole(1_000, 1_000_000_000),
                help="Pixels of one image, by its header: bounds the memory that decoding takes.",
                default=_IMAGES.max_pixels,
            ),
            Key(
                name="keep_days",
                kind=kinds.whole(1, 3_650),
                help="Days for which a prepared image is kept after it was last used.",
                default=_IMAGES.keep_days,
            ),
            Key(
                name="download_timeout",
                kind=kinds.seconds(1, 600),
                help="Seconds for one download.",
                default=_IMAGES.download_timeout,
            ),
            Key(
                name="prepare_timeout",
                kind=kinds.seconds(1, 600),
                help="Seconds for preparing one file.",
                default=_IMAGES.prepare_timeout,
            ),
        ),
    ),
    "history": (
        "What the model is told of the conversation so far.",
        (
            Key(
                name="newest_turns",
                kind=kinds.whole(1, 1_000),
                help="Turns that are considered, the newest first; what does not fit the allowance is left out.",
                default=40,
            ),
            Key(
                name="max_images",
                kind=kinds.whole(0, 100),
                help="Images sent with one request, those of the question and of the history together.",
                default=8,
            ),
        ),
    ),
    "answers": (
        "How answers are written.",
        (
            Key(
                name="time_limit",
                kind=kinds.seconds(5, 86_400),
                help="Seconds that one answer may take from beginning to end.",
                default=900,
            ),
            Key(
                name="instructions",
                kind=kinds.text(20_000),
                help="What the model is told first. Every answer pays for it as input.",
                default=DEFAULT_INSTRUCTIONS,
            ),
            Key(
                name="grace_period",
                kind=kinds.seconds(0, 600),
                help="Seconds that running answers get to finish when the bot is stopped.",
                default=20,
            ),
        ),
    ),
    "process": (
        "This process among others.",
        (
            Key(
                name="name",
                kind=kinds.word(64),
                help="Marks the reservations of this process. "
                "Processes that share a database need names of their own.",
                default="main",
            ),
            Key(
                name="heartbeat_file",
                example="glimpse.alive",
                kind=kinds.path(),
                help="Touched every 15 seconds while the bot is connected; for `glimpse health`.",
                variable="GLIMPSE_HEARTBEAT_FILE",
            ),
        ),
    ),
    "logging": (
        "What is written to standard error.",
        (
            Key(
                name="level",
                kind=kinds.choice("DEBUG", "INFO", "WARNING", "ERROR"),
                help="The least serious events that are written.",
                default="INFO",
            ),
            Key(
                name="format",
                kind=kinds.choice("text", "json"),
                help="`text` for people, `json` for programs (one object a line).",
                default="text",
            ),
        ),
    ),
}
