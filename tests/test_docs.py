"""Documentation that is checked: what it names exists, and what exists is named."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.__main__ import main
from bot.config import load_config, reference
from bot.config.sections import SECTIONS

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLE = (ROOT / reference.EXAMPLE_FILE).read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

KEYS = [(section, key) for section, (_, keys) in SECTIONS.items() for key in keys]
KEY_IDS = [f"{section}.{key.name}" for section, key in KEYS]


def uncommented(example: str) -> dict[str, Any]:
    """The example with every setting switched on: those are the lines with # and no space."""
    return tomllib.loads(re.sub(r"^#(?! )", "", example.replace("#\n", "\n"), flags=re.MULTILINE))


def value_in(tables: dict[str, Any], section: str, name: str) -> Any:
    for part in section.split("."):
        tables = tables[part]
    return tables[name]


# Configuration


def test_example_and_reference_are_what_the_list_of_keys_says() -> None:
    page = (ROOT / reference.REFERENCE_FILE).read_text(encoding="utf-8")

    assert reference.example() == EXAMPLE, "run `make docs`"
    assert reference.reference() == page, "run `make docs`"


@pytest.mark.parametrize(("section", "key"), KEYS, ids=KEY_IDS)
def test_example_shows_the_key_with_its_default(section: str, key: Any) -> None:
    shown = value_in(uncommented(EXAMPLE), section, key.name)

    assert shown == (key.example if key.default is None else _as_toml(key.default))


def _as_toml(default: object) -> object:
    return list(default) if isinstance(default, tuple) else default


@pytest.mark.parametrize(("section", "key"), KEYS, ids=KEY_IDS)
def test_key_is_explained_in_a_sentence(section: str, key: Any) -> None:
    assert key.help.endswith(".")
    assert key.kind.allowed


def test_example_as_it_comes_needs_only_the_two_secrets() -> None:
    environ = {"DISCORD_TOKEN": "MTA1.GxYz.a1b2", "GLIMPSE_API_KEY": "sk-a1b2c3"}

    config = load_config(ROOT / reference.EXAMPLE_FILE, environ, needs={"discord", "endpoint"})

    assert config.endpoint.base_url == "https://api.openai.com/v1"


def test_example_with_every_default_switched_on_is_valid(tmp_path: Path) -> None:
    switched_on = re.sub(r"^#(?! )(?!token|api_key)", "", EXAMPLE, flags=re.MULTILINE)
    (tmp_path / "config.toml").write_text(switched_on)

    config, default = load_config(tmp_path / "config.toml", {}), load_config(None, {})

    assert (config.images, config.logging) == (default.images, default.logging)
    assert config.answers.instructions == default.answers.instructions
    assert config.answers.tokens_per_day == default.answers.tokens_per_day


# Links and commands


def anchors_of(page: Path) -> set[str]:
    """The anchors that a page's headings get, the way code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(page: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_the_page_lead_somewhere(page: Path) -> None:
    for link in links_of(page):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page

        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


ROOMS = {path.name for path in (ROOT / "bot").iterdir() if path.is_dir()}


def paths_in(text: str) -> list[Path]:
    """The files and folders of the source that a text names in backticks, `bot/` left out or not."""
    named = re.findall(r"`([a-z]+)/([\w./-]*)`", text)
    paths = [Path("bot", room, rest) for room, rest in named if room in ROOMS]
    return paths + [
        Path(top, rest)
        for top, rest in named
        if top in {"bot", "tests", "migrations", "bench", "chaos", "fuzz"}
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_the_page_names_exist(page: Path) -> None:
    paths = paths_in(page.read_text(encoding="utf-8"))

    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_architecture_says_for_many_changes_where_to_look() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("| I want to change … | open … |")[2].partition("\n\n")[0]
    rows = [row for row in table.splitlines() if row.startswith("| ")]

    assert len(rows) >= 20
    assert [row for row in rows if not paths_in(row)] == []


def test_every_page_of_the_documentation_is_linked_from_another() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in links_of(page)
        if link.partition("#")[0]
    }

    assert [page for page in PAGES if page.parent != ROOT and page not in linked] == []


def test_make_targets_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), flags=re.MULTILINE)
    }

    assert {"test", "check", "run"} <= named
    assert named <= targets


def test_coverage_in_contributing_is_the_floor_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    floors = dict(re.findall(r"^(\w+)_FLOOR := (\d+)$", makefile, flags=re.MULTILINE))
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert f"at least {floors['COVERAGE']} % of the lines and branches of `bot`" in page
    assert f"{floors['CORE_COVERAGE']} % of those of `core`" in page


def makes_the_environment(commands: str) -> bool:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    makers = re.findall(r"^([a-z-]+): \$\((?:INSTALLED|READY|PLAYABLE)\)", makefile, re.MULTILINE)
    named = re.findall(r"(?:^|`)make ([a-z-]+)", commands, flags=re.MULTILINE)
    return not set(makers).isdisjoint(named)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_section_makes_the_environment_before_running_a_program_of_it(page: Path) -> None:
    """In a fresh clone, step 4 said `.venv/bin/glimpse: No such file or directory`."""
    sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    befores = [
        section.partition(".venv/bin/")[0] for section in sections if ".venv/bin/" in section
    ]

    assert [before for before in befores if not makes_the_environment(before)] == []


def glimpse_commands() -> set[str]:
    """The commands that pages tell people to run."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    return set(re.findall(r"(?:^|`|\$ |bin/)glimpse ([a-z]+)", text, flags=re.MULTILINE))


def test_commands_that_pages_name_exist(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    help_text = capsys.readouterr().out

    for command in glimpse_commands():
        assert re.search(rf"^ +{command}\b", help_text, flags=re.MULTILINE), command


def test_commands_that_exist_are_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    commands = re.findall(r"^    ([a-z]+)(?: |$)", capsys.readouterr().out, flags=re.MULTILINE)

    assert commands
    assert [command for command in commands if f"`glimpse {command}" not in README] == []


def test_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == __version__


# Operating


def logged_sentences(*levels: str) -> set[str]:
    """The constant sentences that the code logs at these levels."""
    call = re.compile(rf"""\blog(?:ger)?\.(?:{"|".join(levels)})\(\s*"([^"]+)\"""")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")]
    return {sentence for source in sources for sentence in call.findall(source)}


def test_every_error_of_the_log_is_explained_to_the_operator() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    errors = logged_sentences("error", "exception", "critical")

    assert errors
    assert [sentence for sentence in sorted(errors) if f"`{sentence}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page_begins_with_a_title(page: Path) -> None:
    assert page.read_text(encoding="utf-8").startswith("# ")
