"""Replies of an earlier run: found, read again, and marked."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from discord.http import HTTPClient

from bot.chat.ports import EarlierQuestion
from bot.core.conversation.recovery import EarlierReply
from bot.core.display.draft import PAGE_LIMIT, units
from bot.core.display.status import without_status
from bot.core.errors import SurfaceGone
from bot.gateway.replies.reply import (
    NO_MENTIONS_FIELD,
    STOP,
    DiscordSurface,
    ask,
    code_of,
    edit_awake,
    message_endpoint,
    post,
)

_LOOKED_AT = 100  # messages after the question
_UNKNOWN_MESSAGE = 10008

Payload = Mapping[str, Any]  # a message, as Discord describes it


class EarlierReplies:
    """See `EarlierReplies` in `bot/chat/recovery.py`. `bot_id` is the bot's own user."""

    def __init__(self, http: HTTPClient, bot_id: int) -> None:
        self._http = http
        self._bot_id = bot_id

    async def find(self, question: EarlierQuestion) -> tuple[EarlierReply, ...]:
        """A reply may have been created without anybody living to note it, so its channel is
        looked at, too.
        """
        around = await self._messages_after(question)
        found = {int(each["id"]): each for each in around if self._is_reply(each, question)}
        for message_id in question.reply_ids:
            if message_id not in found:
                noted = await self._read(question.place.channel_id, message_id)
                found |= {} if noted is None else {message_id: noted}
        # A mark for which the last page had no room, where even the process that set it died.
        found |= {int(each["id"]): each for each in around if self._is_below(each, found)}
        return tuple(_reply(found[message_id]) for message_id in sorted(found))

    async def mark(self, question: EarlierQuestion, reply: EarlierReply, mark: str) -> None:
        """Where the message is full, the mark becomes a reply to it: no word of it is lost."""
        channel_id = question.place.channel_id
        marked = f"{reply.text}\n{mark}".lstrip()
        has_room = units(marked) <= PAGE_LIMIT
        payload = {
            "content": marked if has_room else reply.text,
            "allowed_mentions": NO_MENTIONS_FIELD,
            "components": list[object](),
        }
        endpoint = message_endpoint("PATCH", channel_id, reply.message_id)
        await edit_awake(
            self._http, channel_id, lambda: ask(self._http.request(endpoint, json=payload))
        )
        if not has_room:
            below = DiscordSurface(self._http, channel_id, reply.message_id)
            await below.create(0, mark, has_stop=False)

    async def tell(self, question: EarlierQuestion, sentence: str) -> None:
        await post(self._http, question.place.channel_id, sentence)

    async def remove(self, question: EarlierQuestion, reply: EarlierReply) -> None:
        channel_id = question.place.channel_id
        try:
            await ask(self._http.request(message_endpoint("DELETE", channel_id, reply.message_id)))
        except SurfaceGone:
            return

    async def _messages_after(self, question: EarlierQuestion) -> Sequence[Payload]:
        after = question.message_id
        return await ask(self._http.logs_from(question.place.channel_id, _LOOKED_AT, after=after))

    def _is_reply(self, message: Payload, question: EarlierQuestion) -> bool:
        """Whether the message is a page of the answer; a later page is known by its Stop button,
        or by its text, which is owed.
        """
        if int(message["author"]["id"]) != self._bot_id:
            return False
        asked = (message.get("interaction_metadata") or {}).get("id")
        replied_to = _replied_to(message)
        return (
            replied_to == question.message_id
            or asked == str(question.message_id)
            or f"{STOP}{question.message_id}" in _custom_ids(message)
            or (replied_to is None and message["content"] in question.owed)
        )

    def _is_below(self, message: Payload, pages: Collection[int]) -> bool:
        """Whether it is the bot's own reply to one of those messages."""
        is_own = int(message["author"]["id"]) == self._bot_id
        return is_own and _replied_to(message) in pages

    async def _read(self, channel_id: int, message_id: int) -> Payload | None:
        """None: it was deleted."""
        try:
            message: Payload = await ask(self._http.get_message(channel_id, message_id))
        except SurfaceGone as error:
            if code_of(error) == _UNKNOWN_MESSAGE:
                return None
            raise
        return message


def _reply(message: Payload) -> EarlierReply:
    return EarlierReply(
        message_id=int(message["id"]),
        text=without_status(str(message["content"])),
        has_stop=any(each.startswith(STOP) for each in _custom_ids(message)),
    )


def _replied_to(message: Payload) -> int | None:
    referenced = (message.get("message_reference") or {}).get("message_id")
    return None if referenced is None else int(referenced)


def _custom_ids(message: Payload) -> list[str]:
    rows = message.get("components") or []
    buttons = [button for row in rows for button in row.get("components") or []]
    return [str(button.get("custom_id", "")) for button in buttons]
