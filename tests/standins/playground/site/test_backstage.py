"""The switches of the panel "Behind the scenes"."""

from bot.standins.playground.server import Discord
from tests.standins.playground.site.tab import Tab


async def test_switches_show_their_state(discord: Discord, tab: Tab) -> None:
    await tab.do("switch", name="storm", is_on=True)
    await tab.do("endpoint", behaviour="cut")
    while tab.received["backstage"]["switches"]["endpoint"] != "cut":
        await tab.receive()

    assert tab.received["backstage"]["switches"]["discord"] == ["storm"]
    assert len(discord.faults.planned) == 1
    await tab.do("switch", name="storm", is_on=False)
    assert discord.faults.planned == []
