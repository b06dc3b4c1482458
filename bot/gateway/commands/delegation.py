"""What servers' settings (Integrations) say of the commands of moderators.

Where they allow `/manage` to a role or a member, these see it. The other commands are for everybody:
to allow one to somebody although everybody may use it can mean only that they are to moderate with
it. Where @everyone is denied it, to allow it says no more than that it may be used.
https://docs.discord.com/developers/interactions/application-commands#permissions
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from discord.http import HTTPClient

from bot.core.errors import SurfaceError, SurfaceUnavailable
from bot.core.moderation.delegates import Delegate, ModeratorCommand
from bot.core.quota.limits import Subject, SubjectKind
from bot.gateway.replies.reply import ask

_KINDS: Final = {1: SubjectKind.ROLE, 2: SubjectKind.USER}  # and 3: channels, which are nobody

Permissions = Sequence[Mapping[str, Any]]


class ConnectedClient(Protocol):
    """What is needed of the client."""

    http: HTTPClient

    @property
    def command_ids(self) -> Mapping[str, int]: ...

    @property
    def application_id(self) -> int | None: ...

    @property
    def guilds(self) -> Sequence[Any]: ...

    async def wait_until_ready(self) -> None: ...

    async def wait_until_commands_known(self) -> None: ...


class DiscordCommandPermissions:
    def __init__(self, client: ConnectedClient) -> None:
        self._client = client

    async def servers(self) -> Collection[int]:
        """Returns only once the commands are known: without their ids, nothing can be read."""
        await self._client.wait_until_ready()
        await self._client.wait_until_commands_known()
        return [guild.id for guild in self._client.guilds]

    async def read(self, guild_id: int) -> Collection[Delegate]:
        names = {number: name for name, number in self._client.command_ids.items()}
        application = self._client.application_id
        if not names or application is None:
            raise SurfaceUnavailable("the commands are not known to Discord yet")
        every = await ask(
            self._client.http.get_guild_application_command_permissions(application, guild_id)
        )
        try:
            return _read_all(every, names, application=application, guild_id=guild_id)
        except (KeyError, TypeError, ValueError) as error:
            raise SurfaceError(
                f"Discord's answer can't be read ({type(error).__name__})"
            ) from error


def _read_all(
    every: Iterable[Mapping[str, Any]],
    names: Mapping[int, str],
    *,
    application: int,
    guild_id: int,
) -> list[Delegate]:
    said = {int(each["id"]): each["permissions"] for each in every}
    of_all = said.get(application, ())
    return [
        delegate
        for number, permissions in said.items()
        if (name := names.get(number)) in frozenset(ModeratorCommand)
        for delegate in read_delegates(str(name), permissions, of_all, guild_id=guild_id)
    ]


def read_delegates(
    command: str, permissions: Permissions, of_all: Permissions = (), *, guild_id: int
) -> tuple[Delegate, ...]:
    """Whom this says something of. `of_all` is for all commands; @everyone may be denied them there."""
    said = tuple(_delegates(command, permissions))
    if command == ModeratorCommand.MANAGE:
        return said
    everyone = Subject(kind=SubjectKind.ROLE, id=guild_id)
    allowed = {one.subject: one.is_allowed for one in (*_delegates(command, of_all), *said)}
    if not allowed.get(everyone, True):
        return ()
    return tuple(one for one in said if one.subject != everyone)


def _delegates(command: str, permissions: Permissions) -> Iterable[Delegate]:
    for each in permissions:
        kind = _KINDS.get(int(each["type"]))
        if kind is not None:
            subject = Subject(kind=kind, id=int(each["id"]))
            yield Delegate(command=command, subject=subject, is_allowed=bool(each["permission"]))
