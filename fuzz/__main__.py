"""Let atheris look for bytes that break a property: `python -m fuzz [SECONDS]` (60).

Ends with 0 where it found none. What it found is written to `fuzz/found-…`, which `--replay FILE`
reads again; make a test of it.
"""

import argparse
import sys
import tempfile
from pathlib import Path

_LONGEST = 4_096  # bytes of an input
_WORDS = (
    *("data: ", "event: ", "\\x0a\\x0a", "\\x0d\\x0a", "[DONE]", ': \\"', "null", "\\\\ud83d"),
    *("response.completed", "response.output_text.delta", "response.output_text.done"),
    *(
        "response.output_item.done",
        "response.refusal.delta",
        "response.reasoning_summary_text.delta",
    ),
    *("response.output_text.annotation.added", "url_citation", "function_call", "web_search_call"),
    *("output_index", "content_index", "item_id", "incomplete_details", "commentary", "usage"),
    *("output", "status", "choices", "finish_reason", "refusal", "error", "metadata", "<title>"),
)


def fuzz(seconds: int, folder: Path) -> None:
    """Does not return: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["bot.responses"]):
        from fuzz.properties import check
    from fuzz.seeds import seeds

    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(b"\0" + seed)
    words = folder / "words"
    words.write_text("".join(f'"{word}"\n' for word in _WORDS))
    bounds = (f"-max_total_time={seconds}", f"-max_len={_LONGEST}", "-timeout=10")
    where = (f"-dict={words}", "-artifact_prefix=fuzz/found-")
    options = (*bounds, *where, "-rss_limit_mb=1024", "-print_final_stats=1")
    atheris.Setup([sys.argv[0], *options, str(corpus)], check)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("--replay", type=Path, metavar="FILE", help="read again what was found")
    options = parser.parse_args()
    if options.replay is not None:
        from fuzz.properties import check

        check(options.replay.read_bytes())
        return
    with tempfile.TemporaryDirectory(prefix="glimpse-fuzz-") as folder:
        fuzz(options.seconds, Path(folder))


if __name__ == "__main__":
    main()
