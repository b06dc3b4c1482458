"""The wheel: what it installs, and that the bot runs from it, far from any checkout."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
BUILT_FROM = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "bot", "migrations")
PAGE = "bot/standins/playground/page"

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as the Dockerfile does it, from a copy: nothing stale from an earlier build gets in."""
    sources, built = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("built")
    for name in BUILT_FROM:
        _copy(ROOT / name, sources / name)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir")
    _run("-m", "pip", "wheel", *options, str(built), ".", cwd=sources)
    (file,) = built.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH; the libraries come from the environment that runs the tests."""
    folder = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def _run(*arguments: str, cwd: Path, path: Sequence[Path] = ()) -> str:
    environ = {name: value for name, value in os.environ.items() if "GLIMPSE" not in name}
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_dockerfile_builds_from_the_same_files() -> None:
    copied = {
        name
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and not line.startswith(("COPY --from", "COPY requirements"))
        for name in line.split()[1:-1]
    }

    assert copied == set(BUILT_FROM)


def test_wheel_installs_no_name_but_the_bots(contents: set[str]) -> None:
    names = {name.partition("/")[0] for name in contents}

    assert {name for name in names if not name.endswith(".dist-info")} == {"bot"}


def test_wheel_has_every_file_of_package_and_migrations(contents: set[str]) -> None:
    package = {str(file.relative_to(ROOT)) for file in (ROOT / "bot").rglob("*.py")}
    scripts = {
        f"bot/store/schema/scripts/{file.relative_to(ROOT / 'migrations').as_posix()}"
        for file in (ROOT / "migrations").rglob("*.*")
        if file.suffix != ".pyc"
    }
    page = {str(file.relative_to(ROOT)) for file in (ROOT / PAGE).rglob("*") if file.is_file()}

    assert len(page) > 20
    assert (package | scripts | page | {"bot/py.typed"}) - contents == set()


def test_wheel_upgrades_a_database_beside_another_migrations_package(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "__init__.py").write_text("raise RuntimeError('somebody else')")

    printed = _run("-m", "bot", "database", "upgrade", cwd=tmp_path, path=[installed])

    assert printed.startswith("The database went from empty to ")
    assert (tmp_path / "glimpse.db").exists()


def test_alembic_is_run_with_the_wheels_own_scripts(installed: Path, tmp_path: Path) -> None:
    scripts = installed / "bot/store/schema/scripts"
    url = f"url=sqlite:///{tmp_path / 'scratch.db'}"
    alembic = ("-m", "alembic", "-c", str(scripts / "alembic.ini"), "-x", url)

    _run(*alembic, "upgrade", "head", cwd=tmp_path, path=[installed])

    assert "(head)" in _run(*alembic, "current", cwd=tmp_path, path=[installed])


def test_two_installed_versions_each_run_their_own_scripts(installed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(installed, other)
    where = "from bot.store.schema import revisions as m; print(m.SCRIPTS)"

    printed = [_run("-c", where, cwd=tmp_path, path=path) for path in ([installed, other], [other])]

    assert [Path(line.strip()).parents[3] for line in printed] == [installed, other]


@pytest.mark.parametrize("module", ["playground", "describer"])
def test_stand_in_of_the_wheel_starts_by_itself(
    installed: Path, tmp_path: Path, module: str
) -> None:
    printed = _run("-m", f"bot.standins.{module}", "--help", cwd=tmp_path, path=[installed])

    assert printed.startswith(f"usage: python -m bot.standins.{module} ")


def test_page_of_the_wheel_is_found(installed: Path, tmp_path: Path) -> None:
    where = "from bot.standins.playground.site.pages import FOLDER; print(FOLDER / 'index.html')"

    printed = _run("-c", where, cwd=tmp_path, path=[installed])

    assert Path(printed.strip()) == installed / PAGE / "index.html"
    assert Path(printed.strip()).exists()
