"""Responses to commands, seen by the caller alone, with buttons and files; also refusals."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import discord

from bot.chat.moderation.limits import Moderator
from bot.core import wording
from bot.core.errors import StoreError
from bot.core.moderation.changes import Change
from bot.core.moderation.delegates import ModeratorCommand
from bot.core.moderation.errors import CannotUndo, ModerationRefused, NotAllowed
from bot.core.quota.amounts import NotAnAmount
from bot.gateway.commands.caller import OnlyInServers, moderator_in
from bot.gateway.commands.first_response import deferring
from bot.gateway.incidents import incident_of
from bot.gateway.replies.acknowledgement import Deferral, defer, edit_message, respond_first

T = TypeVar("T")

log = logging.getLogger(__name__)

UNDO = "quota-undo"
NO_MENTIONS = discord.AllowedMentions.none()


class CommandRefused(Exception):
    """The command can't be carried out; `sentence` says why. Nothing has changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    label: str
    custom_id: str
    style: discord.ButtonStyle = discord.ButtonStyle.secondary
    is_off: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandResponse:
    text: str
    buttons: Sequence[Button] = ()
    files: Sequence[discord.File] = field(default_factory=tuple)

    @property
    def view(self) -> discord.ui.View:
        return build_view(self.buttons)


# A function, not a coroutine: one that is never called leaves nothing unawaited.
CommandWork = Callable[[], Awaitable[CommandResponse | str]]


def build_view(buttons: Sequence[Button]) -> discord.ui.View:
    """A view that has ended, so that discord.py does not keep it: presses come by their id."""
    view = discord.ui.View(timeout=None)
    for each in buttons:
        button: discord.ui.Button[discord.ui.View] = discord.ui.Button(
            style=each.style, label=each.label, custom_id=each.custom_id, disabled=each.is_off
        )
        view.add_item(button)
    view.stop()
    return view


def change_response(
    change: Change | None, *, unchanged: str, remarks: Sequence[str] = ()
) -> CommandResponse:
    """Report the change, with an Undo button; `unchanged` where there was nothing to change."""
    if change is None:
        return CommandResponse(text=unchanged)
    return with_undo("\n".join((wording.changed(change), *remarks)), change)


def with_undo(text: str, change: Change | None) -> CommandResponse:
    """Add an Undo button, where there is a change."""
    if change is None:
        return CommandResponse(text=text)
    undo = Button(label=wording.UNDO_LABEL, custom_id=f"{UNDO}:{change.id}")
    return CommandResponse(text=text, buttons=(undo,))


async def quota_moderator(interaction: discord.Interaction) -> Moderator:
    """Raises OnlyInServers and StoreError."""
    return await moderator_in(interaction, ModeratorCommand.QUOTA)


async def attempt(
    interaction: discord.Interaction, work: Callable[[], Awaitable[T]]
) -> T | CommandResponse:
    """Do `work`; where it is refused, or the database fails, return a response with the reason."""
    try:
        return await work()
    except StoreError:
        incident = incident_of(interaction.id)
        log.exception("the database failed", extra={"incident": incident})
        return CommandResponse(text=wording.database_failed(incident=incident))
    except (
        CommandRefused,
        NotAnAmount,
        NotAllowed,
        ModerationRefused,
        CannotUndo,
        OnlyInServers,
    ) as error:
        return CommandResponse(text=_sentence(error))


def _sentence(error: Exception) -> str:  # noqa: PLR0911 - a table
    match error:
        case CommandRefused():
            return error.sentence
        case NotAnAmount():
            return wording.not_an_amount(error)
        case ModerationRefused():
            return wording.moderation_refused(error)
        case CannotUndo():
            return wording.cannot_undo(error)
        case OnlyInServers():
            return wording.only_in_a_server()
        case _:
            return wording.quota_not_allowed()


async def respond(interaction: discord.Interaction, work: CommandWork) -> None:
    """Answer a command, or a button with a new message."""
    await send_response(interaction, await _run_in_time(interaction, work))


async def plan_in_time(
    interaction: discord.Interaction, work: Callable[[], Awaitable[T]]
) -> T | CommandResponse:
    """As `attempt`, deferring the response where that takes long."""
    return await deferring(interaction, partial(attempt, interaction, work), Deferral.PRIVATE)


async def send_response(interaction: discord.Interaction, response: CommandResponse) -> None:
    """The first response, or what takes the place of the deferred one."""

    async def send_message() -> None:
        await interaction.response.send_message(
            response.text,
            view=response.view,
            files=list(response.files),
            ephemeral=True,
            allowed_mentions=NO_MENTIONS,
        )

    async def edit_original() -> None:
        for file in response.files:
            file.reset()  # it may have been read before
        await interaction.edit_original_response(
            content=response.text,
            view=response.view,
            attachments=list(response.files),
            allowed_mentions=NO_MENTIONS,
        )

    await respond_first(interaction, send_message, edit_original)


async def respond_deferred(interaction: discord.Interaction, work: CommandWork) -> None:
    """Answer a command that takes longer than Discord waits."""
    await defer(interaction, Deferral.PRIVATE)
    await send_response(interaction, await _run(interaction, work))


async def respond_by_edit(interaction: discord.Interaction, work: CommandWork) -> None:
    """Answer a button by changing the message that it is under."""
    run = partial(_run, interaction, work)
    response = await deferring(interaction, run, Deferral.EDIT)
    await edit_message(
        interaction, content=response.text, view=response.view, allowed_mentions=NO_MENTIONS
    )


async def _run_in_time(interaction: discord.Interaction, work: CommandWork) -> CommandResponse:
    return await deferring(interaction, partial(_run, interaction, work), Deferral.PRIVATE)


async def _run(interaction: discord.Interaction, work: CommandWork) -> CommandResponse:
    response = await attempt(interaction, work)
    return CommandResponse(text=response) if isinstance(response, str) else response
