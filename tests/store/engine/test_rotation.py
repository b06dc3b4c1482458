"""The newest backups stay, and nothing is deleted that Glimpse has not made."""

from pathlib import Path

from bot.store.engine.rotation import backups_in, delete_older, upgrade_copies

SQLITE = b"SQLite format 3\0..."


def make(folder: Path, *names: str, content: bytes = SQLITE) -> list[Path]:
    files = [folder / name for name in names]
    for file in files:
        file.write_bytes(content)
    return files


def test_backups_of_a_folder_are_found_by_name_and_content(tmp_path: Path) -> None:
    old, new = make(tmp_path, "glimpse-20260301T120000Z.db", "glimpse-20260302T120000Z.db")
    make(tmp_path, "glimpse-20260303T120000Z.dump", content=b"PGDMP...")
    make(tmp_path, "glimpse.db", "mine-20260301T120000Z.db", "glimpse-20260301T120000Z.db.old")
    make(tmp_path, "glimpse-20260304T120000Z.db", content=b"a note")
    (tmp_path / "glimpse-20260305T120000Z.db").symlink_to(old)
    (tmp_path / "glimpse-20260306T120000Z.db").mkdir()

    assert backups_in(tmp_path, ".db") == [old, new]


def test_copies_of_upgrades_are_found_by_their_instant(tmp_path: Path) -> None:
    later = tmp_path / "glimpse.db.backup-0004-20260302T120000Z"
    earlier = tmp_path / "glimpse.db.backup-0005-20260301T120000Z"
    make(tmp_path, later.name, earlier.name, "other.db.backup-0005-20260301T120000Z")
    make(tmp_path, "glimpse.db.backup-by-hand", "glimpse.db.before-restore-20260301T120000Z")

    assert upgrade_copies(tmp_path / "glimpse.db") == [earlier, later]


def test_all_but_the_newest_are_deleted(tmp_path: Path) -> None:
    backups = make(tmp_path, "1", "2", "3")

    assert delete_older(backups, keep=2) == backups[:1]
    assert sorted(tmp_path.iterdir()) == backups[1:]


def test_fewer_than_are_kept_all_stay(tmp_path: Path) -> None:
    backups = make(tmp_path, "1", "2")

    assert delete_older(backups, keep=5) == []
    assert sorted(tmp_path.iterdir()) == backups


def test_backup_that_can_not_be_deleted_stays(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()

    assert delete_older([tmp_path / "1", *make(tmp_path, "2")], keep=1) == []
