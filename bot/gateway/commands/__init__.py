"""Slash commands: parse, call a use case, render."""
