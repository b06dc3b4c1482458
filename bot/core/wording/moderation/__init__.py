"""Sentences that moderators read of their settings and changes."""
