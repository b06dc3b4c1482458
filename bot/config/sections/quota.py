"""Who may use how much."""

from bot.config import kinds, texts
from bot.config.key import Key, Section

QUOTA: Section = (
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
)
