"""Every change can be taken back, and that, too; unless somebody has changed the same since."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.chat.moderation.limits import Moderator, QuotaModeration
from bot.chat.moderation.preferences import PreferenceSettings
from bot.core.calendar.periods import Period
from bot.core.moderation.changes import Action, Change, Obstacle
from bot.core.moderation.errors import CannotUndo
from bot.core.moderation.preferences import Scope, Topic
from bot.core.quota.limits import Measure, Subject, SubjectKind, Unit
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, Room, message

GUILD = CHANNEL.guild_id
MODERATOR = Moderator(id=99, guild_id=GUILD, may_manage=True)
COLLEAGUE = Moderator(id=97, guild_id=GUILD, may_manage=True)
DAILY = Measure(unit=Unit.TOKENS, period=Period.DAY)
MONTHLY = Measure(unit=Unit.DOLLARS, period=Period.MONTH)
TOMORROW = NOON + timedelta(days=1)
USER = Subject(kind=SubjectKind.USER, id=ALICE.id)
ROLE = Subject(kind=SubjectKind.ROLE, id=5)
ROOM = Subject(kind=SubjectKind.CHANNEL, id=CHANNEL.channel_id)


@dataclass(kw_only=True)
class Office:
    """A room whose clock goes on by a second with each look at it."""

    room: Room
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.room.using = replace(self.room.using, clock=self.tick)
        self.moderation = QuotaModeration(self.room.using)
        self.settings = PreferenceSettings(self.room.using)

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    async def undo(self, change: Change | None, *, by: Moderator = MODERATOR) -> Change:
        assert change is not None
        return await self.moderation.undo(by, change.id)

    async def refuse(self, change: Change | None, *, by: Moderator = MODERATOR) -> CannotUndo:
        with pytest.raises(CannotUndo) as caught:
            await self.undo(change, by=by)
        return caught.value

    async def held(self) -> object:
        """All that holds in the server."""
        return await self.moderation.rules(MODERATOR)


@pytest.fixture
def office(make_room: MakeRoom) -> Office:
    return Office(room=make_room())


async def check_both_ways(office: Office, change: Change | None, before: object) -> Change:
    """Undo it, and undo that: first there is what was before, then what the change had made."""
    after = await office.held()

    undone = await office.undo(change)
    assert await office.held() == before
    redone = await office.undo(undone)
    assert await office.held() == after

    assert change is not None
    assert (undone.before, undone.after) == (change.after, change.before)
    assert (redone.before, redone.after) == (change.before, change.after)
    assert (undone.undoes, redone.undoes) == (change.id, undone.id)
    assert (undone.by, undone.subject) == (MODERATOR.id, change.subject)
    return undone


async def test_first_limit_is_cleared_again(office: Office) -> None:
    before = await office.held()
    change = await office.moderation.set_limit(MODERATOR, ROLE, DAILY, 50)

    undone = await check_both_ways(office, change, before)

    assert undone.action is Action.CLEAR_LIMIT


async def test_all_limits_that_unlimited_replaced_come_back(office: Office) -> None:
    await office.moderation.set_limit(MODERATOR, USER, DAILY, 50)
    await office.moderation.set_limit(MODERATOR, USER, MONTHLY, 5_000_000)
    before = await office.held()
    change = await office.moderation.set_limit(MODERATOR, USER, DAILY, None)

    undone = await check_both_ways(office, change, before)

    assert undone.action is Action.SET_LIMIT


async def test_cleared_limits_come_back(office: Office) -> None:
    await office.moderation.set_limit(MODERATOR, ROOM, DAILY, 50)
    await office.moderation.set_limit(MODERATOR, ROOM, MONTHLY, 60)
    before = await office.held()

    one = await office.moderation.clear_limits(MODERATOR, ROOM, DAILY)
    await check_both_ways(office, one, before)
    before = await office.held()
    rest = await office.moderation.clear_limits(MODERATOR, ROOM)
    await check_both_ways(office, rest, before)


async def test_grant_is_revoked_and_given_again(office: Office) -> None:
    before = await office.held()
    change = await office.moderation.grant(MODERATOR, ROLE, Unit.ANSWERS, 5, TOMORROW)

    undone = await check_both_ways(office, change, before)

    assert undone.action is Action.REVOKE


@pytest.mark.parametrize("subject", [USER, ROOM], ids=["block", "pause"])
async def test_block_is_lifted_and_a_lifted_one_put_again(office: Office, subject: Subject) -> None:
    before = await office.held()
    change = await office.moderation.block(MODERATOR, subject, TOMORROW, "spam")
    await check_both_ways(office, change, before)

    before = await office.held()
    lifted = await office.moderation.unblock(MODERATOR, subject)
    undone = await check_both_ways(office, lifted, before)

    assert undone.after == {"until": TOMORROW.isoformat(), "reason": "spam"}


async def test_shorter_block_becomes_the_longer_one_again(office: Office) -> None:
    await office.moderation.block(MODERATOR, USER, None, "for good")
    before = await office.held()
    change = await office.moderation.block(MODERATOR, USER, TOMORROW)

    undone = await check_both_ways(office, change, before)

    assert undone.action is Action.BLOCK


async def test_what_was_forgiven_counts_again(office: Office) -> None:
    await office.room.ask(message("hello"))
    change = await office.moderation.reset(MODERATOR, ALICE.id)

    undone = await office.undo(change)
    counted = (await office.room.standing()).spent
    redone = await office.undo(undone)

    assert (undone.action, redone.action) == (Action.UNRESET, Action.RESET)
    assert change is not None
    assert (undone.after, redone.before) == (change.before, change.before)
    assert (counted, (await office.room.standing()).spent) == (120, 0)
    await office.room.assert_accounts_agree()


async def test_reset_is_undone_next_day_in_its_own_windows(office: Office) -> None:
    await office.room.ask(message("hello"))
    change = await office.moderation.reset(MODERATOR, ALICE.id)
    office.now = TOMORROW

    await office.undo(change)

    assert (await office.room.standing()).spent == 120  # of the day before
    await office.room.assert_accounts_agree()


@pytest.mark.parametrize(
    ("topic", "first", "second"),
    [
        (Topic.TIME_ZONE, "Europe/Berlin", "Asia/Tokyo"),
        (Topic.LOG_CHANNEL, "71", "72"),
        (Topic.MODEL, "small", "large"),
    ],
)
async def test_preferences_are_undone_too(
    office: Office, topic: Topic, first: str, second: str
) -> None:
    async def choose(value: str | None) -> Change | None:
        return await office.settings.choose(MODERATOR, CHANNEL, Scope.SERVER, topic, value)

    async def chosen() -> object:
        return await office.settings.show(CHANNEL)

    nothing = await chosen()
    set_first = await choose(first)
    had_first = await chosen()
    await office.undo(set_first)
    assert await chosen() == nothing

    await choose(first)
    set_second = await choose(second)
    undone = await office.undo(set_second)
    assert await chosen() == had_first
    assert undone.action is Action.SET_PREFERENCE

    taken_back = await choose(None)
    await office.undo(taken_back)
    assert await chosen() == had_first


# -- what is not undone -------------------------------------------------------------------------


async def test_change_is_undone_once(office: Office) -> None:
    change = await office.moderation.set_limit(MODERATOR, ROLE, DAILY, 50)
    undone = await office.undo(change, by=COLLEAGUE)

    error = await office.refuse(change)

    assert (error.because, error.change) == (Obstacle.UNDONE, undone)


async def test_change_that_somebody_changed_since_is_left_alone(office: Office) -> None:
    change = await office.moderation.set_limit(MODERATOR, ROLE, DAILY, 50)
    await office.moderation.set_limit(COLLEAGUE, USER, DAILY, 1)  # of another subject
    between = await office.moderation.set_limit(COLLEAGUE, ROLE, MONTHLY, 60)
    held = await office.held()

    error = await office.refuse(change)

    assert (error.because, error.change) == (Obstacle.CHANGED, between)
    assert await office.held() == held
    await office.undo(between)
    await office.undo(change)


async def test_revoked_grant_is_not_revoked_again(office: Office) -> None:
    change = await office.moderation.grant(MODERATOR, USER, Unit.TOKENS, 5, TOMORROW)
    await office.undo(await office.undo(await office.undo(change)))  # it is revoked

    error = await office.refuse(change)

    assert error.because is Obstacle.UNDONE


async def test_change_of_another_server_is_as_good_as_none(office: Office) -> None:
    change = await office.moderation.set_limit(MODERATOR, ROLE, DAILY, 50)
    stranger = Moderator(id=1, guild_id=8, may_manage=True)

    error = await office.refuse(change, by=stranger)
    missing = await office.refuse(replace(change, id=12_345))

    assert (error.because, error.change) == (Obstacle.GONE, None)
    assert (missing.because, missing.change) == (Obstacle.GONE, None)


async def test_what_has_ended_by_itself_is_not_brought_back(office: Office) -> None:
    moderation = office.moderation
    granted = await moderation.grant(MODERATOR, USER, Unit.TOKENS, 5, TOMORROW)
    revoked = await office.undo(granted)
    await moderation.block(MODERATOR, USER, TOMORROW)
    lifted = await moderation.unblock(MODERATOR, USER)
    paused = await moderation.block(MODERATOR, ROOM, TOMORROW)
    office.now = TOMORROW

    errors = [await office.refuse(change) for change in (revoked, lifted, paused)]

    assert {error.because for error in errors} == {Obstacle.OVER}


async def test_block_in_between_that_has_ended_is_in_nobodys_way(office: Office) -> None:
    moderation = office.moderation
    await moderation.block(MODERATOR, USER, None, "for good")
    before = await moderation.rules(MODERATOR)
    lifted = await moderation.unblock(MODERATOR, USER)
    await moderation.block(COLLEAGUE, USER, NOON + timedelta(hours=1))
    early = await office.refuse(lifted)
    office.now = TOMORROW

    await office.undo(lifted)

    assert early.because is Obstacle.CHANGED
    assert await moderation.rules(MODERATOR) == before


async def test_undoing_is_in_the_audit_and_marks_what_it_undid(office: Office) -> None:
    change = await office.moderation.set_limit(MODERATOR, ROLE, DAILY, 50)
    undone = await office.undo(change, by=COLLEAGUE)

    newest, oldest = await office.moderation.audit(MODERATOR)

    assert (newest.id, newest.by, newest.undoes) == (undone.id, COLLEAGUE.id, change.id)
    assert (oldest.id, oldest.is_undone, newest.is_undone) == (change.id, True, False)
