"""Pictures that the bot makes, from the order to the message."""
