"""The house rules that neither ruff nor import-linter can see."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "bot").rglob("*.py"))
HEAVY = {"PIL", "aiohttp", "alembic", "asyncpg", "discord", "sqlalchemy"}
EMPTY_WORDS = {
    "Manager",
    "Helper",
    "Utils",
    "Common",
    "Base",
    "Processor",
    "Service",
    "Enhanced",
    "Unified",
}


def modules_after(program: str) -> set[str]:
    """Top-level modules that are loaded when a fresh interpreter has run `program`."""
    report = "import json, sys; sys.stderr.write(json.dumps(sorted(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", f"{program}\n{report}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(ended.stderr)}


HELP = """
from bot.__main__ import main
try:
    main(["--help"])
except SystemExit:
    pass
"""


@pytest.mark.parametrize(
    "program",
    ["import bot.config", "import bot.logs", "import bot.__main__", HELP],
    ids=["config", "logs", "main", "help"],
)
def test_what_every_command_needs_imports_nothing_heavy(program: str) -> None:
    assert modules_after(program) & HEAVY == set()


@pytest.mark.parametrize("command", ["describe", "check"])
def test_command_without_discord_does_not_import_it(command: str) -> None:
    assert "discord" not in modules_after(f"import bot.terminal.{command}")


def test_pictures_are_decoded_elsewhere_so_the_bot_itself_does_not_import_pillow() -> None:
    assert "PIL" not in modules_after("import bot.images.pictures")


def test_store_is_opened_without_importing_alembic() -> None:
    assert "alembic" not in modules_after("import bot.store.database, bot.store.migrations")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_is_and_stays_short(module: Path) -> None:
    source = module.read_text(encoding="utf-8")

    assert ast.get_docstring(ast.parse(source)), "a module begins with what it is for"
    assert source.count("\n") <= 300, "a module is one thing you can name"


def names_in(module: Path) -> Iterator[str]:
    yield module.stem.title()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield node.name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_use_no_words_that_say_nothing(module: Path) -> None:
    assert not [name for name in names_in(module) if any(word in name for word in EMPTY_WORDS)]
