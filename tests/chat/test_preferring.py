import pytest

from bot.chat.moderation import Moderator
from bot.chat.preferring import Preferring
from bot.core.errors import NotAllowed
from bot.core.messages import Place
from bot.core.preferences import ON, Preference, Scope, Topic
from tests.chat.conftest import CHANNEL, MakeRoom

MODERATOR = Moderator(id=99, guild_id=7, may_manage=True)
THREAD = Place(guild_id=7, channel_id=700, parent_id=CHANNEL.channel_id)


async def test_choice_made_in_a_thread_is_its_channels(make_room: MakeRoom) -> None:
    preferring = Preferring(make_room().using)

    before = await preferring.choose(MODERATOR, THREAD, Scope.CHANNEL, Topic.WEB_SEARCH, ON)

    assert before is None
    assert await preferring.show(CHANNEL) == {
        Topic.WEB_SEARCH: Preference(value=ON, scope=Scope.CHANNEL)
    }


async def test_choice_for_the_server_applies_in_every_channel(make_room: MakeRoom) -> None:
    preferring = Preferring(make_room().using)

    await preferring.choose(MODERATOR, CHANNEL, Scope.SERVER, Topic.MODEL, "large")

    elsewhere = await preferring.show(Place(guild_id=7, channel_id=71))
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
    preferring = Preferring(make_room().using)

    with pytest.raises(NotAllowed):
        await preferring.choose(who, CHANNEL, Scope.CHANNEL, Topic.MODEL, "large")

    assert await preferring.show(CHANNEL) == {}
