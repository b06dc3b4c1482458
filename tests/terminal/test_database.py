"""`glimpse database verify`."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.__main__ import main
from bot.store.schema import migration_scripts
from tests.store.damage import damage_page
from tests.terminal.used import change


def test_verify_names_the_counters_that_differ(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(used, "UPDATE counters SET answers = 7 WHERE subject_kind = 'role' AND period = 'hour'")

    assert main(["database", "verify"]) == 1
    assert "used 7 answers by the counter, 1 answer by the ledger." in capsys.readouterr().out


def test_verify_of_a_sound_database_says_so(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["database", "verify"]) == 0
    assert capsys.readouterr().out == (
        "Every table can be read.\nEvery counter equals the sum of its ledger entries.\n"
    )


def test_verify_finds_a_damaged_page_and_names_the_way_out(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage_page(used, "turns")

    assert main(["database", "verify"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("Damage: ")
    assert "`glimpse database restore FILE`" in last


def test_verify_does_not_make_the_database(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["database", "verify"]) == 2
    assert not file.exists()
    assert capsys.readouterr().err.count("\n") == 1


def test_verify_of_another_programs_file_changes_nothing(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    before = file.read_bytes()

    assert main(["database", "verify"]) == 2
    assert file.read_bytes() == before


def test_verify_does_not_bring_an_older_database_up_to_date(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It did, under the eyes of the older bot that ran on it."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        migration_scripts.upgrade(connection, "0005")
    engine.dispose()

    assert main(["database", "verify"]) == 2
    assert "run `glimpse database upgrade`" in capsys.readouterr().err
    with closing(sqlite3.connect(file)) as reading:
        assert reading.execute("SELECT version_num FROM alembic_version").fetchall() == [("0005",)]


def test_bot_does_not_start_on_a_damaged_database(
    used: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "not-a-token")
    used.with_name("config.toml").write_text('[endpoint]\nbase_url = "built-in"\n')
    damage_page(used, "counters")

    assert main(["run"]) == 2
    *_, said = capsys.readouterr().err.splitlines()
    assert said.startswith(f"glimpse: the database `{used}` is damaged (")
    assert said.endswith("restore a backup with `glimpse database restore FILE`")
