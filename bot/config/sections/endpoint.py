"""The server that answers."""

from typing import get_args

from bot.config import kinds, texts
from bot.config.key import Key, Section
from bot.core.tokens import Detail
from bot.responses.endpoint import Authorization, EndpointSettings

BUILT_IN = "built-in"
_ENDPOINT = EndpointSettings(base_url="", model="")

ENDPOINT: Section = (
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
)

ENDPOINT_TIMEOUTS: Section = (
    "How long to wait for the endpoint, in seconds.",
    (
        Key(name="connect", kind=kinds.seconds(0.1, 300), help="For the connection.", default=10),
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
)
