"""Sentences about the database as a whole: damaged, backed up, restored. Operators read them."""

from collections.abc import Sequence


def database_damaged(file: str, finding: str) -> str:
    """Of a file; `finding` is what SQLite says of it."""
    return (
        f"the database `{file}` is damaged ({finding}): "
        "restore a backup with `glimpse database restore FILE`"
    )


def database_lost(file: str, *, is_replaced: bool) -> str:
    """Of a file that was there when the bot opened it."""
    if is_replaced:
        return f"another file stands in the place of the database `{file}`"
    return f"the database `{file}` is gone"


def database_findings(findings: Sequence[str]) -> str:
    """All that a thorough look found, a line each, and the way out."""
    lines = [f"Damage: {each}." for each in findings]
    lines.append("The database is damaged: restore a backup with `glimpse database restore FILE`.")
    return "\n".join(lines)


def database_is_whole() -> str:
    return "Every table can be read."
