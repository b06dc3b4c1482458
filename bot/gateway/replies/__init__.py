"""Replies in Discord: of messages, of commands, and of an earlier run."""
