"""Notices of what happened, for operators and moderators."""
