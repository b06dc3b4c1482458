"""Puts the folder `migrations` inside the package `bot`: a wheel may install one name only, its own.

Everything else stands in pyproject.toml; there, a moved folder would need a list of all packages.
"""

from setuptools import find_packages, setup

SCRIPTS = "bot.store.schema.scripts"  # where bot/store/schema/revisions.py looks for them

setup(
    packages=[*find_packages(include=["bot", "bot.*"]), SCRIPTS, f"{SCRIPTS}.versions"],
    package_dir={SCRIPTS: "migrations"},
)
