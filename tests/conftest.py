"""For all tests: patience, and what checks against material from outside are part of a run."""

import asyncio
import gc
import os
import re
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Under nohup, or in a shell's background, these are ignored, and so they were by every process that
# a test starts.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine that is busy with others is no failure: what is slow is measured in bench/.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("patient"), max_examples=20)
settings.load_profile(os.environ.get("GLIMPSE_HYPOTHESIS", "patient"))

OUTSIDE = {
    "GLIMPSE_CAPTURES": "recordings of real endpoints",
    "GLIMPSE_DISCORD_SPEC": "Discord's OpenAPI description",
}

PROOFS = re.compile(r"^pytestmark = .*\bmark\.proof\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whether a file holds proofs alone, and none are asked for: importing some takes seconds."""
    if config.option.markexpr != "not proof" or collection_path.suffix != ".py":
        return None  # as pytest decides
    return bool(PROOFS.search(collection_path.read_text(encoding="utf-8"))) or None


def pytest_collection_finish() -> None:
    """What is collected stays until the end: the garbage collector need not look through it again."""
    gc.freeze()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file made by the migrations, to be copied: they take a tenth of a second."""
    from bot.store.schema.migrations import upgrade  # which few tests need

    file = tmp_path_factory.mktemp("template") / "glimpse.db"
    asyncio.run(upgrade(f"sqlite:///{file}", now=datetime(2026, 3, 1, tzinfo=UTC)))
    return file


def pytest_report_header() -> list[str]:
    return [_browser(), *_material()]


def _browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.environ.get("GLIMPSE_BROWSER") != "required":
        return "browser tests: left out (there is no chromium here; `apt-get install chromium`)"
    return f"browser tests: {found or 'required, but there is no chromium'}"


def _material() -> list[str]:
    return [
        f"{what}: {os.environ[name]}"
        if os.environ.get(name)
        else f"{what}: left out ({name} is not set)"
        for name, what in OUTSIDE.items()
    ]
