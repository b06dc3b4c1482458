"""The database, this process among others, and its log."""

from bot.config.key import Key, Section
from bot.config.kinds import kind, text

DATABASE: Section = (
    "Where history, quotas and the ledger are kept.",
    (
        Key(
            name="url",
            kind=text.database(),
            help="SQLite: `sqlite+aiosqlite:///FILE` (four slashes for an absolute path). "
            "PostgreSQL: `postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE`.",
            default="sqlite+aiosqlite:///glimpse.db",
            variable="GLIMPSE_DATABASE_URL",
            is_secret=True,
        ),
    ),
)

PROCESS: Section = (
    "This process among others.",
    (
        Key(
            name="name",
            kind=kind.word(64),
            help="Marks the reservations of this process. "
            "Processes that share a database need names of their own.",
            default="main",
        ),
        Key(
            name="heartbeat_file",
            example="glimpse.alive",
            kind=kind.path(),
            help="Written every few seconds with the state of gateway, database and picture worker; "
            "for `glimpse health`.",
            variable="GLIMPSE_HEARTBEAT_FILE",
        ),
    ),
)

LOGGING: Section = (
    "What is written to standard error.",
    (
        Key(
            name="level",
            kind=kind.choice("DEBUG", "INFO", "WARNING", "ERROR"),
            help="The least serious events that are written.",
            default="INFO",
        ),
        Key(
            name="format",
            kind=kind.choice("text", "json"),
            help="`text` for people, `json` for programs (one object a line).",
            default="text",
        ),
    ),
)
