"""Questions before a change that touches many, and Undo after every change."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.conftest import Town, open_town
from tests.e2e.quota_places import Place, button, labels, open_place, shown

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]

NO_LONGER_ALLOWED = "You may not decide that here any more, so nothing has changed."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("quota")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Town) -> AsyncIterator[Place]:
    async with town.running():
        yield open_place(town)


@pytest.mark.parametrize(
    ("path", "options", "question"),
    [
        (("set", "role"), {"role": "role", "amount": "5k"}, "Change the limits of all members of"),
        (("set", "everyone"), {"amount": "5k"}, "Change the limits of everyone in this server?"),
        (("set", "channel"), {"amount": "5k"}, "Change the cap of <#"),
        (("set", "server"), {"amount": "5k"}, "Change the cap of this server?"),
        (("grant",), {"who": "role", "amount": "5k", "until": "1d"}, "Give 5,000 tokens more"),
        (("block",), {"who": "role"}, "Keep all members of"),
        (("pause",), {}, "Pause all answers in <#"),
        (("pause",), {"where": "server"}, "Pause all answers in this whole server"),
    ],
    ids=["role", "everyone", "channel", "server", "grant", "block", "pause", "pause the server"],
)
async def test_what_touches_many_is_asked_first_and_cancelling_changes_nothing(
    place: Place, path: tuple[str, ...], options: dict[str, object], question: str
) -> None:
    role = place.server.add_role("crowd")
    given = {name: role if value == "role" else value for name, value in options.items()}

    asked = await place.order(*path, **given)

    assert question in asked.content
    assert "Nothing has changed yet. This question ends <t:" in asked.content
    assert labels(shown(asked)) == ["Confirm", "Cancel"]
    assert (await place.rules()).startswith("Nothing is set in this server")
    cancelled = await place.moderator.press(shown(asked), button(shown(asked), "Cancel"))
    assert cancelled.content == "Cancelled; nothing has changed."
    assert labels(shown(cancelled)) == []
    assert (await place.rules()).startswith("Nothing is set in this server")


async def test_taking_away_what_many_have_is_asked_first(place: Place) -> None:
    await place.confirmed("set", "everyone", amount="5k")

    asked = await place.order("clear", "everyone")

    assert "From: 5,000 tokens a day\nTo: the usual limits" in asked.content
    done = await place.moderator.press(shown(asked), button(shown(asked), "Confirm"))
    assert done.content.startswith("Everyone in this server no longer has limits")


async def test_question_says_from_what_to_what(place: Place) -> None:
    await place.confirmed("set", "everyone", amount="5k")

    asked = await place.order("set", "everyone", amount="$2", per="month", reason="a try")

    assert asked.content.startswith(
        "**Change the limits of everyone in this server?**\n"
        "From: 5,000 tokens a day\nTo: $2 a month and 5,000 tokens a day\nReason: a try\n"
    )


async def test_permission_that_was_taken_meanwhile_is_noticed_on_the_click(place: Place) -> None:
    asked = await place.order("set", "everyone", amount="5k")
    place.server.take_role(place.moderator, place.powers)

    done = await place.moderator.press(shown(asked), button(shown(asked), "Confirm"))

    assert done.content == NO_LONGER_ALLOWED
    assert labels(shown(done)) == []
    place.server.give_role(place.moderator, place.powers)
    assert (await place.rules()).startswith("Nothing is set in this server")


async def test_role_that_was_deleted_meanwhile_is_noticed_on_the_click(
    town: Town, place: Place
) -> None:
    role = place.server.add_role("fleeting")
    asked = await place.order("set", "role", role=role, amount="5k")
    place.server.delete_role(role)
    await place.order("audit")  # the bot has heard of it when it answers this

    done = await place.moderator.press(shown(asked), button(shown(asked), "Confirm"))

    assert done.content == "What you chose is no longer there, so nothing has changed."


async def test_result_says_from_what_it_really_changed(place: Place) -> None:
    asked = await place.order("set", "everyone", amount="5k")
    await place.confirmed("set", "everyone", amount="9k")

    done = await place.moderator.press(shown(asked), button(shown(asked), "Confirm"))

    assert done.content == (
        "Everyone in this server now has 5,000 tokens a day; before: 9,000 tokens a day."
    )


async def test_change_and_its_undoing_can_be_undone(place: Place) -> None:
    done = await place.order("set", "user", user=place.member, amount="50k")

    undone = await place.undo(done)
    again = await place.undo(undone)

    who = place.member.mention
    assert undone.content == (
        f"Taken back. {who} no longer has limits of their own; before: 50,000 tokens a day."
    )
    assert again.content == (
        f"Taken back. {who} now has 50,000 tokens a day; before: none of their own."
    )
    assert f"- {who}: 50,000 tokens a day" in await place.rules()


@pytest.mark.parametrize(
    ("path", "options", "said"),
    [
        (("set", "server"), {"amount": "5k"}, "This server no longer has a cap"),
        (("grant",), {"who": "member", "amount": "5k", "until": "1d"}, "that were granted"),
        (("block",), {"who": "member"}, "is no longer blocked"),
        (("pause",), {"where": "server"}, "This whole server is no longer paused"),
    ],
    ids=["cap", "grant", "block", "pause"],
)
async def test_every_kind_of_change_can_be_undone(
    place: Place, path: tuple[str, ...], options: dict[str, object], said: str
) -> None:
    given = {name: place.member if value == "member" else value for name, value in options.items()}
    done = await place.order(*path, **given)
    if "Confirm" in labels(shown(done)):
        done = await place.moderator.press(shown(done), button(shown(done), "Confirm"))

    undone = await place.undo(done)

    assert said in undone.content
    assert (await place.rules()).startswith("Nothing is set in this server")


async def test_settings_can_be_undone_from_their_reply_too(place: Place) -> None:
    done = await place.moderator.slash(
        "manage", "settings", "time-zone", where=place.room, zone="Europe/Berlin"
    )

    undone = await place.undo(done)

    assert undone.content.startswith("Taken back.")
    assert "Days begin at midnight in UTC." in await place.rules()


async def test_choice_of_a_model_can_be_undone(place: Place) -> None:
    done = await place.moderator.slash("model", where=place.room, choose="scripted")

    undone = await place.undo(done)

    assert undone.content.startswith("Taken back.")
    here = await place.member.slash("model", where=place.room)
    assert here.content == "Here `scripted` answers, the default."


async def test_what_was_undone_can_not_be_undone_once_more(place: Place) -> None:
    done = await place.order("set", "user", user=place.member, amount="50k")
    await place.undo(done)

    again = await place.undo(done)

    assert "already" in again.content
    assert labels(shown(again)) == []


async def test_what_was_changed_since_is_not_undone(place: Place) -> None:
    done = await place.order("set", "user", user=place.member, amount="50k")
    await place.order("set", "user", user=place.member, amount="70k")

    again = await place.undo(done)

    assert "since" in again.content
    assert f"- {place.member.mention}: 70,000 tokens a day" in await place.rules()


async def test_undo_wants_the_permission_too(place: Place) -> None:
    done = await place.order("set", "user", user=place.member, amount="50k")
    place.server.take_role(place.moderator, place.powers)

    refused = await place.undo(done)

    assert refused.content == NO_LONGER_ALLOWED
    place.server.give_role(place.moderator, place.powers)
    assert f"- {place.member.mention}: 50,000 tokens a day" in await place.rules()


async def test_restart_keeps_undo_and_expires_an_open_question(town: Town) -> None:
    async with town.running():
        place = open_place(town)
        done = await place.order("set", "user", user=place.member, amount="50k")
        asked = await place.order("set", "everyone", amount="5k")

    async with town.running():
        undone = await place.undo(done)
        late = await place.moderator.press(shown(asked), button(shown(asked), "Confirm"))

        assert undone.content.startswith("Taken back.")
        assert late.content == (
            "This question has expired; nothing has changed. Please give the command again."
        )
        assert labels(shown(late)) == []
        assert (await place.rules()).startswith("Nothing is set in this server")


async def test_pages_can_be_turned_after_a_restart(town: Town) -> None:
    async with town.running():
        place = open_place(town)
        for number in range(7):
            await place.order("set", "user", user=place.member, amount=f"{number + 1}k")
        first = await place.order("audit")

    async with town.running():
        older = await place.moderator.press(shown(first), button(shown(first), "Older"))

        assert older.content.startswith("**Before that**\n")


async def test_moderators_by_server_settings_are_kept_over_a_restart(
    town: Town,
) -> None:
    async with town.running():
        place = open_place(town)
        await place.rules()
    stewards = place.server.add_role("stewards")
    steward = place.server.add_member("steward", roles=(stewards,))
    place.server.permit_command("manage", stewards)

    async with town.running():
        done = await steward.slash(
            "manage", "set", "user", where=place.room, user=place.member, amount="5k"
        )

        assert "now has 5,000 tokens a day" in done.content
