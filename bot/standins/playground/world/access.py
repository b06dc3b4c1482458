"""Who may do what where: the arithmetic of permissions applied to what exists."""

from bot.standins.playground import errors
from bot.standins.playground.world import permissions
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, ChannelType, Guild, User, World

_IN_DIRECT = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.ADD_REACTIONS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)


def permissions_in(world: World, user: User, channel: Channel) -> int:
    if channel.guild_id is None:
        return _IN_DIRECT if user in (channel.recipient, world.bot) else permissions.NOTHING
    guild = world.guilds[channel.guild_id]
    membership = guild.members.get(user.id)
    if membership is None:
        return permissions.NOTHING
    effective = permissions.in_channel(
        server_permissions(guild, user),
        world.parent(channel).overwrites,
        everyone_id=guild.id,
        role_ids=membership.role_ids,
        member_id=user.id,
    )
    if membership.timed_out_until > world.clock() and effective != permissions.EVERYTHING:
        effective &= permissions.TIMED_OUT
    return effective if _is_inside(channel, user, effective) else permissions.NOTHING


def server_permissions(guild: Guild, user: User) -> int:
    held = [guild.id, *guild.members[user.id].role_ids]
    return permissions.in_server(
        (guild.roles[role_id].permissions for role_id in held), is_owner=guild.owner is user
    )


def _is_inside(channel: Channel, user: User, effective: int) -> bool:
    if channel.thread is None or channel.type is not ChannelType.PRIVATE_THREAD:
        return True
    manages = permissions.allows(effective, Permission.MANAGE_THREADS)
    return manages or user.id in channel.thread.member_ids


def can_see(world: World, user: User, channel: Channel) -> bool:
    return permissions.allows(permissions_in(world, user, channel), Permission.VIEW_CHANNEL)


def require(world: World, user: User, channel: Channel, wanted: int) -> None:
    """Raises DiscordError 50001 where the channel is not visible, 50013 where `wanted` is not held."""
    held = permissions_in(world, user, channel)
    if not permissions.allows(held, Permission.VIEW_CHANNEL):
        raise errors.missing_access()
    if not permissions.allows(held, wanted):
        raise errors.missing_permissions()


def sending_permission(channel: Channel) -> Permission:
    return Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
