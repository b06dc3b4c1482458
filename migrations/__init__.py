"""The steps that bring a database to the shape of `bot.store.schema.tables`.

`bot.store.schema.migrations` runs them. In an installed wheel they are `bot.store.schema.scripts`.
"""
