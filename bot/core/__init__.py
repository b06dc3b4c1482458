"""The rules: pure values and decisions. No I/O, no async, no clock, no chance.

Imports no other room, and of libraries only msgspec and regex, which compute and do nothing else.
"""
