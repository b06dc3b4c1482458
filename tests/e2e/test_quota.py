"""Limits, as members meet them: what is left, why, and what they read when nothing is."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.standins.playground.actors.people import Person
from bot.standins.playground.world.permissions import Permission
from tests.e2e.conftest import Town, open_town
from tests.e2e.quota_places import Place, open_place
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAILY = 3_000  # tokens
COSTLY = Script(text="word " * 520, delta=1)  # 2,600 tokens, and what the question costs
CEILING = (  # by default, twenty times as much; the tests of this module share a server
    r"\n\*\*Shared by all\*\*:\nthe operator's ceiling for this server: "
    r"`[█░]{10}` \d+\u202f% left · [\d,]+ of 60,000 tokens used today · resets <t:\d+:R>"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("quota")) as town:
        town.set("quota", tokens_per_day=DAILY)
        async with town.running():
            yield town


@pytest.fixture
def place(town: Town) -> Place:
    return open_place(town)


async def spend_nearly_all(town: Town, member: Person) -> None:
    town.endpoint.play(COSTLY)
    await town.answer_to(await town.ask(town.open_channel(), "a costly question", by=member))


async def test_refusal_at_the_limit_names_the_reset_and_costs_nothing(town: Town) -> None:
    member = town.server.add_member("spender")
    await spend_nearly_all(town, member)
    asked_before = len(town.endpoint.requests)

    asked = await town.ask(town.open_channel(), "one more?", by=member)

    reply = await town.reply_saying(asked, "too few for an answer")
    assert re.fullmatch(
        r"Only [\d,]+ of your 3,000 tokens for today are left, too few for an answer\. "
        r"The limit resets <t:\d+:R>; a moderator can raise it\.",
        reply.content,
    )
    assert len(town.endpoint.requests) == asked_before


async def test_limit_of_one_member_does_not_concern_another(town: Town) -> None:
    await spend_nearly_all(town, town.server.add_member("spender"))

    asked = await town.ask(town.open_channel(), "and me?", by=town.server.add_member("newcomer"))

    await town.answered(asked)


async def test_footer_says_what_the_answer_cost_and_what_is_left(town: Town) -> None:
    member = town.server.add_member("spender")

    town.endpoint.play(COSTLY)
    (*_, last) = await town.answer_to(await town.ask(town.open_channel(), "a lot", by=member))

    assert re.search(
        r"\n-# scripted · 2,[6-9]\d\d tokens · [1-9]\u202f% of today's quota left$", last.content
    )


async def test_own_quota_is_shown_privately_with_the_last_answers(town: Town) -> None:
    member = town.server.add_member("curious")

    before = await member.slash("quota", "me")
    await spend_nearly_all(town, member)
    after = await member.slash("quota", "me")

    assert before.is_ephemeral
    assert re.fullmatch(
        r"\*\*Your quota\*\*, the usual one of this bot:\n"
        r"`██████████` 100\u202f% left · 0 of 3,000 tokens used today · resets <t:\d+:R>" + CEILING,
        before.content,
    )
    assert re.fullmatch(
        r"\*\*Your quota\*\*, the usual one of this bot:\n"
        r"`█░░░░░░░░░` [1-9]\u202f% left · 2,[6-9]\d\d of 3,000 tokens used today"
        r" · resets <t:\d+:R>" + CEILING + r"\n"
        r"\*\*Your last answers\*\*:\n"
        r"-# <t:\d+:R> · 2,[6-9]\d\d tokens · price not known · scripted",
        after.content,
    )


async def test_why_shows_the_whole_chain_and_what_decided(town: Town) -> None:
    member = town.server.add_member("curious")

    why = await member.slash("quota", "why")

    assert why.is_ephemeral
    assert "6. Limits of your own: none\n" in why.content
    assert "9. The usual limits of this bot: **3,000 tokens a day**\n" in why.content
    assert why.content.endswith(
        "A moderator of this server can change that with `/manage set everyone`."
    )


async def test_member_of_several_roles_reads_why_the_highest_counts(
    town: Town, place: Place
) -> None:
    low, high = place.server.add_role("low"), place.server.add_role("high")
    fan = place.server.add_member("fan", roles=(low, high))
    await place.confirmed("set", "role", role=low, amount="5k")
    await place.confirmed("set", "role", role=high, amount="50k")

    why = await fan.slash("quota", "why", where=place.room)

    assert (
        f"{low.mention} 5,000 tokens a day; {high.mention} 50,000 tokens a day; the highest of "
        "each counts: **50,000 tokens a day**"
    ) in why.content
    assert f"by your role {high.mention}" in (await fan.slash("quota", "me")).content


async def test_quota_in_direct_messages_is_one_of_its_own(town: Town) -> None:
    member = town.server.add_member("spender")
    await spend_nearly_all(town, member)

    asked = await member.direct("and here?")

    await town.answered(asked)
    own = await member.slash("quota", "me", where=member.direct_channel)
    assert own.content.startswith("**Your quota**, the usual one of this bot:")
    why = await member.slash("quota", "why", where=member.direct_channel)
    assert "only the operator of this bot can change that" in why.content


async def test_moderators_commands_are_hidden_from_members_and_direct_messages(
    town: Town, place: Place
) -> None:
    (manage,) = [one for one in town.discord.commands.all() if one["name"] == "manage"]
    direct = place.moderator.direct_channel

    assert manage["default_member_permissions"] == str(int(Permission.MANAGE_GUILD))
    assert manage["contexts"] == [0]
    assert place.member.available_commands(where=place.room) == ["quota", "model", "settings"]
    assert "manage" in place.moderator.available_commands(where=place.room)
    assert "manage" not in place.moderator.available_commands(where=direct)


async def test_quota_of_members_holds_nothing_for_moderators(town: Town) -> None:
    (quota,) = [one for one in town.discord.commands.all() if one["name"] == "quota"]

    assert [option["name"] for option in quota["options"]] == ["me", "why"]
    assert quota["default_member_permissions"] is None


async def test_answers_at_once_cannot_spend_more_than_the_limit_together(town: Town) -> None:
    member = town.server.add_member("hasty")
    rooms = [town.open_channel() for _ in range(6)]

    asked = [
        await town.ask(room, "quickly [[text='word word word word' delta=1 delay=1]]", by=member)
        for room in rooms
    ]

    seen = [await town.wait(lambda m=m: town.later(m), "it is answered") for m in asked]  # type: ignore[misc]
    held = ["held by answers being written" in one.content for (one, *_) in seen]
    assert held.count(True) == 5  # the reservation of one, whichever came first, holds all
    await town.answered(asked[held.index(False)])


async def test_every_counter_agrees_with_the_ledger_afterwards(town: Town) -> None:
    verified = await town.command("database", "verify")

    assert verified.code == 0, verified.out
    assert verified.out == (
        "Every table can be read.\nEvery counter equals the sum of its ledger entries.\n"
    )
