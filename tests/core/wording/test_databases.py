"""Sentences about the database as a whole."""

import pytest

from bot.core import wording


def test_damage_comes_with_the_way_out() -> None:
    sentence = wording.database_damaged("glimpse.db", "page 7 is wrong")

    assert sentence == (
        "the database `glimpse.db` is damaged (page 7 is wrong): "
        "restore a backup with `glimpse database restore FILE`"
    )


def test_findings_are_a_line_each_and_then_the_way_out() -> None:
    lines = wording.database_findings(["page 7 is wrong", "page 8 is wrong"]).splitlines()

    assert lines[:2] == ["Damage: page 7 is wrong.", "Damage: page 8 is wrong."]
    assert lines[2].endswith("restore a backup with `glimpse database restore FILE`.")


def test_whole_database_is_one_sentence() -> None:
    assert wording.database_is_whole() == "Every table can be read."


def test_folder_that_can_not_be_written_is_named() -> None:
    sentence = wording.database_folder_unusable("/data", "No space left on device")

    assert sentence == (
        "the database can't be used: nothing can be written in its folder `/data`: "
        "No space left on device"
    )


def test_lost_database_is_told_from_a_replaced_one() -> None:
    gone = wording.database_lost("glimpse.db", is_replaced=False)
    replaced = wording.database_lost("glimpse.db", is_replaced=True)

    assert gone == "the database `glimpse.db` is gone"
    assert replaced == "another file stands in the place of the database `glimpse.db`"


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            wording.copy_failed("a.db", "b.db", "disk full"),
            "no backup could be made of `a.db` as `b.db`: disk full",
        ),
        (
            wording.copy_damaged("a.db", "page 7 is wrong"),
            "no backup was made: `a.db` is damaged (page 7 is wrong)",
        ),
        (
            wording.backup_made("b.db", "0006", 1_250_000),
            "The database (revision 0006) was copied to b.db, 1.2 MB, and the copy checked.",
        ),
        (wording.backup_progress(1, 4), "copying: 25 %"),
        (wording.backup_progress(0, 0), "copying: 0 %"),
        (wording.backups_deleted(["a.db", "b.db"]), "Older backups deleted: a.db, b.db."),
        (
            wording.backup_of_other_engine("a.db", is_sqlite=True),
            "`a.db` is a backup of SQLite, but `[database] url` names PostgreSQL",
        ),
        (
            wording.backup_of_other_engine("a.dump", is_sqlite=False),
            "`a.dump` is a backup of PostgreSQL, but `[database] url` names SQLite",
        ),
        (wording.restore_in_use("a.db"), "`a.db` is in use: stop the bot first"),
        (wording.restore_failed("a.db", "disk full"), "`a.db` could not be restored: disk full"),
        (wording.tool_failed("psql", "no such role"), "`psql` failed: no such role"),
    ],
)
def test_backup_sentence_says_what_and_why(sentence: str, said: str) -> None:
    assert sentence == said


@pytest.mark.parametrize(
    "refusal",
    [
        wording.backup_in_the_way("a.db"),
        wording.backup_no_folder("a.db"),
        wording.backup_missing("a.db"),
        wording.backup_is_folder("a.db"),
        wording.backup_unknown("a.db"),
        wording.backup_too_new("a.db", "0009", "0006"),
        wording.backup_damaged("a.db", "page 7 is wrong"),
        wording.backup_is_database("a.db"),
    ],
)
def test_refused_backup_is_named_on_one_line(refusal: str) -> None:
    assert "`a.db`" in refusal
    assert refusal.isprintable()


def test_refusal_without_a_file_names_the_remedy() -> None:
    assert "needs a folder" in wording.backup_keep_needs_folder()
    assert "client programs" in wording.tool_missing("pg_dump")


def test_restoration_says_how_to_go_back() -> None:
    lines = wording.restored("b.db", "0005", head="0006", kept="a.db.before").splitlines()

    assert lines == [
        "The database was restored from b.db (revision 0005) and checked.",
        "The next start brings it up to revision 0006.",
        "What it replaces is kept as a.db.before.",
        "To go back: glimpse database restore a.db.before",
    ]


def test_restoration_of_what_was_not_there_is_one_sentence() -> None:
    assert "\n" not in wording.restored("b.db", "0006", head="0006", kept=None)
