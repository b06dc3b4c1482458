"""Conversations: turns, pictures, and files."""
