"""Settings that moderators switch on and off for a channel or their server."""

from bot.core.calendar.time_zones import UnknownZone
from bot.core.moderation.preferences import OFF, Preference, Preferences, Scope, Topic, is_on
from bot.core.wording.names import file_name as code

_NAMES = {Topic.WEB_SEARCH: "Web search", Topic.PICTURES: "Making pictures"}
_WHERE = {Scope.CHANNEL: "in this channel and its threads", Scope.SERVER: "in the whole server"}
_PLACES = {Scope.CHANNEL: "this channel", Scope.SERVER: "the whole server"}
_SAID_BY = {Scope.CHANNEL: "set for this channel", Scope.SERVER: "set for the whole server"}


def settings_here(preferences: Preferences, *, offered: frozenset[Topic]) -> str:
    """The settings where the command was given, and who decides."""
    lines = [_setting(topic, preferences, is_offered=topic in offered) for topic in sorted(_NAMES)]
    zone, log = preferences.get(Topic.TIME_ZONE), preferences.get(Topic.LOG_CHANNEL)
    lines.append(
        "**Time zone**: as the operator has it."
        if zone is None
        else f"**Time zone**: {code(zone.value)}, {_SAID_BY[zone.scope]}."
    )
    lines.append(
        "**Log channel**: none."
        if log is None
        else f"**Log channel**: <#{log.value}>, {_SAID_BY[log.scope]}."
    )
    return "\n".join((*lines, "The model: `/model`. Quotas: `/quota me`."))


def _setting(topic: Topic, preferences: Preferences, *, is_offered: bool) -> str:
    if not is_offered:
        return f"**{_NAMES[topic]}** is off: the operator of this bot does not offer it."
    state = "on" if is_on(preferences, topic) else "off"
    return f"**{_NAMES[topic]}** is {state} here, {_origin(preferences.get(topic))}."


def _origin(preference: Preference | None) -> str:
    return "as nobody has set it" if preference is None else _SAID_BY[preference.scope]


def setting_state(value: str | None) -> str:
    """Name a state in the command's list; None is the way back to what applies without one."""
    return "as everywhere" if value is None else value


def setting_scope(scope: Scope) -> str:
    """Name a place in the command's list."""
    return _PLACES[scope]


def setting_changed(
    topic: Topic, value: str | None, scope: Scope, *, before: str | None, here: str
) -> str:
    """Confirm a change and how to undo it; `here` is the state that now applies in the channel."""
    if value == before:
        return f"Nothing has changed: {_NAMES[topic].lower()} was {_state(value)} {_WHERE[scope]}."
    change = f"{_NAMES[topic]} is now {_state(value)} {_WHERE[scope]}; it was {_state(before)}."
    undo = f"To undo it: `{_command(topic, before, scope)}`."
    own = "" if value is None or value == here else " This channel has a setting of its own."
    return f"{change}{own} {undo}"


def _state(value: str | None) -> str:
    return "not set" if value is None else value


def _command(topic: Topic, value: str | None, scope: Scope) -> str:
    """Spell the command as Discord shows it: its options by the names in their lists."""
    return f"/manage settings {topic} state:{setting_state(value)} where:{setting_scope(scope)}"


def setting_not_offered(topic: Topic) -> str:
    return f"{_NAMES[topic]} can't be switched on: the operator of this bot does not offer it."


def settings_not_allowed() -> str:
    return "Only people who may manage this server can change that. `/settings show` shows it."


def time_zone_changed(zone: str | None, *, before: str | None, default: str) -> str:
    """Confirm the zone of a server and how to undo it; None: the operator's, which is `default`."""
    now, earlier = code(zone or default), code(before or default)
    if zone == before:
        return f"Nothing has changed: the time zone of this server is {now} already."
    undo = f"`/manage settings time-zone zone:{setting_default() if before is None else before}`"
    return (
        f"The time zone of this server is now {now}; it was {earlier}. "
        f"Hours, days, weeks and months begin by it from the next answer on. To undo it: {undo}."
    )


def time_zone_unknown(error: UnknownZone) -> str:
    near = _either([code(name) for name in error.nearest])
    if error.is_short:
        place = f": {near}" if near else ", for example `Europe/Berlin`"
        return (
            f"{code(error.text)} has no summer time of its own. Please name a place instead{place}."
        )
    if near:
        return f"I know no time zone {code(error.text)}. Did you mean {near}?"
    return (
        f"I know no time zone {code(error.text)}. "
        "Please write a place, for example `Europe/Berlin` or `America/New_York`, or `UTC`."
    )


def setting_default() -> str:
    """The word to type to go back to what applies without a setting."""
    return "default"


def log_channel_changed(channel_id: int | None, *, before: int | None) -> str:
    """Confirm where changes are written down; None: nowhere."""
    if channel_id == before:
        return f"Nothing has changed. {log_channel_is(channel_id)}"
    undo = f"/manage settings log-channel {f'state:{OFF}' if before is None else 'channel:'}"
    back = f"`{undo}`" if before is None else f"`{undo}` with <#{before}>"
    if channel_id is None:
        return f"Changes are no longer posted to <#{before}>. To undo it: {back}."
    return (
        f"Each change by a moderator is now posted to <#{channel_id}>, and a warning when "
        f"50, 80 or 100\u202f% of a cap is used. To undo it: {back}."
    )


def log_channel_is(channel_id: int | None) -> str:
    """Say which channel it is."""
    if channel_id is None:
        return "This server has no log channel; `/manage settings log-channel channel:` names one."
    return (
        f"The log channel is <#{channel_id}>; `/manage settings log-channel state:{OFF}` ends that."
    )


def log_channel_closed(channel_id: int, *, may_view: bool) -> str:
    """Say what the bot lacks there."""
    lacking = "**Send Messages**" if may_view else "**View Channel** and **Send Messages**"
    return f"I can't post to <#{channel_id}>: please give me {lacking} there, then try again."


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
