"""Two programs that stand in for the outside world, so that the bot runs without network and keys.

`playground` is Discord on loopback, with a page to chat in; `describer` is an endpoint without a
model. Each is a product of its own inside the wheel: it imports no room of the bot and not the
other, runs by itself as `python -m bot.standins.playground` or `python -m bot.standins.describer`,
and meets the bot over sockets alone. Besides tests and benchmarks, only `bot.playground_command`
imports them, and `bot.resources` the describer. `.importlinter` checks all of this.
"""
