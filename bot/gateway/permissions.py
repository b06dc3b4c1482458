"""What the bot may do where a message was posted, by the roles and channels that are cached."""

import discord


def permissions_in(message: discord.Message) -> discord.Permissions:
    """The bot's permissions there; all of them where that can't be known."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return discord.Permissions.all()
    try:
        return message.channel.permissions_for(message.guild.me)
    except (discord.ClientException, AttributeError):
        return discord.Permissions.all()  # a thread whose channel is not cached


def may_write(message: discord.Message, may: discord.Permissions) -> bool:
    """Threads have a permission of their own."""
    if isinstance(message.channel, discord.Thread):
        return may.view_channel and may.send_messages_in_threads
    return may.view_channel and may.send_messages
