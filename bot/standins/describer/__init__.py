"""A model that is none: it measures pictures and reads the text in them, offline, and says what it found.

`Describer` (in `server`) speaks the Responses API on loopback. Like the playground it imitates the
outside world, so it imports no other room.
"""
