"""Rules that pictures are looked at by."""

from bot.core.models.tokens import PatchRule, TileRule

TILES = TileRule(base=85, per_tile=170)
PATCHES = PatchRule(budget=1536, multiplier=1.2)
