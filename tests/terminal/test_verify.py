"""`glimpse usage verify`: counters that differ from the ledger are named."""

from pathlib import Path

import pytest

from bot.__main__ import main
from tests.store.samples import SHOP
from tests.terminal.used import change

pytestmark = pytest.mark.proof


def test_accounts_that_add_up_are_exit_0_with_their_number(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "verify"]) == 0
    assert capsys.readouterr().out == (
        "All accounts add up: 36 counters agree with 2 rows of the ledger.\n"
    )


def test_counter_that_differs_is_named_in_words_with_exit_1(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(
        used,
        "UPDATE counters SET spent_tokens = 120"
        " WHERE subject_kind = 'user' AND period = 'day' AND guild_id = 900",
    )
    change(
        used,
        "DELETE FROM counters WHERE subject_kind = 'server' AND period = 'month' AND guild_id = 0",
    )

    assert main(["usage", "verify"]) == 1

    user, server, last = capsys.readouterr().out.splitlines()
    assert user.startswith(f"user 11 in server {SHOP}, day ")
    assert user.endswith(": used 120 tokens by the counter, 100 tokens by the ledger.")
    assert server.startswith("direct messages, month ")
    assert last == "2 counters differ from the ledger, of 35, which are sums of 2 rows."


def test_row_of_the_ledger_that_no_counter_has_is_found(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(used, "UPDATE counters SET exempt_answers = 1 WHERE period = 'week'")

    assert main(["usage", "verify"]) == 1
    assert "exempt 1 answer by the counter, 0 answers by the ledger" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["usage", "verify"], ["database", "verify"]])
def test_nothing_is_proven_of_a_database_that_is_not_there(
    command: list[str], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    assert f"there is no database of Glimpse at `{file}`" in capsys.readouterr().err
    assert not file.exists()
