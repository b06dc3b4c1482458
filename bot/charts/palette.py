"""Colours and patterns of a chart, told apart also by those who see no red or green, or no colour.

The colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), the dark ones lighter, so
that each stands out from the ground by 3:1 or more. The ground is the chart's own: it looks the
same in Discord's dark and light themes.
"""

from dataclasses import dataclass
from typing import Final

GROUND: Final = "#1e1f24"
BORDER: Final = "#4a4d55"
TEXT: Final = "#f5f6f8"
QUIET: Final = "#c3c7cf"  # text that is not to be read first
LINE: Final = "#3b3d45"
REST: Final = "#9a9ea8"
EXPECTED: Final = "#82868f"  # what is still to come


@dataclass(frozen=True, kw_only=True, slots=True)
class Paint:
    colour: str
    pattern: str  # as matplotlib names hatches; "": none


SERIES: Final = (
    Paint(colour="#56b4e9", pattern=""),  # sky blue
    Paint(colour="#e69f00", pattern="//"),  # orange
    Paint(colour="#1db48a", pattern=".."),  # bluish green
    Paint(colour="#f0e442", pattern="\\\\"),  # yellow
    Paint(colour="#e879b8", pattern="xx"),  # reddish purple
    Paint(colour="#5b8def", pattern="--"),  # blue
    Paint(colour="#ee6c2e", pattern="++"),  # vermilion
)
OTHERS_PAINT: Final = Paint(colour=REST, pattern="")

# From the ground's darkness to light yellow: lightness alone tells more from less.
HEAT: Final = ("#2b2d35", "#274a73", "#2f7d95", "#5fb48a", "#c9d65a", "#fff3a3")


def paint_of(number: int, *, is_rest: bool) -> Paint:
    return OTHERS_PAINT if is_rest else SERIES[number % len(SERIES)]
