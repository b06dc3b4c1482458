"""The servers that a newcomer finds."""

from bot.standins.playground.server import Discord
from bot.standins.playground.stage import Stage


def test_stage_has_a_channel_that_needs_no_mention() -> None:
    stage = Stage.set_up(Discord())

    assert len(stage.automatic) == 1
