import asyncio
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.conversation.turns import Image, LeftOut, LeftOutReason
from bot.core.messages.incoming_message import Attachment
from bot.core.models.tokens import (
    PatchRule,
    TileRule,
    billed_size,
    image_tokens,
)
from bot.core.vision.picture_intent import Use
from bot.core.vision.views import Look, Region
from bot.images.pictures import Pictures, is_lasting
from bot.images.protocol import Job, Result
from bot.images.settings import ImageSettings
from tests.images.looks import PATCHES, TILES
from tests.pictures import (
    HEIC,
    UPRIGHT,
    animation,
    corners,
    photo,
    quadrants,
    read,
    write,
)

CAT = write(quadrants(), "PNG")


class Cdn:
    """Files by name, served over HTTP; counts what was asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.origin = ""

    def post(self, name: str, content: bytes, **fields: str) -> Attachment:
        self.files[name] = content
        return Attachment(
            id=len(self.files),
            name=name,
            url=f"{self.origin}/{name}?hm=secret",
            size=len(content),
            description=fields.get("description"),
        )

    async def serve(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        if name not in self.files:
            raise web.HTTPNotFound
        return web.Response(body=self.files[name])


@pytest.fixture
async def cdn() -> AsyncIterator[Cdn]:
    cdn = Cdn()
    app = web.Application()
    app.router.add_get("/{name}", cdn.serve)
    async with TestServer(app) as server:
        cdn.origin = str(server.make_url("")).rstrip("/")
        yield cdn


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> ImageSettings:
    # Time enough for a busy machine.
    return ImageSettings(directory=tmp_path / "cache", download_timeout=60, prepare_timeout=60)


@asynccontextmanager
async def opened(
    settings: ImageSettings, *, rule: TileRule | PatchRule = TILES
) -> AsyncIterator[Pictures]:
    async with aiohttp.ClientSession() as session:
        pictures = Pictures(settings, session=session, rule=rule, clock=now, allowed_hosts=None)
        try:
            yield pictures
        finally:
            await pictures.aclose()


def watch_jobs(pictures: Pictures, monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[Job]:
    """The jobs that reach the workers, as they come."""
    jobs: asyncio.Queue[Job] = asyncio.Queue()
    work = pictures._workers.work

    async def watched(job: Job) -> Result:
        jobs.put_nowait(job)
        return await work(job)

    monkeypatch.setattr(pictures._workers, "work", watched)
    return jobs


async def test_attachments_come_back_in_their_order_with_bytes_and_reasons(
    cdn: Cdn, settings: ImageSettings
) -> None:
    posted = [
        cdn.post("big.jpg", write(photo(1600, 1200), "JPEG")),
        cdn.post("clip.mp4", b"moving"),
        cdn.post("cat.png", CAT, description="four colours"),
        cdn.post("page.png", b"<html>Not found</html>"),
        cdn.post("phone.png", HEIC.read_bytes()),
        cdn.post("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        cdn.post("empty.png", b""),
    ]

    async with opened(settings) as pictures:
        prepared = await pictures.prepare(posted)

    assert [image.name for image in prepared.images] == ["big.jpg", "cat.png", "phone.png"]
    assert prepared.images[1].note == "alt text: four colours"
    assert corners(read(prepared.image_bytes[prepared.images[1].hash])) == UPRIGHT
    assert prepared.left_out == (
        LeftOut(name="clip.mp4", reason=LeftOutReason.UNREADABLE),
        LeftOut(name="page.png", reason=LeftOutReason.NOT_AN_IMAGE),
        LeftOut(name="logo.svg", reason=LeftOutReason.UNSUPPORTED),
        LeftOut(name="empty.png", reason=LeftOutReason.DAMAGED),
    )
    assert "clip.mp4" not in cdn.asked


async def test_attachment_that_is_gone_does_not_keep_the_others_out(
    cdn: Cdn, settings: ImageSettings
) -> None:
    gone = cdn.post("gone.png", CAT)
    cat = cdn.post("cat.png", CAT)
    del cdn.files["gone.png"]

    async with opened(settings) as pictures:
        prepared = await pictures.prepare([gone, cat])

    assert prepared.left_out == (LeftOut(name="gone.png", reason=LeftOutReason.GONE),)
    assert len(prepared.images) == 1


async def test_no_attachments_are_no_images_and_no_worker(settings: ImageSettings) -> None:
    async with opened(settings) as pictures:
        prepared = await pictures.prepare([])

        assert prepared.images == ()
        assert pictures.worker_pid is None


async def test_more_pictures_than_allowed_are_named_and_not_downloaded(
    cdn: Cdn, settings: ImageSettings
) -> None:
    posted = [cdn.post(f"{number}.png", CAT) for number in range(4)]

    async with opened(replace(settings, max_count=2)) as pictures:
        prepared = await pictures.prepare(posted)

    assert [image.name for image in prepared.images] == ["0.png", "1.png"]
    assert {left.reason for left in prepared.left_out} == {LeftOutReason.TOO_MANY}
    assert sorted(cdn.asked) == ["0.png", "1.png"]


async def test_file_larger_than_announced_is_cut_off(cdn: Cdn, settings: ImageSettings) -> None:
    posted = replace(cdn.post("cat.png", bytes(50_000)), size=10)

    async with opened(replace(settings, max_bytes=1000)) as pictures:
        prepared = await pictures.prepare([posted])

    assert prepared.left_out[0].reason is LeftOutReason.TOO_MANY_BYTES


async def test_animation_gives_three_images_with_alt_text_and_frame(
    cdn: Cdn, settings: ImageSettings
) -> None:
    posted = cdn.post("dance.gif", animation("GIF", 9), description="a bar")

    async with opened(settings) as pictures:
        prepared = await pictures.prepare([posted])

    assert [image.note for image in prepared.images] == [
        "frame 1 of 9, an animation; alt text: a bar",
        "frame 5 of 9, an animation; alt text: a bar",
        "frame 9 of 9, an animation; alt text: a bar",
    ]


async def test_picture_posted_again_after_a_restart_is_not_prepared_again(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        first = await pictures.prepare([cdn.post("cat.png", CAT)])

    async with opened(settings) as pictures:
        second = await pictures.prepare([cdn.post("cat.png", CAT)])

        assert pictures.worker_pid is None
    assert second == first


async def test_damaged_picture_posted_again_is_not_tried_again(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        await pictures.prepare([cdn.post("cut.png", CAT[:-60])])

    async with opened(settings) as pictures:
        second = await pictures.prepare([cdn.post("cut.png", CAT[:-60])])

        assert pictures.worker_pid is None
    assert second.left_out[0].reason is LeftOutReason.DAMAGED


async def test_picture_for_another_model_is_prepared_anew(
    cdn: Cdn, settings: ImageSettings
) -> None:
    posted = cdn.post("big.jpg", write(photo(1600, 1200), "JPEG"))
    async with opened(settings) as pictures:
        tiled = await pictures.prepare([posted])

    async with opened(settings, rule=PatchRule(budget=100, multiplier=1.0)) as pictures:
        patched = await pictures.prepare([posted])

    assert patched.images[0].width < tiled.images[0].width


async def test_same_picture_in_many_questions_at_once_is_prepared_once(
    cdn: Cdn, settings: ImageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = cdn.post("cat.png", CAT)
    async with opened(settings) as pictures:
        jobs = watch_jobs(pictures, monkeypatch)

        async with asyncio.TaskGroup() as group:
            answers = [group.create_task(pictures.prepare([posted])) for _ in range(10)]

        assert jobs.qsize() == 1
        assert all(len(answer.result().images) == 1 for answer in answers)


async def test_cancelled_question_does_not_harm_another_with_its_picture(
    cdn: Cdn, settings: ImageSettings
) -> None:
    posted = cdn.post("big.jpg", write(photo(2000, 1500), "JPEG"))
    async with opened(settings) as pictures, asyncio.TaskGroup() as group:
        await pictures.prepare_files([HEIC])  # the worker runs
        first = group.create_task(pictures.prepare([posted]))
        second = group.create_task(pictures.prepare([posted]))
        await asyncio.sleep(0.1)
        first.cancel()

        assert len((await second).images) == 1


async def test_question_with_many_pictures_lets_another_one_pass(
    cdn: Cdn, settings: ImageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [
        cdn.post(f"{number}.jpg", write(photo(1000 + number, 800), "JPEG")) for number in range(6)
    ]
    single = cdn.post("cat.png", CAT)
    async with opened(settings) as pictures, asyncio.TaskGroup() as group:
        await pictures.prepare_files([HEIC])  # the worker runs
        jobs = watch_jobs(pictures, monkeypatch)
        greedy = group.create_task(pictures.prepare(many))
        await jobs.get()
        await pictures.prepare([single])

        assert not greedy.done()


async def test_unwritable_directory_still_gives_the_bytes(
    cdn: Cdn, settings: ImageSettings
) -> None:
    settings.directory.write_text("a file where the directory should be")

    async with opened(settings) as pictures:
        prepared = await pictures.prepare([cdn.post("cat.png", CAT)])
        kept = await pictures.load([prepared.images[0].hash])

    assert prepared.image_bytes[prepared.images[0].hash]
    assert kept == {}


async def test_history_loads_what_was_prepared_until_it_is_swept(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        prepared = await pictures.prepare([cdn.post("cat.png", CAT)])
        hashes = [image.hash for image in prepared.images]

        assert await pictures.load([*hashes, "0" * 64]) == prepared.image_bytes
        assert await pictures.sweep(now() + timedelta(days=29)) == 0
        assert await pictures.sweep(now() + timedelta(days=31)) == 2
        assert await pictures.load(hashes) == {}


async def test_slow_picture_is_named_and_the_others_are_there(
    cdn: Cdn, settings: ImageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = [cdn.post("slow.gif", animation("GIF", 2)), cdn.post("cat.png", CAT)]
    async with opened(settings) as pictures:
        work = pictures._workers.work

        async def give_up(job: Job) -> Result:
            is_slow = job.name == "slow.gif"
            return Result(reason=LeftOutReason.TOO_SLOW) if is_slow else await work(job)

        monkeypatch.setattr(pictures._workers, "work", give_up)
        prepared = await pictures.prepare(posted)

    assert prepared.left_out == (LeftOut(name="slow.gif", reason=LeftOutReason.TOO_SLOW),)
    assert [image.name for image in prepared.images] == ["cat.png"]


async def test_local_files_are_each_prepared_or_left_out_with_reason(
    tmp_path: Path, settings: ImageSettings
) -> None:
    (tmp_path / "cat.bin").write_bytes(CAT)  # a name that claims nothing: the bytes decide
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "huge.png").write_bytes(bytes(3000))
    paths = [tmp_path / name for name in ("cat.bin", "notes.txt", "huge.png", "nowhere.png", ".")]

    async with opened(replace(settings, max_bytes=2000)) as pictures:
        prepared = await pictures.prepare_files(paths)

    assert [len(one.images) for one in prepared] == [1, 0, 0, 0, 0]
    assert [[file.text for file in one.files] for one in prepared[:2]] == [[], ["not a picture"]]
    assert [left.reason for one in prepared for left in one.left_out] == [
        LeftOutReason.TOO_MANY_BYTES,
        LeftOutReason.GONE,
        LeftOutReason.UNREADABLE,
    ]
    assert not settings.directory.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
async def test_file_that_may_not_be_read_is_unreachable(
    tmp_path: Path, settings: ImageSettings
) -> None:
    (tmp_path / "cat.png").write_bytes(CAT)
    (tmp_path / "cat.png").chmod(0)

    async with opened(settings) as pictures:
        (prepared,) = await pictures.prepare_files([tmp_path / "cat.png"])

    assert prepared.left_out[0].reason is LeftOutReason.UNREACHABLE


def test_bots_own_process_never_loads_pillow(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(CAT)
    script = textwrap.dedent("""
        import asyncio, sys
        from datetime import UTC, datetime
        from pathlib import Path
        import aiohttp
        from bot.core.models.tokens import TileRule
        from bot.images.pictures import Pictures
        from bot.images.settings import ImageSettings

        async def main():
            async with aiohttp.ClientSession() as session:
                pictures = Pictures(
                    ImageSettings(),
                    session=session,
                    rule=TileRule(base=85, per_tile=170),
                    clock=lambda: datetime.now(UTC),
                    allowed_hosts=None,
                )
                (prepared,) = await pictures.prepare_files([Path(sys.argv[1])])
                await pictures.aclose()
            print(len(prepared.images), [name for name in sys.modules if name.startswith("PIL")])

        asyncio.run(main())
    """)
    root = Path(__file__).parents[2]

    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "cat.png")],
        capture_output=True,
        cwd=root,
        text=True,
        check=False,
    )

    assert (run.stdout.strip(), run.stderr) == ("1 []", "")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (Result(), True),
        (Result(reason=LeftOutReason.DAMAGED), True),
        (Result(reason=LeftOutReason.TOO_MANY_PIXELS), True),
        (Result(reason=LeftOutReason.DAMAGED, error="the worker died"), False),
        (Result(reason=LeftOutReason.TOO_SLOW), False),
    ],
)
def test_only_facts_about_the_file_are_remembered(result: Result, expected: bool) -> None:
    assert is_lasting(result) is expected


GLANCE = Look(rule=PATCHES, use=Use.GLANCE)
USUAL = Look(rule=PATCHES)


async def glanced_at(pictures: Pictures, cdn: Cdn) -> Image:
    prepared = await pictures.prepare(
        [cdn.post("big.jpg", write(photo(2000, 1500), "JPEG"), description="hills")], [GLANCE]
    )
    return prepared.images[0]


async def test_every_picture_is_looked_at_as_it_was_asked_for(
    cdn: Cdn, settings: ImageSettings
) -> None:
    big = write(photo(2000, 1500), "JPEG")
    posted = [cdn.post("a.jpg", big), cdn.post("b.txt", b"no picture"), cdn.post("c.jpg", big)]
    capped = Look(rule=PATCHES, most_tokens=100)

    async with opened(settings) as pictures:
        prepared = await pictures.prepare(posted, [GLANCE, USUAL, capped])

    small, smaller = prepared.images
    assert image_tokens(small.width, small.height, PATCHES) == 281
    assert image_tokens(smaller.width, smaller.height, PATCHES) <= 100
    assert prepared.reduced == ("c.jpg",)


async def test_picture_of_an_earlier_turn_is_looked_at_more_closely(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        image = await glanced_at(pictures, cdn)
        seen = await pictures.look_again(image, USUAL)

    (again,) = seen.images
    assert (again.width, again.height) == billed_size(2000, 1500, PATCHES)
    assert (again.name, again.note) == (image.name, image.note)
    assert read(seen.image_bytes[again.hash]).size == (again.width, again.height)


async def test_closer_look_gives_the_bytes_of_a_first_look(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        image = await glanced_at(pictures, cdn)
        again = await pictures.look_again(image, USUAL)
        first = await pictures.prepare(
            [cdn.post("same.jpg", write(photo(2000, 1500), "JPEG"))], [USUAL]
        )

    assert again.images[0].hash == first.images[0].hash


async def test_part_of_an_earlier_picture_is_seen_in_full_resolution(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        image = await glanced_at(pictures, cdn)
        seen = await pictures.look_again(image, USUAL, Region(right=0.5, bottom=0.4))

    assert (seen.images[0].width, seen.images[0].height) == (1000, 600)


async def test_look_again_at_what_is_no_longer_kept_says_so(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        image = await glanced_at(pictures, cdn)
        shutil.rmtree(settings.directory)
        seen = await pictures.look_again(image, USUAL)

    assert seen.left_out == (LeftOut(name="big.jpg", reason=LeftOutReason.GONE),)


async def test_picture_without_master_is_looked_at_again_as_it_was(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        image = await glanced_at(pictures, cdn)
        shutil.rmtree(settings.directory / "masters")
        seen = await pictures.look_again(image, USUAL)

    assert (seen.images[0].width, seen.images[0].height) == (image.width, image.height)


async def test_revision_changes_only_what_a_look_would_show_otherwise(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        image = await glanced_at(pictures, cdn)
        (usual,) = (await pictures.look_again(image, USUAL)).images
        revised = await pictures.revise([image, usual, image], [USUAL, USUAL, GLANCE])

    assert [each.hash for each in revised.images] == [usual.hash, usual.hash, image.hash]
    assert revised.image_bytes.keys() == {usual.hash}


async def test_revision_for_a_cheaper_rule_makes_a_picture_smaller(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        (usual,) = (
            await pictures.prepare([cdn.post("a.jpg", write(photo(2000, 1500), "JPEG"))], [USUAL])
        ).images
        revised = await pictures.revise([usual], [Look(rule=TILES)])

    assert (revised.images[0].width, revised.images[0].height) == (1024, 768)


async def test_too_much_on_the_disk_is_swept(cdn: Cdn, settings: ImageSettings) -> None:
    async with opened(replace(settings, max_disk_bytes=100_000)) as pictures:
        await glanced_at(pictures, cdn)
        await pictures.sweep(now())

    left = [path for path in settings.directory.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in left) <= 100_000
    assert not list(settings.directory.glob("masters/??/*"))


async def test_picture_that_was_enlarged_once_is_not_enlarged_again(
    cdn: Cdn, settings: ImageSettings
) -> None:
    reading = Look(rule=PATCHES, use=Use.READ)
    posted = cdn.post("small.png", write(quadrants(400, 300), "PNG"))

    async with opened(settings) as pictures:
        (enlarged,) = (await pictures.prepare([posted], [reading])).images
        revised = await pictures.revise([enlarged], [reading])

    assert (enlarged.width, enlarged.height) == (800, 600)
    assert revised.images == (enlarged,)


async def test_made_picture_is_prepared_and_kept_like_a_posted_one(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        made = await pictures.examine(CAT, name="picture-1.png", keeps=True)
        posted = await pictures.prepare([cdn.post("picture-1.png", CAT)])
        kept = await pictures.load([made.images[0].hash])

    assert made == posted
    assert kept == made.image_bytes


async def test_state_of_a_picture_is_decoded_and_not_kept(settings: ImageSettings) -> None:
    async with opened(settings) as pictures:
        state = await pictures.examine(CAT, name="picture-1.png", keeps=False)
        kept = await pictures.load([state.images[0].hash])

    assert corners(read(state.image_bytes[state.images[0].hash])) == UPRIGHT
    assert kept == {}


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (CAT[:100], LeftOutReason.DAMAGED),
        (b"\x89PNG\r\n\x1a\n", LeftOutReason.DAMAGED),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", LeftOutReason.UNSUPPORTED),
        (b"", LeftOutReason.DAMAGED),
    ],
)
async def test_made_picture_that_can_not_be_decoded_is_left_out(
    settings: ImageSettings, content: bytes, reason: LeftOutReason, keeps: bool
) -> None:
    async with opened(settings) as pictures:
        made = await pictures.examine(content, name="picture-1.png", keeps=keeps)

    assert made.images == ()
    assert made.left_out == (LeftOut(name="picture-1.png", reason=reason),)


def hold_worker(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> tuple[asyncio.Semaphore, asyncio.Event]:
    """Jobs wait until the event is set; the semaphore counts those that wait."""
    waiting, go, work = asyncio.Semaphore(0), asyncio.Event(), pictures._workers.work

    async def held(job: Job) -> Result:
        waiting.release()
        await go.wait()
        return await work(job)

    monkeypatch.setattr(pictures._workers, "work", held)
    return waiting, go


async def test_many_questions_of_one_person_wait_with_few_bytes(
    cdn: Cdn, settings: ImageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20 questions of 49 MB made 1.1 GB: all was downloaded while the worker was busy."""
    posted = [cdn.post(f"{number}.png", CAT + bytes([number])) for number in range(20)]
    size = len(CAT) + 1  # each is another picture, or they would be prepared as one
    few = replace(settings, max_total_bytes=3 * size, max_waiting_bytes=5 * size)
    async with opened(few) as pictures, asyncio.TaskGroup() as group:
        waiting, go = hold_worker(pictures, monkeypatch)
        answers = [
            group.create_task(pictures.prepare([one], asker_id=1 + number // 10))
            for number, one in enumerate(posted)
        ]
        for _ in range(5):
            await waiting.acquire()
        await asyncio.sleep(0.05)  # for a sixth that must not come

        assert pictures._limits.held == 5 * size
        assert len(cdn.asked) == 5
        go.set()
    assert all(answer.result().images for answer in answers)
    assert pictures._limits.held == 0


async def test_file_that_waits_too_long_is_left_out_as_busy(
    cdn: Cdn, settings: ImageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(settings, max_total_bytes=len(CAT), wait_timeout=0.01)
    async with opened(few) as pictures, asyncio.TaskGroup() as group:
        waiting, go = hold_worker(pictures, monkeypatch)
        first = group.create_task(pictures.prepare([cdn.post("cat.png", CAT)]))
        await waiting.acquire()

        second = await pictures.prepare([cdn.post("dog.png", CAT)])

        assert second.left_out == (LeftOut(name="dog.png", reason=LeftOutReason.BUSY),)
        go.set()
    assert len(first.result().images) == 1
    assert pictures._limits.held == 0


@pytest.mark.parametrize("announced", [0, -5])
async def test_file_of_no_true_size_waits_with_all_it_may_have(
    cdn: Cdn, settings: ImageSettings, monkeypatch: pytest.MonkeyPatch, announced: int
) -> None:
    """A size below nothing made room for other files."""
    odd = replace(cdn.post("cat.png", CAT), size=announced)
    async with opened(settings) as pictures, asyncio.TaskGroup() as group:
        waiting, go = hold_worker(pictures, monkeypatch)
        answer = group.create_task(pictures.prepare([odd]))
        await waiting.acquire()

        assert pictures._limits.held == settings.max_bytes
        go.set()
    assert len(answer.result().images) == 1
