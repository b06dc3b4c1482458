"""Discord's gateway refuses, ignores and forgets the bot, which comes back soon and loses nothing."""

import re

import pytest

from tests.e2e.conftest import Town, shared_town

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]
town = shared_town

REFUSED = "Discord's gateway can't be reached"


async def test_session_was_given_up_after_one_refused_handshake(town: Town) -> None:
    """What was asked meanwhile was never answered: it had identified anew."""
    gateway, room = town.discord.gateway, town.open_channel()
    begun, resumed = len(gateway.identified), gateway.resumed
    gateway.faults.refusals = 2

    gateway.drop(4000)
    await town.wait(lambda: not gateway.connected_shards, "the connection is lost")
    meanwhile = await town.ask(room, "did you hear me?")

    await town.answered(meanwhile)
    assert gateway.resumed == resumed + 1
    assert len(gateway.identified) == begun


async def test_refused_handshake_logs_one_line_without_traceback(town: Town) -> None:
    gateway, logged = town.discord.gateway, len(town.log)
    gateway.faults.refusals = 2

    gateway.drop(4000)
    await town.wait(lambda: not gateway.connected_shards, "the connection is lost")
    await town.wait(lambda: gateway.connected_shards, "it is back")

    lines = re.findall(rf"{REFUSED} (.*) next_in=", town.log[logged:])
    assert lines == [
        f"shard=0 reason=WSServerHandshakeError status=503 attempt={attempt}" for attempt in (1, 2)
    ]
    assert "Traceback" not in town.log
    assert "Attempting a reconnect" not in town.log


async def test_refusing_resume_address_is_left_for_the_common_one(town: Town) -> None:
    gateway = town.discord.gateway
    begun, resumed = len(gateway.identified), gateway.resumed
    gateway.faults.only_resumes_refused = True
    gateway.faults.refusals = 1_000

    gateway.drop(4000)
    await town.wait(lambda: gateway.resumed > resumed, "the session is resumed elsewhere")

    gateway.faults.refusals = 0
    gateway.faults.only_resumes_refused = False
    assert len(gateway.identified) == begun
    await town.answered(await town.ask(town.open_channel(), "all well again?"))


async def test_wrong_sequence_begins_a_new_session(town: Town) -> None:
    gateway = town.discord.gateway
    begun = len(gateway.identified)

    gateway.drop(4007)
    await town.wait(lambda: len(gateway.identified) > begun, "a new session begins")

    await town.answered(await town.ask(town.open_channel(), "all well again?"))


async def test_open_connection_without_acknowledgements_is_replaced(town: Town) -> None:
    gateway, resumed = town.discord.gateway, town.discord.gateway.resumed
    gateway.heartbeat_interval, usual = 1.0, gateway.heartbeat_interval
    gateway.faults.acknowledges = False

    gateway.ask_to_reconnect()
    await town.wait(lambda: gateway.resumed > resumed, "heartbeats become frequent")
    gateway.heartbeat_interval = usual
    await town.wait(
        lambda: "Discord no longer answers on a connection" in town.log, "it is noticed"
    )

    gateway.faults.acknowledges = True
    await town.answered(await town.ask(town.open_channel(), "all well again?"))
