"""Names in a chart, in any script."""

import pytest

from bot.charts.plotter import Plotter
from bot.core.chart import lay_out_chart
from tests.charts.charts import drawn, opened
from tests.core.reports.samples import dollars, report_of

HOSTILE = {
    1: "$x^2$ \\frac{1}{0} $",
    2: "two\nlines\tand \\n",
    3: "日本語の名前",
    4: "مرحبا بالعالم",
    5: "नमस्ते 👩‍👩‍👧 ✨",
    6: "Z̷̡̛a̶l̴g̵o̶" * 4,
    7: "%s {} \x00\x1b[31m\ufffe",
}


@drawn
@pytest.mark.proof
async def test_names_of_any_script_are_drawn_or_left_out() -> None:
    report = report_of({n: {0: dollars(n)} for n in HOSTILE})

    picture = await Plotter().draw(lay_out_chart(report, lambda subject: HOSTILE[subject.id]))

    assert opened(picture).size[0] == 800
