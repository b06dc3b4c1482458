"""The steps that bring a database to the shape of `bot.store.tables`; run by `bot.store.migrations`."""
