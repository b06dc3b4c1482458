"""The charts' room: draws reports as PNG, in a process of its own, the only one with matplotlib."""
