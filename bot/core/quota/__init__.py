"""Limits, caps and allowances: who may use how much."""
