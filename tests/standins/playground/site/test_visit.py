"""Changes that are sent to a page, and channels that it may look at."""

from bot.standins.playground.server import Discord
from tests.standins.playground.site.tab import Tab, open_tab


async def test_change_by_one_is_told_to_all_who_look_there(discord: Discord, tab: Tab) -> None:
    async with open_tab(discord.base_url) as other:
        await tab.look("member", "general")
        await other.look("moderator", "general")

        await tab.do("say", text="first")
        seen = await other.until("first")
        await tab.do("edit", message=seen["id"], text="second")

        assert (await other.until("second"))["is_edited"]
        assert (await other.do("delete", message=seen["id"]))["kind"] == "done"
        while seen["id"] in tab.messages:
            await tab.receive()


async def test_newcomer_cannot_look_into_a_channel_of_the_crew(tab: Tab) -> None:
    crew = tab.channel("crew")

    answer = await tab.do("look", **{"as": tab.identity("newcomer without roles"), "at": crew})

    assert answer["result"]["at"] == tab.channel("pictures")


async def test_nobody_can_be_somebody_who_is_not_offered(discord: Discord, tab: Tab) -> None:
    answer = await tab.do("look", **{"as": str(discord.bot.id)})

    assert answer["error"] == "There is nobody like that here."
