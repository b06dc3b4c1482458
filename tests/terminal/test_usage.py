"""`glimpse usage`, from the command line to its exit code, over a real SQLite file."""

import asyncio
import csv
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.charts.plotter import is_installed
from bot.store.schema.migrations import upgrade
from bot.terminal import usage
from tests.store.samples import SHOP
from tests.terminal.used import change

pytestmark = pytest.mark.proof


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


def test_report_of_direct_messages_without_prices_counts_tokens(
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


def test_export_of_the_window_before_lacks_the_present_rows(
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


@pytest.mark.skipif(not is_installed(), reason="charts are not installed")
def test_chart_is_not_written_under_the_name_of_another_kind(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "report", "--chart", "usage.jpg"]) == 2
    assert "`usage.jpg` must end with .png" in capsys.readouterr().err
    assert not used.with_name("usage.jpg").exists()
