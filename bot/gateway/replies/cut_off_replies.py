"""Words to people whose command or button a crash has cut off, by the token of the interaction."""

from typing import Any, Final

import discord

from bot.core.errors import SurfaceGone, SurfaceUnavailable
from bot.core.secrets import Secret
from bot.gateway.replies.interaction_reply import EXPIRED
from bot.gateway.replies.reply import code_of, send
from bot.gateway.requests.refusals import NotNow

_ORIGINAL: Final = "@original"
_NO_MENTIONS: Final = discord.AllowedMentions.none()


class CutOffReplies:
    """See `CutOffReplies` in `bot/chat/upkeep/deferrals.py`."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def tell(self, token: Secret, sentence: str, *, is_edit: bool) -> None:
        webhook = self._webhook(token)
        try:
            if is_edit:
                await _add(webhook, sentence)
            else:
                await _fill_in(webhook, sentence)
        except SurfaceUnavailable as error:
            if code_of(error) not in EXPIRED:
                raise
            raise SurfaceGone from error

    def _webhook(self, token: Secret) -> discord.Webhook:
        """As discord.py makes it for an interaction (`Interaction.followup`, 2.7.1)."""
        payload: Any = {
            "id": self._client.application_id,
            "type": discord.WebhookType.application.value,
            "token": token.reveal(),
        }
        return discord.Webhook.from_state(data=payload, state=self._client._connection)


async def _fill_in(webhook: discord.Webhook, sentence: str) -> None:
    """Where the answer is there already, it stays: the process died right after."""
    shown = await send(webhook.fetch_message(_ORIGINAL))  # type: ignore[arg-type]
    if shown.flags.loading:
        await send(shown.edit(content=sentence, allowed_mentions=_NO_MENTIONS))


async def _add(webhook: discord.Webhook, sentence: str) -> None:
    """What Discord may have done without our hearing of it is not done again."""
    sending = webhook.send(sentence, ephemeral=True, wait=True, allowed_mentions=_NO_MENTIONS)
    try:
        await send(sending)
    except SurfaceUnavailable as error:
        if not isinstance(error.__cause__, NotNow | discord.HTTPException):
            raise SurfaceGone from error
        raise
