"""The kinds of interactions and of first answers to them, and what an answer may hold. Pure."""

from enum import IntEnum

from bot.standins.playground.errors import FormErrors, Json
from bot.standins.playground.messages import components


class InteractionType(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackType(IntEnum):
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


def checked_type(kind: InteractionType, body: Json, *, has_message: bool) -> CallbackType:
    """Raises DiscordError 50035 for a kind of answer that does not fit the interaction."""
    fitting = {
        InteractionType.COMMAND: {4, 5, 9},
        InteractionType.COMPONENT: {4, 5, 6, 7, 9},
        InteractionType.AUTOCOMPLETE: {8},
        InteractionType.MODAL_SUBMIT: {4, 5} | ({6, 7} if has_message else set()),
    }[kind]
    if body.get("type") not in fitting:
        form = FormErrors()
        form.add("type", "INTERACTION_APPLICATION_COMMAND_CALLBACK_TYPE_INVALID", "Invalid type")
        form.check()
    return CallbackType(body["type"])


def checked_choices(data: Json) -> list[Json]:
    choices: list[Json] = data.get("choices") or []
    form = FormErrors()
    form.most("data.choices", choices, 25)
    for number, choice in enumerate(choices):
        form.required(f"data.choices.{number}.name", choice.get("name"))
        form.longest(f"data.choices.{number}.name", choice.get("name"), 100)
        form.longest(f"data.choices.{number}.value", choice.get("value"), 100)
    form.check()
    return choices


def checked_modal(data: Json) -> Json:
    form = FormErrors()
    rows = data.get("components") or []
    for key, limit in (("title", 45), ("custom_id", 100)):
        form.required(f"data.{key}", data.get(key))
        form.longest(f"data.{key}", data.get(key), limit)
    if not 1 <= len(rows) <= 5:
        form.add("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for number, component in enumerate(components.walk(rows)):
        path = f"data.components.{number}"
        form.longest(f"{path}.label", component.get("label"), 45)
        form.longest(f"{path}.placeholder", component.get("placeholder"), 150)
        form.longest(f"{path}.description", component.get("description"), 100)
        form.longest(f"{path}.value", component.get("value"), 4000)
    form.check()
    return {**data, "components": components.with_ids(rows)}
