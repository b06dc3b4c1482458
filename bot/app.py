"""The composition root: opens what the bot needs and closes it in reverse order."""
