"""Incidents: failures of ours, by a number that both the log and whoever met them are given."""

from bot.core.origin import origin


def incident_of(discord_id: int) -> str:
    """A short number, from the id of the message or interaction that could not be handled."""
    return f"{discord_id % 0xFFFFFF:06x}"


def incident_fields(error: BaseException, incident: str) -> dict[str, object]:
    """The error's kind and place, for a line of the log: its own words may quote what people write."""
    return {"incident": incident, "reason": type(error).__name__, "at": origin(error)}
