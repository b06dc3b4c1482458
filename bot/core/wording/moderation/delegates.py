"""Sentences for servers that let others moderate, by Discord's permissions of commands."""

from collections.abc import Sequence
from typing import Final

from bot.core.quota.limits import Subject, SubjectKind

_MOST_NAMED: Final = 20


def commands_moved(delegates: Sequence[Subject]) -> str:
    """For the moderators of a server that had allowed `/quota` or `/settings` to some."""
    named = ", ".join(_mention(one) for one in delegates[:_MOST_NAMED])
    rest = len(delegates) - _MOST_NAMED
    also = f" and {rest} more" if rest > 0 else ""
    return (
        "The commands of moderators are now in one of their own, `/manage`, which only people with "
        f"**Manage Server** see. This server let others use them, too: {named}{also}. For them to "
        "go on, an administrator must allow it anew, under **Server Settings › Integrations**: "
        "choose me, then `/manage`, then the role or the member."
    )


def ask_for_manage() -> str:
    """For somebody who was allowed `/quota` or `/settings`, and does not see `/manage`."""
    return (
        "-# The commands of moderators are now in `/manage`. For you to see it, an administrator "
        "must allow it to you or your role, under Server Settings › Integrations."
    )


def _mention(subject: Subject) -> str:
    return f"<@{'&' if subject.kind is SubjectKind.ROLE else ''}{subject.id}>"
