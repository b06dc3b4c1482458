"""Tables of conversations: what people and the bot have said, and what is still to be said."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables.common import key, metadata, number

conversations = Table(
    "conversations",
    metadata,
    Column("key", Text, primary_key=True),  # bot.core.conversation.turns.conversation_key
    number("guild_id"),
    number("channel_id"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    # Counted here and not taken from the turns: one statement then reserves places and locks.
    Column("next_position", Integer, nullable=False),
    sqlite_with_rowid=False,
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_key", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    number("guild_id"),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    number("message_id", nullable=True),
    number("parent_id", nullable=True),
    number("author_id"),
    Column("author_name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["conversation_key"], ["conversations.key"], ondelete="CASCADE"),
    Index(None, "message_id"),
    sqlite_with_rowid=False,
)

turn_images = Table(
    "turn_images",
    metadata,
    Column("conversation_key", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    number("guild_id"),
    Column("hash", String(64), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),  # pixels
    Column("height", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("is_spoiler", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["conversation_key", "position"],
        ["turns.conversation_key", "turns.position"],
        ondelete="CASCADE",
    ),
    sqlite_with_rowid=False,
)

# Pictures of a file's pages are rows of `turn_images`, after those of the turn itself.
turn_files = Table(
    "turn_files",
    metadata,
    Column("conversation_key", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    number("guild_id"),
    Column("kind", String(16), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("tail", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("page_images", Integer, nullable=False),  # how many rows of `turn_images` are its own
    Column("is_document", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["conversation_key", "position"],
        ["turns.conversation_key", "turns.position"],
        ondelete="CASCADE",
    ),
    sqlite_with_rowid=False,
)

# Further messages of a turn: the pages of a long answer, questions that were taken together.
turn_messages = Table(
    "turn_messages",
    metadata,
    key("message_id"),
    Column("conversation_key", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    number("guild_id"),
    ForeignKeyConstraint(
        ["conversation_key", "position"],
        ["turns.conversation_key", "turns.position"],
        ondelete="CASCADE",
    ),
    Index(None, "conversation_key", "position"),
    sqlite_with_rowid=False,
)

# Questions that were taken, until some days after their answer is visible: what is open, or owed,
# when a process dies is taken up by the next one, and nothing is answered twice.
questions = Table(
    "questions",
    metadata,
    key("message_id"),
    number("guild_id"),
    number("channel_id"),
    number("parent_id", nullable=True),  # the channel that a thread hangs under
    number("user_id"),
    Column("owner", Text, nullable=False),  # the process that answers
    Column("state", String(16), nullable=False),  # open, owed, done
    Column("taken_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),  # processes that have tried to answer
    Column("message_ids", Text, nullable=False),  # JSON: messages that are this question, in order
    Column("reply_ids", Text, nullable=False),  # JSON: messages of the reply, in order
    Column("owed", Text, nullable=True),  # JSON: the text of each of them, to be shown
    Column("command", Text, nullable=True),  # JSON: of a slash command; NULL: a message
    Column("pictures", Integer, nullable=True),  # how many rows of `owed_files` it has, or had
    Column("memory", Text, nullable=True),  # JSON: the turns to remember once it is visible
    Index(None, "state"),
    Index(None, "taken_at"),
    sqlite_with_rowid=False,
)

# Pictures of answers that are owed. Not clustered: SQLite keeps rows of megabytes better apart.
owed_files = Table(
    "owed_files",
    metadata,
    key("message_id"),  # of the question
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    number("guild_id"),
    Column("name", Text, nullable=False),
    Column("alt", Text, nullable=False),
    Column("size", Integer, nullable=False),  # bytes of `content`, so that it need not be read
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["message_id"], ["questions.message_id"], ondelete="CASCADE"),
)
