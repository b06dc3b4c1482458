"""Configurations to read, and their mistakes."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import strategies as st

from bot.config import Config, Need, load_config
from bot.core.errors import ConfigurationError

TOKEN = "MTA1.GxYz.a1b2-c3_d4"
KEY = "sk-a1b2c3d4e5f6"


def read(file: Path, toml: str, environ: Mapping[str, str] | None = None) -> Config:
    file.write_text(toml, encoding="utf-8")
    return load_config(file, environ or {})


def problems_of(
    file: Path | None, toml: str = "", environ: Mapping[str, str] | None = None, *needs: Need
) -> list[str]:
    """Read a configuration with mistakes; the file's name is shortened to `config.toml`."""
    if file:
        file.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_config(file, environ or {}, needs=needs)
    return [problem.replace(str(file), "config.toml") for problem in raised.value.problems]


def problem_of(file: Path, toml: str) -> str:
    """The only mistake, a whole sentence that names the file."""
    [problem] = problems_of(file, toml)
    assert problem.startswith("config.toml: ")
    assert problem[-1] in ".?"
    return problem


secrets = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=30, max_size=80
)
