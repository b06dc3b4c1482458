"""`glimpse cost`: what asking about a picture would cost, model by model, before anything is asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TextIO

from bot.chat.terminal.cost_estimate import TYPICAL_ANSWER, Cost, estimate_cost
from bot.config.values import Config
from bot.core import wording
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.question import DESCRIBE
from bot.core.conversation.turns import PreparedImages
from bot.core.models.tokens import ModelCard, PatchRule, UnknownRule
from bot.core.vision.views import Look, Size
from bot.resources import open_pictures
from bot.responses.models import WELL_KNOWN, KnownAt, find_card

# A picture at its own size: only then it is known.
_WHOLE = Look(rule=PatchRule(budget=10**9, multiplier=1.0))
_WIDTH = 79  # columns of a line
_COLUMNS = (
    ("model", -16),
    ("at", -12),
    ("sent as", -9),
    ("detail", -8),
    ("image", 6),
    ("text", 5),
    ("input $", 8),
    ("answer $", 8),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CostQuery:
    """Arguments of `glimpse cost`."""

    paths: Sequence[Path]
    models: Sequence[str] = ()  # none: the configured ones, then well-known ones
    question: str = ""
    as_json: bool = False


async def cost(config: Config, query: CostQuery, output: TextIO) -> int:
    """Print a table or an object for each picture; 1 where one could not be read."""
    cards = find_cards(config, query.models)
    write = _write_json if query.as_json else _write_table
    are_good = []
    async with open_pictures(config.images) as pictures:
        for path in query.paths:
            (prepared,) = await pictures.prepare_files([path], [_WHOLE])
            priced = _price(str(path), prepared, cards, config, query)
            write(priced, output)
            are_good.append(not priced.problem)
    if any(are_good) and not query.as_json:
        note = wording.terminal_typical_answer(TYPICAL_ANSWER)
        output.writelines(f"{line}\n" for line in wrap(note, _WIDTH))
    return 0 if all(are_good) else 1


def find_cards(config: Config, models: Sequence[str]) -> list[ModelCard]:
    """The models to compare: the configured ones, then well-known ones; or those that were named."""
    configured = [
        KnownAt(model, endpoint.base_url)
        for endpoint in config.endpoints
        for model in (endpoint.model, *endpoint.models)
        if model
    ]
    known = list(dict.fromkeys([*configured, *WELL_KNOWN]))
    if models:
        named = [each for each in known if each.model in models]
        found = {each.model for each in named}
        own = config.endpoint.base_url
        known = [*named, *(KnownAt(each, own) for each in models if each not in found)]
    overrides = config.endpoint.overrides  # which are the same for all endpoints
    return [find_card(each.model, each.base_url, overrides) for each in known]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Priced:
    """One picture and what it would cost; or what is wrong with it."""

    image: str
    question: str
    frames: tuple[Size, ...] = ()
    costs: tuple[Cost, ...] = ()
    problem: str = ""


def _price(
    image: str,
    prepared: PreparedImages,
    cards: Sequence[ModelCard],
    config: Config,
    query: CostQuery,
) -> _Priced:
    question = query.question or DESCRIBE
    if not prepared.images:
        reasons = map(wording.terminal_left_out, prepared.left_out)
        problem = next(reasons, None) or wording.terminal_no_picture(Path(image).name)
        return _Priced(image=image, question=question, problem=problem)
    frames = tuple((each.width, each.height) for each in prepared.images)
    name = prepared.images[0].name
    try:
        costs = tuple(
            estimate_cost(frames, card, config.answers, name=name, question=question)
            for card in cards
        )
    except QuestionTooLarge as error:
        problem = f"{image}: {wording.question_too_large(error)}"
        return _Priced(image=image, question=question, problem=problem)
    return _Priced(image=image, question=question, frames=frames, costs=costs)


def _write_table(priced: _Priced, output: TextIO) -> None:
    if priced.problem:
        output.write(f"{priced.problem}\n\n")
        return
    width, height = priced.frames[0]
    several = f", {len(priced.frames)} frames" if len(priced.frames) > 1 else ""
    output.write(f"{priced.image}: {width}×{height}{several}\n")
    output.write(_row([name for name, _ in _COLUMNS]))
    output.writelines(_row(_cells(each)) for each in priced.costs)
    output.write("\n")


def _row(cells: Sequence[str]) -> str:
    padded = (
        cell[:-width].ljust(-width) if width < 0 else cell.rjust(width)
        for cell, (_, width) in zip(cells, _COLUMNS, strict=True)
    )
    return " ".join(padded).rstrip() + "\n"


def _cells(cost: Cost) -> list[str]:
    mark = "?" if isinstance(cost.card.image_rule, UnknownRule) else "*" * cost.is_reduced
    return [
        cost.card.name.rpartition("/")[2],
        cost.card.endpoint.removeprefix("api."),
        f"{cost.sent[0]}×{cost.sent[1]}",
        cost.detail.value,
        f"{cost.image_tokens}{mark}",
        str(cost.text_tokens),
        _dollars(cost.input_microusd),
        _dollars(cost.answer_microusd),
    ]


def _dollars(microusd: int | None) -> str:
    return "unknown" if microusd is None else f"{microusd / 1_000_000:.5f}"


def _write_json(priced: _Priced, output: TextIO) -> None:
    """One object a line. The fields are a contract."""
    record: dict[str, object] = {"image": priced.image, "question": priced.question}
    if priced.problem:
        record["problem"] = priced.problem
    else:
        record["width"], record["height"] = priced.frames[0]
        record["frames"] = len(priced.frames)
        record["typical_answer_tokens"] = TYPICAL_ANSWER
        record["models"] = [_record(each) for each in priced.costs]
    output.write(json.dumps(record, ensure_ascii=False) + "\n")


def _record(cost: Cost) -> dict[str, object]:
    is_known = not isinstance(cost.card.image_rule, UnknownRule)
    return {
        "model": cost.card.name,
        "endpoint": cost.card.endpoint,
        "sent_width": cost.sent[0],
        "sent_height": cost.sent[1],
        "detail": cost.detail.value,
        "reduced": cost.is_reduced,
        "image_tokens": cost.image_tokens,
        "image_tokens_known": is_known,
        "text_tokens": cost.text_tokens,
        "input_usd": _usd(cost.input_microusd),
        "typical_answer_usd": _usd(cost.answer_microusd),
    }


def _usd(microusd: int | None) -> float | None:
    return None if microusd is None else microusd / 1_000_000
