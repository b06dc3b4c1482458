"""Choices that are offered while a moderator types an amount or an instant."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import wording
from bot.core.autocomplete import suggest_amounts, suggest_instants
from bot.core.calendar.instants import parse_instant
from bot.core.quota.amounts import NotAnAmount, parse_amount

TOKYO, LISBON = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 3, 20, 15, 30, tzinfo=UTC)  # the 21st in Tokyo, half past midnight


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("$2", ("$2", "$20")),
        ("$20", ("$20",)),
        ("$0.5", ("$0.50",)),
        ("5 USD", ("$5",)),
        ("5k", ("5,000 tokens",)),
        (" 50K ", ("50,000 tokens",)),
        ("50,000 tokens", ("50,000 tokens",)),
        ("7 answers", ("7 answers",)),
        ("1.5m", ("1,500,000 tokens",)),
        ("no limit", ("unlimited",)),
    ],
)
def test_typed_amount_is_offered_first(typed: str, offered: tuple[str, ...]) -> None:
    assert suggest_amounts(typed, may_be_unlimited=True) == offered


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("2", ("2 tokens", "$2", "2 answers", "20 answers")),
        ("1", ("1 token", "$1", "1 answer", "10,000 tokens", "100,000 tokens")),
        ("20", ("20 tokens", "$20", "20 answers")),
        ("50", ("50 tokens", "$50", "50 answers", "50,000 tokens", "500,000 tokens")),
    ],
)
def test_number_alone_means_tokens_and_is_offered_in_each_unit(
    typed: str, offered: tuple[str, ...]
) -> None:
    assert suggest_amounts(typed)[: len(offered)] == offered


def test_usual_amounts_that_begin_as_typed_are_offered() -> None:
    assert suggest_amounts("")[:2] == ("10,000 tokens", "50,000 tokens")
    assert suggest_amounts("10,") == ("10,000 tokens",)
    assert suggest_amounts("20 a") == ("20 answers",)
    assert suggest_amounts("$") == ("$1", "$5", "$20")


@pytest.mark.parametrize("typed", ["-5", "1.5", "1.000", "5 €", "ten", "9999999b", "x" * 6000])
def test_what_is_no_amount_is_not_offered(typed: str) -> None:
    assert suggest_amounts(typed, may_be_unlimited=True) == ()


def test_what_the_command_refuses_is_not_offered() -> None:
    assert suggest_amounts("unlimited") == suggest_amounts("unl") == ()
    assert suggest_amounts("0", least=1) == ()
    assert suggest_amounts("0") == ("0 tokens", "$0", "0 answers")


@given(st.text() | st.text("0123456789.,$kmb usdtokenanswer"))
def test_any_typed_amount_is_offered_first_among_valid_ones(typed: str) -> None:
    offered = suggest_amounts(typed, may_be_unlimited=True)

    assert all(wording.amount_or_unlimited(*parse_amount(each)) == each for each in offered)
    assert len(offered) <= 25
    try:
        meant = parse_amount(typed)
    except NotAnAmount:
        return
    assert parse_amount(offered[0]) == meant


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ("1h", "6h", "1d", "3d", "1w", "4w")),
        ("1", ("1h", "1d", "1w")),
        ("2", ("2h", "2d", "2w")),
        ("90", ("90h", "90d")),
        ("2h", ("2h",)),
        ("1D  12h", ("1d 12h",)),
        ("2026-12-24", ("2026-12-24",)),
        ("2026-12-24 18:00", ("2026-12-24 18:00",)),
        ("99w", ()),
        ("2026-02-30", ()),
        ("0", ()),
        ("soon", ()),
    ],
)
def test_instant_that_is_typed_stands_first(typed: str, offered: tuple[str, ...]) -> None:
    assert suggest_instants(typed, NOW, LISBON) == offered


def test_day_over_in_the_servers_zone_is_not_offered() -> None:
    assert suggest_instants("2026-03-20", NOW, LISBON) == ("2026-03-20",)
    assert suggest_instants("2026-03-20", NOW, TOKYO) == ()


@given(st.text() | st.text("0123456789-: tmhdw"))
def test_every_instant_that_is_offered_can_be_typed(typed: str) -> None:
    offered = suggest_instants(typed, NOW, TOKYO)

    assert all(parse_instant(each, NOW, TOKYO) > NOW for each in offered)
    assert all(len(each) <= 100 for each in offered)
