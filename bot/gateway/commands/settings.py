"""`/settings`: what moderators switch on and off for a channel or their server."""

import discord
from discord import app_commands

from bot.chat.preferring import Preferring
from bot.core import wording
from bot.core.errors import NotAllowed
from bot.core.preferences import OFF, ON, Scope, Topic, is_on
from bot.gateway.commands.speaking import WHERE, moderator_of, place_in, say

_DEFAULT = "default"
_STATES = [
    app_commands.Choice(name=wording.setting_state(ON), value=ON),
    app_commands.Choice(name=wording.setting_state(OFF), value=OFF),
    app_commands.Choice(name=wording.setting_state(None), value=_DEFAULT),
]
_STATE_HELP = "On, off, or back to what applies without a setting"
_WHERE_HELP = "In this channel (and its threads), or in the whole server"


class SettingsCommands(app_commands.Group):
    """All answers are seen by the caller alone. `offered`: what the operator lets be switched on."""

    def __init__(self, preferring: Preferring, *, offered: frozenset[Topic]) -> None:
        super().__init__(name="settings", description="What the bot may do in this channel")
        self._preferring = preferring
        self._offered = offered

    @app_commands.command(name="show", description="What is switched on here, and who says so")
    async def show(self, interaction: discord.Interaction) -> None:
        async def answer() -> str:
            moderator_of(interaction)  # only in servers is there anything to set
            preferences = await self._preferring.show(place_in(interaction))
            return wording.settings_here(preferences, offered=self._offered)

        await say(interaction, answer())

    @app_commands.command(name="web-search", description="Whether answers may search the web")
    @app_commands.describe(state=_STATE_HELP, where=_WHERE_HELP)
    @app_commands.choices(state=_STATES, where=WHERE)
    async def web_search(
        self, interaction: discord.Interaction, state: str, where: str = Scope.CHANNEL.value
    ) -> None:
        await say(interaction, self._set(interaction, Topic.WEB_SEARCH, state, Scope(where)))

    @app_commands.command(name="pictures", description="Whether members may have pictures made")
    @app_commands.describe(state=_STATE_HELP, where=_WHERE_HELP)
    @app_commands.choices(state=_STATES, where=WHERE)
    async def pictures(
        self, interaction: discord.Interaction, state: str, where: str = Scope.CHANNEL.value
    ) -> None:
        await say(interaction, self._set(interaction, Topic.PICTURES, state, Scope(where)))

    async def _set(
        self, interaction: discord.Interaction, topic: Topic, state: str, scope: Scope
    ) -> str:
        value = None if state == _DEFAULT else state
        moderator, place = moderator_of(interaction), place_in(interaction)
        if not moderator.may_manage:
            return wording.settings_not_allowed()
        if value == ON and topic not in self._offered:
            return wording.setting_not_offered(topic)
        try:
            before = await self._preferring.choose(moderator, place, scope, topic, value)
        except NotAllowed:
            return wording.settings_not_allowed()
        here = await self._preferring.show(place)
        state_here = ON if is_on(here, topic) else OFF
        return wording.setting_changed(topic, value, scope, before=before, here=state_here)
