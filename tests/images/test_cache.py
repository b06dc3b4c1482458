import logging
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.conversation.turns import LeftOutReason
from bot.images.cache import MasterOrigin, PictureCache, hash_of
from bot.images.protocol import Frame, Result

NOW = datetime.now(UTC)
KEY = hash_of(b"source") + "-recipe"
CAT = Frame(content=b"cat", media_type="image/jpeg", width=3, height=2, note="frame 1 of 2")
DOG = Frame(content=b"dog", media_type="image/png", width=4, height=5)


def age(path: Path, days: float) -> None:
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def test_prepared_pictures_are_found_again_by_their_source(tmp_path: Path) -> None:
    PictureCache(tmp_path / "cache").keep(KEY, Result(frames=(CAT, DOG)))

    found = PictureCache(tmp_path / "cache").find(KEY, now=NOW)

    assert found == Result(frames=(CAT, DOG))


def test_file_that_cannot_be_prepared_is_remembered(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(reason=LeftOutReason.DAMAGED))

    assert cache.find(KEY, now=NOW) == Result(reason=LeftOutReason.DAMAGED)


def test_unknown_source_is_not_found(tmp_path: Path) -> None:
    assert PictureCache(tmp_path).find(KEY, now=NOW) is None


def test_source_with_a_lost_picture_is_not_found(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(CAT, DOG)))
    next(tmp_path.glob("??/*.png")).unlink()

    assert cache.find(KEY, now=NOW) is None


def test_card_of_an_older_form_is_not_found(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(CAT,)))
    next(tmp_path.glob("sources/??/*.json")).write_bytes(b'{"entries": 3}')

    assert cache.find(KEY, now=NOW) is None


def test_load_gives_what_is_kept_and_nothing_for_the_rest(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(CAT,)))

    assert cache.load([hash_of(b"cat"), hash_of(b"dog")], now=NOW) == {hash_of(b"cat"): b"cat"}


def test_load_passes_over_a_name_that_is_no_hash(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")

    assert PictureCache(tmp_path / "cache").load(["../secret", "", "x" * 64], now=NOW) == {}


def test_file_with_the_wrong_hash_is_absent_and_deleted(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(CAT,)))
    path = next(tmp_path.glob("??/*.jpg"))
    path.write_bytes(b"ca")

    assert cache.load([hash_of(b"cat")], now=NOW) == {}
    assert not path.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_files_and_directories_are_the_owners_alone(tmp_path: Path) -> None:
    PictureCache(tmp_path / "cache").keep(KEY, Result(frames=(CAT, DOG)))

    modes = {stat.S_IMODE(path.stat().st_mode) for path in files(tmp_path)}
    directories = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in directories} == {0o700}


def test_nothing_but_whole_files_is_left_by_writing(tmp_path: Path) -> None:
    PictureCache(tmp_path).keep(KEY, Result(frames=(CAT, DOG)))

    assert sorted(path.suffix for path in files(tmp_path)) == [".jpg", ".json", ".png"]


def test_unwritable_directory_is_one_warning_and_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file where the directory should be")
    cache = PictureCache(tmp_path / "cache")

    with caplog.at_level(logging.WARNING):
        cache.keep(KEY, Result(frames=(CAT,)))
        cache.keep(KEY, Result(frames=(DOG,)))

    assert len(caplog.records) == 1
    assert cache.find(KEY, now=NOW) is None


def test_sweep_deletes_what_was_unused_and_keeps_what_was_used(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(CAT, DOG)))
    for path in files(tmp_path):
        age(path, 40)
    cache.load([hash_of(b"cat")], now=NOW)

    deleted = cache.sweep(unused_since=NOW - timedelta(days=30), most_bytes=10**9)

    assert deleted == 2
    assert [path.suffix for path in files(tmp_path)] == [".jpg"]


def test_finding_a_source_counts_as_use_of_all_its_files(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(CAT, DOG)))
    for path in files(tmp_path):
        age(path, 40)
    cache.find(KEY, now=NOW)

    assert cache.sweep(unused_since=NOW - timedelta(days=30), most_bytes=10**9) == 0


def test_use_is_noted_at_most_once_a_day(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(CAT,)))
    path = next(tmp_path.glob("??/*.jpg"))
    age(path, 0.5)
    before = path.stat().st_mtime

    cache.load([hash_of(b"cat")], now=NOW)

    assert path.stat().st_mtime == before


def test_sweep_leaves_files_of_others_alone(tmp_path: Path) -> None:
    other = tmp_path / "holiday.jpg"
    other.write_bytes(b"not ours")
    age(other, 400)

    assert PictureCache(tmp_path).sweep(unused_since=NOW, most_bytes=10**9) == 0
    assert other.exists()


def test_sweep_of_a_directory_that_does_not_exist_deletes_nothing(tmp_path: Path) -> None:
    assert PictureCache(tmp_path / "nowhere").sweep(unused_since=NOW, most_bytes=10**9) == 0


VIEW = replace(CAT, master=b"\xff\xd8\xff master", master_size=(30, 20))


def test_master_is_found_by_its_view(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(VIEW, DOG)))

    origin = cache.find_origin(hash_of(b"cat"))

    assert origin == MasterOrigin(master=hash_of(VIEW.master), width=30, height=20)
    assert cache.load_master(hash_of(VIEW.master), now=NOW) == VIEW.master
    assert cache.find_origin(hash_of(b"dog")) is None


@pytest.mark.parametrize("lost", ["masters/??/*.jpg", "origins/??/*.json"])
def test_picture_whose_master_is_lost_has_no_origin(tmp_path: Path, lost: str) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(VIEW,)))
    next(tmp_path.glob(lost)).unlink()

    assert cache.find_origin(hash_of(b"cat")) is None
    assert cache.load([hash_of(b"cat")], now=NOW)


def test_hash_that_is_a_path_finds_nothing(tmp_path: Path) -> None:
    assert PictureCache(tmp_path).find_origin("../../etc/passwd") is None
    assert PictureCache(tmp_path).load_master("../../etc/passwd", now=NOW) is None


def test_master_cut_by_a_crash_is_not_given_out(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(VIEW,)))
    next(tmp_path.glob("masters/??/*.jpg")).write_bytes(b"\xff\xd8\xff ma")

    assert cache.load_master(hash_of(VIEW.master), now=NOW) is None


def test_sweep_over_budget_takes_the_longest_unused_masters_first(
    tmp_path: Path,
) -> None:
    cache = PictureCache(tmp_path)
    other = replace(DOG, master=b"\xff\xd8\xff other master", master_size=(40, 50))
    cache.keep(KEY, Result(frames=(VIEW, other)))
    for path in files(tmp_path):
        age(path, 3)
    cache.load_master(hash_of(VIEW.master), now=NOW)
    total = sum(path.stat().st_size for path in files(tmp_path))

    deleted = cache.sweep(unused_since=NOW - timedelta(days=30), most_bytes=total - 1)

    assert deleted == 1
    assert [path.stem for path in tmp_path.glob("masters/??/*.jpg")] == [hash_of(VIEW.master)]


def test_sweep_over_budget_goes_on_to_the_pictures(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.keep(KEY, Result(frames=(VIEW, DOG)))

    cache.sweep(unused_since=NOW - timedelta(days=30), most_bytes=0)

    assert files(tmp_path) == []
