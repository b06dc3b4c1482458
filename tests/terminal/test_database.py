"""`glimpse database verify`."""

from pathlib import Path

import pytest

from bot.__main__ import main
from tests.terminal.used import change

pytestmark = pytest.mark.proof


def test_older_command_names_the_same_differences(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(used, "UPDATE counters SET answers = 7 WHERE subject_kind = 'role' AND period = 'hour'")

    assert main(["database", "verify"]) == 1
    assert "used 7 answers by the counter, 1 answer by the ledger." in capsys.readouterr().out
