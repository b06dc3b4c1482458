"""Who may use how much."""

from bot.config.key import Key, Section
from bot.config.kinds import caps, ids, kind, text

QUOTA: Section = (
    "How much people may use. Moderators set limits and caps of their own server from Discord.",
    (
        Key(
            name="tokens_per_day",
            kind=kind.limit(10**12),
            help="Tokens for each user of each server a day, input and output together, "
            'or "unlimited". 0: nobody but those to whom a moderator gave a limit.',
            default=100_000,
        ),
        Key(
            name="server_ceiling",
            kind=caps.ceiling(10**12),
            help="Tokens for each server a day, all its members together, by days of `time_zone` below. "
            "Moderators can't raise it, whatever they set or grant. `auto`: twenty times "
            "`tokens_per_day`; 2,000,000 where that is 0, and unlimited where it is unlimited. "
            "Direct messages have none.",
            default=caps.AUTO,
        ),
        Key(
            name="tokens_per_answer",
            kind=kind.whole(100, 10_000_000),
            help="The most that one answer may use, input and output together.",
            default=20_000,
        ),
        Key(
            name="smallest_answer",
            kind=kind.whole(100, 1_000_000),
            help="Where fewer tokens than this are left, the question is refused.",
            default=500,
        ),
        Key(
            name="time_zone",
            kind=text.time_zone(),
            help="The zone of calendar hours, days, weeks and months (IANA name), "
            "where a server's moderators have not chosen their own.",
            default="UTC",
        ),
        Key(
            name="caps",
            kind=caps.caps(),
            help="What all servers and direct messages together may use at most, in tokens, US "
            "dollars or answers an hour, day, week or month: "
            '["25 USD a day", "500 USD a month"]. An answer counts in the zone of its server.',
            default=(),
        ),
        Key(
            name="blocked_users",
            kind=ids.ids("user"),
            help="Who is never answered, in no server; no moderator can change it.",
            default=(),
        ),
        Key(
            name="blocked_servers",
            kind=ids.ids("server"),
            help="Servers in which nobody is answered.",
            default=(),
        ),
    ),
)
