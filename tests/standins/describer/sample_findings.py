"""Findings of pictures with known content, and the sentences about them."""

from collections.abc import Mapping

import pytest

from bot.standins.describer.answers.description import describe, introduce
from bot.standins.describer.findings import Finding, Measures, Word
from bot.standins.describer.worker.text_reader import is_reader_installed

needs_reader = pytest.mark.skipif(
    not is_reader_installed(), reason="left out: the extra `offline` is not installed"
)


Found = Mapping[str, Finding]


Measured = Mapping[str, Measures]


def whole(finding: Finding) -> str:
    return f"{introduce(finding.measures)} {describe(finding)}"


def with_lines(measures: Measures, *lines: str, left: float = 40) -> Finding:
    """A finding as if these lines had been read, one below the other."""
    words = tuple(
        Word(
            text=line,
            left=left,
            top=30 + 44 * row,
            right=left + 12 * len(line),
            bottom=58 + 44 * row,
        )
        for row, line in enumerate(lines)
    )
    return Finding(measures=measures, words=words)
