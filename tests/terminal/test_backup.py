"""`glimpse database backup` and `restore`."""

from pathlib import Path

import pytest

from bot.__main__ import main
from tests.store.damage import damage_page


def test_backup_is_restored_over_a_damaged_database(
    used: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["database", "backup", "backup.db"]) == 0
    damage_page(used, "ledger")
    assert main(["database", "verify"]) == 1

    assert main(["database", "restore", "backup.db"]) == 0

    said = capsys.readouterr().out
    assert "copied to backup.db" in said
    assert "The database was restored from backup.db (revision " in said
    assert "To go back: glimpse database restore " in said
    assert main(["database", "verify"]) == 0
    assert len(list(tmp_path.glob("glimpse.db.before-restore-*"))) == 1


def test_backups_of_a_folder_are_rotated(
    used: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert used.exists()
    old = tmp_path / "glimpse-20200101T000000Z.db"
    old.write_bytes(used.read_bytes())

    assert main(["database", "backup", ".", "--keep", "1"]) == 0

    assert not old.exists()
    assert "Older backups deleted: glimpse-20200101T000000Z.db." in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["backup", "none/backup.db"],
        ["backup", "glimpse.db"],
        ["backup", "new.db", "--keep", "2"],
        ["restore", "none.db"],
        ["restore", "."],
        ["restore", "glimpse.db"],
    ],
    ids=" ".join,
)
def test_bad_request_is_one_sentence(
    used: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["database", *arguments]) == 2

    assert capsys.readouterr().err.count("\n") == 1
    assert [each.name for each in tmp_path.iterdir()] == [used.name]


@pytest.mark.parametrize("keep", ["0", "-1", "x", "1.5", "²"])
def test_number_of_backups_to_keep_is_positive(
    keep: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--keep x` was answered with the name of a function."""
    with pytest.raises(SystemExit) as ended:
        main(["database", "backup", ".", "--keep", keep])

    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("--keep: must be a whole number from 1 on\n")
