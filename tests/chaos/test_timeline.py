"""When a command may have been lost without the bot's fault."""

import pytest

from chaos.timeline import Timeline


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def timeline(watch: Watch) -> Timeline:
    return Timeline(clock=watch)


def connect(timeline: Timeline, watch: Watch, *, away: tuple[float, float]) -> None:
    for at, connected in zip((away[0] - 1, *away), (True, False, True), strict=True):
        watch.now = at
        timeline.note_connected(connected)


@pytest.mark.parametrize(
    ("opened_at", "troubled"),
    [(106.0, False), (107.5, True), (112.0, True), (114.9, True), (116.0, False)],
    ids=["long before", "no time to answer", "meanwhile", "just before the end", "afterwards"],
)
def test_command_may_be_lost_around_an_absence(
    timeline: Timeline, watch: Watch, opened_at: float, troubled: bool
) -> None:
    connect(timeline, watch, away=(110.0, 115.0))

    assert timeline.was_troubled(opened_at) is troubled


def test_absence_that_goes_on_excuses_what_follows(timeline: Timeline, watch: Watch) -> None:
    watch.now = 110.0
    timeline.note_connected(False)

    assert timeline.was_troubled(200.0)
    assert not timeline.was_troubled(106.0)


def test_trouble_excuses_while_it_lasts(timeline: Timeline, watch: Watch) -> None:
    watch.now = 110.0
    timeline.note_trouble(5.0)

    assert timeline.was_troubled(114.0)
    assert not timeline.was_troubled(115.5)


def test_bot_that_stays_excuses_nothing(timeline: Timeline) -> None:
    timeline.note_connected(True)

    assert not timeline.was_troubled(110.0)


def test_end_of_a_process_is_found_between_two_times(timeline: Timeline, watch: Watch) -> None:
    watch.now = 110.0
    timeline.note_end("the bot is killed")

    assert timeline.ended_between(109.0, 111.0)
    assert not timeline.ended_between(110.5, 120.0)
    assert not timeline.ended_between(100.0, 109.5)


def test_lines_are_in_order_and_about_one_question(timeline: Timeline, watch: Watch) -> None:
    timeline.begin()
    timeline.note("asked", "qabc123", at=103.0)
    timeline.note("asked", "qxyz789", at=102.0)
    timeline.note("the bot is killed", at=101.5)

    assert timeline.about("qabc123") == ("  1.50 s  the bot is killed", "  3.00 s  asked")


@pytest.mark.parametrize(
    ("deferred_at", "ended_at", "is_lost"),
    [
        (109.0, 112.0, False),
        (111.0, 112.0, True),
        (111.0, 110.5, False),
        (111.0, 116.0, False),
        (115.5, 115.7, False),
    ],
    ids=["deferred before", "both meanwhile", "ended before", "ended after", "deferred after"],
)
def test_what_waited_behind_a_lock_is_lost_with_its_process(
    timeline: Timeline, watch: Watch, deferred_at: float, ended_at: float, is_lost: bool
) -> None:
    watch.now = 115.0
    timeline.note_lock(110.0)
    timeline.ends.append(ended_at)

    assert timeline.was_lost_behind_a_lock(deferred_at) is is_lost
