"""Who a text calls: mentions in it, held against what the sender allows. Pure."""

import re
from dataclasses import dataclass

from bot.standins.playground.errors import Json

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """Those whom the text calls and the sender allows to be called."""

    user_ids: tuple[int, ...] = ()
    role_ids: tuple[int, ...] = ()
    everyone: bool = False
    replied_user: bool = True


def find_called(text: str, allowed: Json | None, *, default: tuple[str, ...]) -> Called:
    """`default` is what is parsed where the sender says nothing; text in code calls nobody."""
    plain = _CODE.sub("", text)
    limits: Json = {"parse": list(default), "replied_user": True} if allowed is None else allowed
    parse = limits.get("parse") or []
    return Called(
        user_ids=_allowed_ids(_USER.findall(plain), "users" in parse, limits.get("users")),
        role_ids=_allowed_ids(_ROLE.findall(plain), "roles" in parse, limits.get("roles")),
        everyone="everyone" in parse and bool(_EVERYONE.search(plain)),
        replied_user=bool(limits.get("replied_user")),
    )


def _allowed_ids(found: list[str], every: bool, listed: list[object] | None) -> tuple[int, ...]:
    wanted = {str(one) for one in listed or []}
    return tuple(dict.fromkeys(int(one) for one in found if every or one in wanted))
