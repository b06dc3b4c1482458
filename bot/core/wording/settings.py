"""What moderators switch on and off for a channel or their server."""

from bot.core.preferences import Preference, Preferences, Scope, Topic, is_on

_NAMES = {Topic.WEB_SEARCH: "Web search", Topic.PICTURES: "Making pictures"}
_WHERE = {Scope.CHANNEL: "in this channel and its threads", Scope.SERVER: "in the whole server"}
_PLACES = {Scope.CHANNEL: "this channel", Scope.SERVER: "the whole server"}
_SAID_BY = {Scope.CHANNEL: "set for this channel", Scope.SERVER: "set for the whole server"}


def settings_here(preferences: Preferences, *, offered: frozenset[Topic]) -> str:
    """What is on and off where the command was given, and who decides."""
    lines = [_setting(topic, preferences, is_offered=topic in offered) for topic in sorted(_NAMES)]
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
    return f"/settings {topic} state:{setting_state(value)} where:{setting_scope(scope)}"


def setting_not_offered(topic: Topic) -> str:
    return f"{_NAMES[topic]} can't be switched on: the operator of this bot does not offer it."


def settings_not_allowed() -> str:
    return "Only people who may manage this server can change that. `/settings show` shows it."
