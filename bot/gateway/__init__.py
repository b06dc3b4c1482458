"""The front door: the only room that imports discord. Translates both ways and decides nothing."""
