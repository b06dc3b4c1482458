"""Faults of the gateway."""

import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.gateway.faults import EventFault
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import USUAL, Client, connect
from tests.standins.playground.wire import Wire, next_event


async def test_a_resume_address_that_answers_503_is_given_up(
    playground: Discord, client: Client
) -> None:
    playground.gateway.faults.refusals = 1
    playground.gateway.faults.only_resumes_refused = True
    playground.gateway.drop(4000)

    await playground.wait_for(lambda: len(playground.gateway.identified) == 2)

    assert playground.gateway.faults.refusals == 0


async def test_heartbeats_without_an_answer_leave_the_connection_open(
    playground: Discord, server: Server
) -> None:
    playground.gateway.heartbeat_interval = 0.05
    playground.gateway.faults.acknowledges = False

    async with connect(playground) as client:
        assert client.is_ready()
        assert playground.gateway.connected_shards == {0}


async def test_a_duplicated_event_is_told_twice(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    playground.gateway.faults.events.plan(EventFault.DUPLICATE, "MESSAGE_CREATE")

    message = await alice.say(channel, "once")

    await client.until(lambda: [one.id for one in client.messages] == [message.id] * 2)


async def test_a_swapped_event_is_told_after_the_next(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    playground.gateway.faults.events.plan(EventFault.SWAP, "MESSAGE_CREATE")

    await alice.say(channel, "first")
    await alice.say(channel, "second")

    await client.until(lambda: len(client.messages) == 2)
    assert [one.content for one in client.messages] == ["second", "first"]


async def test_a_lost_event_is_never_told(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    playground.gateway.faults.events.plan(EventFault.LOSE, "MESSAGE_CREATE")

    await alice.say(channel, "lost")
    await alice.say(channel, "found")

    assert (await client.message_from(alice.id)).content == "found"


async def test_a_silent_gateway_tells_nothing_more(
    wire: Wire, alice: Person, channel: Channel
) -> None:
    socket = await wire.identified(USUAL.value)

    wire.playground.gateway.fall_silent()
    await alice.say(channel, "hello?")

    with pytest.raises(TimeoutError):
        await next_event(socket, "MESSAGE_CREATE")
