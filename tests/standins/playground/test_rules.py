"""The playground's own decisions, without a network."""

import struct

import pytest

from bot.standins.playground.buckets import Buckets, Rule
from bot.standins.playground.errors import DiscordError, FormErrors, Json
from bot.standins.playground.interactions import commands
from bot.standins.playground.messages import forms
from bot.standins.playground.messages.dimensions import find_dimensions
from bot.standins.playground.messages.posts import find_mentions
from bot.standins.playground.world import permissions
from bot.standins.playground.world.permissions import EVERYTHING, Overwrite, Permission
from bot.standins.playground.world.snowflakes import EPOCH, Snowflakes

VIEW, SEND, ATTACH = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, Permission.ATTACH_FILES
EVERYONE, ROLE, MEMBER = 1, 2, 3


def _in_channel(base: int, *overwrites: Overwrite) -> int:
    return permissions.in_channel(
        base, overwrites, everyone_id=EVERYONE, role_ids=[ROLE], member_id=MEMBER
    )


@pytest.mark.parametrize(
    ("overwrites", "expected"),
    [
        ((), VIEW | SEND),
        ((Overwrite(target_id=EVERYONE, deny=SEND),), VIEW),
        # a role goes before @everyone, the member before the role
        (
            (Overwrite(target_id=ROLE, allow=SEND), Overwrite(target_id=EVERYONE, deny=SEND)),
            VIEW | SEND,
        ),
        (
            (
                Overwrite(target_id=MEMBER, is_member=True, deny=SEND),
                Overwrite(target_id=ROLE, allow=SEND),
            ),
            VIEW,
        ),
        # another member's does not count
        ((Overwrite(target_id=9, is_member=True, deny=SEND),), VIEW | SEND),
        # who can't see can do nothing
        ((Overwrite(target_id=EVERYONE, deny=VIEW),), 0),
    ],
)
def test_overwrites_apply_in_order(overwrites: tuple[Overwrite, ...], expected: int) -> None:
    assert _in_channel(int(VIEW | SEND), *overwrites) == expected


def test_attaching_needs_sending() -> None:
    assert _in_channel(int(VIEW | ATTACH)) == VIEW


def test_administrators_and_owners_may_do_everything_whatever_a_channel_denies() -> None:
    administrator = permissions.in_server([int(Permission.ADMINISTRATOR)])
    owner = permissions.in_server([0], is_owner=True)

    assert administrator == owner == EVERYTHING
    assert _in_channel(owner, Overwrite(target_id=EVERYONE, deny=VIEW)) == EVERYTHING


def test_a_window_begins_with_its_first_request() -> None:
    buckets, rule = Buckets(), Rule(limit=2, per=5.0)

    verdicts = [buckets.take("edit:1", rule, now) for now in (10.0, 14.9, 14.95, 15.0)]

    assert [one.allowed for one in verdicts] == [True, True, False, True]
    assert [one.remaining for one in verdicts] == [1, 0, 0, 1]
    assert verdicts[2].reset_after == pytest.approx(0.05)
    assert verdicts[3].resets_at == 20.0


def test_buckets_of_different_keys_do_not_know_each_other() -> None:
    buckets, rule = Buckets(), Rule(limit=1, per=5.0)

    assert buckets.take("edit:1", rule, 0.0).allowed
    assert buckets.take("edit:2", rule, 0.0).allowed


TEXT = "<@1> <@!2> <@&3> @everyone `<@4>`"


@pytest.mark.parametrize(
    ("allowed", "users", "roles", "everyone"),
    [
        (None, (1, 2), (3,), True),
        ({"parse": []}, (), (), False),
        ({"parse": ["users"]}, (1, 2), (), False),
        ({"parse": ["everyone"], "users": ["2"]}, (2,), (), True),
        ({"parse": [], "roles": ["3", "9"]}, (), (3,), False),
    ],
)
def test_mentions_count_as_far_as_they_are_allowed(
    allowed: Json | None, users: tuple[int, ...], roles: tuple[int, ...], everyone: bool
) -> None:
    called = find_mentions(TEXT, allowed, default=("users", "roles", "everyone"))

    assert (called.user_ids, called.role_ids, called.everyone) == (users, roles, everyone)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"embeds": [{"title": "x" * 257}]}, "embeds"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
        ({"embeds": [{}] * 11}, "embeds"),
        ({"components": [{"type": 1, "components": []}]}, "components"),
        ({"components": [{"type": 2, "custom_id": "a", "label": "a"}]}, "components"),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "label": "a", "custom_id": "x" * 101}]}
                ]
            },
            "components",
        ),
        ({"nonce": "x" * 26}, "nonce"),
        ({"allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
    ],
)
def test_forms_that_discord_would_not_take_are_named(body: Json, path: str) -> None:
    with pytest.raises(DiscordError) as refusal:
        forms.check_message(body, {}, is_layout=False)

    assert refusal.value.code == 50035
    assert set(refusal.value.errors or {}) == {path}


def test_a_layout_takes_no_content_beside_it() -> None:
    body = {"content": "x", "components": [{"type": 10, "content": "y"}]}

    with pytest.raises(DiscordError) as refusal:
        forms.check_message(body, {}, is_layout=True)

    assert set(refusal.value.errors or {}) == {"content"}


def test_a_layout_has_at_most_forty_components_nested_ones_included() -> None:
    texts = [{"type": 10, "content": "y"} for _ in range(40)]

    forms.check_message({"components": texts}, {}, is_layout=True)
    with pytest.raises(DiscordError):
        forms.check_message({"components": [{"type": 17, "components": texts}]}, {}, is_layout=True)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Upper", "description": "x"},
        {"name": "a", "description": ""},
        {"name": "a", "description": "x" * 101},
        {"name": "a", "type": 3, "description": "context menus have none"},
        {"name": "a", "description": "x", "options": [{"name": "b", "description": "x"}] * 2},
    ],
)
def test_commands_that_discord_would_not_take_are_refused(body: Json) -> None:
    form = FormErrors()

    commands.check_command(body, form, "0")

    with pytest.raises(DiscordError):
        form.check()


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + struct.pack("<HH", 7, 5),
        b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 5, 7) + b"\x01",
        b"RIFF....WEBPVP8X" + bytes(8) + b"\x06\x00\x00\x04\x00\x00",
        b"RIFF....WEBPVP8L" + bytes(5) + (6 | 4 << 14).to_bytes(4, "little"),
        b"RIFF....WEBPVP8 " + bytes(10) + struct.pack("<HH", 7, 5),
    ],
    ids=["gif", "jpeg", "webp extended", "webp lossless", "webp lossy"],
)
def test_dimensions_are_read_from_the_head(content: bytes) -> None:
    assert find_dimensions(content) == (7, 5)


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
def test_what_has_no_size_has_no_dimensions(content: bytes) -> None:
    assert find_dimensions(content) is None


def test_ids_rise_and_tell_the_time_even_when_the_clock_stands_still() -> None:
    flakes = Snowflakes(lambda: 1_800_000_000.0)

    ids = [flakes.next() for _ in range(3)]

    assert ids == sorted(set(ids))
    assert (ids[0] >> 22) + EPOCH == 1_800_000_000_000
