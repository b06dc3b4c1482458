"""Settings of the gateway: as whom, and where, to meet Discord."""

from dataclasses import dataclass

from bot.core.secrets import Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscordSettings:
    token: Secret  # empty where a command does without Discord
    message_content_intent: bool = True
    api_url: str | None = None  # None: Discord's own
    gateway_url: str | None = None
    operator_channel: int | None = None  # where the operator reads of endpoints
