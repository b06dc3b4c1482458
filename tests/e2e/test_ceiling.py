"""The operator's ceiling for a server, against an owner who tries everything."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.standins.playground.actors.people import Person
from tests.e2e.conftest import Town, open_town
from tests.e2e.quota_places import Place, open_place
from tests.scripted_endpoint import Script

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]

DAILY, CEILING = 3_000, 4_000  # tokens
COSTLY = Script(text="word " * 520, delta=1)  # 2,600 tokens, and what the question costs


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("ceiling")) as town:
        town.set("quota", tokens_per_day=DAILY, server_ceiling=CEILING)
        async with town.running():
            yield town


@pytest.fixture
def place(town: Town) -> Place:
    """The owner moderates."""
    opened = open_place(town)
    return replace(opened, moderator=opened.server.owner)


async def spend(town: Town, place: Place, by: Person) -> None:
    town.endpoint.play(COSTLY)
    room = place.server.add_channel("costly")
    await town.answer_to(await town.ask(room, "a costly question", by=by))


async def refused(town: Town, place: Place, by: Person) -> str:
    asked = await town.ask(place.server.add_channel("elsewhere"), "and now?", by=by)
    return (await town.reply_saying(asked, "can't")).content


async def test_ceiling_stops_an_owner_who_lifts_every_limit(town: Town, place: Place) -> None:
    lifted = await place.confirmed("set", "everyone", amount="unlimited")
    await spend(town, place, place.member)
    await spend(town, place, place.member)

    await place.confirmed("set", "server", amount="1m")
    await place.order("grant", who=place.member, amount="1m", until="1d")
    await place.order("reset", user=place.member)
    moved = await place.moderator.slash(
        "manage", "settings", "time-zone", where=place.room, zone="Pacific/Kiritimati"
    )

    assert lifted.content.endswith(
        "-# The operator's ceiling of 4,000 tokens a day for this server binds all the same."
    )
    assert "Pacific/Kiritimati" in moved.content
    for person in (place.member, place.moderator):
        text = await refused(town, place, person)
        assert text.startswith("This server has ")
        assert "the 4,000 tokens that the operator of this bot allows it a day" in text
        assert text.endswith(", and only the operator can raise it, moderators can't.")


async def test_ceiling_is_shown_as_the_operators(town: Town, place: Place) -> None:
    own = await place.member.slash("quota", "me", where=place.room)
    why = await place.member.slash("quota", "why", where=place.room)

    assert "the operator's ceiling for this server: `██████████` 100\u202f% left" in own.content
    assert "the operator's ceiling for this server 4,000 tokens a day, 4,000 left" in why.content
    assert (
        "-# The operator's ceiling for this server: 4,000 tokens a day. No moderator can raise it."
    ) in await place.rules()


async def test_limit_and_grant_within_the_ceiling_are_not_remarked_on(
    town: Town, place: Place
) -> None:
    within = await place.order("set", "user", user=place.member, amount="4,000")
    beyond = await place.order("set", "user", user=place.member, amount="4,001")
    given = await place.order("grant", who=place.member, amount="4,000", until="1d")
    given_more = await place.order("grant", who=place.member, amount="4,001", until="1d")

    remark = "binds all the same."
    assert not within.content.endswith(remark)
    assert beyond.content.endswith(remark)
    assert not given.content.endswith(remark)
    assert given_more.content.endswith(remark)
