"""The rules: pure values and decisions. No I/O, no async, no clock, no chance; imports no other room."""
