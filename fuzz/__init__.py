"""Fuzzing of what reads an endpoint's bytes: `make fuzz`, or `python -m fuzz [SECONDS]`.

What must hold for any bytes is in `fuzz/properties.py`; the tests ask the same of what hypothesis
makes up. The corpus to begin with is made by our own servers' code, in `fuzz/seeds.py`.
"""
