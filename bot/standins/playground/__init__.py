"""Discord on loopback. Imitates the outside world, so it imports no other room and no room imports it.

`Discord` (in `server`) is what a client connects to; `people` and `places` are the other side,
where a test or a page acts as the persons who write to the bot.
"""
