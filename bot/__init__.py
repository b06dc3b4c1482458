"""Glimpse: a Discord bot that sees. The rooms and their floors are drawn in docs/architecture.md."""

__version__ = "0.1.0"
