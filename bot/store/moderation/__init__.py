"""Moderators' decisions: limits, grants, blocks, preferences, and the audit."""
