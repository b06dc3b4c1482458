"""What the commands of `/quota` work with."""

from dataclasses import dataclass

from bot.chat.moderation.account import Account
from bot.chat.moderation.limits import Moderation
from bot.chat.moderation.model_choice import Choosing
from bot.chat.moderation.reports import Reporting
from bot.gateway.commands.quota.dialogs.confirmation import Questions


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    account: Account
    moderation: Moderation
    reporting: Reporting
    choosing: Choosing
    questions: Questions
    zone: str  # IANA name, of servers whose moderators chose none
