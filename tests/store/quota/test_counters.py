"""Counters: whose they are, and the order in which they are added to."""

from bot.core.calendar.windows import windows
from bot.core.quota.limits import SubjectKind
from bot.store.quota.counters import EVERYTHING, keys_of
from tests.store.rulings import channel, role, server, user
from tests.store.samples import BERLIN, NOW, SHOP

KEYS = {period: each.key for period, each in windows(NOW, BERLIN).items()}
SUBJECTS = (EVERYTHING, server(), channel(500), role(7), user())


def test_an_answer_is_added_to_each_subject_in_every_window() -> None:
    keys = keys_of(SHOP, SUBJECTS, KEYS)

    assert len({(key.subject, key.period) for key in keys}) == len(SUBJECTS) * len(KEYS)
    assert {key.window_starts_at for key in keys} == set(KEYS.values())


def test_counters_of_everything_belong_to_no_server() -> None:
    keys = keys_of(SHOP, SUBJECTS, KEYS)

    assert {key.guild_id for key in keys if key.subject == EVERYTHING} == {0}
    assert {key.guild_id for key in keys if key.subject != EVERYTHING} == {SHOP}


def test_counters_that_most_answers_share_come_last() -> None:
    keys = sorted(keys_of(SHOP, SUBJECTS, KEYS), key=lambda key: key.order)

    assert list(dict.fromkeys(key.subject.kind for key in keys)) == [
        SubjectKind.USER,
        SubjectKind.ROLE,
        SubjectKind.CHANNEL,
        SubjectKind.SERVER,
        SubjectKind.EVERYTHING,
    ]
