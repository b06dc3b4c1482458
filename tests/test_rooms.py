"""The house rules that neither ruff nor import-linter can see."""

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
ADVISED_LENGTH = 300  # lines of a module
LONGEST_MODULE = 450  # lines
HEAVY = {"PIL", "aiohttp", "alembic", "asyncpg", "discord", "matplotlib", "pypdfium2", "sqlalchemy"}
EMPTY_WORDS = {"Manager", "Helper", "Utils", "Enhanced", "Unified"}


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of `bot` by its path; read once, and only where a test needs them."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "bot").rglob("*.py"))
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


def test_what_every_command_needs_imports_nothing_heavy() -> None:
    assert modules_after(f"import bot.config, bot.logs\n{HELP}") & HEAVY == set()


def test_commands_without_discord_do_not_import_it() -> None:
    commands = ", ".join(f"bot.terminal.{one}" for one in ("describe", "check", "usage", "verify"))

    assert "discord" not in modules_after(f"import {commands}")


def test_bot_itself_imports_no_decoder() -> None:
    assert not modules_after("import bot.images.pictures") & {"PIL", "pypdfium2"}


def test_worker_that_reads_no_pdf_does_not_load_pdfium() -> None:
    assert "pypdfium2" not in modules_after("import bot.images.worker.job")


def test_store_is_opened_without_importing_alembic() -> None:
    assert "alembic" not in modules_after("import bot.store.database, bot.store.schema.migrations")


def imported(tree: ast.Module) -> set[str]:
    """Top-level names of what a module imports, also inside functions."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_core_imports_two_libraries_that_only_compute() -> None:
    core = [imported(tree) for name, tree in trees().items() if name.startswith("bot/core/")]

    libraries = set().union(*core) - sys.stdlib_module_names - {"bot"}

    assert libraries == {"msgspec", "regex"}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, tree in trees().items() if not ast.get_docstring(tree)]

    assert silent == []


def test_no_module_is_far_longer_than_advised() -> None:
    lines = {name: (ROOT / name).read_text(encoding="utf-8").count("\n") for name in trees()}

    too_long = {name: count for name, count in lines.items() if count > LONGEST_MODULE}

    assert not too_long, (
        f"{too_long}: about {ADVISED_LENGTH} lines are advised, {LONGEST_MODULE} allowed;"
        " is it still one thing that you can name?"
    )


def names_in(module: str, tree: ast.Module) -> list[str]:
    classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [Path(module).stem.title(), *classes]


def test_no_name_uses_an_empty_word() -> None:
    names = [(module, name) for module, tree in trees().items() for name in names_in(module, tree)]

    assert [each for each in names if any(word in each[1] for word in EMPTY_WORDS)] == []
