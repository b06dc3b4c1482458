"""Tokens of interactions."""

from tests.standins.playground.wire import Wire


async def test_an_unknown_token_opens_no_interaction(wire: Wire) -> None:
    bot_id = wire.playground.bot.id

    callback = await wire.ask("POST", "/interactions/5/none/callback", {"type": 4})
    original = await wire.ask("PATCH", f"/webhooks/{bot_id}/none/messages/@original", {})

    assert (callback[1]["code"], original[1]["code"]) == (10062, 10015)
