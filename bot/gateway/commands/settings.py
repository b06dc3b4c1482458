"""`/settings show`, and `/manage settings`: what moderators switch on and off."""

from functools import partial

import discord
from discord import app_commands

from bot.chat.moderation.preferences import PreferenceSettings
from bot.core import wording
from bot.core.calendar.time_zones import UnknownZone
from bot.core.moderation.changes import Change
from bot.core.moderation.delegates import ModeratorCommand
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import OFF, ON, Scope, Topic, is_on, value_of
from bot.gateway.commands.caller import SCOPE_CHOICES, moderator_in, moderator_of, place_in
from bot.gateway.commands.command_responses import CommandResponse, respond, with_undo

_DEFAULT = "default"
_MOST_SUGGESTIONS = 25  # by Discord's rules
_STATES = [
    app_commands.Choice(name=wording.setting_state(ON), value=ON),
    app_commands.Choice(name=wording.setting_state(OFF), value=OFF),
    app_commands.Choice(name=wording.setting_state(None), value=_DEFAULT),
]
_STATE_HELP = "On, off, or back to what applies without a setting"
_WHERE_HELP = "In this channel (and its threads), or in the whole server"


class TextChannel(app_commands.Transformer):
    """An option that takes text channels of the server, also where the bot does not see them."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return [discord.ChannelType.text, discord.ChannelType.news]

    async def transform(
        self, _interaction: discord.Interaction, value: app_commands.AppCommandChannel
    ) -> app_commands.AppCommandChannel:
        return value


def settings_command(
    settings: PreferenceSettings, *, offered: frozenset[Topic]
) -> app_commands.Group:
    """`/settings`, for everybody. The answer is seen by the caller alone."""
    group = app_commands.Group(name="settings", description="What the bot may do in this channel")

    @group.command(name="show", description="What is switched on here, and who says so")
    async def show(interaction: discord.Interaction) -> None:
        async def answer() -> str:
            moderator_of(interaction)  # only in servers is there anything to set
            preferences = await settings.show(place_in(interaction))
            return wording.settings_here(preferences, offered=offered)

        await respond(interaction, answer)

    return group


class SettingsCommands(app_commands.Group):
    """`/manage settings`. All answers are seen by the caller alone.

    `offered`: what the operator lets be switched on; `zone`: where a server has none of its own.
    """

    def __init__(
        self, settings: PreferenceSettings, *, offered: frozenset[Topic], zone: str
    ) -> None:
        super().__init__(name="settings", description="What the bot may do here, and its clock")
        self._settings = settings
        self._offered = offered
        self._zone = zone

    @app_commands.command(name="web-search", description="Whether answers may search the web")
    @app_commands.describe(state=_STATE_HELP, where=_WHERE_HELP)
    @app_commands.choices(state=_STATES, where=SCOPE_CHOICES)
    async def web_search(
        self, interaction: discord.Interaction, state: str, where: str = Scope.CHANNEL.value
    ) -> None:
        await respond(
            interaction, partial(self._set, interaction, Topic.WEB_SEARCH, state, Scope(where))
        )

    @app_commands.command(name="pictures", description="Whether members may have pictures made")
    @app_commands.describe(state=_STATE_HELP, where=_WHERE_HELP)
    @app_commands.choices(state=_STATES, where=SCOPE_CHOICES)
    async def pictures(
        self, interaction: discord.Interaction, state: str, where: str = Scope.CHANNEL.value
    ) -> None:
        await respond(
            interaction, partial(self._set, interaction, Topic.PICTURES, state, Scope(where))
        )

    @app_commands.command(
        name="time-zone", description="By which clock hours, days, weeks and months begin here"
    )
    @app_commands.describe(zone="A place, such as Europe/Berlin, or UTC, or default")
    async def time_zone(
        self, interaction: discord.Interaction, zone: app_commands.Range[str, 1, 100]
    ) -> None:
        await respond(interaction, partial(self._set_zone, interaction, zone))

    @time_zone.autocomplete("zone")
    async def suggest_zones(
        self, _interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        default = wording.setting_default()
        own = (default,) if default.startswith(typed.strip().lower()) else ()
        found = await self._settings.suggest_zones(typed, most=_MOST_SUGGESTIONS - len(own))
        return [app_commands.Choice(name=zone, value=zone) for zone in (*own, *found)]

    @app_commands.command(
        name="log-channel", description="Where changes by moderators are posted, and warnings"
    )
    @app_commands.describe(channel="A text channel of this server", state="Post to none any more")
    @app_commands.choices(state=[app_commands.Choice(name=wording.setting_state(OFF), value=OFF)])
    async def log_channel(
        self,
        interaction: discord.Interaction,
        channel: app_commands.Transform[app_commands.AppCommandChannel, TextChannel] | None = None,
        state: str | None = None,
    ) -> None:
        await respond(
            interaction, partial(self._set_log_channel, interaction, channel, is_off=state == OFF)
        )

    async def _set_zone(
        self, interaction: discord.Interaction, typed: str
    ) -> CommandResponse | str:
        moderator, place = (
            await moderator_in(interaction, ModeratorCommand.SETTINGS),
            place_in(interaction),
        )
        topic = Topic.TIME_ZONE
        value = None if typed.strip().lower() == wording.setting_default() else typed
        try:
            change = await self._settings.choose(moderator, place, Scope.SERVER, topic, value)
        except NotAllowed:
            return wording.settings_not_allowed()
        except UnknownZone as error:
            return wording.time_zone_unknown(error)
        now = value_of(await self._settings.show(place), topic)
        before = now if change is None else _value_before(change, topic)
        text = wording.time_zone_changed(now, before=before, default=self._zone)
        return with_undo(text, change)

    async def _set_log_channel(
        self,
        interaction: discord.Interaction,
        channel: app_commands.AppCommandChannel | None,
        *,
        is_off: bool,
    ) -> CommandResponse | str:
        moderator, place = (
            await moderator_in(interaction, ModeratorCommand.SETTINGS),
            place_in(interaction),
        )
        topic = Topic.LOG_CHANNEL
        if channel is None and not is_off:
            now = value_of(await self._settings.show(place), topic)
            return wording.log_channel_is(None if now is None else int(now))
        if not moderator.may_manage:
            return wording.settings_not_allowed()
        lacking = None if channel is None or is_off else await _why_closed(interaction, channel)
        if lacking is not None:
            return lacking
        value = None if channel is None or is_off else str(channel.id)
        try:
            change = await self._settings.choose(moderator, place, Scope.SERVER, topic, value)
        except NotAllowed:
            return wording.settings_not_allowed()
        before = value if change is None else _value_before(change, topic)
        text = wording.log_channel_changed(
            None if value is None else int(value), before=None if before is None else int(before)
        )
        return with_undo(text, change)

    async def _set(
        self, interaction: discord.Interaction, topic: Topic, state: str, scope: Scope
    ) -> CommandResponse | str:
        value = None if state == _DEFAULT else state
        moderator, place = (
            await moderator_in(interaction, ModeratorCommand.SETTINGS),
            place_in(interaction),
        )
        if not moderator.may_manage:
            return wording.settings_not_allowed()
        if value == ON and topic not in self._offered:
            return wording.setting_not_offered(topic)
        try:
            change = await self._settings.choose(moderator, place, scope, topic, value)
        except NotAllowed:
            return wording.settings_not_allowed()
        here = await self._settings.show(place)
        state_here = ON if is_on(here, topic) else OFF
        before = value if change is None else _value_before(change, topic)
        text = wording.setting_changed(topic, value, scope, before=before, here=state_here)
        return with_undo(text, change)


def _value_before(change: Change, topic: Topic) -> str | None:
    found = (change.before or {}).get(topic)
    return None if found is None else str(found)


async def _why_closed(
    interaction: discord.Interaction, channel: app_commands.AppCommandChannel
) -> str | None:
    """Why the bot can't post there, by Discord's word of just now; None: it can."""
    try:
        found = await channel.fetch()
    except (discord.Forbidden, discord.NotFound):
        return wording.log_channel_closed(channel.id, may_view=False)
    if interaction.guild is None or isinstance(found, discord.Thread):
        return wording.log_channel_closed(channel.id, may_view=False)
    may = found.permissions_for(interaction.guild.me)
    if may.view_channel and may.send_messages:
        return None
    return wording.log_channel_closed(channel.id, may_view=may.view_channel)
