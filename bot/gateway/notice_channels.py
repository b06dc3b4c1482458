"""Channels where people read of what happened: the operator's, and those of moderators."""

from discord.http import HTTPClient

from bot.gateway.replies.reply import post


class DiscordOperatorChannel:
    """Not paced: it is a message an hour at the most, and discord.py waits where it must."""

    def __init__(self, http: HTTPClient, channel_id: int) -> None:
        self._http = http
        self._channel_id = channel_id

    async def post(self, text: str) -> None:
        await post(self._http, self._channel_id, text)


class DiscordLogChannel:
    """Not paced: moderators type slower than a channel takes messages."""

    def __init__(self, http: HTTPClient) -> None:
        self._http = http

    async def post(self, channel_id: int, text: str) -> None:
        await post(self._http, channel_id, text)
