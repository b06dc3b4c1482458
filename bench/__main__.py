"""Measure and print: `python -m bench`, or `python -m bench NAME …` for some of the figures."""

import argparse
import platform
import time
from collections.abc import Callable

from bench import (
    answering,
    booking,
    crowds,
    dividing,
    playing,
    reaching,
    reading,
    reporting,
    rival,
    ruling,
    seeing,
    starting,
    streaming,
)
from bench.figures import Row, table

FIGURES: dict[str, tuple[str, Callable[[], list[Row]]]] = {
    "reading": ("CPU of the Responses client for each delta", reading.measure),
    "rival": ("Our client beside OpenAI's package (ours : theirs)", rival.measure),
    "answering": ("CPU of the whole bot for an answer of 1,000 deltas", answering.measure),
    "reaching": ("From the gateway's MESSAGE_CREATE to the endpoint", reaching.measure),
    "seeing": ("What people see, with Discord 30 ms away (p50 / p95)", seeing.measure),
    "booking": ("Reserving and settling", booking.measure),
    "reporting": ("Rankings and reports over a million answers", reporting.measure),
    "ruling": ("Reserving and settling under many rules, beside a long ledger", ruling.measure),
    "starting": ("Start to READY, and the idle bot", starting.measure),
    "playing": ("The playground's start", playing.measure),
    "streaming": ("50 streams at once", streaming.measure),
    "crowds": ("Many questions in one moment, Discord 60 ms away", crowds.measure),
    "dividing": ("CPU of laying out pages: 1,000 deltas, 20 looks", dividing.measure),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    names = parser.parse_args().names
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        parser.error(f"there is no figure {', '.join(unknown)}")
    print(f"{platform.python_implementation()} {platform.python_version()} on {platform.machine()}")
    for name in names or FIGURES:
        title, measure = FIGURES[name]
        began = time.monotonic()
        print(f"\n{name}: {title}", flush=True)
        print(table(measure()))
        print(f"  (took {time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
