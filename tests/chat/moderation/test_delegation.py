"""Moderators by a server's settings, from memory: read in the background, told once."""

import asyncio

from bot.chat.moderation.delegation import Delegation
from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import PreferenceSettings
from bot.core.moderation.delegates import Delegate, ModeratorCommand
from bot.core.moderation.preferences import Scope, Topic
from bot.core.quota.limits import Requester, Subject, SubjectKind
from tests.chat.conftest import ALICE, CHANNEL, MakeRoom, Room
from tests.fakes import FakeCommandPermissions, FakeLogChannel

GUILD, STEWARDS = CHANNEL.guild_id, 5
QUOTA, MANAGE, MODEL = ModeratorCommand.QUOTA, ModeratorCommand.MANAGE, ModeratorCommand.MODEL
STEWARD = Requester(guild_id=GUILD, user_id=ALICE.id, role_ids=(STEWARDS,))


def allowed(command: ModeratorCommand) -> Delegate:
    stewards = Subject(kind=SubjectKind.ROLE, id=STEWARDS)
    return Delegate(command=command, subject=stewards, is_allowed=True)


async def told(room: Room) -> list[tuple[int, str]]:
    """What log channels are told."""
    channel = FakeLogChannel()
    log_channel = room.using.log_channel
    posting = asyncio.create_task(log_channel.post_entries(room.using.database, channel, None))
    await log_channel.wait_until_posted(within=10)
    posting.cancel()
    return channel.posted


async def test_delegates_are_known_once_they_were_read(make_room: MakeRoom) -> None:
    delegation = Delegation(make_room().using)
    before = await delegation.may_moderate(STEWARD, QUOTA)

    await delegation.read_due(FakeCommandPermissions({GUILD: [allowed(QUOTA)]}))

    assert not before
    assert await delegation.may_moderate(STEWARD, QUOTA)
    assert not await delegation.may_moderate(STEWARD, MODEL)
    assert await delegation.is_left_behind(STEWARD)


async def test_delegate_of_manage_may_do_all_and_is_not_left_behind(make_room: MakeRoom) -> None:
    delegation = Delegation(make_room().using)

    await delegation.read_due(FakeCommandPermissions({GUILD: [allowed(QUOTA), allowed(MANAGE)]}))

    assert await delegation.may_moderate(STEWARD, MODEL)
    assert not await delegation.is_left_behind(STEWARD)
    assert await delegation.claim_notice(GUILD) is None


async def test_server_is_read_once_for_good_and_after_changes(make_room: MakeRoom) -> None:
    using = make_room().using
    permissions = FakeCommandPermissions({GUILD: [allowed(QUOTA)]})
    await Delegation(using).read_due(permissions)

    delegation = Delegation(using)  # after a restart
    await delegation.read_due(permissions)
    read = list(permissions.read_servers)
    permissions.said[GUILD] = []
    delegation.note_change(GUILD)
    await delegation.read_due(permissions)

    assert read == [GUILD]
    assert permissions.read_servers == [GUILD, GUILD]
    assert not await delegation.may_moderate(STEWARD, QUOTA)


async def test_whoever_gave_the_command_may_until_settings_change(make_room: MakeRoom) -> None:
    delegation = Delegation(make_room().using)

    delegation.note_use(GUILD, STEWARD.user_id)
    used = await delegation.may_moderate(STEWARD, QUOTA)
    delegation.note_change(GUILD)

    assert used
    assert not await delegation.may_moderate(STEWARD, QUOTA)


async def test_people_who_gave_the_command_are_kept_within_bounds(make_room: MakeRoom) -> None:
    delegation = Delegation(make_room().using)

    delegation.note_use(GUILD, STEWARD.user_id)
    for user_id in range(2_000, 3_000):
        delegation.note_use(GUILD, user_id)

    assert not await delegation.may_moderate(STEWARD, QUOTA)
    assert len(delegation._known) == 1_000


async def test_server_that_cannot_be_read_is_tried_again(make_room: MakeRoom) -> None:
    delegation = Delegation(make_room().using)
    permissions = FakeCommandPermissions({GUILD: [allowed(QUOTA)]})
    permissions.failures = {GUILD}
    await delegation.read_due(permissions)
    permissions.failures = set()

    await delegation.read_due(permissions)

    assert await delegation.may_moderate(STEWARD, QUOTA)


async def test_outage_asks_for_three_servers_and_leaves_the_rest(make_room: MakeRoom) -> None:
    delegation = Delegation(make_room().using)
    permissions = FakeCommandPermissions({number: [] for number in range(1, 20)})
    permissions.failures = set(permissions.said)
    await delegation.read_due(permissions)
    asked = len(permissions.read_servers)
    permissions.failures = set()

    await delegation.read_due(permissions)

    assert asked == 3
    assert set(permissions.read_servers[asked:]) == set(permissions.said)


async def test_moderators_are_told_once_who_needs_the_new_command(make_room: MakeRoom) -> None:
    room = make_room()
    delegation, restarted = Delegation(room.using), Delegation(room.using)
    permissions = FakeCommandPermissions({GUILD: [allowed(QUOTA)]})
    await delegation.read_due(permissions)
    restarted.note_change(GUILD)
    await restarted.read_due(permissions)

    first, second = await delegation.claim_notice(GUILD), await delegation.claim_notice(GUILD)

    assert first is not None
    assert f"<@&{STEWARDS}>" in first
    assert second is None
    assert await restarted.claim_notice(GUILD) is None
    assert await told(room) == []


async def test_log_channel_is_told_where_there_is_one(make_room: MakeRoom) -> None:
    room = make_room()
    moderator = Moderator(id=1, guild_id=GUILD, may_manage=True)
    await PreferenceSettings(room.using).choose(
        moderator, CHANNEL, Scope.SERVER, Topic.LOG_CHANNEL, "70"
    )
    delegation = Delegation(room.using)
    permissions = FakeCommandPermissions({GUILD: [allowed(QUOTA)]})

    await delegation.read_due(permissions)
    delegation.note_change(GUILD)
    await delegation.read_due(permissions)

    posted = [text for channel, text in await told(room) if "allow it anew" in text]
    assert len(posted) == 1
    assert await delegation.claim_notice(GUILD) is None
