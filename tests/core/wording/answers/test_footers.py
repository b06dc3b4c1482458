import pytest

from bot.core import wording
from bot.core.answers.events import Failure
from bot.core.calendar.periods import Period
from bot.core.conversation.turns import File, LeftOut, LeftOutReason
from bot.core.quota.limits import SubjectKind
from tests.core.wording.samples import PARTS, left, part


def test_every_reason_to_leave_a_picture_out_reads_differently() -> None:
    said = {wording.left_out_reason(LeftOut(name="a", reason=reason)) for reason in LeftOutReason}

    assert len(said) == len(LeftOutReason)


def test_footer_names_model_tokens_and_rest() -> None:
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


def test_footer_without_a_limit_names_no_rest() -> None:
    assert wording.footer(model="m", tokens=1) == "-# m · 1 token"


def test_a_footer_marks_estimated_tokens() -> None:
    assert wording.footer(model="m", tokens=7, is_estimated=True) == "-# m · ≈\u202f7 tokens"


def test_footer_begins_with_the_ending_and_what_was_left_out() -> None:
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


def test_small_print_leaves_out_empty_lines() -> None:
    assert wording.small_print("one", "", "two") == "-# one\n-# two"


def test_pictures_looked_at_smaller_are_named_above_the_cost() -> None:
    footer = wording.footer(model="m", tokens=9, reduced=["a.png", "b.png"])

    assert footer == "-# Looked at smaller to save quota: `a.png`, `b.png`\n-# m · 9 tokens"


def test_left_out_picture_is_not_called_smaller_as_well() -> None:
    left_out = [LeftOut(name="a.png", reason=LeftOutReason.NO_ROOM)]

    footer = wording.footer(model="m", tokens=9, left_out=left_out, reduced=["a.png", "b.png"])

    assert "Looked at smaller to save quota: `b.png`\n" in footer


def test_many_smaller_pictures_are_counted() -> None:
    names = ["a", "a", "b", "c", "d", "e"]

    assert (
        wording.reduced_line(names) == "Looked at smaller to save quota: `a`, `b`, `c` and 2 more"
    )
    assert wording.reduced_line([]) == ""


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
def test_file_read_in_part_is_named_with_its_share(file: File, expected: str) -> None:
    assert wording.read_in_part(file) == f"`{file.name}` was read in part: {expected}"


def test_a_file_read_whole_is_not_named() -> None:
    whole = part(lines=4, characters=8)

    assert wording.read_in_part_line([whole]) == ""


def test_many_files_read_in_part_are_counted() -> None:
    line = wording.read_in_part_line([part(f"{number}.log") for number in range(5)])

    assert line.count(".log") == 3
    assert line.endswith("; 2 more in part")


def test_a_footer_without_a_limit_has_no_share() -> None:
    assert wording.share_left(None) == ()
