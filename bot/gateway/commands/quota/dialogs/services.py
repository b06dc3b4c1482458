"""The use cases that the commands of `/quota` and `/manage` call."""

from dataclasses import dataclass

from bot.chat.moderation.account import Account
from bot.chat.moderation.limits import QuotaModeration
from bot.chat.moderation.model_choice import ModelSelection
from bot.chat.moderation.reports import UsageReports
from bot.gateway.commands.quota.dialogs.confirmation import Questions


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaServices:
    account: Account
    moderation: QuotaModeration
    reporting: UsageReports
    choosing: ModelSelection
    questions: Questions
    zone: str  # IANA name, of servers whose moderators chose none
