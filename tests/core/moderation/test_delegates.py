"""Who moderates by a server's settings, and who was left behind by commands that moved."""

import pytest

from bot.core.moderation.delegates import Delegate, ModeratorCommand, is_delegate, left_behind
from bot.core.quota.limits import Subject, SubjectKind

GUILD, STEWARDS, ARTISTS, MIA = 9, 7, 8, 11
QUOTA, MANAGE, SETTINGS = (
    ModeratorCommand.QUOTA,
    ModeratorCommand.MANAGE,
    ModeratorCommand.SETTINGS,
)


def role(number: int = STEWARDS) -> Subject:
    return Subject(kind=SubjectKind.ROLE, id=number)


HERSELF = Subject(kind=SubjectKind.USER, id=MIA)


def allows(subject: Subject, command: str = QUOTA) -> Delegate:
    return Delegate(command=command, subject=subject, is_allowed=True)


def denies(subject: Subject, command: str = QUOTA) -> Delegate:
    return Delegate(command=command, subject=subject, is_allowed=False)


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ([], False),
        ([allows(role())], True),
        ([denies(role())], False),
        ([denies(role()), allows(role(ARTISTS))], True),
        ([allows(role(77))], False),
        ([allows(HERSELF)], True),
        ([allows(role()), denies(HERSELF)], False),
        ([denies(role()), allows(HERSELF)], True),
        ([allows(role(GUILD))], True),
        ([allows(role(), SETTINGS)], False),
        ([denies(HERSELF), allows(HERSELF, MANAGE)], True),
    ],
    ids=[
        "nothing said",
        "a role",
        "a role denied",
        "one of two roles",
        "another role",
        "herself",
        "herself denied",
        "herself before her role",
        "everybody",
        "another command",
        "one of two commands",
    ],
)
def test_member_is_a_delegate_by_themselves_or_a_role(
    said: list[Delegate], *, is_one: bool
) -> None:
    found = is_delegate(
        said, {QUOTA, MANAGE}, guild_id=GUILD, user_id=MIA, role_ids=(STEWARDS, ARTISTS)
    )

    assert found is is_one


def test_left_behind_are_those_without_the_new_command() -> None:
    said = [
        allows(role()),
        allows(role(), SETTINGS),
        allows(role(ARTISTS), SETTINGS),
        allows(role(ARTISTS), MANAGE),
        denies(HERSELF),
        allows(role(5), ModeratorCommand.MODEL),
    ]

    assert left_behind(said) == (role(),)
