"""What moderators may decide, what it does, and what is refused."""

from collections.abc import Callable, Coroutine
from datetime import timedelta

import pytest

from bot.chat.moderation.limits import Moderator, QuotaModeration
from bot.chat.moderation.preferences import PreferenceSettings
from bot.core.calendar.periods import Period
from bot.core.moderation.audit_values import limits_of, spent_of
from bot.core.moderation.changes import Action, Change
from bot.core.moderation.errors import ModerationFault, ModerationRefused, NotAllowed
from bot.core.moderation.preferences import Scope, Topic
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.store.moderation import preferences
from bot.store.moderation.audit import ModerationOrder as Order
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, message

GUILD = CHANNEL.guild_id
MODERATOR = Moderator(id=99, guild_id=GUILD, may_manage=True)
MEMBER = Moderator(id=98, guild_id=GUILD, may_manage=False)
DAILY = Measure(unit=Unit.TOKENS, period=Period.DAY)
TOMORROW = NOON + timedelta(days=1)

USER = Subject(kind=SubjectKind.USER, id=ALICE.id)
ROLE = Subject(kind=SubjectKind.ROLE, id=5)
EVERYONE = Subject(kind=SubjectKind.EVERYONE, id=GUILD)
ROOM = Subject(kind=SubjectKind.CHANNEL, id=CHANNEL.channel_id)
SERVER = Subject(kind=SubjectKind.SERVER, id=GUILD)
EVERYTHING = Subject(kind=SubjectKind.EVERYTHING, id=0)
EVERYBODYS_ROLE = Subject(kind=SubjectKind.ROLE, id=GUILD)


@pytest.mark.parametrize("subject", [USER, EVERYONE, ROOM, SERVER], ids=lambda one: one.kind.value)
async def test_limit_takes_effect_on_the_next_answer(make_room: MakeRoom, subject: Subject) -> None:
    room = make_room()

    await QuotaModeration(room.using).set_limit(MODERATOR, subject, DAILY, 50)
    surface = await room.ask(message("hello"))

    assert "50" in surface.shown
    assert not room.model.requests


async def test_cleared_limit_gives_back_the_default(make_room: MakeRoom) -> None:
    room = make_room()
    moderation = QuotaModeration(room.using)
    await moderation.set_limit(MODERATOR, USER, DAILY, 50)

    change = await moderation.clear_limits(MODERATOR, USER, DAILY, "enough")
    again = await moderation.clear_limits(MODERATOR, USER)
    await room.ask(message("hello"))

    assert change is not None
    assert (change.action, change.after, change.reason) == (Action.CLEAR_LIMIT, None, "enough")
    assert again is None
    assert room.model.requests


async def test_nobody_is_answered_under_a_limit_of_nothing(make_room: MakeRoom) -> None:
    room = make_room()

    change = await QuotaModeration(room.using).set_limit(MODERATOR, EVERYONE, DAILY, 0)
    await room.ask(message("hello"))

    assert limits_of(change.after, EVERYONE)[0].amount == 0
    assert not room.model.requests


@pytest.mark.parametrize("subject", [USER, ROOM, SERVER], ids=lambda one: one.kind.value)
async def test_blocked_or_paused_nobody_is_answered_until_it_is_lifted(
    make_room: MakeRoom, subject: Subject
) -> None:
    room = make_room()
    moderation = QuotaModeration(room.using)

    blocked = await moderation.block(MODERATOR, subject, TOMORROW, "spam")
    await room.ask(message("hello"))
    silent = len(room.model.requests)
    lifted = await moderation.unblock(MODERATOR, subject)
    again = await moderation.unblock(MODERATOR, subject)
    await room.ask(message("hello"))

    assert (blocked.action, blocked.subject, blocked.reason) == (Action.BLOCK, subject, "spam")
    assert lifted is not None
    assert (lifted.action, again) == (Action.UNBLOCK, None)
    assert (silent, len(room.model.requests)) == (0, 1)


async def test_grant_is_used_where_the_limit_ends(make_room: MakeRoom) -> None:
    room = make_room()
    moderation = QuotaModeration(room.using)
    await moderation.set_limit(MODERATOR, USER, DAILY, 50)

    change = await moderation.grant(MODERATOR, USER, Unit.TOKENS, 4_000, TOMORROW, "a contest")
    await room.ask(message("hello"))

    assert (change.action, change.subject, change.reason) == (Action.GRANT, USER, "a contest")
    assert room.model.requests
    await room.assert_accounts_agree()


async def test_reset_forgives_what_was_spent_and_accounts_still_agree(make_room: MakeRoom) -> None:
    room = make_room()
    await room.ask(message("hello"))

    change = await QuotaModeration(room.using).reset(MODERATOR, ALICE.id, "a bug of ours")
    again = await QuotaModeration(room.using).reset(MODERATOR, ALICE.id)

    assert change is not None
    assert (change.action, change.subject, change.after) == (Action.RESET, USER, None)
    spent = spent_of(change.before)
    assert (spent.tokens, spent.answers) == (120, 1)
    assert again is None
    assert (await room.standing()).spent == 0
    await room.assert_accounts_agree()


async def test_everybodys_role_stands_for_everyone(make_room: MakeRoom) -> None:
    moderation = QuotaModeration(make_room().using)

    limited = await moderation.set_limit(MODERATOR, EVERYBODYS_ROLE, DAILY, 50)
    blocked = await moderation.block(MODERATOR, EVERYBODYS_ROLE, None)
    granted = await moderation.grant(MODERATOR, EVERYBODYS_ROLE, Unit.ANSWERS, 1, TOMORROW)

    assert (limited.subject, blocked.subject) == (EVERYONE, SERVER)
    assert granted.subject == EVERYBODYS_ROLE  # each member has it


async def test_rules_of_a_server_are_all_that_holds_there(make_room: MakeRoom) -> None:
    using = make_room().using
    moderation, settings = QuotaModeration(using), PreferenceSettings(using)
    await moderation.set_limit(MODERATOR, ROLE, DAILY, 50)
    await moderation.grant(MODERATOR, USER, Unit.DOLLARS, 5_000_000, TOMORROW)
    await moderation.block(MODERATOR, ROOM, None, "exams")
    await settings.choose(MODERATOR, CHANNEL, Scope.SERVER, Topic.TIME_ZONE, "Berlin")
    await settings.choose(MODERATOR, CHANNEL, Scope.SERVER, Topic.LOG_CHANNEL, "71")

    rules = await moderation.rules(MODERATOR)
    elsewhere = await moderation.rules(Moderator(id=99, guild_id=8, may_manage=True))

    assert rules.limits == (Limit(subject=ROLE, measure=DAILY, amount=50),)
    assert [(grant.subject, grant.unit, grant.left) for grant in rules.grants] == [
        (USER, Unit.DOLLARS, 5_000_000)
    ]
    assert [(block.subject, block.reason) for block in rules.blocks] == [(ROOM, "exams")]
    assert (rules.zone, rules.log_channel) == ("Europe/Berlin", 71)
    assert (elsewhere.limits, elsewhere.grants, elsewhere.blocks) == ((), (), ())
    assert (elsewhere.zone, elsewhere.log_channel) == (None, None)


async def test_unknown_zone_gives_way_to_the_operators(make_room: MakeRoom) -> None:
    room = make_room()
    order = Order(guild_id=GUILD, subject_id=GUILD, by=99, at=NOON, subject_kind=SubjectKind.SERVER)
    async with room.using.database.transaction() as tx:
        await preferences.put(tx, order, Topic.TIME_ZONE, "Atlantis/Poseidonis")

    rules = await QuotaModeration(room.using).rules(MODERATOR)

    assert rules.zone is None


async def test_every_change_is_written_down_newest_first(make_room: MakeRoom) -> None:
    room = make_room()
    await room.ask(message("hello"))
    moderation = QuotaModeration(room.using)
    done = [
        await moderation.set_limit(MODERATOR, USER, DAILY, 5, "too chatty"),
        await moderation.reset(MODERATOR, ALICE.id),
        await moderation.clear_limits(MODERATOR, USER),
        await moderation.block(MODERATOR, ROLE, None),
    ]

    newest = await moderation.audit(MODERATOR, size=3)
    older = await moderation.audit(MODERATOR, before_id=newest[-1].id)

    assert [*newest, *older] == list(reversed(done))
    assert older[0].reason == "too chatty"
    assert {change.by for change in done if change} == {99}


async def test_member_may_look_at_and_change_nothing(make_room: MakeRoom) -> None:
    moderation = QuotaModeration(make_room().using)

    for deed in (
        moderation.set_limit(MEMBER, USER, DAILY, None),
        moderation.clear_limits(MEMBER, USER),
        moderation.grant(MEMBER, USER, Unit.TOKENS, 5, TOMORROW),
        moderation.block(MEMBER, USER, None),
        moderation.unblock(MEMBER, USER),
        moderation.reset(MEMBER, ALICE.id),
        moderation.undo(MEMBER, 1),
        moderation.rules(MEMBER),
        moderation.audit(MEMBER),
    ):
        with pytest.raises(NotAllowed):
            await deed

    assert await moderation.audit(MODERATOR) == []


# -- what makes no sense ------------------------------------------------------------------------

Deed = Callable[[QuotaModeration], Coroutine[object, object, Change | None]]
STRANGE: list[tuple[str, ModerationFault, Deed]] = [
    (
        "a limit on everything",
        ModerationFault.SUBJECT,
        lambda by: by.set_limit(MODERATOR, EVERYTHING, DAILY, 5),
    ),
    (
        "a limit of another server",
        ModerationFault.SUBJECT,
        lambda by: by.set_limit(MODERATOR, Subject(kind=SubjectKind.SERVER, id=8), DAILY, 5),
    ),
    (
        "everyone of another server",
        ModerationFault.SUBJECT,
        lambda by: by.clear_limits(MODERATOR, Subject(kind=SubjectKind.EVERYONE, id=8)),
    ),
    (
        "nobody",
        ModerationFault.SUBJECT,
        lambda by: by.set_limit(MODERATOR, Subject(kind=SubjectKind.USER, id=0), DAILY, 5),
    ),
    ("nobody's reset", ModerationFault.SUBJECT, lambda by: by.reset(MODERATOR, -1)),
    (
        "less than nothing",
        ModerationFault.AMOUNT,
        lambda by: by.set_limit(MODERATOR, USER, DAILY, -1),
    ),
    (
        "a cap without an amount",
        ModerationFault.UNLIMITED_CAP,
        lambda by: by.set_limit(MODERATOR, ROOM, DAILY, None),
    ),
    (
        "a grant of a channel",
        ModerationFault.SUBJECT,
        lambda by: by.grant(MODERATOR, ROOM, Unit.TOKENS, 5, TOMORROW),
    ),
    (
        "a grant of everyone",
        ModerationFault.SUBJECT,
        lambda by: by.grant(MODERATOR, EVERYONE, Unit.TOKENS, 5, TOMORROW),
    ),
    (
        "a grant of nothing",
        ModerationFault.AMOUNT,
        lambda by: by.grant(MODERATOR, USER, Unit.TOKENS, 0, TOMORROW),
    ),
    (
        "a grant that ends now",
        ModerationFault.PAST,
        lambda by: by.grant(MODERATOR, USER, Unit.TOKENS, 5, NOON),
    ),
    (
        "a block of everyone",
        ModerationFault.SUBJECT,
        lambda by: by.block(MODERATOR, EVERYONE, None),
    ),
    ("a block that ends now", ModerationFault.PAST, lambda by: by.block(MODERATOR, USER, NOON)),
    ("no block", ModerationFault.SUBJECT, lambda by: by.unblock(MODERATOR, EVERYTHING)),
]


@pytest.mark.parametrize(
    ("fault", "deed"),
    [(fault, deed) for _, fault, deed in STRANGE],
    ids=[name for name, _, _ in STRANGE],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    make_room: MakeRoom, fault: ModerationFault, deed: Deed
) -> None:
    moderation = QuotaModeration(make_room().using)

    with pytest.raises(ModerationRefused) as caught:
        await deed(moderation)

    assert caught.value.fault is fault
    assert await moderation.audit(MODERATOR) == []


async def test_other_servers_rules_are_not_seen_in_the_audit(make_room: MakeRoom) -> None:
    moderation = QuotaModeration(make_room().using)
    await moderation.set_limit(MODERATOR, USER, DAILY, 5)

    other = Moderator(id=99, guild_id=8, may_manage=True)

    assert await moderation.audit(other) == []
