"""Sections about the messages that are answered, and the answers."""

from bot.chat.settings import DEFAULT_INSTRUCTIONS
from bot.config.key import Key, Section
from bot.config.kinds import ids, kind

TRIGGERS: Section = (
    "Which messages are questions, besides mentions, replies and direct messages.",
    (
        Key(
            name="automatic_channels",
            kind=ids.channels(),
            help="Ids of channels where every image is answered without a mention, threads under "
            "them included. Needs the Message Content Intent.",
            default=(),
        ),
    ),
)

HISTORY: Section = (
    "What the model is told of the conversation so far.",
    (
        Key(
            name="newest_turns",
            kind=kind.whole(1, 1_000),
            help="Turns that are considered, the newest first; what does not fit the allowance is left out.",
            default=40,
        ),
        Key(
            name="max_images",
            kind=kind.whole(0, 100),
            help="Images sent with one request, those of the question and of the history together.",
            default=8,
        ),
    ),
)

ANSWERS: Section = (
    "How answers are written.",
    (
        Key(
            name="time_limit",
            kind=kind.seconds(5, 86_400),
            help="Seconds that one answer may take from beginning to end.",
            default=900,
        ),
        Key(
            name="instructions",
            kind=kind.text(20_000),
            help="What the model is told first. Every answer pays for it as input.",
            default=DEFAULT_INSTRUCTIONS,
        ),
        Key(
            name="grace_period",
            kind=kind.seconds(0, 600),
            help="Seconds that running answers get to finish when the bot is stopped.",
            default=20,
        ),
        Key(
            name="answer_after_restart",
            kind=kind.seconds(0, 86_400),
            help="Seconds within which a question is still answered that the bot could not answer at "
            "once, because it was killed or away; later, it says so instead.",
            default=600,
        ),
    ),
)

CATCH_UP: Section = (
    "Questions that were asked while the bot was away: which are looked for once it is back.",
    (
        Key(
            name="max_age",
            kind=kind.seconds(0, 86_400),
            help="Seconds that it looks back at most; 0 switches this off.",
            default=86_400,
        ),
        Key(
            name="max_messages",
            kind=kind.whole(1, 10_000),
            help="Messages that are read in one channel, the newest ones.",
            default=500,
        ),
        Key(
            name="max_channels",
            kind=kind.whole(1, 10_000),
            help="Channels and threads that are read, those with the latest messages first; and as "
            "many direct messages.",
            default=500,
        ),
        Key(
            name="requests_per_second",
            kind=kind.number(0.1, 25),
            help="Requests that are sent for this in a second, to read channels and to fetch the "
            "questions found there. Discord allows a bot 50 of all kinds.",
            default=5,
        ),
    ),
)
