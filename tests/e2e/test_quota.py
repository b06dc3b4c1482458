"""Limits, as members meet them and moderators run them."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.playground.people import Person
from bot.playground.permissions import Permission
from tests.e2e.conftest import Town, open_town
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAILY = 3_000  # tokens
COSTLY = Script(text="word " * 520, delta=1)  # 2,600 tokens, and what the question costs


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("quota")) as town:
        town.set("quota", tokens_per_day=DAILY)
        async with town.running():
            yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def moderator(town: Town) -> Person:
    return town.server.add_member("moderator", granted=Permission.MANAGE_GUILD)


async def spend_nearly_all(town: Town, member: Person) -> None:
    town.endpoint.play(COSTLY)
    await town.answer_to(await town.ask(town.open_channel(), "a costly question", by=member))


async def test_member_at_the_limit_reads_when_it_resets_and_costs_nothing(town: Town) -> None:
    member = town.server.add_member("spender")
    await spend_nearly_all(town, member)
    asked_before = len(town.endpoint.requests)

    asked = await town.ask(town.open_channel(), "one more?", by=member)

    reply = await town.reply_saying(asked, "too few for an answer")
    assert re.fullmatch(
        r"Only [\d,]+ of your 3,000 tokens are left, too few for an answer\. "
        r"The quota resets <t:\d+:R>; a moderator can raise it\.",
        reply.content,
    )
    assert len(town.endpoint.requests) == asked_before


async def test_limit_of_one_member_does_not_concern_another(town: Town) -> None:
    await spend_nearly_all(town, town.server.add_member("spender"))

    asked = await town.ask(town.open_channel(), "and me?", by=town.server.add_member("newcomer"))

    await town.answered(asked)


async def test_footer_says_what_the_answer_cost_and_how_much_is_left(town: Town) -> None:
    member = town.server.add_member("spender")

    town.endpoint.play(COSTLY)
    (*_, last) = await town.answer_to(await town.ask(town.open_channel(), "a lot", by=member))

    assert re.search(
        r"\n-# scripted · 2,[6-9]\d\d tokens · [1-9]\u202f% of today's quota left$", last.content
    )


async def test_own_quota_is_shown_to_the_member_alone(town: Town) -> None:
    member = town.server.add_member("curious")

    before = await member.slash("quota", "me")
    await spend_nearly_all(town, member)
    after = await member.slash("quota", "me")

    assert before.is_ephemeral
    assert before.content.startswith(
        "Your quota: 3,000 tokens a day, as for everyone.\n`██████████` 100\u202f% left\n0 tokens"
    )
    assert re.search(r"\n2,[6-9]\d\d tokens used today · resets <t:\d+:R>$", after.content)


async def test_raised_limit_counts_at_once(town: Town, moderator: Person) -> None:
    member = town.server.add_member("spender")
    await spend_nearly_all(town, member)

    done = await moderator.slash("quota", "set", user=member, amount="50k", reason="a project")

    assert done.content == f"{member.mention} now has 50,000 tokens a day."
    assert done.is_ephemeral
    await town.answered(await town.ask(town.open_channel(), "and now?", by=member))
    shown = await moderator.slash("quota", "show", user=member)
    assert f"The quota of {member.mention}: 50,000 tokens a day, set by a moderator." in (
        shown.content
    )


async def test_reset_gives_back_what_was_spent_at_once(town: Town, moderator: Person) -> None:
    member = town.server.add_member("spender")
    await spend_nearly_all(town, member)

    done = await moderator.slash("quota", "reset", user=member)

    assert re.fullmatch(
        rf"{member.mention} starts afresh: 2,[6-9]\d\d tokens used today no longer count\.",
        done.content,
    )
    await town.answered(await town.ask(town.open_channel(), "and now?", by=member))


async def test_member_without_a_quota_is_told_so(town: Town, moderator: Person) -> None:
    member = town.server.add_member("nobody")

    done = await moderator.slash("quota", "set", user=member, amount="0")

    assert done.content == f"{member.mention} now has no quota: I won't answer them."
    asked = await town.ask(town.open_channel(), "hello?", by=member)
    await town.reply_saying(asked, "You have no quota here.")


async def test_default_takes_the_own_limit_away_again(town: Town, moderator: Person) -> None:
    member = town.server.add_member("somebody")
    await moderator.slash("quota", "set", user=member, amount="unlimited")

    done = await moderator.slash("quota", "set", user=member, amount="default")

    assert done.content == f"{member.mention} has the usual quota again: 3,000 tokens a day."
    assert "as for everyone" in (await moderator.slash("quota", "show", user=member)).content


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("lots", "`lots` is no amount of tokens."),
        ("-5", "`-5` is no amount of tokens."),
        ("1e9", "`1e9` is no amount of tokens."),
        ("0.5", "`0.5` is no amount of tokens."),
        ("9999999b", "`9999999b` is more than any quota can be."),
        ("`@everyone`", "is no amount of tokens."),
    ],
    ids=["word", "negative", "scientific", "fraction", "too much", "mischief"],
)
async def test_amount_that_is_none_changes_nothing_and_gets_examples(
    town: Town, moderator: Person, amount: str, said: str
) -> None:
    member = town.server.add_member("somebody")

    done = await moderator.slash("quota", "set", user=member, amount=amount)

    assert said in done.content
    assert "Please write for example `50000`, `50k`, `1.5m` or `unlimited`." in done.content
    assert "as for everyone" in (await moderator.slash("quota", "show", user=member)).content


async def test_amounts_are_suggested_while_typing(town: Town, moderator: Person) -> None:
    offered = await moderator.autocomplete("quota", "set", focused="amount", amount="5")

    assert [choice["value"] for choice in offered] == ["50k", "500k"]


@pytest.mark.parametrize("deed", ["show", "set", "reset"])
async def test_member_who_may_not_manage_the_server_is_refused(town: Town, deed: str) -> None:
    mallory = town.server.add_member("mallory")
    options = {"amount": "1m"} if deed == "set" else {}

    done = await mallory.slash("quota", deed, where=town.general, user=mallory, **options)

    assert done.content == (
        "Only people who may manage this server can do that. Your own quota: `/quota me`."
    )
    assert done.is_ephemeral
    assert "3,000 tokens a day, as for everyone" in (await mallory.slash("quota", "me")).content


async def test_order_to_others_in_direct_messages_is_refused_with_the_reason(town: Town) -> None:
    channel = town.alice.direct_channel

    done = await town.alice.slash("quota", "set", where=channel, user=town.alice, amount="1m")

    assert done.content == "This works in servers only."
    own = await town.alice.slash("quota", "me", where=channel)
    assert own.content.startswith("Your quota: 3,000 tokens a day, as for everyone.")


async def test_quota_in_direct_messages_is_one_of_its_own(town: Town) -> None:
    member = town.server.add_member("spender")
    await spend_nearly_all(town, member)

    asked = await member.direct("and here?")

    await town.answered(asked)


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
    assert verified.out == "Every counter equals the sum of its ledger entries.\n"
