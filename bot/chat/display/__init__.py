"""Replies as they appear in Discord, and the pacer that all of them ask."""
