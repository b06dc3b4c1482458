"""The server that answers: its keys, which a further endpoint takes as well."""

from typing import get_args

from bot.config.key import Key, Section
from bot.config.kinds import http_headers, kind, text
from bot.core.models.tokens import Detail
from bot.responses.endpoint import (
    EndpointSettings,
    ReasoningEffort,
    ReasoningSummary,
    complete_address,
)
from bot.responses.profiles import BUILT_IN, COMPATIBLE, PROFILES, OptionalField, SystemText

__all__ = ["BUILT_IN", "ENDPOINT", "ENDPOINT_KEYS", "ENDPOINT_TIMEOUTS", "TIMEOUT_KEYS"]

_ENDPOINT = EndpointSettings(base_url="", model="")

# What has no default here comes from the profile.
ENDPOINT_KEYS: tuple[Key, ...] = (
    Key(
        name="base_url",
        example="https://api.openai.com/v1",
        kind=text.endpoint_address(word=BUILT_IN, complete=complete_address),
        help="Where questions and images are sent; `built-in`: the describer that comes along.",
        need="endpoint",
    ),
    Key(
        name="api_key",
        kind=text.secret(),
        help="The endpoint's key. May be left out where `base_url` is on this machine or network.",
        variable="GLIMPSE_API_KEY",
        is_secret=True,
    ),
    Key(
        name="model",
        example="gpt-5.2",
        kind=kind.word(200),
        help="The model, as the endpoint names it. It must be able to see images.",
        need="endpoint",
    ),
    Key(
        name="models",
        kind=kind.words(200),
        help="Further models there that moderators may choose with `/model`.",
        default=(),
    ),
    Key(
        name="profile",
        example="openai",
        kind=kind.choice(*PROFILES, COMPATIBLE.profile),
        help="What kind of endpoint it is: sets the keys below that are not set by hand. "
        "Left out: openai, azure, openrouter, gptproto and built-in are known by their addresses; "
        "any other is `compatible` and gets what all of them accept.",
    ),
    Key(
        name="max_output_tokens",
        example=4_000,
        kind=kind.whole(16, 1_000_000),
        help="The longest output of one answer in tokens, thinking included. "
        "Left out: what the allowance leaves.",
    ),
    Key(
        name="detail",
        kind=kind.choice(*Detail),
        help="How closely the model looks at images: `auto` goes by the question and by what is left "
        "of the quota; anything else is sent with every image.",
        default="auto",
    ),
    Key(
        name="reasoning_effort",
        example="medium",
        kind=kind.choice(*get_args(ReasoningEffort)),
        help="How long the model thinks. Each model knows some of these words; where it refuses one, "
        "the nearest that it knows is sent. Left out: the model's own default.",
    ),
    Key(
        name="reasoning_summary",
        example="auto",
        kind=kind.choice(*get_args(ReasoningSummary)),
        help="Asks for a summary of the thinking, whose headlines are shown while nothing else is. "
        "Left out: none.",
    ),
    Key(
        name="authorization",
        example="bearer",
        kind=http_headers.authorization(),
        help="How the key is sent: `bearer` puts the word Bearer before it, as nearly all expect; "
        "`raw` sends it alone; a header's name sends it in that header, as Azure wants it in `api-key`.",
    ),
    Key(
        name="system_text",
        example="instructions",
        kind=kind.choice(*SystemText),
        help="Where `[answers] instructions` are put: into the parameter `instructions`, "
        "or into a first message of the role `system` or `developer`.",
    ),
    Key(
        name="optional_fields",
        example=["store", "stream", "max_output_tokens"],
        kind=kind.choices(*get_args(OptionalField)),
        help="What is sent that an endpoint might not know. `detail` names that pictures carry it "
        "even where it is auto. Without `max_output_tokens` no endpoint keeps within an allowance.",
    ),
    Key(
        name="headers",
        example={"X-Title": "Glimpse"},
        kind=http_headers.headers(),
        help="Headers to send on top of those that are always sent. No keys here.",
    ),
    Key(
        name="takes_files",
        example=False,
        kind=kind.switch(),
        help="Whether it reads PDF files as they are (`input_file`).",
    ),
    Key(
        name="takes_functions",
        example=False,
        kind=kind.switch(),
        help="Whether models there may call functions.",
    ),
    Key(
        name="has_web_search",
        example=False,
        kind=kind.switch(),
        help="Whether it searches the web for a model (the tool `web_search`).",
    ),
    Key(
        name="has_image_tool",
        example=False,
        kind=kind.switch(),
        help="Whether it makes pictures for a model (the tool `image_generation`).",
    ),
    Key(
        name="has_images_api",
        example=False,
        kind=kind.switch(),
        help="Whether it makes pictures by itself (`/images/generations`).",
    ),
)

TIMEOUT_KEYS: tuple[Key, ...] = (
    Key(
        name="connect",
        kind=kind.seconds(0.1, 300),
        help="For the connection.",
        default=_ENDPOINT.connect_timeout,
    ),
    Key(
        name="first_byte",
        example=COMPATIBLE.first_byte_timeout,
        kind=kind.seconds(1, 3_600),
        help="For the first sign of an answer, once the question is sent. "
        "Left out: what suits the profile.",
    ),
    Key(
        name="thinking",
        example=COMPATIBLE.thinking_timeout,
        kind=kind.seconds(1, 3_600),
        help="For the next sign after that, before the first text. Models that think long are silent "
        "for minutes. Left out: what suits the profile.",
    ),
    Key(
        name="idle",
        example=COMPATIBLE.idle_timeout,
        kind=kind.seconds(1, 3_600),
        help="For the next sign within the text. Left out: what suits the profile.",
    ),
)

ENDPOINT: Section = (
    "The server that answers: anything that speaks the Responses API.",
    ENDPOINT_KEYS,
)
ENDPOINT_TIMEOUTS: Section = ("How long to wait for the endpoint, in seconds.", TIMEOUT_KEYS)
