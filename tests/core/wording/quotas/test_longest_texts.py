from dataclasses import replace

import pytest

from bot.core import wording
from bot.core.moderation.audit_values import limits_state
from bot.core.quota.errors import Blocked
from bot.core.quota.limits import Block, Rules, Subject, Unit
from bot.core.quota.rules import RuleSource
from tests.core.wording.quotas.samples import (
    ASKER,
    GRANT,
    LONGEST_ID,
    MEASURES,
    MIDNIGHT,
    MOST,
    SUBJECTS,
    change,
    limit,
    ruling,
    standing,
)

LONG = "because of `@everyone` *stars*\n[and](https://example.org) " * 9
FAR_SUBJECTS = [replace(subject, id=LONGEST_ID) for subject in SUBJECTS]


@pytest.mark.parametrize("subject", FAR_SUBJECTS, ids=lambda subject: subject.kind.value)
def test_longest_texts_fit_into_a_message_and_are_harmless(subject: Subject) -> None:
    every = [limit(subject, MOST, measure) for measure in MEASURES]
    block = Block(subject=subject, until=MIDNIGHT, reason=LONG)
    texts = [
        wording.ask_limits(subject, every, every, reason=LONG),
        wording.ask_block(subject, block, MIDNIGHT, reason=LONG),
        wording.ask_grant(subject, Unit.DOLLARS, MOST, MIDNIGHT, reason=LONG),
        wording.blocked(Blocked(block)),
        *(
            wording.changed(
                change(
                    subject=subject,
                    before=limits_state(every),
                    after=limits_state(held),
                    reason=LONG,
                )
            )
            for held in (every, [])
        ),
        wording.quota_own(
            ruling(RuleSource.ROLES, *every, grants=(replace(GRANT, reason=LONG),) * 20),
            [standing(each, MOST, reserved=MOST, granted=MOST) for each in every],
            block=Blocked(block),
            recent=["-# " + "x" * 200] * 5,
        ),
        wording.quota_why(
            ASKER,
            Rules(limits=tuple(every), blocks=(block,)),
            ruling(RuleSource.ROLES, *every),
            [standing(each, MOST, reserved=MOST, granted=MOST) for each in every],
            block=Blocked(block),
        ),
        wording.server_rules(every, [GRANT] * 50, [block] * 50, zone="UTC", log_channel=1),
        wording.audit_page([change(subject=subject, reason=LONG)] * 10, is_newest=True),
    ]

    for text in texts:
        assert 0 < len(text) <= 1_960
        assert "@everyone" not in text
        assert "](http" not in text
