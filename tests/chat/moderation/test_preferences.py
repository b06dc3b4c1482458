from datetime import UTC, datetime

import pytest

from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import PreferenceSettings
from bot.core.calendar.time_zones import UnknownZone
from bot.core.messages.incoming_message import Place
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import ON, Preference, Scope, Topic
from tests.chat.conftest import CHANNEL, MakeRoom

MODERATOR = Moderator(id=99, guild_id=7, may_manage=True)
THREAD = Place(guild_id=7, channel_id=700, parent_id=CHANNEL.channel_id)


async def test_choice_made_in_a_thread_is_its_channels(make_room: MakeRoom) -> None:
    settings = PreferenceSettings(make_room().using)

    change = await settings.choose(MODERATOR, THREAD, Scope.CHANNEL, Topic.WEB_SEARCH, ON)
    again = await settings.choose(MODERATOR, THREAD, Scope.CHANNEL, Topic.WEB_SEARCH, ON)

    assert change is not None
    assert (change.before, change.after) == (None, {"web-search": "on"})
    assert again is None
    assert await settings.show(CHANNEL) == {
        Topic.WEB_SEARCH: Preference(value=ON, scope=Scope.CHANNEL)
    }


async def test_choice_for_the_server_applies_in_every_channel(make_room: MakeRoom) -> None:
    settings = PreferenceSettings(make_room().using)

    await settings.choose(MODERATOR, CHANNEL, Scope.SERVER, Topic.MODEL, "large")

    elsewhere = await settings.show(Place(guild_id=7, channel_id=71))
    assert elsewhere[Topic.MODEL] == Preference(value="large", scope=Scope.SERVER)


@pytest.mark.parametrize(
    "who",
    [
        Moderator(id=98, guild_id=7, may_manage=False),
        Moderator(id=99, guild_id=8, may_manage=True),  # of another server
    ],
    ids=["a member", "a stranger's moderator"],
)
async def test_choice_of_somebody_who_may_not_changes_nothing(
    make_room: MakeRoom, who: Moderator
) -> None:
    settings = PreferenceSettings(make_room().using)

    with pytest.raises(NotAllowed):
        await settings.choose(who, CHANNEL, Scope.CHANNEL, Topic.MODEL, "large")

    assert await settings.show(CHANNEL) == {}


async def test_time_zone_is_the_servers_by_its_whole_name(make_room: MakeRoom) -> None:
    settings = PreferenceSettings(make_room().using)

    await settings.choose(MODERATOR, THREAD, Scope.CHANNEL, Topic.TIME_ZONE, "berlin")

    assert await settings.show(Place(guild_id=7, channel_id=71)) == {
        Topic.TIME_ZONE: Preference(value="Europe/Berlin", scope=Scope.SERVER)
    }


async def test_limits_begin_anew_by_the_servers_zone(make_room: MakeRoom) -> None:
    room = make_room()

    await PreferenceSettings(room.using).choose(
        MODERATOR, CHANNEL, Scope.SERVER, Topic.TIME_ZONE, "Asia/Tokyo"
    )

    assert (await room.standing()).window.resets_at == datetime(2026, 3, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["Atlantis", "CET", "UTC+1", ""])
async def test_unknown_zone_changes_nothing(make_room: MakeRoom, typed: str) -> None:
    settings = PreferenceSettings(make_room().using)

    with pytest.raises(UnknownZone):
        await settings.choose(MODERATOR, CHANNEL, Scope.SERVER, Topic.TIME_ZONE, typed)

    assert await settings.show(CHANNEL) == {}


async def test_zones_are_suggested_while_somebody_types(make_room: MakeRoom) -> None:
    settings = PreferenceSettings(make_room().using)

    assert (await settings.suggest_zones("tok", most=3))[0] == "Asia/Tokyo"
