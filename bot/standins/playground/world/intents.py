"""The switches by which a bot says which events it wants."""

from enum import IntEnum


class Intent(IntEnum):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


FIRST_INVALID_BIT = 1 << 26  # bits from here on are invalid (4013)


def messages(*, direct: bool) -> Intent:
    return Intent.DIRECT_MESSAGES if direct else Intent.GUILD_MESSAGES


def reactions(*, direct: bool) -> Intent:
    return Intent.DIRECT_MESSAGE_REACTIONS if direct else Intent.GUILD_MESSAGE_REACTIONS


def typing(*, direct: bool) -> Intent:
    return Intent.DIRECT_MESSAGE_TYPING if direct else Intent.GUILD_MESSAGE_TYPING
