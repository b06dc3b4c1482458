"""Writes config.example.toml and docs/configuration.md from the list of keys (`make docs`)."""

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from bot.config.key import Key, Section
from bot.config.sections import NAMED, SECTIONS

EXAMPLE_FILE = Path("config.example.toml")
REFERENCE_FILE = Path("docs/configuration.md")

_EXAMPLE_HEAD = """\
# Glimpse's configuration. Copy this file to config.toml and change what you need.
#
# A line that begins with # and no space is a setting at its default: take the # away to change it.
# Keys and tokens are better kept in the environment, where they come before this file.
"""

_REFERENCE_HEAD = """\
# Configuration

Glimpse reads `config.toml` in the working directory, or the file that `--config` names.
`config.example.toml` is a file to start from.
The environment comes before the file, and the file before the defaults.
Every mistake is reported at the start, all at once; `glimpse check` reports them without starting the bot.

Secrets are best given by the environment: as the variable named below, or, where a container keeps secrets in files, as the same variable with `_FILE` appended, which names the file.
Setting both is a mistake. An empty variable counts as unset.
Relative paths start at the working directory.

This page is written from the list of keys in `bot/config/sections/` by `make docs`.
"""


_FURTHER = """\
Further endpoints, asked in this order where those before them fail before the first word; NAME is \
yours to choose. Their keys are those of [endpoint], and [endpoints.NAME.timeouts] may follow each. \
In the environment the key is GLIMPSE_API_KEY_NAME, in upper case and with _ for -."""
_BEFORE_FURTHER = "endpoint.timeouts"


def example() -> str:
    """The example file: every key, explained, at its default."""
    sections = [
        "\n".join(lines)
        for name, section in SECTIONS.items()
        for lines in (_example_section(name, section), *_example_of_further(name))
    ]
    sections += ("\n".join(_example_of_named(*each)) for each in NAMED.items())
    return "\n\n".join([_EXAMPLE_HEAD, *sections]).replace("\n\n\n", "\n\n") + "\n"


def _example_section(name: str, section: Section) -> Iterator[str]:
    about, keys = section
    yield f"[{name}]"
    yield f"# {about}"
    for key in keys:
        yield ""
        yield from (f"# {line}" for line in wrap(_explained(key), 96, break_on_hyphens=False))
        yield from _example_setting(key)


def _example_of_further(section: str) -> Iterator[list[str]]:
    if section == _BEFORE_FURTHER:
        keys = {key.name: key for key in SECTIONS["endpoint"][1]}
        settings = (f"#{name} = {_toml(keys[name].example)}" for name in ("base_url", "model"))
        about = (f"# {line}" for line in wrap(_FURTHER, 96, break_on_hyphens=False))
        yield ["#[endpoints.NAME]", *about, *settings]


def _example_of_named(name: str, section: Section) -> Iterator[str]:
    """A section that nobody has: all of it is to be uncommented, with a name of one's own."""
    about, keys = section
    yield f"#[{name}]"
    yield from (f"# {line}" for line in wrap(about, 96, break_on_hyphens=False))
    for key in keys:
        words = _explained(key) if key.example is not None else f"{key.name}: {_explained(key)}"
        yield ""
        yield from (f"# {line}" for line in wrap(words, 96, break_on_hyphens=False))
        if key.example is not None:
            yield from _example_setting(key)


def _explained(key: Key) -> str:
    if not key.variable:
        return key.help
    files = f" (or {key.variable}_FILE, which names a file)" if key.is_secret else ""
    return f"{key.help} In the environment: {key.variable}{files}."


def _example_setting(key: Key) -> Iterator[str]:
    value = key.example if key.default is None else key.default
    setting = f"{key.name} = {_toml(value)}"
    mark = "" if key.need and not key.is_secret else "#"
    yield from (f"{mark}{line}" for line in setting.split("\n"))


def reference() -> str:
    """The page for people: a table for each section."""
    return "\n".join(
        [
            _REFERENCE_HEAD,
            *(
                line
                for name, section in {**SECTIONS, **NAMED}.items()
                for line in _reference_section(name, section)
            ),
        ]
    )


def _reference_of_further(section: str) -> Iterator[str]:
    if section == _BEFORE_FURTHER:
        yield f"## `[endpoints.NAME]`\n\n{_FURTHER}\n"


def _reference_section(name: str, section: Section) -> Iterator[str]:
    about, keys = section
    yield f"## `[{name}]`\n"
    yield f"{about}\n"
    yield "| key | default | must be | what it is |"
    yield "|--|--|--|--|"
    for key in keys:
        yield f"| `{key.name}` | {_default(key)} | {key.kind.allowed} | {_explained(key)} |"
    yield ""
    yield from _reference_of_further(name)


def _default(key: Key) -> str:
    if key.default is None:
        return "required" if key.need else "–"
    text = _toml(key.default)
    return "see `config.example.toml`" if "\n" in text else f"`{text}`"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{int(value):_}"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name)} = {_toml(each)}" for name, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, str) and "\n" in value:
        return f'"""\n{value}"""'
    return json.dumps(value, ensure_ascii=False)  # whose strings and lists are TOML, too


if __name__ == "__main__":
    EXAMPLE_FILE.write_text(example(), encoding="utf-8")
    REFERENCE_FILE.write_text(reference(), encoding="utf-8")
