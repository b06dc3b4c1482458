"""`glimpse usage`, from the command line to its exit code, over a real SQLite file."""

import asyncio
import csv
import io
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.charts.plotter import is_installed
from bot.core.messages.incoming_message import Place
from bot.store.database import Database
from bot.store.schema.migrations import upgrade
from bot.terminal import usage
from tests.store.samples import SHOP
from tests.store.spending import use

pytestmark = pytest.mark.proof


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a database that is not there yet."""
    found = tmp_path / "glimpse.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GLIMPSE_DATABASE_URL", f"sqlite:///{found}")
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada has used 100 tokens in the shop, and 50 in direct messages; both just now."""
    found = tmp_path_factory.mktemp("filled") / "glimpse.db"
    asyncio.run(_fill(found))
    return found


@pytest.fixture
def used(filled: Path, file: Path) -> Path:
    """A copy of it."""
    shutil.copy(filled, file)
    return file


async def _fill(file: Path) -> None:
    now = datetime.now(UTC)
    await upgrade(f"sqlite:///{file}", now=now)
    async with Database.open(f"sqlite:///{file}") as database:
        await use(database, 100, at=now, cost=2_000_000)
        await use(database, 50, at=now, place=Place(guild_id=0, channel_id=1))


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement).rowcount


# Report


def test_report_shows_everything_by_server_within_eighty_columns(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "report"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Used by server: ")
    assert lines[0].endswith(", everything")
    assert lines[1] == "$2.00 · 150 tokens · 2 answers"
    assert any(line.split()[:3] == ["A", f"server {SHOP}".split()[0], str(SHOP)] for line in lines)
    assert max(map(len, lines)) < 80


@pytest.mark.parametrize("per", ["hour", "day", "week", "month"])
@pytest.mark.parametrize("by", ["user", "role", "channel", "server"])
def test_report_of_a_server_by_each_period_and_subject(
    used: Path, capsys: pytest.CaptureFixture[str], per: str, by: str
) -> None:
    assert main(["usage", "report", "--server", str(SHOP), "--per", per, "--by", by]) == 0

    out = capsys.readouterr().out
    assert f"Used by {by}: " in out
    assert "$2.00 · 100 tokens · 1 answer\n" in out


def test_report_of_direct_messages_counts_tokens_where_no_price_is_known(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "report", "--server", "0"]) == 0

    out = capsys.readouterr().out
    assert ", direct messages\n50 tokens · 1 answer\n" in out
    assert "$" not in out


def test_report_of_nothing_says_so(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(upgrade(f"sqlite:///{file}", now=datetime.now(UTC)))

    assert main(["usage", "report", "--per", "day"]) == 0
    assert "Nothing has been used today.\n" in capsys.readouterr().out


@pytest.mark.skipif(not is_installed(), reason="matplotlib is not installed")
def test_report_draws_its_chart_into_a_file(used: Path, tmp_path: Path) -> None:
    picture = tmp_path / "chart.png"

    assert main(["usage", "report", "--chart", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(not is_installed(), reason="matplotlib is not installed")
def test_chart_that_can_not_be_written_is_a_sentence(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "report", "--chart", "nowhere/chart.png"]) == 2
    assert capsys.readouterr().err == (
        "glimpse: `nowhere/chart.png` can't be written: No such file or directory\n"
    )


def test_chart_without_matplotlib_says_how_to_get_it(
    used: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "is_installed", lambda: False)

    assert main(["usage", "report", "--chart", "chart.png"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("glimpse: `--chart` needs matplotlib, the extra `charts`: ")
    assert captured.out == ""


# Mistakes


@pytest.mark.parametrize("action", ["report", "export", "verify"])
def test_database_that_is_not_there_is_named_and_not_made(
    file: Path, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    assert main(["usage", action]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"glimpse: there is no database of Glimpse at `{file}`: ")
    assert not file.exists()


def test_database_of_another_revision_is_left_as_it_is(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(used, "UPDATE alembic_version SET version_num = '0004'")

    assert main(["usage", "report"]) == 2
    assert "run `glimpse database upgrade`" in capsys.readouterr().err


@pytest.mark.parametrize("server", ["12", "-1", "shop", "", "²"])
@pytest.mark.parametrize("action", ["report", "export"])
def test_unknown_server_is_answered_with_those_that_are_known(
    used: Path, capsys: pytest.CaptureFixture[str], action: str, server: str
) -> None:
    assert main(["usage", action, f"--server={server}"]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith(f"there are: 0 (direct messages), {SHOP}\n")


# Export


def test_export_goes_to_the_output_and_its_count_beside_it(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "export", "--server", str(SHOP)]) == 0

    captured = capsys.readouterr()
    (row,) = csv.DictReader(io.StringIO(captured.out, newline=""))
    assert (row["tokens"], row["cost_usd"]) == ("100", "2.000000")
    assert captured.err.endswith(": 1 row.\n")


def test_export_of_everything_goes_to_a_file(
    used: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "export", "-o", "all.csv"]) == 0

    content = (tmp_path / "all.csv").read_bytes()
    assert (content.count(b"\r\n"), content.count(b"\n")) == (3, 3)
    assert capsys.readouterr().out == ""


def test_export_of_the_window_before_does_not_have_the_rows_of_this_one(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "export", "--previous"]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_export_that_can_not_be_written_is_a_sentence(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "export", "-o", "nowhere/all.csv"]) == 2
    assert capsys.readouterr().err == (
        "glimpse: `nowhere/all.csv` can't be written: No such file or directory\n"
    )


def test_reader_that_leaves_early_is_no_error(used: Path) -> None:
    read, write = os.pipe()
    os.close(read)

    ended = subprocess.run(
        [sys.executable, "-m", "bot", "usage", "export"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "GLIMPSE_DATABASE_URL": f"sqlite:///{used}"},
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    os.close(write)

    assert (ended.returncode, ended.stderr) == (0, b"")


# Verify


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


@pytest.mark.skipif(not is_installed(), reason="charts are not installed")
def test_chart_is_not_written_under_the_name_of_another_kind(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "report", "--chart", "usage.jpg"]) == 2
    assert "`usage.jpg` must end with .png" in capsys.readouterr().err
    assert not used.with_name("usage.jpg").exists()


def test_older_command_names_the_same_differences(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(used, "UPDATE counters SET answers = 7 WHERE subject_kind = 'role' AND period = 'hour'")

    assert main(["database", "verify"]) == 1
    assert "used 7 answers by the counter, 1 answer by the ledger." in capsys.readouterr().out
