"""`glimpse describe`: the same pipeline as in Discord, in the terminal."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from bot.chat.ports import Model
from bot.chat.terminal.file_description import Description, FileDescriber
from bot.config.values import Config
from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.conversation.files import is_partial
from bot.core.conversation.turns import PreparedImages
from bot.core.errors import StartFailed
from bot.core.models.offers import find_offer
from bot.resources import Resources, open_resources

AT_ONCE = 4  # files asked about side by side


async def describe(
    config: Config,
    paths: Sequence[Path],
    *,
    question: str,
    model: str | None,
    as_json: bool,
    output: TextIO,
) -> int:
    """Describe each file; returns 0 where all were answered completely, 1 otherwise.

    `model` None is the default. Raises StartFailed for a name that no endpoint offers.
    """
    show = _Json(output) if as_json else _Text(output, progress=_progress_to(output))
    async with open_resources(config) as resources:
        describer = FileDescriber(_choose(resources, model), config.answers, time.monotonic)
        gate = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            jobs = [_FileJob(path) for path in paths]
            for job in jobs:
                tasks.create_task(_work(job, gate, resources, describer, question))
            done = [await show.follow(job) for job in jobs]
    return 0 if all(each.charge.ending is Ending.COMPLETED for each in done) else 1


def _choose(resources: Resources, name: str | None) -> Model:
    if name is not None and find_offer(resources.models.offered, name) is None:
        names = ", ".join(offer.name for offer in resources.models.offered)
        raise StartFailed(f"no endpoint offers the model `{name}`; there are: {names}")
    return resources.models.choose(name)


def _progress_to(output: TextIO) -> TextIO | None:
    """Progress is for people: only where both the text and the progress go to a terminal."""
    return sys.stderr if output.isatty() and sys.stderr.isatty() else None


class _FileJob:
    """One file on its way: its text grows while an earlier file is still being shown."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.path = path
        self.stage = "waiting"
        self.text = ""
        self.description: Description | None = None
        self.changed = asyncio.Event()

    def reach(self, stage: str) -> None:
        self.stage = stage
        self.changed.set()

    def add(self, text: str) -> None:
        self.text += text
        self.changed.set()

    def finish(self, description: Description) -> None:
        self.description = description
        self.changed.set()


async def _work(
    job: _FileJob,
    gate: asyncio.Semaphore,
    resources: Resources,
    describer: FileDescriber,
    question: str,
) -> None:
    async with gate:
        job.reach("preparing")
        looks = describer.plan_look(question).looks
        prepared: PreparedImages = (await resources.pictures.prepare_files([job.path], looks))[0]
        job.reach("asking")
        job.finish(await describer.describe(job.name, prepared, question=question, on_text=job.add))


class _Text:
    """For people: the text as it comes, then what it cost and how it ended."""

    def __init__(self, output: TextIO, *, progress: TextIO | None) -> None:
        self._output = output
        self._progress = progress

    async def follow(self, job: _FileJob) -> Description:
        self._write(f"{job.name}\n")
        written = 0
        while True:
            if len(job.text) > written:
                self._clear_progress()
                self._write(job.text[written:])
                written = len(job.text)
            if job.description is not None and len(job.text) == written:
                self._clear_progress()
                self._write(_closing(job.description))
                return job.description
            if not written:
                self._show_progress(f"  {job.stage} …")
            await job.changed.wait()
            job.changed.clear()

    def _write(self, text: str) -> None:
        self._output.write(text)
        self._output.flush()

    def _show_progress(self, text: str) -> None:
        if self._progress is not None:
            self._progress.write(f"\r\x1b[2K{text}")
            self._progress.flush()

    def _clear_progress(self) -> None:
        if self._progress is not None:
            self._progress.write("\r\x1b[2K")
            self._progress.flush()


def _closing(description: Description) -> str:
    """The lines below a text: what was left out, how it ended, what it cost."""
    lines = _notes(description)
    if description.ended is not None:
        ending = wording.terminal_ending(description.ended, has_text=bool(description.text.strip()))
        lines += [ending] if ending else []
        lines.append(_cost(description))
    start = "\n" if description.text else ""
    return start + "".join(f"  ({line})\n" for line in lines) + "\n"


def _notes(description: Description) -> list[str]:
    """Notes on files that were left out, looked at smaller, or read in part."""
    return [
        *(wording.terminal_left_out(each) for each in description.left_out),
        *((wording.terminal_reduced(),) if description.is_reduced else ()),
        *(wording.terminal_read_in_part(file) for file in description.files if is_partial(file)),
    ]


def _cost(description: Description) -> str:
    charge = description.charge
    tokens = f"{'about ' if charge.is_estimated else ''}{charge.usage.total_tokens:,} tokens"
    if charge.cost_microusd is None:
        return f"{charge.model}: {tokens}, cost unknown"
    if not charge.cost_microusd:
        return f"{charge.model}: {tokens}, free"
    return f"{charge.model}: {tokens}, ${charge.cost_microusd / 1_000_000:.4f}"


class _Json:
    """For scripts: one object a line, in the order of the files. The fields are a contract."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    async def follow(self, job: _FileJob) -> Description:
        while job.description is None:
            await job.changed.wait()
            job.changed.clear()
        self._output.write(json.dumps(_record(job.description), ensure_ascii=False) + "\n")
        self._output.flush()
        return job.description


def _record(description: Description) -> dict[str, object]:
    charge = description.charge
    cost = charge.cost_microusd
    return {
        "image": description.name,
        "text": description.text,
        "ending": charge.ending.value,
        "reason": description.reason,
        "model": charge.model,
        "usage": {
            "input_tokens": charge.usage.input_tokens,
            "output_tokens": charge.usage.output_tokens,
            "total_tokens": charge.usage.total_tokens,
            "estimated": charge.is_estimated,
        },
        "cost_usd": None if cost is None else cost / 1_000_000,
        "notes": [*_notes(description), *description.frames],
    }
