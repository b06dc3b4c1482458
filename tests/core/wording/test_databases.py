"""Sentences about the database as a whole."""

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


def test_lost_database_is_told_from_a_replaced_one() -> None:
    gone = wording.database_lost("glimpse.db", is_replaced=False)
    replaced = wording.database_lost("glimpse.db", is_replaced=True)

    assert gone == "the database `glimpse.db` is gone"
    assert replaced == "another file stands in the place of the database `glimpse.db`"
