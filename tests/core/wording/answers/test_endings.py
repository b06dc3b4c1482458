from bot.core import wording
from bot.core.answers.events import Ending


def test_every_ending_has_a_name_of_its_own() -> None:
    assert len({wording.ending_name(ending) for ending in Ending}) == len(Ending)
