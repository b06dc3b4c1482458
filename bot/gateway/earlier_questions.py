"""Questions of an earlier run: fetched as they are now, and commands carried out anew."""

import json
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any

import discord
from discord.app_commands import CommandTree

from bot.chat.ports import EarlierQuestion, ReplySurface
from bot.core.errors import SurfaceError, SurfaceGone
from bot.core.messages.incoming_message import IncomingMessage, Place
from bot.gateway.missed_messages import translate_page
from bot.gateway.replies.interaction_reply import IS_REPEATED
from bot.gateway.replies.reply import ask

# A message of that place as it is now, and where it is answered; None: it was deleted.
Fetch = Callable[[Place, int], Awaitable[tuple[IncomingMessage, ReplySurface] | None]]

_LATER = 100  # messages, Discord's most
_COMMAND = 2  # the type of an interaction
_DEFERRED = discord.InteractionResponseType.deferred_channel_message
_EVENT = "INTERACTION_CREATE"

_description: ContextVar[str | None] = ContextVar("description", default=None)


def keep_descriptions(client: discord.Client) -> None:
    """Let each command know Discord's own description of it: see `describe_command`.

    discord.py starts a command's task while it reads the event, so that the task's context is this
    one's (`CommandTree._from_interaction`, 2.7.1).
    """
    parsers = client._connection.parsers
    parse = parsers[_EVENT]

    def parse_and_keep(data: Any) -> None:
        is_command = isinstance(data, dict) and data.get("type") == _COMMAND
        token = _description.set(json.dumps(data) if is_command else None)
        try:
            parse(data)
        finally:
            _description.reset(token)

    parsers[_EVENT] = parse_and_keep


def describe_command() -> str | None:
    """Discord's description of the command that is carried out, its token included, as JSON."""
    return _description.get()


class EarlierQuestions:
    """See `EarlierQuestions` in `bot/chat/recovery.py`."""

    def __init__(self, client: discord.Client, tree: CommandTree[Any], fetch: Fetch) -> None:
        self._client = client
        self._tree = tree
        self._fetch = fetch

    async def wait_until_ready(self) -> None:
        await self._client.wait_until_ready()

    async def fetch(
        self, question: EarlierQuestion
    ) -> tuple[Sequence[IncomingMessage], ReplySurface] | None:
        found = await self._fetch(question.place, question.message_ids[0])
        if found is None:
            return None
        first, surface = found
        others = [await self._fetch(question.place, each) for each in question.message_ids[1:]]
        return (first, *(each[0] for each in others if each is not None)), surface

    async def read_later(self, question: EarlierQuestion) -> Sequence[IncomingMessage]:
        channel_id, last = question.place.channel_id, max(question.message_ids)
        page = await ask(self._client.http.logs_from(channel_id, _LATER, after=last))
        messages = await translate_page(self._client, channel_id, page)
        return sorted(messages, key=lambda message: message.id)

    async def repeat(self, question: EarlierQuestion) -> None:
        """Its first response was given, or the time for it is over: the answer goes on by edits."""
        interaction: discord.Interaction[Any] = discord.Interaction(
            data=json.loads(question.command or "{}"), state=self._client._connection
        )
        interaction.response._response_type = _DEFERRED
        interaction.extras[IS_REPEATED] = True
        await self._tree._call(interaction)


async def fetch_message(
    client: discord.Client, channel_id: int, message_id: int
) -> discord.Message | None:
    """A message as it is now, its author with their roles; None: it was deleted.

    Raises SurfaceError.
    """
    try:
        channel: Any = client.get_channel(channel_id) or await ask(client.fetch_channel(channel_id))
        data = await ask(client.http.get_message(channel_id, message_id))
    except SurfaceGone:
        return None
    return await make_message(client, channel, data)


async def make_message(client: discord.Client, channel: Any, data: Any) -> discord.Message:
    """discord.py's message of what Discord's REST API says, which leaves out the member."""
    message = discord.Message(state=client._connection, channel=channel, data=data)
    if message.guild is not None and message.webhook_id is None:
        message.author = await _find_member(message.guild, message.author)
    return message


async def _find_member(
    guild: discord.Guild, user: discord.User | discord.Member
) -> discord.User | discord.Member:
    """Limits of roles hold for members; who has left the server has none."""
    try:
        return await ask(guild.fetch_member(user.id))
    except SurfaceError:
        return user
