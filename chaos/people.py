"""People who ask, each once, where their question belongs."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.standins.playground.actors.people import Person
from bot.standins.playground.errors import DiscordError
from bot.standins.playground.interactions.client_input import ClientRefused
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.messages import components
from bot.standins.playground.world.state import Channel, Message
from chaos.questions import Kind, Question
from chaos.stage import Asked, Stage
from tests.e2e.conftest import has_stop, stop_button
from tests.pictures import quadrants, write

_PNG: Final = ("quarters.png", write(quadrants(), "PNG"), "image/png")
_UNTIL_STOP: Final = 6.0  # seconds in which a Stop button is waited for
_GRANT: Final = 2  # the place of `/quota` at which a moderator grants something
_BUTTON: Final = 2  # https://docs.discord.com/developers/components/reference#component-object


async def warm_up(stage: Stage) -> None:
    """One question before anything goes wrong, and pictures switched on."""
    town = stage.town
    first = await town.ask(town.general, "are you there?")
    stage.first_answer = await town.reply_saying(first, "Ready.")
    for question in stage.plan.questions:
        if question.kind is Kind.DIRECT:
            await _make_known(stage, question)
    rows = await stage.database.rows("SELECT COALESCE(MAX(id), 0) AS newest FROM ledger")
    stage.warm_until = rows[0]["newest"]
    await stage.moderator.slash("manage", "settings", "pictures", where=town.general, state="on")


async def _make_known(stage: Stage, question: Question) -> None:
    """Bots can't list direct messages: what is written to an absent bot for the first time is lost."""
    person = stage.town.server.add_member(f"asker-{question.token}")
    greeting = await person.say(person.direct_channel, "are you there?")
    await stage.town.reply_saying(greeting, "Ready.")
    stage.known[question.token] = person


async def ask(stage: Stage, question: Question) -> None:
    """Ask when its time has come, and press what is to be pressed afterwards."""
    await asyncio.sleep(question.at)
    if question.kind.is_interaction:
        await _command(stage, question)
        return
    person = stage.known.get(question.token)
    person = person or stage.town.server.add_member(f"asker-{question.token}")
    asked = await _say(stage, question, person)
    stage.asked.append(asked)
    stage.timeline.note(f"asked ({question.kind})", question.token)
    if question.kind is Kind.STOPPED and asked.message is not None:
        await _stop(stage, asked, asked.message)


async def _say(stage: Stage, question: Question, person: Person) -> Asked:
    channel = _place(stage, question, person)
    is_addressed = question.kind in (Kind.DIRECT, Kind.AUTOMATIC, Kind.REPLY)
    greeting = "" if is_addressed else f"{stage.town.mention} "
    message = await person.say(
        channel,
        f"{greeting}{question.token}: what do you see?",
        images=[_PNG] if question.has_picture else [],
        reply_to=stage.first_answer if question.kind is Kind.REPLY else None,
    )
    return Asked(question=question, at=time.time(), person=person, channel=channel, message=message)


def _place(  # noqa: PLR0911 - a table
    stage: Stage, question: Question, person: Person
) -> Channel:
    match question.kind:
        case Kind.THREAD:
            return stage.threads[question.place]
        case Kind.QUEUED:
            return stage.queue
        case Kind.DIRECT:
            return person.direct_channel
        case Kind.AUTOMATIC:
            return stage.automatic
        case Kind.REPLY:
            return stage.town.general
        case _:
            return stage.rooms[question.place]


# Buttons


async def _stop(stage: Stage, asked: Asked, message: Message) -> None:
    def stoppable() -> list[Message]:
        return [one for one in stage.town.discord.replies_to(message) if has_stop(one)]

    try:
        reply = (await stage.town.discord.wait_for(stoppable, _UNTIL_STOP))[0]
    except TimeoutError:
        return
    await _press(stage, asked, reply, stop_button(message))


async def _press(stage: Stage, asked: Asked, message: Message, custom_id: str) -> None:
    token, at = asked.question.token, time.time()
    try:
        pressed = await asked.person.press(message, custom_id)
    except (ClientRefused, DiscordError, TimeoutError):
        return  # it has gone in the meantime
    stage.timeline.note(f"pressed {custom_id.partition(':')[0]}", token, at=at)
    question = Question(token=f"{token}-button", kind=Kind.BUTTON, at=asked.question.at)
    stage.asked.append(replace(asked, question=question, at=at, message=None, interaction=pressed))


# Commands


async def _command(stage: Stage, question: Question) -> None:
    """A member's command, or a moderator's: a grant, or a change that is asked back about."""
    at, room = time.time(), stage.town.general
    member = stage.town.server.add_member(f"asker-{question.token}")
    is_moderators = question.kind is Kind.QUOTA and question.place > 0
    person = stage.moderator if is_moderators else member
    try:
        interaction = await _give(stage, question, member)
    except (ClientRefused, DiscordError, TimeoutError) as error:
        stage.timeline.note(f"the command could not be given: {error!r}", question.token)
        return
    stage.timeline.note(f"gave {question.kind}", question.token, at=at)
    asked = Asked(question=question, at=at, person=person, channel=room, interaction=interaction)
    is_grant = is_moderators and question.place == _GRANT
    stage.asked.append(replace(asked, granted_to=member if is_grant else None))
    shown = interaction.original
    buttons = _buttons(shown) if shown is not None and is_moderators else []
    if shown is not None and buttons:
        await _press(stage, asked, shown, buttons[-1])


async def _give(stage: Stage, question: Question, member: Person) -> Interaction:
    room, moderator = stage.town.general, stage.moderator
    if question.kind is Kind.IMAGINE:
        prompt = f"{question.token}: a quiet sea"
        return await member.slash("imagine", where=room, prompt=prompt)
    if question.place == _GRANT:
        options = {"who": member, "amount": "5k", "until": "1d"}
        return await moderator.use_command((_moderators(stage), "grant"), room, options)
    if question.place > 0:
        path = (_moderators(stage), "set", "everyone")
        return await moderator.use_command(path, room, {"amount": "5k"})
    return await member.slash("quota", "me", where=room)


def _moderators(stage: Stage) -> str:
    """The command that moderators use."""
    available = stage.moderator.available_commands(where=stage.town.general)
    return "manage" if "manage" in available else "quota"


def _buttons(message: Message) -> Sequence[str]:
    """Of what a moderator's command shows: the last one takes it back."""
    walked = components.walk(message.components)
    return [str(one["custom_id"]) for one in walked if one["type"] == _BUTTON]
