"""Kinds of values: each reads a TOML value, or rejects it."""
