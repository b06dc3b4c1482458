"""Single commands over REST."""

from tests.standins.playground.wire import Wire


async def test_single_commands_are_added_changed_and_removed(wire: Wire) -> None:
    base = f"/applications/{wire.playground.bot.id}/commands"
    body = {"name": "quota", "description": "Yours"}

    added = await wire.ask("POST", base, body)
    again = await wire.ask("POST", base, body)
    one = f"{base}/{added[1]['id']}"
    changed = await wire.ask("PATCH", one, {"description": "Ours"})
    removed = await wire.ask("DELETE", one)
    unknown = await wire.ask("GET", one)

    assert (added[0], again[0], again[1]["id"]) == (201, 200, added[1]["id"])
    assert (changed[1]["description"], removed[0], unknown[1]["code"]) == ("Ours", 204, 10063)
