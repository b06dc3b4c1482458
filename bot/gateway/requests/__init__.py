"""Requests to Discord: their limits, their refusals, and where they are not worth a try."""
