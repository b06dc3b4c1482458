"""From a file and the environment to a Config, or to every mistake at once."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config.assembly import assemble_config
from bot.config.key import Key
from bot.config.kinds.kind import Rejected
from bot.config.known_models import MODELS, read_models
from bot.config.misspellings import find_strays
from bot.config.named_endpoints import find_endpoint_sections, without_bad_names
from bot.config.rules import find_contradictions, find_gaps, missing
from bot.config.sections import SECTIONS
from bot.config.values import Config
from bot.core.errors import ConfigurationError


def load_config(
    path: Path | None, environ: Mapping[str, str], *, needs: Collection[str] = ()
) -> Config:
    """Read the configuration. The environment comes before the file, the file before the defaults.

    `needs` names what the caller can't do without; what is not needed may be missing, but not wrong.
    `path` None reads no file. Raises ConfigurationError, with one sentence for each mistake.
    """
    reading = _Reading(path=path, environ=environ, tables=_read_toml(path) if path else {})
    endpoints = find_endpoint_sections(reading.tables)
    sections = {**SECTIONS, **endpoints.sections}
    models = read_models(reading.tables)
    fixed = without_bad_names(reading.tables, endpoints)
    strays = find_strays({key: each for key, each in fixed.items() if key != MODELS}, sections)
    problems = (*strays, *endpoints.problems, *models.problems)
    reading.problems.extend(f"{path}: {problem}" for problem in problems)
    values = {
        section: {key.name: reading.value(section, key) for key in keys}
        for section, (_, keys) in sections.items()
    }
    gaps = find_gaps(sections, values, needs, reading.is_rejected)
    reading.problems.extend(missing(section, key, path) for section, key in gaps)
    if not reading.problems:
        reading.problems.extend(f"{path}: {clash}" for clash in find_contradictions(values))
    if reading.problems:
        raise ConfigurationError(tuple(reading.problems))
    return assemble_config(values, models.values)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """One reading of the configuration, and the mistakes met so far."""

    path: Path | None
    environ: Mapping[str, str]
    tables: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)
    rejected: set[tuple[str, str]] = field(default_factory=set)

    def is_rejected(self, section: str, name: str) -> bool:
        return (section, name) in self.rejected

    def value(self, section: str, key: Key) -> Any:
        """The value of a key as its kind reads it; None where it is absent or wrong."""
        for where, found in self._sources(section, key):
            try:
                return key.kind.read(found)
            except Rejected as complaint:
                self._note(section, key, f"{where} {complaint}.")
                return None
        if self.is_rejected(section, key.name) or key.default is None:
            return None
        return key.kind.read(key.default)

    def _note(self, section: str, key: Key, problem: str) -> None:
        self.problems.append(problem)
        self.rejected.add((section, key.name))

    def _sources(self, section: str, key: Key) -> Iterator[tuple[str, object]]:
        """Where a value may stand, the first that has one wins."""
        if key.variable:
            yield from self._environment(section, key, key.variable)
        table: Any = self.tables
        for part in section.split("."):
            table = table.get(part, {}) if isinstance(table, dict) else {}
        if isinstance(table, dict) and key.name in table:
            yield f"{self.path}: [{section}] {key.name}", table[key.name]

    def _environment(self, section: str, key: Key, variable: str) -> Iterator[tuple[str, object]]:
        """An empty variable counts as unset: that is what container tools make of a missing one."""
        direct = self.environ.get(variable, "")
        in_file = self.environ.get(f"{variable}_FILE", "") if key.is_secret else ""
        if direct and in_file:
            problem = f"{variable} and {variable}_FILE are both set in the environment: keep one."
            self._note(section, key, problem)
        elif direct:
            yield f"{variable}, in the environment,", direct
        elif in_file:
            yield from self._secret_file(section, key, in_file)

    def _secret_file(self, section: str, key: Key, name: str) -> Iterator[tuple[str, object]]:
        # The name is not repeated: somebody may have put the secret itself there.
        where = f"the file that {key.variable}_FILE names"
        try:
            yield where, _read_secret_file(Path(name))
        except OSError as error:
            self._note(section, key, f"{where} can't be read: {error.strerror}.")
        except ValueError:
            self._note(section, key, f"{where} is not UTF-8 text.")


def _read_toml(path: Path) -> dict[str, Any]:
    """Read the tables of a configuration file; raises ConfigurationError with the one thing wrong.

    No message repeats a line of the file: it may hold a key.
    """
    content = _read_text(path)
    try:
        return tomllib.loads(content)
    except RecursionError:
        raise _wrong(f"{path}: the tables and lists are nested too deeply.") from None
    except ValueError as error:  # TOMLDecodeError, or a number too long for Python
        raise _wrong(_syntax_sentence(path, str(error), content)) from None


def _read_secret_file(path: Path) -> str:
    """Read a secret without the line break that editors end files with. Raises OSError or ValueError."""
    return path.read_text(encoding="utf-8").strip()


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows' editors begin files with a mark
    except FileNotFoundError:
        raise _wrong(
            f"{path} does not exist: copy config.example.toml to {path}, or name another file with --config."
        ) from None
    except OSError as error:
        raise _wrong(f"{path} can't be read: {error.strerror}.") from None
    except ValueError:
        raise _wrong(f"{path} is not UTF-8 text: save it as UTF-8.") from None


def _syntax_sentence(path: Path, message: str, content: str) -> str:
    what, _, place = message.rstrip(")").partition(" (at ")
    if re.match(r"line \d+, column \d+$", place):
        where = place
    else:
        where = f"line {content.count(chr(10)) + 1}, at the end"
    hint = ". Text must stand in quotes" if what == "Invalid value" else ""
    return f"{path}, {where}: this is not TOML: {what}{hint}."


def _wrong(sentence: str) -> ConfigurationError:
    return ConfigurationError((sentence,))
