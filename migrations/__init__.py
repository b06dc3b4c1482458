"""The steps that bring a database to the shape of `bot.store.schema.tables`; run by `bot.store.schema.migrations`."""
