"""The charts' worker: a process for one picture, so that matplotlib is in memory no longer than that.

Started as `python -m bot.charts.worker`: the chart comes as JSON on stdin, the PNG goes to stdout.
"""

import os
import sys
import warnings
from contextlib import suppress
from pathlib import Path

_NICENESS = 10  # below the bot itself, which owes Discord a heartbeat
_FIRST_TO_GO = "600"  # of 1000: where Linux runs out of memory, it takes this process
_MEMORY = 2 * 1024**3  # bytes of address space, most of it only reserved by numpy's threads


def main() -> None:
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else prints goes to stderr
    _restrict()
    warnings.simplefilter("ignore")  # of letters that no font has

    import msgspec

    from bot.charts.picture import draw_chart
    from bot.core.chart import Chart

    picture = draw_chart(msgspec.json.decode(sys.stdin.buffer.read(), type=Chart))
    output.write(picture)
    output.flush()


def _restrict() -> None:
    """Step back and bound the memory, as far as the platform can."""
    with suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    try:
        import resource
    except ImportError:
        return
    for limit, amount in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (amount, amount))


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        main()
