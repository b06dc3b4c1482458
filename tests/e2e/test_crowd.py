"""A crowd: two hundred questions within a second."""

import pytest

from tests.e2e.conftest import FOOTER, Town

pytestmark = pytest.mark.proof

ROOMS, PEOPLE = 40, 5


def answer(number: int) -> str:
    return f"Answer {number}: " + " ".join(f"{number}-{n}" for n in range(30)) + "."


async def test_two_hundred_concurrent_answers_arrive_whole_without_rate_limits(town: Town) -> None:
    town.set("quota", tokens_per_day="unlimited")
    async with town.running():
        rooms = [town.open_channel(f"room-{n}") for n in range(ROOMS)]
        people = [town.server.add_member(f"person-{n}") for n in range(PEOPLE)]
        pairs = [(room, who) for who in people for room in rooms]
        asked = {
            (await town.ask(room, f"number {n} [[text='{answer(n)}' pace=0.05]]", by=who)).id: n
            for n, (room, who) in enumerate(pairs)
        }

        def whole() -> dict[int, str] | None:
            found = {
                asked[one.reference.message_id]: one.content.partition(FOOTER)[0]
                for one in town.discord.all_messages
                if one.reference is not None and FOOTER in one.content
            }
            return found if len(found) == len(asked) else None

        answers = await town.wait(whole, "all two hundred are whole", timeout=60)

        assert answers == {n: answer(n) for n in range(ROOMS * PEOPLE)}
        assert town.discord.count_429 == 0
        assert len(town.endpoint.requests) == ROOMS * PEOPLE
    verified = await town.command("database", "verify")
    assert verified.code == 0, verified.out
