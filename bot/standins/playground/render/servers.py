"""Servers as Discord's JSON, for REST and for the gateway."""

from bot.standins.playground.errors import Json
from bot.standins.playground.render.objects import channel, member_with_user, role
from bot.standins.playground.world.access import can_see, server_permissions
from bot.standins.playground.world.snowflakes import isoformat
from bot.standins.playground.world.state import Guild, World

_PLAIN_GUILD: Json = {
    "afk_channel_id": None,
    "application_id": None,
    "banner": None,
    "discovery_splash": None,
    "home_header": None,
    "incidents_data": None,
    "max_members": 500_000,
    "max_presences": None,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "nsfw": False,
    "premium_progress_bar_enabled": False,
    "premium_subscription_count": 0,
    "public_updates_channel_id": None,
    "region": "deprecated",
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "splash": None,
    "system_channel_id": None,
    "vanity_url_code": None,
    "widget_channel_id": None,
    "widget_enabled": False,
}  # what a server without anything special says


def guild(world: World, one: Guild) -> Json:
    """A server as REST tells it."""
    return {
        **_PLAIN_GUILD,
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner.id),
        "icon": None,
        "description": None,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [role(each) for each in one.roles.values()],
        "preferred_locale": "en-US",
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "system_channel_flags": 0,
        "permissions": str(server_permissions(one, world.bot)),
    }


def guild_create(world: World, one: Guild, *, with_members: bool) -> Json:
    """A server as the gateway tells it: with channels, open threads, and the bot as a member."""
    channels = [world.channels[channel_id] for channel_id in one.channel_ids]
    members = one.members.values() if with_members else [one.members[world.bot.id]]
    threads = [each for each in channels if each.thread and not each.thread.archived]
    return {
        **guild(world, one),
        "unavailable": False,
        "large": False,
        "joined_at": isoformat(one.members[world.bot.id].joined_at),
        "member_count": len(one.members),
        "members": [member_with_user(each) for each in members],
        "channels": [channel(each) for each in channels if each.thread is None],
        "threads": [channel(each) for each in threads if can_see(world, world.bot, each)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
