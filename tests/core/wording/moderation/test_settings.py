"""Time zones and log channels, in words."""

import pytest

from bot.core import wording
from bot.core.calendar.time_zones import UnknownZone
from bot.core.moderation.preferences import Preference, Scope, Topic

SENTENCES = [
    wording.time_zone_changed("Europe/Berlin", before=None, default="UTC"),
    wording.time_zone_changed("Europe/Berlin", before="Asia/Tokyo", default="UTC"),
    wording.time_zone_changed("Europe/Berlin", before="Europe/Berlin", default="UTC"),
    wording.time_zone_changed(None, before="Asia/Tokyo", default="UTC"),
    wording.time_zone_changed(None, before=None, default="UTC"),
    wording.time_zone_unknown(UnknownZone("x" * 5_000, ())),
    wording.time_zone_unknown(UnknownZone("Berln", ("Europe/Berlin",))),
    wording.time_zone_unknown(UnknownZone("CET", ("Europe/Berlin", "Europe/Paris"), is_short=True)),
    wording.time_zone_unknown(UnknownZone("UTC+1", (), is_short=True)),
    wording.log_channel_changed(2**63, before=None),
    wording.log_channel_changed(2**63, before=71),
    wording.log_channel_changed(71, before=71),
    wording.log_channel_changed(None, before=2**63),
    wording.log_channel_changed(None, before=None),
    wording.log_channel_is(None),
    wording.log_channel_is(2**63),
    *(wording.log_channel_closed(2**63, may_view=seen) for seen in (True, False)),
    wording.setting_default(),
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_short_and_not_empty(sentence: str) -> None:
    assert 0 < len(sentence) <= 300
    assert sentence == sentence.strip()
    assert "!" not in sentence


def test_changed_time_zone_names_both_and_the_way_back() -> None:
    assert wording.time_zone_changed("Europe/Berlin", before=None, default="UTC") == (
        "The time zone of this server is now `Europe/Berlin`; it was `UTC`."
        " Hours, days, weeks and months begin by it from the next answer on."
        " To undo it: `/manage settings time-zone zone:default`."
    )
    assert "`/manage settings time-zone zone:Asia/Tokyo`" in wording.time_zone_changed(
        None, before="Asia/Tokyo", default="UTC"
    )


def test_zone_that_was_chosen_before_is_no_change() -> None:
    same = wording.time_zone_changed("Europe/Berlin", before="Europe/Berlin", default="UTC")

    assert same == "Nothing has changed: the time zone of this server is `Europe/Berlin` already."


def test_unknown_zone_says_what_may_be_meant() -> None:
    near = UnknownZone("Berln", ("Europe/Berlin", "Europe/Dublin"))
    letters = UnknownZone("CET", ("Europe/Berlin",), is_short=True)
    hostile = UnknownZone("`@everyone`\n", ())

    assert wording.time_zone_unknown(near) == (
        "I know no time zone `Berln`. Did you mean `Europe/Berlin` or `Europe/Dublin`?"
    )
    assert "Please name a place instead: `Europe/Berlin`." in wording.time_zone_unknown(letters)
    assert "@everyone" not in wording.time_zone_unknown(hostile)


def test_log_channel_names_what_is_posted_and_the_way_back() -> None:
    changed = wording.log_channel_changed(71, before=None)
    ended = wording.log_channel_changed(None, before=71)

    assert "now posted to <#71>" in changed
    assert "`/manage settings log-channel state:off`" in changed
    assert ended.startswith("Changes are no longer posted to <#71>.")


def test_closed_log_channel_names_the_permission_that_is_missing() -> None:
    seen = wording.log_channel_closed(71, may_view=True)
    unseen = wording.log_channel_closed(71, may_view=False)

    assert "**Send Messages**" in seen
    assert "**View Channel**" not in seen
    assert "**View Channel** and **Send Messages**" in unseen


def test_settings_show_zone_and_log_channel() -> None:
    none = wording.settings_here({}, offered=frozenset())
    both = wording.settings_here(
        {
            Topic.TIME_ZONE: Preference(value="Europe/Berlin", scope=Scope.SERVER),
            Topic.LOG_CHANNEL: Preference(value="71", scope=Scope.SERVER),
        },
        offered=frozenset(),
    )

    assert "**Time zone**: as the operator has it." in none
    assert "**Log channel**: none." in none
    assert "**Time zone**: `Europe/Berlin`, set for the whole server." in both
    assert "**Log channel**: <#71>, set for the whole server." in both
