"""The rules for buttons, selects and the newer layout components."""

from collections.abc import Iterator

from bot.standins.playground.errors import FormErrors, Json

ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = frozenset({3, 5, 6, 7, 8})
TEXT_DISPLAY = 10
LINK_STYLE = 5

MOST_IN_LAYOUT = 40  # nested ones count
MOST_LAYOUT_TEXT = 4000  # all text displays of a message together


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, however deep."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for single in ("accessory", "component"):
            if component.get(single):
                yield from walk([component[single]])


def find(components: list[Json], custom_id: str) -> Json | None:
    return next((one for one in walk(components) if one.get("custom_id") == custom_id), None)


def with_ids(components: list[Json]) -> list[Json]:
    """Number the components as Discord does where the sender did not."""
    taken = {one["id"] for one in walk(components) if one.get("id")}
    following = (number for number in range(1, 1_000) if number not in taken)
    for component in walk(components):
        if not component.get("id"):
            component["id"] = next(following)
    return components


def layout_text(components: list[Json]) -> str:
    return "\n".join(
        one.get("content", "") for one in walk(components) if one.get("type") == TEXT_DISPLAY
    )


def check(components: list[Json], form: FormErrors, *, is_layout: bool) -> None:
    (_check_layout if is_layout else _check_rows)(components, form)
    seen: set[str] = set()
    for number, component in enumerate(walk(components)):
        path = f"components.{number}"
        custom_id = component.get("custom_id")
        if custom_id in seen:
            form.add(
                f"{path}.custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        if custom_id is not None:
            seen.add(custom_id)
        form.longest(f"{path}.custom_id", custom_id, 100)
        form.longest(f"{path}.label", component.get("label"), 80)
        form.longest(f"{path}.placeholder", component.get("placeholder"), 150)
        form.most(f"{path}.options", component.get("options"), 25)
        if component["type"] == BUTTON:
            _check_button(component, form, path)


def _check_rows(components: list[Json], form: FormErrors) -> None:
    form.most("components", components, 5)
    for number, row in enumerate(components):
        path = f"components.{number}"
        if row["type"] != ROW:
            form.add(f"{path}.type", "UNION_TYPE_CHOICES", "Value of field must be one of (1,).")
        width = sum(5 if one["type"] in SELECTS else 1 for one in row.get("components", []))
        if not 1 <= width <= 5:
            form.add(
                f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
            )


def _check_layout(components: list[Json], form: FormErrors) -> None:
    every = list(walk(components))
    if len(every) > MOST_IN_LAYOUT:
        form.add("components", "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in length.")
    texts = [one.get("content", "") for one in every if one["type"] == TEXT_DISPLAY]
    if sum(map(len, texts)) > MOST_LAYOUT_TEXT:
        form.add(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            "The total displayable text exceeds the maximum size of 4000",
        )
    if "" in texts:
        form.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 4000 in length.")


def _check_button(button: Json, form: FormErrors, path: str) -> None:
    if button.get("style") == LINK_STYLE:
        form.required(f"{path}.url", button.get("url"))
        form.longest(f"{path}.url", button.get("url"), 512)
    else:
        form.required(f"{path}.custom_id", button.get("custom_id"))
    if not button.get("label") and not button.get("emoji"):
        form.required(f"{path}.label", None)
