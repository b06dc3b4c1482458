"""Announces a message on the gateway."""

from bot.standins.playground.render import objects
from bot.standins.playground.world import intents
from bot.standins.playground.world.state import Channel, Event, Message, World


def announce_message(world: World, message: Message, name: str) -> None:
    channel: Channel = world.channels[message.channel_id]
    event = Event(
        name=name,
        data=objects.message_event(world, message),
        intent=intents.messages(direct=channel.guild_id is None),
        guild_id=channel.guild_id,
        channel=channel,
        message=message,
    )
    world.emit(event)
