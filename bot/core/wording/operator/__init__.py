"""Sentences that operators read, in their channel and in the terminal."""
