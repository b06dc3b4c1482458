"""`/model`: everybody sees which model answers here, moderators choose another."""

from functools import partial

import discord
from discord import app_commands

from bot.chat.moderation.model_choice import ChosenModel, ModelSelection
from bot.core import wording
from bot.core.models.offers import NotOffered, suggest_offers
from bot.core.moderation.delegates import ModeratorCommand
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import Scope
from bot.gateway.commands.caller import SCOPE_CHOICES, moderator_in, place_in
from bot.gateway.commands.command_responses import CommandResponse, respond, with_undo

_MOST_SUGGESTIONS = 25  # and 100 characters of a value, by Discord's rules
_LONGEST_VALUE = 100


def model_command(
    selection: ModelSelection,
) -> "app_commands.Command[app_commands.Group, ..., None]":
    """All answers are seen by the caller alone."""

    async def suggest_models(
        _interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return _suggestions(selection, typed)

    @app_commands.command(name="model", description="Which model answers here, or choose another")
    @app_commands.describe(
        choose="The model that is to answer; only for people who may manage the server",
        where="Where it is to answer: in this channel (and its threads), or in the whole server",
    )
    @app_commands.choices(where=SCOPE_CHOICES)
    @app_commands.autocomplete(choose=suggest_models)
    async def model(
        interaction: discord.Interaction,
        choose: str | None = None,
        where: str = Scope.CHANNEL.value,
    ) -> None:
        if choose is None:
            await respond(interaction, partial(_explain, selection, interaction))
        else:
            await respond(
                interaction, partial(_choose, selection, interaction, choose, Scope(where))
            )

    return model


def _suggestions(selection: ModelSelection, typed: str) -> list[app_commands.Choice[str]]:
    offered = selection.offered
    suggestions = [
        app_commands.Choice(name=wording.model_suggestion(offer), value=offer.name)
        for offer in suggest_offers(offered, typed)
        if len(offer.name) <= _LONGEST_VALUE
    ]
    if wording.DEFAULT.startswith(typed.strip().lower()):
        name = wording.model_suggestion_of_default(offered[0])
        suggestions.insert(0, app_commands.Choice(name=name, value=wording.DEFAULT))
    return suggestions[:_MOST_SUGGESTIONS]


async def _explain(selection: ModelSelection, interaction: discord.Interaction) -> str:
    explained = await selection.explain(place_in(interaction))
    choice = explained.choice
    return wording.model_here(
        choice.offer, scope=choice.scope, missing=choice.missing, cost=explained.cost
    )


async def _choose(
    selection: ModelSelection, interaction: discord.Interaction, typed: str, scope: Scope
) -> CommandResponse | str:
    moderator = await moderator_in(interaction, ModeratorCommand.MODEL)
    is_default = typed.strip().lower() == wording.DEFAULT
    try:
        chosen = await selection.choose(
            moderator, place_in(interaction), scope, None if is_default else typed
        )
    except NotOffered as error:
        return wording.model_not_offered(error)
    except NotAllowed:
        return wording.model_not_allowed()
    return with_undo(_chosen(chosen, scope), chosen.change)


def _chosen(chosen: ChosenModel, scope: Scope) -> str:
    choice = chosen.choice
    if chosen.offer is None:
        return wording.model_default(choice.offer, scope=choice.scope)
    if choice.scope is not scope:
        return wording.model_overruled(choice.offer, chosen=chosen.offer.name)
    return wording.model_chosen(choice.offer, scope=scope)
