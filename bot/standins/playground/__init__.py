"""Discord on loopback: the gateway, the REST API and the CDN, as far as a bot can see, and a page.

`Discord` (in `server`) is what a client connects to. `actors` are the other side, where a test or
the page acts as the people who write to the bot. The page itself, in `page/`, is plain HTML, CSS and
JavaScript, installed as package data; `site` serves it. Started by itself, with
`python -m bot.standins.playground`, it has neither page nor bot: a process of its own that
benchmarks control over HTTP. `glimpse playground` puts all of it together.
"""
