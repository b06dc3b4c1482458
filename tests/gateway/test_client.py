"""The client: the events that it asks Discord for."""

import pytest

from bot.core.secrets import Secret
from bot.gateway.client import intents_of
from bot.gateway.settings import DiscordSettings


@pytest.mark.parametrize("may_read", [True, False], ids=["with-content", "without-content"])
def test_intents_are_messages_and_their_content_where_it_is_enabled(*, may_read: bool) -> None:
    settings = DiscordSettings(token=Secret("t"), message_content_intent=may_read)

    asked = {name for name, is_on in intents_of(settings) if is_on}

    content = {"message_content"} if may_read else set()
    assert asked == {"guilds", "guild_messages", "dm_messages"} | content
