"""The bytes of downloads that wait for the worker, for the process and for each person."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.images.byte_limits import ByteLimits, Hold

ALICE, BOB, CAROL = 1, 2, 3
asked = st.tuples(st.sampled_from([ALICE, BOB, CAROL]), st.integers(1, 120))


def begin(hold: Hold) -> "asyncio.Task[None]":
    return asyncio.create_task(hold.take())


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_person_with_a_full_share_waits_and_others_pass() -> None:
    """20 questions of 49 MB by one person made 1.1 GB."""
    limits = ByteLimits(total=300, each=100)
    holds = [limits.ask(ALICE, 60), limits.ask(ALICE, 60), limits.ask(BOB, 60)]
    tasks = [begin(hold) for hold in holds]
    await settle()

    got = [task.done() for task in tasks]
    holds[0].release()
    await settle()

    assert got == [True, False, True]
    assert tasks[1].done()
    assert limits.held == 120


async def test_large_file_is_not_overtaken_for_ever_by_small_ones() -> None:
    limits = ByteLimits(total=100, each=100)
    small, large, late = limits.ask(ALICE, 60), limits.ask(BOB, 90), limits.ask(CAROL, 10)
    tasks = [begin(hold) for hold in (small, large, late)]
    await settle()

    before = [task.done() for task in tasks]
    small.release()
    await settle()

    assert before == [True, False, False]
    assert [task.done() for task in tasks] == [True, True, True]


async def test_file_larger_than_every_bound_is_let_in_alone() -> None:
    limits = ByteLimits(total=100, each=50)
    vast = limits.ask(ALICE, 10_000)

    await vast.take()

    assert limits.held == 50
    vast.release()
    assert limits.held == 0


async def test_wait_that_is_given_up_holds_up_nobody() -> None:
    limits = ByteLimits(total=100, each=100)
    first, second, third = limits.ask(ALICE, 100), limits.ask(BOB, 100), limits.ask(CAROL, 100)
    tasks = [begin(hold) for hold in (first, second, third)]
    await settle()

    tasks[1].cancel()
    await settle()
    second.release()
    first.release()
    await settle()

    assert tasks[2].done()
    third.release()
    assert limits.held == 0


async def test_release_twice_or_before_taking_changes_nothing() -> None:
    limits = ByteLimits(total=100, each=100)
    hold = limits.ask(ALICE, 70)

    hold.release()
    await hold.take()
    hold.release()
    hold.release()

    assert limits.held == 0


@given(st.lists(asked, max_size=30), st.randoms(use_true_random=False))
def test_bounds_hold_and_everybody_gets_a_turn(asks: list[tuple[int, int]], random: object) -> None:
    async def play() -> None:
        limits = ByteLimits(total=150, each=100)
        holds = [limits.ask(person, amount) for person, amount in asks]
        tasks = {hold: begin(hold) for hold in holds}
        while tasks:
            await settle()
            inside = [hold for hold, task in tasks.items() if task.done()]
            assert inside
            assert sum(hold.amount for hold in inside) == limits.held <= 150
            for person in (ALICE, BOB, CAROL):
                assert sum(hold.amount for hold in inside if hold.person == person) <= 100
            done = random.choice(inside)  # type: ignore[attr-defined]
            done.release()
            del tasks[done]
        assert limits.held == 0

    asyncio.run(play())
