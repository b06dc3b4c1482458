"""What servers read whose delegates have to be allowed a new command."""

from bot.core import wording
from bot.core.quota.limits import Subject, SubjectKind


def role(number: int) -> Subject:
    return Subject(kind=SubjectKind.ROLE, id=number)


def test_moderators_read_whom_to_allow_the_new_command() -> None:
    text = wording.commands_moved([role(7), Subject(kind=SubjectKind.USER, id=11)])

    assert text == (
        "The commands of moderators are now in one of their own, `/manage`, which only people with "
        "**Manage Server** see. This server let others use them, too: <@&7>, <@11>. For them to go "
        "on, an administrator must allow it anew, under **Server Settings › Integrations**: choose "
        "me, then `/manage`, then the role or the member."
    )


def test_many_delegates_fit_into_one_message() -> None:
    text = wording.commands_moved([role(10**18 + number) for number in range(100)])

    assert "<@&1000000000000000019> and 80 more. For them" in text
    assert len(text) < 2_000


def test_delegates_read_who_can_let_them_go_on() -> None:
    assert wording.ask_for_manage() == (
        "-# The commands of moderators are now in `/manage`. For you to see it, an administrator "
        "must allow it to you or your role, under Server Settings › Integrations."
    )
