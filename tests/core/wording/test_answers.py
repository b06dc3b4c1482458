"""What people read: every case has its sentence, and nobody's words do any harm in it."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import wording
from bot.core.answers.citations import Source
from bot.core.answers.events import (
    Completed,
    Ended,
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
    Usage,
)
from bot.core.calendar.windows import Period, window
from bot.core.conversation.errors import AlreadyAnswered, NothingToRead, QuestionTooLarge
from bot.core.conversation.turns import File, FileKind, LeftOut, LeftOutReason
from bot.core.endpoints.outages import Outage, Restored
from bot.core.models.offers import NotOffered, Offer
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.moderation.preferences import Preference, Scope, Topic
from bot.core.pictures.errors import OrderFault, OrderRefused, PicturesOff, PictureTooDear
from bot.core.pictures.orders import LONGEST_ALT
from bot.core.quota.allowance import Charge
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.core.quota.standings import Standing

FOR_WORDS = {"bot.core.wording.names", "bot.core.wording.amounts"}  # parts of sentences
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKENS_A_DAY = Measure(unit=Unit.TOKENS, period=Period.DAY)


LONG_OFFER = Offer(
    name="n" * 300,
    endpoint="n" * 32,
    card=ModelCard(name="n" * 300, rate_card=RateCard(input=10**12, output=10**12)),
)


def standing(amount: int, spent: int = 0, reserved: int = 0) -> Standing:
    """Of tokens a day."""
    user = Subject(kind=SubjectKind.USER, id=5)
    return Standing(
        limit=Limit(subject=user, measure=TOKENS_A_DAY, amount=amount),
        window=window(Period.DAY, NOON, ZoneInfo("UTC")),
        spent=spent,
        reserved=reserved,
    )


def left(
    percent: int, kind: SubjectKind = SubjectKind.USER, period: Period = Period.DAY
) -> Standing:
    """A limit of which so much is left."""
    measure = Measure(unit=Unit.TOKENS, period=period)
    limit = Limit(subject=Subject(kind=kind, id=5), measure=measure, amount=100)
    return Standing(limit=limit, window=window(period, NOON, ZoneInfo("UTC")), spent=100 - percent)


def exceeded(*, limit: int = 50_000, remaining: int = 0, reserved: int = 0) -> QuotaExceeded:
    return QuotaExceeded(standing(limit, max(0, limit - remaining - reserved), reserved))


def part(name: str = "error.log", **fields: object) -> File:
    """A file that was cut in the middle."""
    whole = File(
        name=name,
        kind=FileKind.TEXT,
        hash="00",
        text="a\nb\n",
        tail="y\nz\n",
        lines=12_340,
        characters=99_999,
    )
    return replace(whole, **fields)  # type: ignore[arg-type]


UNREADABLE = LeftOutReason.UNREADABLE
PARTS = (
    part("x" * 500),
    part(tail=""),
    part(text="a" * 9_000, tail="b" * 8_000),
    part("scan.pdf", kind=FileKind.PDF, text="", tail="", pages=40),
)

PICTURE_CHARGE = Charge(
    ending=Ending.COMPLETED,
    model="gpt-image-2",
    usage=Usage(input_tokens=50, output_tokens=4_160),
    cost_microusd=167_000,
)

EVERY_SENTENCE = [
    *(wording.failed(failure, incident="a1b2c3") for failure in Failure),
    *(wording.cut(failure, incident="a1b2c3") for failure in Failure),
    *(wording.operator_advice(failure) for failure in Failure),
    *(
        wording.incomplete(reason, has_text=shown)
        for reason in IncompleteReason
        for shown in (True, False)
    ),
    *(
        wording.left_out_reason(LeftOut(name="photo.heic", reason=reason))
        for reason in LeftOutReason
    ),
    *(
        wording.terminal_left_out(LeftOut(name="photo.heic", reason=reason))
        for reason in LeftOutReason
    ),
    *(wording.what_was_read(file) for file in PARTS),
    *(wording.read_in_part(file) for file in PARTS),
    *(wording.terminal_read_in_part(file) for file in PARTS),
    wording.read_in_part_line(PARTS),
    wording.nothing_to_read(NothingToRead((LeftOut(name="x" * 500, reason=UNREADABLE),) * 9)),
    *(wording.ending_name(ending) for ending in Ending),
    *(wording.refused(has_text=shown) for shown in (True, False)),
    *(wording.stopped(has_text=shown) for shown in (True, False)),
    *(wording.interrupted(has_text=shown) for shown in (True, False)),
    *(
        wording.terminal_ending(Failed(failure=failure, detail="x" * 900), has_text=False)
        for failure in Failure
    ),
    *(
        wording.terminal_ending(Incomplete(usage=None, reason=reason), has_text=True)
        for reason in IncompleteReason
    ),
    wording.terminal_ending(Completed(usage=None), has_text=False),
    wording.terminal_ending(Refused(usage=None), has_text=False),
    *(wording.interrupted_mark(has_text=shown) for shown in (True, False)),
    wording.status("", seconds=0),
    wording.status("h" * 500, seconds=3_599.9),
    wording.settings_here({}, offered=frozenset()),
    wording.settings_here(
        {Topic.WEB_SEARCH: Preference(value="on", scope=Scope.SERVER)}, offered=frozenset(Topic)
    ),
    wording.setting_changed(Topic.WEB_SEARCH, "on", Scope.CHANNEL, before=None, here="on"),
    wording.setting_changed(Topic.PICTURES, None, Scope.SERVER, before="on", here="off"),
    wording.setting_changed(Topic.PICTURES, "on", Scope.SERVER, before="off", here="off"),
    wording.setting_changed(Topic.PICTURES, "on", Scope.SERVER, before="on", here="on"),
    *(wording.setting_state(value) for value in ("on", "off", None)),
    *(wording.setting_scope(scope) for scope in Scope),
    wording.setting_not_offered(Topic.PICTURES),
    wording.settings_not_allowed(),
    wording.searching("", ""),
    wording.searching("rain *today*", ""),
    wording.searching("", "https://www.example.com/x"),
    wording.sources(
        [Source(number=1, url="https://a.example/x", host="a.example", title="A [b](c) @everyone")]
    ),
    wording.preparing(1),
    wording.preparing(12),
    wording.reduced_line(["x" * 300] * 9),
    wording.terminal_no_picture("letter.pdf"),
    wording.terminal_reduced(),
    wording.terminal_typical_answer(300),
    wording.empty_answer(),
    wording.greeting(),
    wording.STOP_LABEL,
    wording.stop_accepted(),
    wording.stop_not_allowed(),
    wording.stop_too_late(),
    wording.only_in_a_server(),
    wording.store_error(incident="a1b2c3"),
    wording.unexpected_error(incident="a1b2c3"),
    wording.question_too_large(QuestionTooLarge(needed=10**12, allowed=10**12)),
    wording.quota_exceeded(exceeded(limit=0)),
    wording.quota_exceeded(exceeded()),
    wording.quota_exceeded(exceeded(remaining=300)),
    wording.quota_exceeded(exceeded(limit=10**12, remaining=10**9, reserved=10**12)),
    wording.picture_making(1),
    wording.picture_making(4),
    wording.picture_caption("a cat @everyone"),
    wording.picture_footer(PICTURE_CHARGE),
    wording.picture_footer(
        replace(PICTURE_CHARGE, cost_microusd=None, is_estimated=True),
        tightest=left(3),
        left_out=[LeftOut(name="a.png", reason=LeftOutReason.DAMAGED)],
        notes=["Stopped."],
    ),
    wording.dollars(0),
    wording.dollars(10**12),
    wording.picture_alt(model="gpt-image-2", prompt="a cat"),
    *(wording.picture_refused(has_words=spoken) for spoken in (True, False)),
    wording.picture_missing(),
    wording.picture_unreadable(),
    *(wording.picture_failed(failure, incident="a1b2c3") for failure in Failure),
    *(wording.picture_stopped(has_pictures=some) for some in (True, False)),
    wording.picture_interrupted(),
    wording.pictures_missing(made=1, count=4),
    wording.picture_unfinished(),
    wording.picture_shrunk(),
    *(wording.refusal(PicturesOff(is_direct=direct)) for direct in (True, False)),
    *(wording.refusal(OrderRefused(fault, ("auto", "1024x1024"))) for fault in OrderFault),
    *(
        wording.picture_too_dear(PictureTooDear(error, needed=10**6))
        for error in (
            exceeded(limit=10**12, remaining=10**9, reserved=10**12),
            exceeded(limit=100, remaining=100),
        )
    ),
    wording.pictures_off(PicturesOff(is_direct=False)),
    wording.order_refused(OrderRefused(OrderFault.COUNT, ("2",))),
    wording.imagine_description(),
    wording.imagine_choice("auto"),
    wording.imagine_choice("1024x1536"),
    *(
        wording.model_here(LONG_OFFER, scope=scope, missing=missing, cost=10**12)
        for scope in (None, *Scope)
        for missing in ("", "n" * 300)
    ),
    *(wording.model_chosen(LONG_OFFER, scope=scope) for scope in Scope),
    *(wording.model_default(LONG_OFFER, scope=scope) for scope in (None, *Scope)),
    wording.model_overruled(LONG_OFFER, chosen="n" * 300),
    wording.model_not_offered(NotOffered("n" * 5_000)),
    wording.model_not_allowed(),
    wording.model_missing("n" * 300),
    wording.model_suggestion(LONG_OFFER),
    wording.model_suggestion_of_default(LONG_OFFER),
    *(
        wording.operator_notice(
            Outage(
                endpoint="n" * 32,
                model="n" * 300,
                failed=Failed(failure=failure),
                pause=1_800.0,
                is_new=True,
            )
        )
        for failure in Failure
    ),
    wording.operator_notice(Restored(endpoint="n" * 32, model="n" * 300)),
]


@pytest.mark.parametrize("sentence", dict.fromkeys(EVERY_SENTENCE))
def test_a_sentence_is_short_and_not_empty(sentence: str) -> None:
    assert 0 < len(sentence) <= 300
    assert sentence == sentence.strip()


def test_every_function_of_the_catalogue_is_exercised_in_a_test_of_words() -> None:
    functions = inspect.getmembers(wording, inspect.isfunction)
    own = {
        name
        for name, function in functions
        if function.__module__.startswith(wording.__name__) and function.__module__ not in FOR_WORDS
    }

    files = sorted(Path(__file__).parent.glob("test_*.py"))
    here = "".join(file.read_text(encoding="utf-8") for file in files)

    assert {name for name in own - {"left_out_verb"} if f"wording.{name}(" not in here} == set()


# -- failures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", list(Failure))
@pytest.mark.parametrize("say", [wording.failed, wording.cut])
def test_a_failure_is_told_with_its_incident_and_without_the_operators_affairs(
    failure: Failure, say: Callable[..., str]
) -> None:
    sentence = say(failure, incident="a1b2c3")

    assert sentence.endswith("(a1b2c3)")
    for secret in (
        "key",
        "balance",
        "401",
        "402",
        "403",
        "404",
        "account",
        "endpoint",
        "parameter",
    ):
        assert secret not in sentence.lower()


@pytest.mark.parametrize(
    "failure",
    [
        Failure.KEY_REJECTED,
        Failure.OUT_OF_BALANCE,
        Failure.FORBIDDEN,
        Failure.MODEL_UNKNOWN,
        Failure.NOT_AN_ENDPOINT,
        Failure.PARAMETER_UNSUPPORTED,
        Failure.BAD_REQUEST,
    ],
)
def test_a_failure_that_only_the_operator_can_mend_says_that_it_is_noted(failure: Failure) -> None:
    assert "noted it for the operator" in wording.failed(failure, incident="a1b2c3")
    assert "try again" not in wording.failed(failure, incident="a1b2c3")


def test_every_failure_has_its_own_advice_for_the_operator() -> None:
    assert len({wording.operator_advice(failure) for failure in Failure}) == len(Failure)


def test_every_reason_to_leave_a_picture_out_reads_differently() -> None:
    said = {wording.left_out_reason(LeftOut(name="a", reason=reason)) for reason in LeftOutReason}

    assert len(said) == len(LeftOutReason)


def test_every_ending_has_a_name_of_its_own() -> None:
    assert len({wording.ending_name(ending) for ending in Ending}) == len(Ending)


# -- footers ------------------------------------------------------------------------------------


def test_a_footer_names_the_model_the_tokens_and_what_is_left() -> None:
    text = wording.footer(model="gpt-5.2-pro", tokens=1_284, tightest=left(96))

    assert text == "-# gpt-5.2-pro · 1,284 tokens · 96\u202f% of today's quota left"


@pytest.mark.parametrize(
    ("kind", "period", "said"),
    [
        (SubjectKind.USER, Period.MONTH, "7\u202f% of this month's quota left"),
        (SubjectKind.ROLE, Period.HOUR, "7\u202f% of this hour's quota left"),
        (SubjectKind.CHANNEL, Period.WEEK, "7\u202f% of the channel's cap left this week"),
        (SubjectKind.SERVER, Period.DAY, "7\u202f% of the server's cap left today"),
        (SubjectKind.EVERYTHING, Period.HOUR, "7\u202f% of the bot's cap left this hour"),
    ],
)
def test_a_footer_says_what_will_be_used_up_first(
    kind: SubjectKind, period: Period, said: str
) -> None:
    assert (
        wording.footer(model="m", tokens=1, tightest=left(7, kind, period))
        == f"-# m · 1 token · {said}"
    )


def test_a_footer_without_a_limit_says_nothing_of_what_is_left() -> None:
    assert wording.footer(model="m", tokens=1) == "-# m · 1 token"


def test_a_footer_marks_estimated_tokens() -> None:
    assert wording.footer(model="m", tokens=7, is_estimated=True) == "-# m · ≈\u202f7 tokens"


def test_a_footer_begins_with_how_the_answer_ended_and_what_was_left_out() -> None:
    text = wording.footer(
        model="m",
        tokens=7,
        left_out=[LeftOut(name="photo.heic", reason=LeftOutReason.DAMAGED)],
        note=wording.stopped(has_text=True),
    )

    assert text == "-# Stopped.\n-# Not looked at: `photo.heic` is damaged\n-# m · 7 tokens"


def test_a_footer_counts_the_pictures_that_it_does_not_name() -> None:
    left_out = [LeftOut(name=f"{number}.png", reason=LeftOutReason.TOO_MANY) for number in range(5)]

    assert wording.left_out_line(left_out).endswith("`2.png` is one picture too many; and 2 more")
    assert wording.left_out_line([]) == ""


def test_the_longest_footer_stays_a_footer() -> None:
    left_out = [
        LeftOut(name=f"{number}" * 1_024, reason=LeftOutReason.NO_ROOM) for number in range(10)
    ]
    note = max((wording.cut(failure, incident="a1b2c3") for failure in Failure), key=len)

    text = wording.footer(
        model="m_" * 500,
        tokens=10**9,
        is_estimated=True,
        tightest=left(100),
        left_out=left_out,
        note=note,
    )

    assert len(text) <= 600
    assert all(line.startswith("-# ") for line in text.split("\n"))


# -- names that others chose --------------------------------------------------------------------


@given(st.text())
def test_a_file_name_of_any_sort_stays_within_its_code(name: str) -> None:
    shown = wording.file_name(name)

    assert shown.count("`") == 2
    assert shown[0] == shown[-1] == "`"
    assert len(shown) > 2
    assert len(shown.splitlines()) == 1
    assert "@everyone" not in shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("photo.heic", "`photo.heic`"),
        ("a`b``c.png", "`aˋbˋˋc.png`"),
        ("line\nbreak.png", "`line break.png`"),
        ("@everyone.png", "`@\u200beveryone.png`"),
        ("evil\u202egnp.exe", "`evil gnp.exe`"),
        ("\u200b\n", "`unnamed`"),
        ("x" * 60 + "-final.jpeg", "`" + "x" * 29 + "…final.jpeg`"),
    ],
)
def test_a_file_name_is_shown_harmless(name: str, shown: str) -> None:
    assert wording.file_name(name) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gpt-5.2-pro", "gpt-5.2-pro"),
        ("llama_3_8b", r"llama\_3\_8b"),
        ("**loud** `code`", r"\*\*loud\*\* \`code\`"),
        ("<@123>", "\\<@\u200b123\\>"),
        ("https://x.example", r"https\://x.example"),
    ],
)
def test_words_of_others_are_shown_without_their_markdown(text: str, shown: str) -> None:
    assert wording.plain_text(text) == shown


def test_a_name_in_the_terminal_can_not_move_the_cursor() -> None:
    line = wording.terminal_left_out(LeftOut(name="\x1b[2Jx.png", reason=LeftOutReason.GONE))

    assert line == "[2Jx.png was not found"


# -- refusals -----------------------------------------------------------------------------------


def test_a_question_that_is_too_large_says_by_how_much() -> None:
    sentence = wording.refusal(QuestionTooLarge(needed=9_000, allowed=8_000))

    assert "about 9,000 tokens, where 8,000 are allowed" in sentence


def test_a_question_answered_already_gets_no_words() -> None:
    assert wording.refusal(AlreadyAnswered()) == ""


# -- the operator -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pause", "when"), [(15.0, "15 seconds"), (120.0, "2 minutes"), (1_800.0, "30 minutes")]
)
def test_an_outage_is_told_with_the_cause_and_the_next_trial(pause: float, when: str) -> None:
    outage = Outage(
        endpoint="main",
        model="gpt-5.2",
        failed=Failed(failure=Failure.UNREACHABLE, detail="words of the endpoint"),
        pause=pause,
        is_new=True,
    )

    assert wording.operator_notice(outage) == (
        "The endpoint `main` (`gpt-5.2`) is out of service. The endpoint can't be reached: check "
        f"that it runs, its address, DNS, TLS and the firewall. Where another stands by, it is left alone for {when}."
    )


# -- models -------------------------------------------------------------------------------------


def offer(name: str = "gpt-5.2", prices: RateCard | None = None) -> Offer:
    return Offer(name=name, endpoint="main", card=ModelCard(name=name, rate_card=prices))


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        (None, "price unknown"),
        (RateCard(input=0, output=0), "free"),
        (RateCard(input=1_750_000, output=14_000_000), "$1.75 in, $14 out per million tokens"),
        (RateCard(input=50_000, output=400_000), "$0.05 in, $0.40 out per million tokens"),
    ],
)
def test_a_suggested_model_is_named_with_its_endpoint_and_price(
    prices: RateCard | None, said: str
) -> None:
    assert wording.model_suggestion(offer(prices=prices)) == f"gpt-5.2 · main · {said}"


def test_a_suggestion_is_as_short_as_discord_wants_it() -> None:
    assert len(wording.model_suggestion(LONG_OFFER)) <= 100
    assert len(wording.model_suggestion_of_default(LONG_OFFER)) <= 100


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        (None, "the default"),
        (Scope.CHANNEL, "chosen by a moderator for this channel"),
        (Scope.SERVER, "chosen by a moderator for the whole server"),
    ],
)
def test_the_model_here_is_shown_with_the_reason(scope: Scope | None, why: str) -> None:
    said = wording.model_here(offer(), scope=scope, missing="", cost=None)

    assert said == f"Here `gpt-5.2` answers, {why}."


def test_the_cost_of_an_answer_is_shown_where_it_is_known() -> None:
    said = wording.model_here(offer(), scope=None, missing="", cost=12_345)

    assert said.endswith("\nAn answer has cost about $0.0123 here lately.")


def test_a_tiny_cost_is_not_shown_as_nothing() -> None:
    assert "$0.000042" in wording.model_here(offer(), scope=None, missing="", cost=42)


def test_a_model_that_is_no_longer_offered_is_named() -> None:
    assert "`old` was chosen here, but is no longer offered" in wording.model_here(
        offer(), scope=None, missing="old", cost=None
    )
    assert wording.model_missing("") == ""


def test_a_name_that_was_typed_does_no_harm() -> None:
    assert wording.model_not_offered(NotOffered("`@everyone`")).startswith("`ˋ@\u200beveryoneˋ`")


# -- the terminal -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ended",
    [
        Completed(usage=None),
        Incomplete(usage=None, reason=IncompleteReason.LIMIT),
        Refused(usage=None),
        Failed(failure=Failure.TIMED_OUT, detail="no\x1b[2J bytes\nfor 60 s"),
    ],
)
def test_an_ending_in_the_terminal_is_one_plain_line(ended: Ended) -> None:
    sentence = wording.terminal_ending(ended, has_text=False)

    assert sentence.isprintable()
    assert not set("`*|") & set(sentence)


def test_an_answer_that_ended_well_is_not_commented_on() -> None:
    assert wording.terminal_ending(Completed(usage=None), has_text=True) == ""


def test_small_print_leaves_out_empty_lines() -> None:
    assert wording.small_print("one", "", "two") == "-# one\n-# two"


# -- pictures looked at smaller -----------------------------------------------------------------


def test_pictures_looked_at_smaller_are_named_above_the_cost() -> None:
    footer = wording.footer(model="m", tokens=9, reduced=["a.png", "b.png"])

    assert footer == "-# Looked at smaller to save quota: `a.png`, `b.png`\n-# m · 9 tokens"


def test_picture_that_was_left_out_is_not_called_smaller_as_well() -> None:
    left_out = [LeftOut(name="a.png", reason=LeftOutReason.NO_ROOM)]

    footer = wording.footer(model="m", tokens=9, left_out=left_out, reduced=["a.png", "b.png"])

    assert "Looked at smaller to save quota: `b.png`\n" in footer


def test_many_pictures_looked_at_smaller_are_counted_and_each_is_named_once() -> None:
    names = ["a", "a", "b", "c", "d", "e"]

    assert (
        wording.reduced_line(names) == "Looked at smaller to save quota: `a`, `b`, `c` and 2 more"
    )
    assert wording.reduced_line([]) == ""


# -- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (PARTS[1], "the first 2 of 12,340 lines"),
        (part(), "the first and last 2 of 12,340 lines"),
        (part(tail="z\n"), "the first 2 and last 1 of 12,340 lines"),
        (PARTS[2], "the first 9,000 and last 8,000 of 99,999 characters"),
        (PARTS[3], "0 of 40 pages"),
    ],
    ids=["table", "log", "uneven", "one long line", "pdf"],
)
def test_a_file_read_in_part_is_named_with_what_was_read(file: File, expected: str) -> None:
    assert wording.read_in_part(file) == f"`{file.name}` was read in part: {expected}"


def test_a_file_read_whole_is_not_named() -> None:
    whole = part(lines=4, characters=8)

    assert wording.read_in_part_line([whole]) == ""


def test_many_files_read_in_part_are_counted() -> None:
    line = wording.read_in_part_line([part(f"{number}.log") for number in range(5)])

    assert line.count(".log") == 3
    assert line.endswith("; 2 more in part")


def test_a_question_of_nothing_but_unreadable_files_is_told_which_and_why() -> None:
    error = NothingToRead((LeftOut(name="setup.exe", reason=UNREADABLE),))

    assert wording.refusal(error) == (
        "Not looked at: `setup.exe` can't be read: only pictures, PDFs and text can."
    )


def test_a_pictures_footer_names_model_tokens_cost_and_what_is_left() -> None:
    footer = wording.picture_footer(PICTURE_CHARGE, tightest=left(61))

    assert footer == ("-# gpt-image-2 · 4,210 tokens · $0.167 · 61\u202f% of today's quota left")


def test_a_pictures_footer_marks_estimates_and_unknown_costs() -> None:
    estimated = replace(PICTURE_CHARGE, is_estimated=True)

    assert "≈\u202f4,210 tokens · ≈\u202f$0.167" in wording.picture_footer(estimated)
    unknown = replace(PICTURE_CHARGE, cost_microusd=None)
    assert wording.picture_footer(unknown) == "-# gpt-image-2 · 4,210 tokens · cost unknown"


@pytest.mark.parametrize(
    ("microusd", "shown"),
    [
        (0, "$0.000"),
        (999, "under $0.001"),
        (1_000, "$0.001"),
        (42_240, "$0.042"),
        (1_234_567, "$1.23"),
        (2_000_000_000, "$2,000.00"),
    ],
)
def test_money_is_shown_as_finely_as_it_matters(microusd: int, shown: str) -> None:
    assert wording.dollars(microusd) == shown


def test_an_alt_text_says_what_the_model_made_of_the_prompt() -> None:
    alt = wording.picture_alt(model="gpt-image-2", prompt="a\ncat", revised="a small  cat")

    assert alt == (
        "Picture made by gpt-image-2 for the prompt: a cat"
        " | What the model made of it: a small  cat"
    )


def test_an_alt_text_does_not_repeat_a_prompt_that_stayed_the_same() -> None:
    alt = wording.picture_alt(model="m", prompt="a cat", revised="a cat", is_whole=False)

    assert alt == "Unfinished picture by m for the prompt: a cat"


def test_an_alt_text_keeps_within_discords_bound() -> None:
    alt = wording.picture_alt(model="m", prompt="cat " * 1_000)

    assert len(alt) <= LONGEST_ALT
    assert alt.endswith("…")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("auto", "as the model chooses"),
        ("1024x1024", "1024×1024, square"),
        ("1536x1024", "1536×1024, landscape"),
        ("1024x1536", "1024×1536, portrait"),
        ("high", "high"),
        ("xhigh", "xhigh"),
    ],
)
def test_a_choice_of_the_command_is_shown_in_words(value: str, shown: str) -> None:
    assert wording.imagine_choice(value) == shown


def test_a_member_without_a_quota_reads_no_figures_of_a_picture() -> None:
    error = PictureTooDear(exceeded(limit=0), needed=5_000)

    assert wording.refusal(error) == wording.quota_exceeded(exceeded(limit=0))
