"""An endpoint without a model: it measures pictures and reads the text in them, offline.

`Describer` (in `api.server`) speaks the Responses API on loopback. It is the endpoint `built-in` of
the configuration and of the playground, and runs by itself for any other client with
`python -m bot.standins.describer`. Pictures are decoded in a process of their own (`worker`).
Reading text and codes needs the extra `offline`; without it, answers say so.
"""
