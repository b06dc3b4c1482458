"""Sentences in and under answers."""
