"""Choices of moderators for a channel or a whole server."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ON, OFF = "on", "off"


class Topic(StrEnum):
    """Topics of choices. Where nothing is chosen, the operator's configuration applies."""

    MODEL = "model"  # a name that the operator offers
    WEB_SEARCH = "web-search"  # on, off
    PICTURES = "pictures"  # on, off
    TIME_ZONE = "time-zone"  # an IANA name; of a server only
    LOG_CHANNEL = "log-channel"  # a channel's id; of a server only


SERVER_WIDE: Final = frozenset({Topic.TIME_ZONE, Topic.LOG_CHANNEL})


class Scope(StrEnum):
    CHANNEL = "channel"  # with the threads under it
    SERVER = "server"


@dataclass(frozen=True, kw_only=True, slots=True)
class Preference:
    value: str
    scope: Scope


Preferences = Mapping[Topic, Preference]


def value_of(preferences: Preferences, topic: Topic) -> str | None:
    found = preferences.get(topic)
    return None if found is None else found.value


def is_on(preferences: Preferences, topic: Topic) -> bool:
    """Whether a moderator has switched it on: what costs extra is off until somebody does."""
    return value_of(preferences, topic) == ON
