"""Pictures that the bot makes: orders, their prices, and their errors."""
