"""Commands, components and modals, from the click to the bot's answer."""
