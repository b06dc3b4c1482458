"""A dictionary that keeps only so many entries."""

from bot.core.bounded_map import BoundedMap


def test_entry_used_longest_ago_goes_first() -> None:
    entries: BoundedMap[str, int] = BoundedMap(2)
    entries["a"], entries["b"] = 1, 2

    entries.get("a")
    entries["c"] = 3

    assert (entries.get("a"), entries.get("b"), entries.get("c")) == (1, None, 3)
    assert len(entries) == 2


def test_setting_an_entry_anew_is_a_use() -> None:
    entries: BoundedMap[str, int] = BoundedMap(2)
    entries["a"], entries["b"], entries["a"] = 1, 2, 3

    assert entries.oldest() == ("b", 2)


def test_popped_entry_is_gone() -> None:
    entries: BoundedMap[str, int] = BoundedMap(2)
    entries["a"] = 1

    assert entries.pop("a") == 1
    assert "a" not in entries
    assert entries.pop("a") is None
    assert entries.oldest() is None


def test_entries_can_be_popped_while_their_keys_are_read() -> None:
    entries: BoundedMap[str, int] = BoundedMap(2)
    entries["a"], entries["b"] = 1, 2

    assert [(key, entries.pop(key)) for key in entries] == [("a", 1), ("b", 2)]
    assert not len(entries)
