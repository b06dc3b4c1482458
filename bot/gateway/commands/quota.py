"""`/quota`: members see their own limit, moderators everybody's, and change it."""

from collections.abc import Awaitable

import discord
from discord import app_commands

from bot.chat.account import Account
from bot.chat.moderation import Moderation, Moderator
from bot.core import wording
from bot.core.amounts import NotAnAmount, parse_amount
from bot.core.errors import NotAllowed
from bot.core.limits import Measure, Requester, Subject, SubjectKind, Unit
from bot.core.states import spent_of
from bot.core.windows import Period
from bot.gateway.commands.speaking import moderator_of, requester_of, say

_DAILY = Measure(unit=Unit.TOKENS, period=Period.DAY)
PRESETS = ("10k", "50k", "100k", "500k", "1m", "unlimited")


async def _suggest_amount(
    _interaction: discord.Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    """Usual amounts; anything else may be typed."""
    fitting = [preset for preset in PRESETS if preset.startswith(typed.strip().lower())]
    return [app_commands.Choice(name=preset, value=preset) for preset in fitting]


class QuotaCommands(app_commands.Group):
    """All answers are seen by the caller alone."""

    def __init__(self, account: Account, moderation: Moderation) -> None:
        super().__init__(name="quota", description="Who may use how many tokens, and what is left")
        self._account = account
        self._moderation = moderation

    @app_commands.command(name="me", description="What is left of your own limit today")
    async def me(self, interaction: discord.Interaction) -> None:
        async def answer() -> str:
            explained = await self._account.explain(requester_of(interaction))
            return wording.quota_own(explained.standings, explained.ruling.source)

        await say(interaction, _worded(answer()))

    @app_commands.command(name="show", description="What is left of a member's limit today")
    @app_commands.describe(user="Whose limit")
    async def show(self, interaction: discord.Interaction, user: discord.User) -> None:
        async def answer() -> str:
            explained = await self._account.explain(_requester(moderator_of(interaction), user))
            return wording.quota_of(explained.standings, explained.ruling.source, user_id=user.id)

        await say(interaction, _worded(answer()))

    @app_commands.command(name="set", description="Give a member a limit of their own")
    @app_commands.describe(
        user="Whose limit",
        amount="Tokens a day: 50000, 50k, 1.5m, unlimited, or default",
        reason="Kept with the change",
    )
    @app_commands.autocomplete(amount=_suggest_amount)
    async def set(
        self,
        interaction: discord.Interaction,
        user: discord.User,
        amount: str,
        reason: app_commands.Range[str, 0, 200] = "",
    ) -> None:
        async def answer() -> str:
            moderator = moderator_of(interaction)
            subject = Subject(kind=SubjectKind.USER, id=user.id)
            if amount.strip().lower() == "default":
                await self._moderation.clear_limits(moderator, subject)
                standings = (await self._account.explain(_requester(moderator, user))).standings
                usual = standings[0].amount if standings else None
                return wording.quota_default(user_id=user.id, amount=usual)
            _, tokens = parse_amount(amount)
            await self._moderation.set_limit(moderator, subject, _DAILY, tokens, reason)
            return wording.quota_set(user_id=user.id, amount=tokens)

        await say(interaction, _worded(answer()))

    @app_commands.command(name="reset", description="Give a member today's spent tokens back")
    @app_commands.describe(user="Whose tokens", reason="Kept with the change")
    async def reset(
        self,
        interaction: discord.Interaction,
        user: discord.User,
        reason: app_commands.Range[str, 0, 200] = "",
    ) -> None:
        async def answer() -> str:
            change = await self._moderation.reset(moderator_of(interaction), user.id, reason)
            forgiven = 0 if change is None else spent_of(change.before).tokens
            return wording.quota_reset(user_id=user.id, forgiven=forgiven)

        await say(interaction, _worded(answer()))


def _requester(moderator: Moderator, user: discord.User) -> Requester:
    """Whom a moderator asks about. Raises NotAllowed."""
    if not moderator.may_manage:
        raise NotAllowed
    return Requester(guild_id=moderator.guild_id, user_id=user.id)


async def _worded(answer: Awaitable[str]) -> str:
    """Say why there is no answer, where that is the caller's own doing."""
    try:
        return await answer
    except NotAnAmount as error:
        return wording.not_an_amount(error)
    except NotAllowed:
        return wording.quota_not_allowed()
