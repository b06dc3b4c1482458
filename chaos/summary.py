"""What came of many episodes: a page for people, or JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chaos.episode import Episode, EpisodeFault
from chaos.evidence import Case
from chaos.questions import Kind
from chaos.verdicts import (
    GOOD,
    Fault,
    Outcome,
    Verdict,
    billed,
    charged,
    is_counted_exactly,
    is_within_tolerance,
)

_ZERO_OUTCOMES: Final = tuple(each for each in Outcome if each not in GOOD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """Of those questions of which the bot was told what each attempt cost, and of the others."""

    billed: int = 0
    charged: int = 0
    billed_unreported: int = 0
    charged_unreported: int = 0

    @property
    def is_right(self) -> bool:
        return is_within_tolerance(self.billed, self.charged)


def judged(episodes: Iterable[Episode]) -> list[tuple[Case, Verdict]]:
    return [each for episode in episodes for each in episode.cases]


def count_tokens(cases: Iterable[Case]) -> Tokens:
    asked = [case for case in cases if case.question.kind not in (Kind.QUOTA, Kind.BUTTON)]
    exact = [case for case in asked if is_counted_exactly(case)]
    rest = [case for case in asked if not is_counted_exactly(case)]
    return Tokens(
        billed=sum(map(billed, exact)),
        charged=sum(map(charged, exact)),
        billed_unreported=sum(map(billed, rest)),
        charged_unreported=sum(map(charged, rest)),
    )


def is_good(episodes: Sequence[Episode]) -> bool:
    """Whether every zero is zero and the tokens agree."""
    tokens = count_tokens(case for case, _ in judged(episodes))
    return all(episode.is_good for episode in episodes) and tokens.is_right


# For people


def page(episodes: Sequence[Episode], *, seconds: float) -> str:
    cases = judged(episodes)
    parts = [
        f"{len(episodes)} episodes, {len(cases)} questions, "
        f"{sum(each.kills for each in episodes)} kills, {seconds:.0f} s",
        _by_theme(episodes),
        _by_kind(cases),
        _faults(episodes, cases),
        _tokens(count_tokens(case for case, _ in cases)),
    ]
    return "\n\n".join(parts)


def _by_theme(episodes: Sequence[Episode]) -> str:
    themes = dict.fromkeys(sorted({each.plan.theme for each in episodes}))
    rows = [
        (str(theme), Counter(verdict.outcome for _, verdict in judged(chosen)))
        for theme in themes
        for chosen in [[each for each in episodes if each.plan.theme is theme]]
    ]
    every = Counter(verdict.outcome for _, verdict in judged(episodes))
    return _table("what went wrong", [*rows, ("together", every)])


def _by_kind(cases: Sequence[tuple[Case, Verdict]]) -> str:
    kinds = sorted({case.question.kind for case, _ in cases})
    rows = [
        (str(kind), Counter(v.outcome for case, v in cases if case.question.kind is kind))
        for kind in kinds
    ]
    return _table("how it was asked", rows)


def _table(title: str, rows: Sequence[tuple[str, Counter[Outcome]]]) -> str:
    heads = [title, *(_head(each) for each in Outcome)]
    lines = [[name, *(str(counts[each]) for each in Outcome)] for name, counts in rows]
    widths = [max(len(line[at]) for line in [heads, *lines]) for at in range(len(heads))]
    return "\n".join(_aligned(line, widths) for line in [heads, *lines])


def _head(outcome: Outcome) -> str:
    return {Outcome.HALF: "half", Outcome.TWICE: "twice"}.get(outcome, outcome.value) + (
        " (0)" if outcome in _ZERO_OUTCOMES else ""
    )


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = line
    cells = [first.ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
    return "  ".join(cells).rstrip()


def _faults(episodes: Sequence[Episode], cases: Sequence[tuple[Case, Verdict]]) -> str:
    beside = Counter(fault for _, verdict in cases for fault in verdict.faults)
    after = Counter(fault for each in episodes for fault in each.faults)
    lines = [f"{each}: {beside[each]} (0)" for each in Fault]
    lines += [f"{each}: {after[each]} (0)" for each in EpisodeFault]
    lines.append(f"tracebacks in the log: {sum(each.tracebacks for each in episodes)}")
    return "\n".join(lines)


def _tokens(tokens: Tokens) -> str:
    off = (tokens.charged - tokens.billed) / tokens.billed if tokens.billed else 0.0
    return (
        f"tokens, usage reported: {tokens.billed:,} billed, {tokens.charged:,} charged "
        f"({off:+.1%}; within 5 %)\n"
        f"tokens, usage not reported, or lost in a crash: {tokens.billed_unreported:,} billed, "
        f"{tokens.charged_unreported:,} charged by estimate"
    )


# What is wrong, and how to see it again


def violations(episodes: Sequence[Episode], *, at_most: int = 3) -> str:
    """Some of each kind, with their timelines; and every fault of an episode."""
    told, left_out = [], 0
    seen: Counter[str] = Counter()
    for episode in episodes:
        for case, verdict in episode.cases:
            if verdict.is_good:
                continue
            name = _name(verdict)
            seen[name] += 1
            if seen[name] <= at_most:
                told.append(_violation(episode, case, verdict))
            left_out += seen[name] > at_most
    told += [f"… and {left_out} more like these"] if left_out else []
    told += _miscounted(episodes)[:at_most]
    told += [
        f"{each.plan.name}, {each.engine}: {', '.join(each.faults)}{_cause(each)}"
        for each in episodes
        if each.faults
    ]
    return "\n\n".join(told)


def _violation(episode: Episode, case: Case, verdict: Verdict, *, name: str = "") -> str:
    plan, question = episode.plan, case.question
    again = f"--seed {plan.seed} --only {plan.number} --engine {episode.engine}"
    steps = "".join(f"\n  {line}" for line in case.timeline)
    return (
        f"{plan.name}: {name or _name(verdict)}: {question.token} ({question.kind}); again: {again}"
        f"\n  billed: {[each.tokens for each in case.attempts]}, "
        f"charged: {[(each.tokens, each.ending) for each in case.bookings]}"
        f"{steps}"
    )


def _miscounted(episodes: Sequence[Episode]) -> list[str]:
    """The questions whose charge is not what was billed and reported, where that matters."""
    if count_tokens(case for case, _ in judged(episodes)).is_right:
        return []
    return [
        _violation(episode, case, verdict, name="not charged as billed")
        for episode in episodes
        for case, verdict in episode.cases
        if is_counted_exactly(case) and not is_within_tolerance(billed(case), charged(case))
    ]


def _name(verdict: Verdict) -> str:
    """Of what is wrong with it: a good outcome is not named beside a fault."""
    outcome = [] if verdict.outcome in GOOD else [verdict.outcome]
    return ", ".join([*outcome, *verdict.faults])


def _cause(episode: Episode) -> str:
    return f"\n{episode.log}" if EpisodeFault.BROKEN in episode.faults else ""


# For programs


def as_json(episodes: Sequence[Episode], *, seconds: float) -> dict[str, Any]:
    cases = judged(episodes)
    tokens = count_tokens(case for case, _ in cases)
    return {
        "episodes": len(episodes),
        "questions": len(cases),
        "kills": sum(each.kills for each in episodes),
        "seconds": round(seconds, 1),
        "outcomes": _counted(Outcome, (verdict.outcome for _, verdict in cases)),
        "faults": _counted(Fault, (one for _, verdict in cases for one in verdict.faults))
        | _counted(EpisodeFault, (one for each in episodes for one in each.faults)),
        "tracebacks": sum(each.tracebacks for each in episodes),
        "tokens": {
            "billed": tokens.billed,
            "charged": tokens.charged,
            "billed_unreported": tokens.billed_unreported,
            "charged_unreported": tokens.charged_unreported,
        },
        "is_good": is_good(episodes),
        "violations": [
            {
                "seed": episode.plan.seed,
                "episode": episode.plan.number,
                "engine": episode.engine,
                "theme": episode.plan.theme,
                "token": case.question.token,
                "kind": case.question.kind,
                "outcome": verdict.outcome,
                "faults": list(verdict.faults),
                "timeline": list(case.timeline),
            }
            for episode in episodes
            for case, verdict in episode.cases
            if not verdict.is_good
        ],
    }


def _counted(kinds: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    counts = Counter(found)
    return {str(each): counts[each] for each in kinds}
