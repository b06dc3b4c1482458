"""Moderators by a server's settings: no response waits for Discord's word on them."""

from typing import Any

import pytest

from bot.standins.playground.actors.people import Person
from tests.e2e.conftest import PATIENCE, Town
from tests.e2e.quota_places import Place, button, open_place, shown

pytestmark = pytest.mark.proof

PERMISSIONS = r"/commands/permissions$"
BEFORE: dict[str, Any] = {  # the command that held everything before there was `/manage`
    "name": "quota",
    "description": "Who may use how much of this bot, and what is left",
}
MOVED = "The commands of moderators are now in one of their own, `/manage`"
ASK = "For you to see it, an administrator must allow it to you or your role"
NOT_ALLOWED = "You may not decide that here any more, so nothing has changed."


def permission_requests(town: Town) -> int:
    """Those that were answered."""
    return sum(one.path.endswith("/commands/permissions") for one in town.discord.dispatcher.log)


def open_upgraded_place(town: Town) -> tuple[Place, Person]:
    """A server that had allowed `/quota` to its stewards before the upgrade, and one of them."""
    town.discord.commands.overwrite([BEFORE])
    place = open_place(town)
    stewards = place.server.add_role("stewards")
    place.server.permit_command("quota", stewards)
    return place, place.server.add_member("steward", roles=(stewards,))


def times_read(town: Town) -> int:
    return town.log.count("the permissions of commands were read")


async def until_read(town: Town, times: int = 1) -> None:
    await town.wait(lambda: times_read(town) >= times, "servers' settings were read")


async def test_no_first_response_waits_for_permissions_of_commands(town: Town) -> None:
    """A `…/commands/permissions` that failed held up commands and buttons for 9 to 25 seconds."""
    place = open_place(town)
    stewards = place.server.add_role("stewards")
    steward = place.server.add_member("steward", roles=(stewards,))
    town.discord.faults.hang(PATIENCE, method="GET", path=PERMISSIONS, times=100)
    async with town.running():
        place.server.permit_command("manage", stewards)

        own = await place.member.slash("quota", "me", where=place.room)
        refused = await place.member.slash("model", where=place.room, choose="scripted")
        asked = await steward.slash("manage", "set", "everyone", where=place.room, amount="5k")
        done = await steward.press(shown(asked), button(shown(asked), "Confirm"))
        undone = await steward.press(shown(done), button(shown(done), "Undo"))

        assert permission_requests(town) == 0
    assert own.content.startswith("**Your quota**")
    assert "Only people who may manage this server" in refused.content
    assert done.content.startswith("Everyone in this server now has 5,000 tokens a day;")
    assert undone.content.startswith("Taken back.")


async def test_delegate_of_before_may_still_press_undo(town: Town) -> None:
    place, steward = open_upgraded_place(town)
    place.server.give_role(steward, place.powers)
    async with town.running():
        await until_read(town)
        done = await steward.slash(
            "manage", "set", "user", where=place.room, user=place.member, amount="5k"
        )
        other = await place.order("set", "user", user=steward.user, amount="5k")
        place.server.take_role(steward, place.powers)
        place.server.take_role(place.moderator, place.powers)

        refused = await place.undo(other)
        undone = await steward.press(shown(done), button(shown(done), "Undo"))

        assert "manage" not in steward.available_commands(where=place.room)
        assert refused.content == NOT_ALLOWED
        assert undone.content.startswith("Taken back.")

    town.discord.faults.answer(503, method="GET", path=PERMISSIONS, times=100)
    async with town.running():  # from the database, while Discord can't be asked
        again = await steward.press(shown(undone), button(shown(undone), "Undo"))

        assert again.content.startswith("Taken back.")


@pytest.mark.proof
async def test_delegates_and_moderators_are_told_where_commands_went(town: Town) -> None:
    place, steward = open_upgraded_place(town)
    async with town.running():
        await until_read(town)

        own = await steward.slash("quota", "me", where=place.room)
        why = await steward.slash("quota", "why", where=place.room)
        member = await place.member.slash("quota", "me", where=place.room)
        first = await place.order("show")
        await town.wait(lambda: first.followups, "a moderator is told")
        second = await place.order("show")
        await place.rules()

    (notice,) = first.followups
    assert all(ASK in one.content for one in (own, why))
    assert ASK not in member.content
    assert notice.content.startswith(MOVED)
    assert notice.is_ephemeral
    assert second.followups == []


@pytest.mark.proof
async def test_settings_that_change_are_learnt_and_the_log_channel_told(town: Town) -> None:
    async with town.running():
        await until_read(town)
        place = open_place(town)
        stewards, log = place.server.add_role("stewards"), place.server.add_channel("log")
        steward = place.server.add_member("steward", roles=(stewards,))
        await place.order("settings", "log-channel", channel=log)
        read = times_read(town)
        place.server.permit_command("model", stewards)
        await until_read(town, read + 1)
        chosen = await steward.slash("model", where=place.room, choose="scripted")

        place.server.permit_command("quota", stewards)

        def told() -> list[str]:
            return [one.content for one in log.living() if one.content.startswith(MOVED)]

        await town.wait(told, "the log channel is told")
        await until_read(town, read + 2)
        own = await steward.slash("quota", "me", where=place.room)
        place.server.permit_command("manage", stewards)
        await until_read(town, read + 3)
        later = await steward.slash("quota", "me", where=place.room)

        assert "`scripted` answers" in chosen.content
        assert ASK in own.content
        assert ASK not in later.content
        assert "manage" in steward.available_commands(where=place.room)
        assert len(told()) == 1
        assert f"<@&{stewards.id}>" in told()[0]


async def test_app_on_somebodys_account_gives_no_rights_in_a_server(town: Town) -> None:
    """Servers decide about their own apps only, and whoever gave `/manage` was taken for allowed."""
    place = open_place(town)
    stewards = place.server.add_role("stewards")
    steward = place.server.add_member("steward", roles=(stewards,))

    def of_account(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "authorizing_integration_owners": {"1": str(steward.user.id)}}

    async with town.running():
        place.server.permit_command("manage", stewards)
        town.discord.faults.answer(403, method="GET", path=PERMISSIONS, times=100)
        town.discord.gateway.faults.events.change("INTERACTION_CREATE", of_account)
        refused = await steward.slash("manage", "reset", where=place.room, user=place.member)

    (registered,) = [one for one in town.discord.commands.all() if one["name"] == "manage"]
    assert refused.content.startswith("Only people who may manage this server can do that.")
    assert registered["integration_types"] == [0]
