"""Bodies that can not be read."""

from bot.standins.playground.world.state import Channel
from tests.standins.playground.wire import Wire


async def test_a_body_that_is_no_json_is_refused(wire: Wire, channel: Channel) -> None:
    answer = await wire.ask("POST", f"/channels/{channel.id}/messages", b"{")

    assert (answer[0], answer[1]["code"]) == (400, 50109)
