"""Sections about the model's tools: functions of ours, and web search."""

from bot.config.key import Key, Section
from bot.config.kinds import kind, text
from bot.core.models.tools import SearchContext

TOOLS: Section = (
    "What the model may ask the bot for while it answers.",
    (
        Key(
            name="functions",
            kind=kind.switch(),
            help="Whether the model is offered functions that only read, where the endpoint takes them: "
            "look at a picture again, search the thread, who is asking, the time. The list costs "
            "some 500 tokens of input with every question.",
            default=True,
        ),
    ),
)

WEB_SEARCH: Section = (
    "The endpoint's own search of the web; off until a moderator switches it on.",
    (
        Key(
            name="offered",
            kind=kind.switch(),
            help="Whether moderators may switch it on for a channel or their server, with "
            "`/manage settings web-search`. The endpoint must have it; most bill each search.",
            default=False,
        ),
        Key(
            name="price",
            example=0.01,
            kind=kind.dollars(1_000),
            help="What the endpoint bills for one search, in US dollars; added to an answer's cost.",
        ),
        Key(
            name="context",
            kind=kind.choice(*SearchContext),
            help="How much of what is found the model reads (`search_context_size`).",
            default="medium",
        ),
        Key(
            name="allowed_domains",
            kind=kind.domains(),
            help='Sites that may be searched, such as `["wikipedia.org"]`; empty: the whole web.',
            default=(),
        ),
        Key(
            name="country",
            example="DE",
            kind=kind.country(),
            help="Roughly where your members are, for searches about what is near.",
        ),
        Key(name="region", example="Bavaria", kind=kind.text(100), help="The same, nearer."),
        Key(name="city", example="Munich", kind=kind.text(100), help="The same, nearest."),
        Key(
            name="time_zone",
            example="Europe/Berlin",
            kind=text.time_zone(),
            help="The time zone of those searches (IANA name).",
        ),
    ),
)
