"""Values on their way to the worker."""

import pytest

from bot.core.models.tokens import (
    Detail,
    PatchRule,
    TileRule,
    UnknownRule,
)
from bot.core.vision.picture_intent import Use
from bot.core.vision.views import Look
from bot.images.protocol import pack_look, pack_rule, unpack_look, unpack_rule
from tests.images.looks import PATCHES, TILES


@pytest.mark.parametrize(
    "rule",
    [
        TILES,
        PatchRule(budget=1536, multiplier=1.2),
        PatchRule(budget=1, multiplier=1.0, max_side=9),
    ],
)
def test_rule_survives_the_way_to_the_worker(rule: TileRule | PatchRule) -> None:
    assert unpack_rule(pack_rule(rule)) == rule


@pytest.mark.parametrize("rule", [TILES, PATCHES, UnknownRule()])
@pytest.mark.parametrize("most", [None, 300])
def test_look_survives_the_way_to_the_worker(
    rule: TileRule | PatchRule | UnknownRule, most: int | None
) -> None:
    look = Look(rule=rule, use=Use.READ, detail=Detail.HIGH, most_tokens=most)

    assert unpack_look(pack_look(look)) == look
