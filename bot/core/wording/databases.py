"""Sentences about the database as a whole: damaged, backed up, restored. Operators read them."""

from collections.abc import Sequence


def database_damaged(file: str, finding: str) -> str:
    """Of a file; `finding` is what SQLite says of it."""
    return (
        f"the database `{file}` is damaged ({finding}): "
        "restore a backup with `glimpse database restore FILE`"
    )


def database_folder_unusable(folder: str, reason: str) -> str:
    """Of a SQLite file's."""
    return f"the database can't be used: nothing can be written in its folder `{folder}`: {reason}"


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


def copy_failed(file: str, target: str, reason: str) -> str:
    return f"no backup could be made of `{file}` as `{target}`: {reason}"


def copy_damaged(file: str, finding: str) -> str:
    return f"no backup was made: `{file}` is damaged ({finding})"


def backup_made(file: str, revision: str, size: int) -> str:
    """`size` is in bytes."""
    return f"The database (revision {revision}) was copied to {file}, {_size(size)}, and the copy checked."


def backup_progress(done: int, total: int) -> str:
    """Of pages."""
    return f"copying: {100 * done // max(total, 1)} %"


def backups_deleted(names: Sequence[str]) -> str:
    return f"Older backups deleted: {', '.join(names)}."


def backup_in_the_way(file: str) -> str:
    return f"`{file}` is there already: name a file that is not there yet, or a folder for several backups"


def backup_no_folder(folder: str) -> str:
    return f"the folder `{folder}` is not there: make it first"


def backup_keep_needs_folder() -> str:
    return "`--keep` needs a folder: backups that are to be kept or deleted get their names there"


def backup_missing(file: str) -> str:
    return f"there is no `{file}`"


def backup_is_folder(file: str) -> str:
    return f"`{file}` is a folder: name one backup in it"


def backup_unknown(file: str) -> str:
    return f"`{file}` is no backup of Glimpse"


def backup_of_other_engine(file: str, *, is_sqlite: bool) -> str:
    """`is_sqlite`: of the backup; the configuration names the other one."""
    of, named = ("SQLite", "PostgreSQL") if is_sqlite else ("PostgreSQL", "SQLite")
    return f"`{file}` is a backup of {of}, but `[database] url` names {named}"


def backup_too_new(file: str, revision: str, head: str) -> str:
    return (
        f"`{file}` is at revision {revision}, this Glimpse knows none above {head}: "
        "restore it with the version that wrote it"
    )


def backup_damaged(file: str, finding: str) -> str:
    return f"`{file}` is damaged ({finding}): nothing was changed"


def backup_is_database(file: str) -> str:
    return f"`{file}` is the database itself"


def tool_missing(name: str) -> str:
    return f"`{name}` is not installed here: PostgreSQL's client programs make and restore backups"


def tool_failed(name: str, reason: str) -> str:
    return f"`{name}` failed: {reason}"


def restore_in_use(database: str) -> str:
    return f"`{database}` is in use: stop the bot first"


def restore_failed(file: str, reason: str) -> str:
    return f"`{file}` could not be restored: {reason}"


def restored(file: str, revision: str, *, head: str, kept: str | None) -> str:
    """What was restored, and how to go back; `kept` is the copy of what it replaces, if any."""
    lines = [f"The database was restored from {file} (revision {revision}) and checked."]
    if revision != head:
        lines.append(f"The next start brings it up to revision {head}.")
    if kept is not None:
        lines.append(f"What it replaces is kept as {kept}.")
        lines.append(f"To go back: glimpse database restore {kept}")
    return "\n".join(lines)


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
