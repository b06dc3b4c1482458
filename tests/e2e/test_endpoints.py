"""Several endpoints and models: what members see of one that dies, and who chooses."""

import re
import sqlite3
from collections.abc import AsyncIterator

import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.e2e.conftest import Town
from tests.pictures import quadrants, write
from tests.scripted_endpoint import Script, ScriptedEndpoint

pytestmark = pytest.mark.proof

SPARE_KEY = "sk-spare-0123456789abcdef"
BALANCE = Script(status=429, code="insufficient_quota", error="You exceeded your current quota.")
ANSWER = Script(text="A short answer.")


@pytest.fixture
async def spare(town: Town) -> AsyncIterator[ScriptedEndpoint]:
    """A second endpoint, configured: its model `spare-1` is unknown, the first one's has a price."""
    async with ScriptedEndpoint(keys=frozenset({SPARE_KEY})) as endpoint:
        # An address that names GPTProto has GPTProto's prices.
        priced = f"{town.endpoint.base_url}?via=gptproto.com"
        town.set("endpoint", base_url=priced, model="gpt-5.2-pro", models=["small-1"])
        town.set("endpoints.spare", base_url=endpoint.base_url, model="spare-1")
        town.environment = {"GLIMPSE_API_KEY_SPARE": SPARE_KEY}
        town.set("quota", tokens_per_day="unlimited")
        yield endpoint


@pytest.fixture
def moderator(town: Town) -> Person:
    return town.server.add_member("moderator", granted=Permission.MANAGE_GUILD)


def ledger_of(town: Town) -> list[tuple[str, str, int, int | None]]:
    with sqlite3.connect(town.folder / "glimpse.db") as connection:
        rows = connection.execute(
            "SELECT model, ending, tokens, cost_microusd FROM ledger ORDER BY id"
        )
        return list(rows)


async def test_members_see_no_error_when_the_first_endpoint_dies(
    town: Town, spare: ScriptedEndpoint
) -> None:
    async with town.running():
        before = await town.ask(town.general, "are you there?")
        first = await town.reply_saying(before, "-# gpt-5.2-pro · ")
        await town.close_endpoint()
        rooms = [town.open_channel() for _ in range(5)]
        asked = [await town.ask(room, "and now?") for room in rooms]
        later = [await town.reply_saying(one, "-# spare-1 · ") for one in asked]
        await town.reopen_endpoint()

    assert first.content.startswith("I see no picture.")
    assert all(reply.content.startswith("I see no picture.") for reply in later)
    assert not [line for line in town.log.splitlines() if "the endpoint failed" in line]
    assert "another endpoint is asked endpoint=main model=gpt-5.2-pro next_endpoint=spare" in (
        town.log
    )
    assert "an endpoint is out of service endpoint=main" in town.log
    (priced, *unpriced) = ledger_of(town)
    assert priced[:2] == ("gpt-5.2-pro", "completed")
    assert (priced[3] or 0) > 14 * priced[2]  # micro-dollars: a token of input costs 14.7
    assert [row[:2] for row in unpriced] == [("spare-1", "completed")] * 5
    assert [row[3] for row in unpriced] == [None] * 5
    verified = await town.command("database", "verify")
    assert verified.code == 0, verified.out


async def test_start_names_endpoints_and_models_and_no_key(
    town: Town, spare: ScriptedEndpoint
) -> None:
    async with town.running():
        pass

    assert 'models offered endpoints="main: gpt-5.2-pro small-1, spare: spare-1"' in town.log
    assert SPARE_KEY not in town.log


# -- the operator -------------------------------------------------------------------------------


async def test_operator_is_told_once_of_an_empty_balance_and_recovery(
    town: Town,
) -> None:
    operators = town.open_channel("operators")
    town.set("discord", operator_channel=str(operators.id))
    town.endpoint.play(BALANCE, BALANCE, ANSWER)

    async with town.running():
        for words in ("at the moment", "at the moment", "A short answer."):
            await town.reply_saying(await town.ask(town.open_channel(), "hello?"), words)
        await town.wait(lambda: len(list(operators.living())) == 2, "the return is told")

    out, back = (message.content for message in operators.living())
    assert out == (
        "The endpoint `main` (`scripted`) is out of service. The account's balance or plan is used "
        "up: top it up at the provider. Where another stands by, it is left alone for 5 minutes."
    )
    assert back == "The endpoint `main` (`scripted`) is back."
    outages = "counted figure=endpoint_outages endpoint=main failure=out-of-balance count=1"
    assert outages in town.log  # told once more when the process ends


async def test_rejected_key_is_reported_to_the_operator_alone(
    town: Town, spare: ScriptedEndpoint
) -> None:
    operators = town.open_channel("operators")
    town.set("discord", operator_channel=str(operators.id))
    town.environment |= {"GLIMPSE_API_KEY": "sk-wrong-0123456789"}

    async with town.running():
        asked = await town.ask(town.general, "hello?")
        await town.reply_saying(asked, "-# spare-1 · ")
        (told,) = await town.wait(lambda: list(operators.living()), "the operator is told")

    assert "The endpoint rejects the API key" in told.content
    assert "sk-wrong-0123456789" not in told.content + town.log


async def test_unwritable_operator_channel_is_logged_and_answers_go_on(
    town: Town,
) -> None:
    operators = town.open_channel("operators")
    town.server.overwrite(operators, town.discord.bot, deny=Permission.SEND_MESSAGES)
    town.set("discord", operator_channel=str(operators.id))
    town.endpoint.play(BALANCE, ANSWER)

    async with town.running():
        await town.reply_saying(await town.ask(town.open_channel(), "hello?"), "at the moment")
        await town.wait(lambda: "the operator channel took no message" in town.log, "it is logged")
        await town.reply_saying(await town.ask(town.open_channel(), "and now?"), "A short answer.")

    assert not list(operators.living())


async def choose_for_server(moderator: Person, model: str, channel: Channel) -> Interaction:
    options = {"choose": model, "where": "server"}
    return await moderator.use_command(["model"], channel, options)


# -- /model -------------------------------------------------------------------------------------


async def test_model_is_shown_with_its_reason_and_cost(town: Town, spare: ScriptedEndpoint) -> None:
    async with town.running():
        before = await town.alice.slash("model")
        await town.answered(await town.ask(town.general, "hello?"))
        after = await town.alice.slash("model", where=town.general)
        direct = await town.alice.slash("model", where=town.alice.direct_channel)

    assert before.is_ephemeral
    assert before.content == "Here `gpt-5.2-pro` answers, the default."
    assert re.fullmatch(
        r"Here `gpt-5\.2-pro` answers, the default\.\n"
        r"An answer has cost about \$0\.\d{4} here lately\.",
        after.content,
    )
    assert direct.content == "Here `gpt-5.2-pro` answers, the default."


async def test_member_may_not_choose_the_model(town: Town, spare: ScriptedEndpoint) -> None:
    async with town.running():
        done = await town.alice.slash("model", choose="spare-1")
        asked = await town.ask(town.general, "hello?")
        await town.reply_saying(asked, "-# gpt-5.2-pro · ")

    assert done.content == (
        "Only people who may manage this server can choose the model. `/model` shows it."
    )


async def test_channels_choice_holds_in_threads_and_after_a_restart(
    town: Town, spare: ScriptedEndpoint, moderator: Person
) -> None:
    other = town.open_channel("other")
    async with town.running():
        thread = await town.alice.create_thread(town.general, "a thread")
        done = await moderator.slash("model", where=thread, choose="spare-1")
        await town.reply_saying(await town.ask(town.general, "here?"), "-# spare-1 · ")
        await town.reply_saying(await town.ask(thread, "in the thread?"), "-# spare-1 · ")
        await town.reply_saying(await town.ask(other, "elsewhere?"), "-# gpt-5.2-pro · ")

    async with town.running():
        await town.reply_saying(await town.ask(town.general, "still?"), "-# spare-1 · ")
        shown = await town.alice.slash("model", where=thread)
        back = await moderator.slash("model", where=town.general, choose="default")
        await town.reply_saying(await town.ask(town.general, "and back?"), "-# gpt-5.2-pro · ")

    assert done.is_ephemeral
    assert done.content == "From the next answer on `spare-1` answers, for this channel."
    assert shown.content == "Here `spare-1` answers, chosen by a moderator for this channel."
    assert back.content == ("From the next answer on `gpt-5.2-pro` answers here, the default.")


async def test_choice_for_the_server_yields_to_a_channels_own(
    town: Town, spare: ScriptedEndpoint, moderator: Person
) -> None:
    other = town.open_channel("other")
    async with town.running():
        await moderator.slash("model", where=town.general, choose="small-1")
        done = await choose_for_server(moderator, "SPARE-1", town.general)
        await town.reply_saying(await town.ask(town.general, "here?"), "-# small-1 · ")
        await town.reply_saying(await town.ask(other, "elsewhere?"), "-# spare-1 · ")

    assert done.content == (
        "`spare-1` is chosen for the whole server. In this channel `small-1` still answers, "
        "by a choice of its own; `default` for this channel takes that back."
    )


async def test_models_are_suggested_with_endpoint_and_price(
    town: Town, spare: ScriptedEndpoint, moderator: Person
) -> None:
    async with town.running():
        all_of_them = await moderator.autocomplete("model", focused="choose", choose="")
        some = await moderator.autocomplete("model", focused="choose", choose="spa")
        wrong = await moderator.slash("model", choose="gpt-9")

    assert [choice["value"] for choice in all_of_them] == [
        "default",
        "gpt-5.2-pro",
        "small-1",
        "spare-1",
    ]
    assert all_of_them[1]["name"] == (
        "gpt-5.2-pro · main · $14.70 in, $117.60 out per million tokens"
    )
    assert [choice["name"] for choice in some] == ["spare-1 · spare · price unknown"]
    assert wrong.content.startswith("`gpt-9` is not offered.")


async def test_model_no_longer_offered_gives_way_to_the_default(
    town: Town, spare: ScriptedEndpoint, moderator: Person
) -> None:
    async with town.running():
        await choose_for_server(moderator, "small-1", town.general)

    town.set("endpoint", models=[])
    async with town.running():
        reply = await town.reply_saying(
            await town.ask(town.general, "hello?"), "-# `small-1` is no longer offered"
        )

    assert "\n-# gpt-5.2-pro · " in reply.content


# -- the terminal -------------------------------------------------------------------------------


async def test_check_has_a_line_for_each_model_of_each_endpoint(
    town: Town, spare: ScriptedEndpoint
) -> None:
    town.environment |= {"GLIMPSE_API_KEY_SPARE": "sk-wrong-0123456789"}

    done = await town.command("check")

    assert done.code == 1
    lines = [line for line in done.out.splitlines() if line[6:14] == "endpoint"]
    assert [line[:4].strip() for line in lines] == ["ok", "ok", "FAIL"]
    assert "gpt-5.2-pro answers (" in lines[0]
    assert "small-1 answers (" in lines[1]
    assert lines[2].startswith("FAIL  endpoint       spare: HTTP 401: ")
    assert 'try `authorization = "raw"` in [endpoints.spare].' in done.out
    assert "sk-wrong" not in done.out


async def test_describe_asks_the_model_that_is_named(town: Town, spare: ScriptedEndpoint) -> None:
    file = town.folder / "quarters.png"
    file.write_bytes(write(quadrants(), "PNG"))

    done = await town.command("describe", str(file), "--model", "spare-1")
    wrong = await town.command("describe", str(file), "--model", "gpt-9")

    assert "I see 1 picture(s): png 120x80.\n  (spare-1: " in done.out
    assert not town.endpoint.requests
    assert wrong.code == 2
    assert wrong.err == (
        "glimpse: no endpoint offers the model `gpt-9`; there are: gpt-5.2-pro, small-1, spare-1\n"
    )


async def test_describe_takes_the_next_endpoint_where_the_first_is_down(
    town: Town, spare: ScriptedEndpoint
) -> None:
    file = town.folder / "quarters.png"
    file.write_bytes(write(quadrants(), "PNG"))
    await town.close_endpoint()

    done = await town.command("describe", str(file))
    await town.reopen_endpoint()

    assert done.code == 0, done.err
    assert "\n  (spare-1: " in done.out
