"""Sentences in reports and rankings."""
