"""Taking a change back: what there was before, brought again, if nobody has changed it since."""

from datetime import datetime

from bot.core.moderation.audit_values import (
    block_of,
    block_state,
    grant_of,
    grant_state,
    limits_of,
    limits_state,
    preference_state,
)
from bot.core.moderation.changes import (
    Change,
    Matter,
    Obstacle,
    State,
    find_between,
    find_obstacle,
    reverse,
)
from bot.core.moderation.errors import CannotUndo
from bot.store.database import Connection
from bot.store.moderation import audit, blocks, grants, limits, preferences
from bot.store.moderation.audit import ModerationOrder
from bot.store.moderation.locks import lock
from bot.store.quota.ledger import Ledger


async def undo(
    tx: Connection, *, ledger: Ledger, guild_id: int, change_id: int, by: int, now: datetime
) -> Change:
    """Take the change back and write that down. Raises CannotUndo."""
    change = await _hold(tx, guild_id, change_id)
    obstacle = find_obstacle(change, await _read_present(tx, change, now), now=now)
    if obstacle is not None:
        raise CannotUndo(await _find_in_the_way(tx, change, obstacle), because=obstacle)
    order = ModerationOrder(
        guild_id=guild_id,
        subject_kind=change.subject.kind,
        subject_id=change.subject.id,
        by=by,
        at=now,
        undoes=change.id,
    )
    done = await _bring_back(tx, ledger, order, change)
    if done is None:
        raise CannotUndo(None, because=Obstacle.CHANGED)
    return done


async def _hold(tx: Connection, guild_id: int, change_id: int) -> Change:
    """The change, with a lock on its subject."""
    found = await audit.find(tx, guild_id=guild_id, change_id=change_id)
    if found is not None:
        await lock(tx, guild_id, [found.subject])
        found = await audit.find(tx, guild_id=guild_id, change_id=change_id)
    if found is None:
        raise CannotUndo(None, because=Obstacle.GONE)
    return found


async def _find_in_the_way(tx: Connection, change: Change, obstacle: Obstacle) -> Change | None:
    match obstacle:
        case Obstacle.UNDONE:
            return await audit.find_undoing(tx, change)
        case Obstacle.CHANGED:
            return find_between(change, await audit.later(tx, change))
        case _:
            return None


async def _read_present(tx: Connection, change: Change, now: datetime) -> State | None:
    """Read the present value of what the change was about."""
    guild_id, subject = change.guild_id, change.subject
    held = change.after or change.before or {}
    match change.matter:
        case Matter.LIMITS:
            return limits_state(await limits.of_subject(tx, guild_id, subject))
        case Matter.GRANT:
            number = grant_of(held, subject).id
            grant = await grants.find_standing(tx, guild_id=guild_id, grant_id=number)
            return None if grant is None else grant_state(grant)
        case Matter.BLOCK:
            block = await blocks.find(tx, guild_id, subject)
            state = block_state(block)
            is_another = block is not None and block.is_over(now) and state != change.after
            return None if is_another else state  # one that has ended is as good as none
        case Matter.PREFERENCE:
            (topic,) = held
            value = await preferences.read(tx, guild_id, subject, topic)
            return preference_state(topic, value)
        case Matter.SPENT:
            return None


async def _bring_back(
    tx: Connection, ledger: Ledger, order: ModerationOrder, change: Change
) -> Change | None:
    """Bring back what there was before; None where somebody was faster."""
    before, after, subject = change.before, change.after, change.subject
    match change.matter:
        case Matter.LIMITS:
            wanted, held = limits_of(before, subject), limits_of(after, subject)
            return await limits.replace(tx, order, wanted, held=held, action=reverse(change))
        case Matter.GRANT:
            return await _bring_grant_back(tx, order, change)
        case Matter.BLOCK:
            return await _bring_block_back(tx, order, change)
        case Matter.PREFERENCE:
            (topic,) = before or after or {}
            value = None if before is None else str(before[topic])
            return await preferences.put(tx, order, topic, value)
        case Matter.SPENT:
            await ledger.unreset(tx, order, of=change.at)
            return await audit.record(tx, order, reverse(change), before=after, after=before)


async def _bring_grant_back(
    tx: Connection, order: ModerationOrder, change: Change
) -> Change | None:
    grant = grant_of(change.after or change.before or {}, change.subject)
    give = grants.revoke if change.before is None else grants.grant_again
    return await give(tx, order, grant)


async def _bring_block_back(
    tx: Connection, order: ModerationOrder, change: Change
) -> Change | None:
    if change.before is None:
        return await blocks.remove(tx, order)
    block = block_of(change.before, change.subject)
    return await blocks.put(tx, order, block.until, reason=block.reason)
