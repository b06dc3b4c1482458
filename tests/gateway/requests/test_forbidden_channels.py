"""Channels that Discord has closed to the bot, remembered for some minutes."""

from bot.gateway.requests.forbidden_channels import KEPT, ForbiddenChannels, Use


def test_channel_is_forbidden_for_what_was_refused_and_for_minutes_only() -> None:
    now = [0.0]
    channels = ForbiddenChannels(lambda: now[0])

    channels.note(5, Use.WRITE)

    assert channels.forbids(5, Use.WRITE)
    assert not channels.forbids(5, Use.READ)
    assert not channels.forbids(6, Use.WRITE)
    now[0] = KEPT
    assert not channels.forbids(5, Use.WRITE)


def test_changed_permissions_are_tried_at_once() -> None:
    channels = ForbiddenChannels(lambda: 0.0)
    channels.note(5, Use.WRITE)

    channels.forget()

    assert not channels.forbids(5, Use.WRITE)
