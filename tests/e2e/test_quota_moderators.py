"""Quotas, as moderators run them: every command, what it does to the next answer, and bad input."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from PIL import Image

from bot.standins.playground.world.permissions import Permission
from tests.e2e.conftest import Town, open_town
from tests.e2e.quota_places import Place, button, labels, open_place, shown
from tests.scripted_endpoint import Script

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]

DAILY = 3_000  # tokens
COSTLY = Script(text="word " * 520, delta=1)  # 2,600 tokens, and what the question costs


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("quota")) as town:
        town.set("quota", tokens_per_day=DAILY)
        async with town.running():
            yield town


@pytest.fixture
def place(town: Town) -> Place:
    return open_place(town)


async def spend_nearly_all(town: Town, place: Place) -> None:
    town.endpoint.play(COSTLY)
    await town.answer_to(await town.ask(place.room, "a costly question", by=place.member))


async def refused(town: Town, place: Place) -> str:
    """What the member reads instead of an answer."""
    room = place.server.add_channel("elsewhere")
    asked = await town.ask(room, "and now?", by=place.member)
    (reply, *_) = await town.wait(lambda: town.later(asked), "it is refused")
    return reply.content


async def answered(town: Town, place: Place) -> None:
    room = place.server.add_channel("elsewhere")
    await town.answered(await town.ask(room, "and now?", by=place.member))


# Limits and caps


async def test_raised_limit_counts_at_once(town: Town, place: Place) -> None:
    await spend_nearly_all(town, place)

    done = await place.order("set", "user", user=place.member, amount="50k", reason="a project")

    assert done.content == (
        f"{place.member.mention} now has 50,000 tokens a day; before: none of their own. "
        "Reason: a project"
    )
    await answered(town, place)
    shown_of = await place.order("show", user=place.member)
    assert shown_of.content.startswith(f"**{place.member.mention}'s quota**, set for them:\n")


async def test_limit_that_is_set_already_changes_nothing(town: Town, place: Place) -> None:
    await place.order("set", "user", user=place.member, amount="50k")

    again = await place.order("set", "user", user=place.member, amount="50,000 tokens")

    assert again.content == (
        f"That is the limit of {place.member.mention} already: nothing has changed."
    )
    assert labels(shown(again)) == []


@pytest.mark.parametrize(
    ("amount", "per", "said"),
    [
        ("20 answers", "hour", "20 answers an hour"),
        ("$5", "month", "$5 a month"),
        ("0.5 USD", "week", "$0.50 a week"),
        ("1,500", "day", "1,500 tokens a day"),
        ("unlimited", "day", "no limit"),
    ],
)
async def test_limit_can_count_anything_over_any_period(
    town: Town, place: Place, amount: str, per: str, said: str
) -> None:
    done = await place.order("set", "user", user=place.member, amount=amount, per=per)

    assert done.content.startswith(f"{place.member.mention} now has {said}; before:")


async def test_limits_of_several_kinds_hold_side_by_side(town: Town, place: Place) -> None:
    await place.order("set", "user", user=place.member, amount="50k")

    done = await place.order("set", "user", user=place.member, amount="1 answer", per="hour")

    assert done.content == (
        f"{place.member.mention} now has 1 answer an hour and 50,000 tokens a day; before: 50,000 "
        "tokens a day."
    )
    await answered(town, place)
    assert "Your 1 answer for this hour is used up." in await refused(town, place)
    own = await place.member.slash("quota", "me", where=place.room)
    assert "0\u202f% left · 1 of 1 answer used this hour" in own.content
    assert "of 50,000 tokens used today" in own.content


async def test_member_without_a_quota_is_told_so(town: Town, place: Place) -> None:
    done = await place.order("set", "user", user=place.member, amount="0")

    assert done.content.startswith(f"{place.member.mention} now has no quota: I won't answer.")
    assert (await refused(town, place)).startswith("You have no quota here.")


async def test_limit_taken_away_leaves_the_usual_one(town: Town, place: Place) -> None:
    await place.order("set", "user", user=place.member, amount="50k")

    done = await place.order("clear", "user", user=place.member)

    assert done.content == (
        f"{place.member.mention} no longer has limits of their own; before: 50,000 tokens a day."
    )
    own = await place.member.slash("quota", "me", where=place.room)
    assert own.content.startswith("**Your quota**, the usual one of this bot:")


async def test_only_one_kind_of_limit_can_be_taken_away(town: Town, place: Place) -> None:
    await place.order("set", "user", user=place.member, amount="50k")
    await place.order("set", "user", user=place.member, amount="$5", per="month")

    done = await place.order("clear", "user", user=place.member, unit="dollars", per="month")

    assert "now has 50,000 tokens a day; before: $5 a month and 50,000" in done.content


async def test_limits_of_one_unit_can_be_cleared_for_any_period(place: Place) -> None:
    await place.order("set", "user", user=place.member, amount="50k")
    await place.order("set", "user", user=place.member, amount="$5", per="month")

    done = await place.order("clear", "user", user=place.member, unit="dollars")

    assert "now has 50,000 tokens a day; before: $5 a month and 50,000" in done.content


async def test_nothing_to_take_away_changes_nothing(town: Town, place: Place) -> None:
    done = await place.order("clear", "user", user=place.member)

    assert done.content.startswith("Nothing has changed:")
    assert labels(shown(done)) == []


async def test_role_gives_its_members_more(town: Town, place: Place) -> None:
    role = place.server.add_role("patrons")
    place.server.give_role(place.member, role)
    await spend_nearly_all(town, place)

    done = await place.confirmed("set", "role", role=role, amount="50k")

    assert done.content.startswith(f"Each member of {role.mention} now has 50,000 tokens a day;")
    await answered(town, place)


async def test_everyone_role_means_everyone(town: Town, place: Place) -> None:
    done = await place.confirmed("set", "role", role=place.server.everyone, amount="50k")

    assert done.content == (
        "Everyone in this server now has 50,000 tokens a day; before: the usual limits."
    )
    assert "- Everyone in this server: 50,000 tokens a day" in await place.rules()


async def test_channels_cap_holds_for_all_together_and_only_there(town: Town, place: Place) -> None:
    await place.confirmed("set", "channel", amount="1 answer", per="day", channel=place.room)
    await town.answered(await town.ask(place.room, "first", by=place.member))

    asked = await town.ask(place.room, "second", by=place.moderator)

    reply = await town.reply_saying(asked, "used up")
    assert reply.content.startswith(
        f"The 1 answer that all of <#{place.room.id}> may use today together is used up."
    )
    await answered(town, place)


async def test_cap_given_in_a_thread_is_that_of_its_channel(town: Town, place: Place) -> None:
    start = await place.moderator.say(place.room, "a thread")
    thread = await place.moderator.create_thread(start, "thread")

    asked = await place.moderator.slash("manage", "set", "channel", where=thread, amount="50k")

    assert asked.content.startswith(f"**Change the cap of <#{place.room.id}>?**")


async def test_cap_of_the_server_holds_everywhere_in_it(town: Town, place: Place) -> None:
    await place.confirmed("set", "server", amount="1 answer", per="day")
    await town.answered(await town.ask(place.room, "first", by=place.moderator))

    text = await refused(town, place)

    assert text.startswith(
        "The 1 answer that all of this server may use today together is used up."
    )


async def test_cap_can_not_be_unlimited(town: Town, place: Place) -> None:
    done = await place.order("set", "server", amount="unlimited")

    assert done.content == ("A cap can't be unlimited. To take it away: `/manage clear server`.")


async def test_dollar_limit_without_a_known_price_warns_but_is_kept(
    town: Town, place: Place
) -> None:
    done = await place.order("set", "user", user=place.member, amount="$5")

    assert "now has $5 a day" in done.content
    assert "-# The price of `scripted` isn't known, so under a limit in dollars" in done.content
    assert (await refused(town, place)).startswith("The price of this model isn't known")
    for command in ("me", "why"):
        own = await place.member.slash("quota", command, where=place.room)
        assert "-# The price of `scripted` isn't known" in own.content


# Grants, resets, blocks, pauses


async def test_grant_lets_a_member_go_on_at_once(town: Town, place: Place) -> None:
    await spend_nearly_all(town, place)

    done = await place.order(
        "grant", who=place.member, amount="50k", until="1d", reason="a contest"
    )

    assert re.fullmatch(
        rf"{place.member.mention} may use 50,000 tokens more, once, until <t:\d+:f>\. "
        r"Reason: a contest\n-# It helps under limits in tokens, and lifts no cap\.",
        done.content,
    )
    await answered(town, place)
    own = await place.member.slash("quota", "me", where=place.room)
    assert re.search(r"\*\*Extra\*\*: [\d,]+ of 50,000 tokens left until <t:\d+:f>", own.content)


async def test_grant_for_a_role_asks_first_and_reaches_its_members(
    town: Town, place: Place
) -> None:
    role = place.server.add_role("winners")
    place.server.give_role(place.member, role)
    await spend_nearly_all(town, place)

    done = await place.confirmed("grant", who=role, amount="50k", until="2d")

    assert done.content.startswith(f"Each member of {role.mention} may use 50,000 tokens more")
    await answered(town, place)


async def test_reset_gives_back_what_was_spent_at_once(town: Town, place: Place) -> None:
    await spend_nearly_all(town, place)

    done = await place.order("reset", user=place.member)

    assert re.fullmatch(
        rf"{place.member.mention} starts afresh: 2,[6-9]\d\d tokens and 1 answer used today no "
        r"longer count\.",
        done.content,
    )
    await answered(town, place)


async def test_reset_of_somebody_who_used_nothing_says_so(town: Town, place: Place) -> None:
    done = await place.order("reset", user=place.member)

    assert (
        done.content
        == f"Nothing has changed: {place.member.mention} has used nothing today that counts."
    )


async def test_blocked_member_reads_why_and_can_be_unblocked(town: Town, place: Place) -> None:
    done = await place.order("block", who=place.member, until="2h", reason="calm down")

    assert f"{place.member.mention} may not use this bot here until" in done.content
    assert re.match(
        r"You may not use this bot here until <t:\d+:f>\. A moderator of this server can change "
        r"that with `/manage unblock`\. Reason: calm down",
        await refused(town, place),
    )
    own = await place.member.slash("quota", "me", where=place.room)
    assert own.content.startswith("**You may not use this bot here until")
    why = await place.member.slash("quota", "why", where=place.room)
    assert "4. You are blocked: **yes**" in why.content
    done = await place.order("unblock", who=place.member)
    assert done.content == f"{place.member.mention} is no longer blocked."
    await answered(town, place)


async def test_unblocking_who_is_not_blocked_changes_nothing(town: Town, place: Place) -> None:
    done = await place.order("unblock", who=place.member)

    assert done.content == f"Nothing has changed: {place.member.mention} is not blocked."


async def test_blocked_role_keeps_its_members_out(town: Town, place: Place) -> None:
    role = place.server.add_role("rascals")
    place.server.give_role(place.member, role)

    done = await place.confirmed("block", who=role)

    assert done.content.startswith(f"Each member of {role.mention} may not use this bot here")
    assert (await refused(town, place)).startswith(f"Members of {role.mention} may not use")


@pytest.mark.parametrize("where", ["channel", "server"])
async def test_pause_stops_all_answers_and_resume_lets_them_go_on(
    town: Town, place: Place, where: str
) -> None:
    named = f"<#{place.room.id}>" if where == "channel" else "this whole server"
    done = await place.confirmed("pause", where=where, until="3h", reason="a raid")
    assert re.match(rf"Answers are paused in {named} until <t:\d+:f>", done.content)
    asked = await town.ask(place.room, "hello?", by=place.moderator)
    reply = await town.reply_saying(asked, "Answers are paused")
    assert "Reason: a raid" in reply.content

    done = await place.order("resume", where=where)

    assert done.content == f"{named[0].upper()}{named[1:]} is no longer paused."
    await town.answered(await town.ask(place.room, "and now?", by=place.moderator))


async def test_resuming_what_is_not_paused_changes_nothing(town: Town, place: Place) -> None:
    done = await place.order("resume", where="server")

    assert done.content == "Nothing has changed: this whole server is not paused."


# Looking


async def test_overview_shows_all_that_is_set(town: Town, place: Place) -> None:
    await place.order("set", "user", user=place.member, amount="unlimited")
    await place.confirmed("set", "server", amount="$20", per="month")
    await place.order("grant", who=place.member, amount="5 answers", until="1w")
    await place.order("block", who=place.member, reason="spam")

    text = await place.rules()

    for part in (
        f"**Blocked**\n- {place.member.mention}, until a moderator takes it back. Reason: spam\n",
        f"**Limits, for each**\n- {place.member.mention}: no limit\n",
        "**Caps, for all together**\n- This server: $20 a month\n",
        f"**Extra allowances**\n- {place.member.mention}: 5 answers until <t:",
        "-# Days begin at midnight in UTC. Changes are told nowhere",
    ):
        assert part in text


async def test_empty_overview_says_what_can_be_set(town: Town, place: Place) -> None:
    assert (await place.rules()).startswith("Nothing is set in this server: everybody has the")


async def test_overview_leaves_out_roles_that_are_gone(town: Town, place: Place) -> None:
    role = place.server.add_role("fleeting")
    await place.confirmed("set", "role", role=role, amount="5k")
    assert f"- {role.mention}: 5,000 tokens a day" in await place.rules()

    place.server.delete_role(role)
    await place.order("audit")  # the bot has heard of it when it answers this

    text = await place.rules()
    assert role.mention not in text
    assert "-# Left out: what was set for a role that is gone; it binds nobody." in text


async def test_top_lists_who_used_most(town: Town, place: Place) -> None:
    await spend_nearly_all(town, place)

    for by in ("user", "role", "channel"):
        done = await place.order("top", by=by, per="day")
        assert f"Most used by {by}" in done.content
    done = await place.order("top")
    assert f"1. {place.member.mention}: " in done.content
    assert labels(shown(done)) == []


async def test_top_of_many_can_be_paged_by_the_caller_alone(town: Town, place: Place) -> None:
    for number in range(11):
        member = place.server.add_member(f"member-{number}")
        await town.answered(await town.ask(place.room, f"question {number}", by=member))
    first = await place.order("top")

    second = await place.moderator.press(shown(first), "quota-top:user:day:1")

    assert labels(shown(first)) == ["Previous"]
    assert "\n11. <@" in second.content
    assert "Page 2 of 2" in second.content
    back = await place.moderator.press(shown(second), "quota-top:user:day:0")
    assert "\n1. <@" in back.content
    assert labels(shown(back)) == ["Next"]


async def test_report_comes_as_text_and_chart_with_alt_text(town: Town, place: Place) -> None:
    await spend_nearly_all(town, place)

    done = await place.order("report", by="user", per="day")

    await place.moderator.settled(done, timeout=40)
    assert done.is_ephemeral
    assert "Used by user" in done.content
    assert place.member.mention in done.content
    (chart,) = shown(done).attachments
    with Image.open(BytesIO(chart.content)) as picture:
        assert picture.format == "PNG"
    assert chart.description is not None
    assert chart.description.startswith("Bar chart.")
    assert "Member: 2," in chart.description


async def test_report_of_nothing_is_text_alone(town: Town, place: Place) -> None:
    done = await place.order("report")

    await place.moderator.settled(done)
    assert "Nothing has been used" in done.content
    assert shown(done).attachments == []


async def test_export_is_a_spreadsheet_without_words_of_anybody(town: Town, place: Place) -> None:
    await town.answered(await town.ask(place.room, "a secret question", by=place.member))

    done = await place.order("export", per="day")

    await place.moderator.settled(done)
    (file,) = shown(done).attachments
    assert file.filename.endswith(".csv")
    assert str(place.member.id) in file.content.decode()
    assert "secret" not in file.content.decode()


async def test_export_of_nothing_says_so(town: Town, place: Place) -> None:
    done = await place.order("export", per="day", which="last")

    await place.moderator.settled(done)
    assert done.content.startswith("Nothing was used in that time")


async def test_where_no_files_may_be_attached_the_figures_come_alone(
    town: Town, place: Place
) -> None:
    await town.answered(await town.ask(place.room, "a question", by=place.member))
    for role in place.server.guild.roles.values():
        place.server.overwrite(place.room, role, deny=Permission.ATTACH_FILES)

    report, export = await place.order("report"), await place.order("export")

    await place.moderator.settled(report)
    await place.moderator.settled(export)
    assert place.member.mention in report.content
    assert "-# I may not attach files in this channel" in report.content
    assert export.content.startswith("I may not attach files in this channel")
    assert shown(report).attachments == shown(export).attachments == []


async def test_audit_names_moderator_old_and_new_limit_and_reason(town: Town, place: Place) -> None:
    await place.order("set", "user", user=place.member, amount="50k")
    await place.order("set", "user", user=place.member, amount="70k", reason="a project")

    done = await place.order("audit")

    assert place.moderator.mention in done.content
    assert "70,000 tokens a day" in done.content
    assert "50,000 tokens a day" in done.content
    assert "Reason: a project" in done.content


async def test_audit_can_be_paged(town: Town, place: Place) -> None:
    for number in range(12):
        await place.order("set", "user", user=place.member, amount=f"{number + 1}k")
    first = await place.order("audit")
    assert labels(shown(first)) == ["Older"]
    numbers: list[str] = re.findall(r"\*\*#(\d+)\*\*", first.content)

    older = await place.moderator.press(shown(first), f"quota-audit:{numbers[-1]}")

    assert labels(shown(older)) == ["Newest", "Older"]
    below: list[str] = re.findall(r"\*\*#(\d+)\*\*", older.content)
    assert int(below[0]) == int(numbers[-1]) - 1
    newest = await place.moderator.press(shown(older), "quota-audit:newest")
    assert re.findall(r"\*\*#(\d+)\*\*", newest.content) == numbers


async def test_long_audit_continues_on_further_pages(
    place: Place,
) -> None:
    for number, per in enumerate(("hour", "day", "week", "month", "hour", "day", "week")):
        amount = f"{999_999_999_000 - number} tokens"
        await place.order(
            "set", "user", user=place.member, amount=amount, per=per, reason="(_*~_)" * 30
        )

    page = await place.order("audit")
    numbers: list[str] = re.findall(r"\*\*#(\d+)\*\*", page.content)
    while "Older" in labels(shown(page)):
        page = await place.moderator.press(shown(page), button(shown(page), "Older"))
        numbers += re.findall(r"\*\*#(\d+)\*\*", page.content)

    assert len(numbers) == 7
    assert numbers == sorted(numbers, key=int, reverse=True)


# Who else may


async def test_role_allowed_the_command_by_server_settings_can_moderate(
    town: Town, place: Place
) -> None:
    stewards = place.server.add_role("stewards")
    steward = place.server.add_member("steward", roles=(stewards,))
    before = steward.available_commands(where=place.room)

    place.server.permit_command("manage", stewards)

    done = await steward.slash(
        "manage", "set", "everyone", where=place.room, amount="5k", reason="my turn"
    )
    assert "manage" not in before
    confirmed = await steward.press(shown(done), button(shown(done), "Confirm"))
    assert confirmed.content.startswith("Everyone in this server now has 5,000 tokens a day;")
    undone = await steward.press(shown(confirmed), button(shown(confirmed), "Undo"))
    assert undone.content.startswith("Taken back.")
    assert "manage" not in place.member.available_commands(where=place.room)


async def test_role_no_longer_allowed_is_refused_on_the_click(town: Town, place: Place) -> None:
    stewards = place.server.add_role("stewards")
    steward = place.server.add_member("steward", roles=(stewards,))
    place.server.permit_command("manage", stewards)
    asked = await steward.slash("manage", "set", "everyone", where=place.room, amount="5k")

    place.server.permit_command("manage", stewards, allowed=False)

    done = await steward.press(shown(asked), button(shown(asked), "Confirm"))
    assert done.content == "You may not decide that here any more, so nothing has changed."


# Bad input


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("lots", "`lots` is no amount."),
        ("-5", "`-5` is no amount."),
        ("1e99", "`1e99` is no amount."),
        ("ten", "`ten` is no amount."),
        ("5 €", "`5 €` is no amount."),
        ("0.5", "`0.5` is no amount."),
        ("1.5 answers", "`1.5 answers` is no amount."),
        ("9999999b", "`9999999b` is more than any quota can be."),
        ("`@everyone`", "is no amount."),
    ],
)
async def test_amount_that_is_none_changes_nothing_and_gets_examples(
    town: Town, place: Place, amount: str, said: str
) -> None:
    done = await place.order("set", "user", user=place.member, amount=amount)

    assert said in done.content
    assert "Please write for example `50k`, `$5`, `20 answers` or `unlimited`." in done.content
    assert (await place.rules()).startswith("Nothing is set in this server")


@pytest.mark.parametrize("until", ["soon", "2020-01-01", "99w", "-1d", "2026-02-30"])
async def test_time_that_is_none_changes_nothing_and_gets_examples(
    town: Town, place: Place, until: str
) -> None:
    done = await place.order("block", who=place.member, until=until)

    assert done.content.startswith(f"`{until}` ")
    assert "Please write for example `2h`" in done.content
    assert (await place.rules()).startswith("Nothing is set in this server")


@pytest.mark.parametrize("amount", ["unlimited", "0"])
async def test_grant_of_no_amount_is_refused(town: Town, place: Place, amount: str) -> None:
    done = await place.order("grant", who=place.member, amount=amount, until="1d")

    assert done.content.startswith("A grant needs an amount")


async def test_bot_needs_no_quota_and_neither_do_i(town: Town, place: Place) -> None:
    robot = place.server.add_member("robot", is_bot=True)

    of_bot = await place.order("set", "user", user=robot, amount="1m")
    of_me = await place.order("block", who=town.discord.bot)

    assert of_bot.content == "I don't answer bots, so a bot needs no quota."
    assert of_me.content == "That is me, and I need no quota."


async def test_role_of_a_bot_is_refused(town: Town, place: Place) -> None:
    (own,) = [role for role in place.server.guild.roles.values() if role.bot_id is not None]

    done = await place.order("set", "role", role=own, amount="1m")

    assert done.content.startswith(f"{own.mention} belongs to a bot, and I don't answer bots")


async def test_role_that_is_gone_is_refused(town: Town, place: Place) -> None:
    role = place.server.add_role("fleeting")
    place.server.delete_role(role)

    for path, options in (
        (("set", "role"), {"role": role, "amount": "1m"}),
        (("clear", "role"), {"role": role}),
        (("grant",), {"who": role, "amount": "1m", "until": "1d"}),
        (("block",), {"who": role}),
    ):
        done = await place.order(*path, **options)
        assert done.content == "What you chose is no longer there, so nothing has changed."


async def test_moderator_can_not_block_themselves(town: Town, place: Place) -> None:
    done = await place.order("block", who=place.moderator)

    assert done.content.startswith("You can't block yourself")
    assert (await place.rules()).startswith("Nothing is set in this server")


async def test_everyone_can_be_paused_but_not_blocked_or_granted(town: Town, place: Place) -> None:
    blocked = await place.order("block", who=place.server.everyone)
    granted = await place.order("grant", who=place.server.everyone, amount="1k", until="1d")

    assert "`/manage pause where:the whole server`" in blocked.content
    assert "`/manage set everyone`" in granted.content


async def test_limit_of_a_departed_member_is_kept_with_a_remark(town: Town, place: Place) -> None:
    place.server.remove_member(place.member)

    done = await place.order("set", "user", user=place.member, amount="50k")

    assert "now has 50,000 tokens a day" in done.content
    assert f"-# {place.member.mention} is not in this server at present" in done.content
    for path, options in (
        (("show",), {"user": place.member}),
        (("clear", "user"), {"user": place.member}),
        (("block",), {"who": place.member}),
        (("unblock",), {"who": place.member}),
    ):
        assert place.member.mention in (await place.order(*path, **options)).content


@pytest.mark.parametrize(
    ("path", "option", "typed", "offered"),
    [
        (("set", "user"), "amount", "$2", ["$2", "$20"]),
        (("set", "role"), "amount", "5k", ["5,000 tokens"]),
        (("set", "everyone"), "amount", "2", ["2 tokens", "$2", "2 answers", "20 answers"]),
        (("set", "user"), "amount", "unl", ["unlimited"]),
        (("set", "channel"), "amount", "$0.5", ["$0.50"]),
        (("set", "server"), "amount", "unlimited", []),
        (("set", "server"), "amount", "five", []),
        (("grant",), "amount", "$3", ["$3"]),
        (("grant",), "amount", "0", []),
        (("grant",), "until", "1", ["1h", "1d", "1w"]),
        (("grant",), "until", "36h", ["36h"]),
        (("block",), "until", "2d", ["2d"]),
        (("pause",), "until", "99w", []),
    ],
)
async def test_value_that_is_typed_is_suggested_first_then_usual_ones(
    town: Town, place: Place, path: tuple[str, ...], option: str, typed: str, offered: list[str]
) -> None:
    choices = await place.moderator.suggestions(
        ("manage", *path), place.room, {option: typed}, option
    )

    assert [choice["value"] for choice in choices] == offered


async def test_date_that_is_typed_is_suggested_by_the_servers_zone(
    town: Town, place: Place
) -> None:
    # The first zone in which a day begins, and the last: yesterday there is not over here.
    first, last = "Etc/GMT-14", "Etc/GMT+12"
    yesterday = f"{datetime.now(ZoneInfo(first)).date() - timedelta(days=1)}"

    async def suggested(zone: str) -> list[str]:
        await place.moderator.use_command(
            ("manage", "settings", "time-zone"), place.room, {"zone": zone}
        )
        choices = await place.moderator.suggestions(
            ("manage", "block"), place.room, {"until": yesterday}, "until"
        )
        return [choice["value"] for choice in choices]

    assert await suggested(first) == []
    assert await suggested(last) == [yesterday]


async def test_every_counter_agrees_with_the_ledger_afterwards(town: Town) -> None:
    verified = await town.command("database", "verify")

    assert verified.code == 0, verified.out
