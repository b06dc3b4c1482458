"""Quotas as moderators set them. Every change is written into the audit and can be undone."""

import functools
from dataclasses import dataclass
from datetime import datetime

from bot.chat.collaborators import Collaborators
from bot.chat.moderation.commit import commit, commit_locked
from bot.chat.moderation.undo import undo
from bot.core.calendar.time_zones import find_zone
from bot.core.messages.incoming_message import Place
from bot.core.moderation.audit_values import spent_state
from bot.core.moderation.changes import Action, Change
from bot.core.moderation.errors import ModerationFault, ModerationRefused, NotAllowed
from bot.core.moderation.preferences import Preferences, Topic, value_of
from bot.core.quota.limit_changes import LimitSelection
from bot.core.quota.limits import (
    NOTHING,
    Block,
    Grant,
    Limit,
    Measure,
    Subject,
    SubjectKind,
    Unit,
)
from bot.store.database import Connection
from bot.store.moderation import blocks, grants, limits, preferences
from bot.store.moderation.audit import ModerationOrder as Order
from bot.store.moderation.audit import find, newest, record

_LIMITED = frozenset(SubjectKind) - {SubjectKind.EVERYTHING}  # that is the operator's
_BLOCKED = frozenset({SubjectKind.USER, SubjectKind.ROLE, SubjectKind.CHANNEL, SubjectKind.SERVER})
_GRANTED = frozenset({SubjectKind.USER, SubjectKind.ROLE})
_WIDER = (SubjectKind.EVERYONE, SubjectKind.SERVER)  # what the role that everybody has stands for


@dataclass(frozen=True, kw_only=True, slots=True)
class Moderator:
    """Who gives the order. `may_manage`: has Manage Server there, by Discord's word, just now."""

    id: int
    guild_id: int
    may_manage: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerRules:
    """All that the moderators of a server have decided, as far as it is not over."""

    limits: tuple[Limit, ...]  # those of one subject together
    grants: tuple[Grant, ...]  # what expires first comes first
    blocks: tuple[Block, ...]
    zone: str | None  # IANA name that is known here; None: as the operator has it
    log_channel: int | None
    ceiling: Limit | None = None  # the operator's, over all of it


class QuotaModeration:
    """All of it raises NotAllowed and StoreError; changes raise ModerationRefused, too.

    A limit or a block of the role that everybody has is one of everyone, or of the server.
    """

    def __init__(self, using: Collaborators) -> None:
        self._using = using

    async def set_limit(
        self,
        moderator: Moderator,
        subject: Subject,
        measure: Measure,
        amount: int | None,
        reason: str = "",
    ) -> Change:
        """Give the subject a limit; None: unlimited. 0: nobody is answered."""
        order = self._order(moderator, subject, _LIMITED, reason=reason)
        if amount is None and subject.is_capped:
            raise ModerationRefused(ModerationFault.UNLIMITED_CAP)
        if amount is not None and amount < 0:
            raise ModerationRefused(ModerationFault.AMOUNT)
        return await commit_locked(
            self._using, order, lambda tx: limits.put(tx, order, measure, amount)
        )

    async def clear_limits(
        self,
        moderator: Moderator,
        subject: Subject,
        which: LimitSelection = None,
        reason: str = "",
    ) -> Change | None:
        """Take limits away; None where there is none of those."""
        order = self._order(moderator, subject, _LIMITED, reason=reason)
        return await commit_locked(self._using, order, lambda tx: limits.remove(tx, order, which))

    async def grant(
        self,
        moderator: Moderator,
        subject: Subject,
        unit: Unit,
        amount: int,
        expires_at: datetime,
        reason: str = "",
    ) -> Change:
        """Let the user, or each member of the role, use so much more, once."""
        order = self._order(moderator, subject, _GRANTED, reason=reason)
        if amount <= 0:
            raise ModerationRefused(ModerationFault.AMOUNT)
        if expires_at <= order.at:
            raise ModerationRefused(ModerationFault.PAST)
        return await commit_locked(
            self._using, order, lambda tx: grants.add(tx, order, unit, amount, expires_at)
        )

    async def block(
        self, moderator: Moderator, subject: Subject, until: datetime | None, reason: str = ""
    ) -> Change:
        """Answer the subject no more; of a channel or the server, a pause. None: for good."""
        order = self._order(moderator, subject, _BLOCKED, reason=reason)
        if until is not None and until <= order.at:
            raise ModerationRefused(ModerationFault.PAST)
        return await commit_locked(
            self._using, order, lambda tx: blocks.put(tx, order, until, reason=reason)
        )

    async def unblock(
        self, moderator: Moderator, subject: Subject, reason: str = ""
    ) -> Change | None:
        """Take the block or the pause back; None where there is none."""
        order = self._order(moderator, subject, _BLOCKED, reason=reason)
        return await commit_locked(self._using, order, lambda tx: blocks.remove(tx, order))

    async def reset(self, moderator: Moderator, user_id: int, reason: str = "") -> Change | None:
        """Forgive what the user has used today; None where that is nothing."""
        user = Subject(kind=SubjectKind.USER, id=user_id)
        order = self._order(moderator, user, _GRANTED, reason=reason)
        ledger = self._using.ledger

        async def forgive(tx: Connection) -> Change | None:
            forgiven = await ledger.reset(tx, order)
            if forgiven == NOTHING:
                return None
            return await record(tx, order, Action.RESET, before=spent_state(forgiven), after=None)

        return await commit_locked(self._using, order, forgive)

    async def find(self, guild_id: int, change_id: int) -> Change | None:
        """A change of that server, to see who may take it back. Nobody is asked who they are."""
        async with self._using.database.reading() as connection:
            return await find(connection, guild_id=guild_id, change_id=change_id)

    async def undo(self, moderator: Moderator, change_id: int) -> Change:
        """Take a change of this server back; the change that this makes can be undone, too.

        Raises CannotUndo.
        """
        _require_manager(moderator)
        now, guild_id = self._using.clock(), moderator.guild_id
        taking_back = functools.partial(
            undo,
            ledger=self._using.ledger,
            guild_id=guild_id,
            change_id=change_id,
            by=moderator.id,
            now=now,
        )
        return await commit(self._using, guild_id, taking_back)

    async def zone(self, guild_id: int) -> str | None:
        """The name of the server's time zone, if it is known here; None: as the operator has it."""
        async with self._using.database.reading() as connection:
            place = Place(guild_id=guild_id, channel_id=guild_id)
            return _known_zone(await preferences.find(connection, place))

    async def rules(self, moderator: Moderator) -> ServerRules:
        """Read all that has been decided in this server."""
        _require_manager(moderator)
        guild_id, now = moderator.guild_id, self._using.clock()
        async with self._using.database.reading() as connection:
            place = Place(guild_id=guild_id, channel_id=guild_id)
            chosen = await preferences.find(connection, place)
            log_channel = value_of(chosen, Topic.LOG_CHANNEL)
            return ServerRules(
                limits=await limits.of_server(connection, guild_id),
                grants=await grants.of_server(connection, guild_id, now=now),
                blocks=await blocks.of_server(connection, guild_id, now=now),
                zone=_known_zone(chosen),
                log_channel=None if log_channel is None else int(log_channel),
                ceiling=self._using.ledger.ceiling(guild_id),
            )

    async def audit(
        self, moderator: Moderator, *, before_id: int | None = None, size: int = 10
    ) -> list[Change]:
        """Read the changes in this server, newest first; a page begins before `before_id`."""
        _require_manager(moderator)
        async with self._using.database.reading() as connection:
            return await newest(
                connection, guild_id=moderator.guild_id, before_id=before_id, size=size
            )

    def _order(
        self,
        moderator: Moderator,
        subject: Subject,
        allowed: frozenset[SubjectKind],
        *,
        reason: str,
    ) -> Order:
        _require_manager(moderator)
        named = _named(subject, moderator.guild_id, allowed)
        return Order(
            guild_id=moderator.guild_id,
            subject_kind=named.kind,
            subject_id=named.id,
            by=moderator.id,
            at=self._using.clock(),
            reason=reason,
        )


def _known_zone(chosen: Preferences) -> str | None:
    name = value_of(chosen, Topic.TIME_ZONE)
    return None if name is None or find_zone(name) is None else name


def _require_manager(moderator: Moderator) -> None:
    if not moderator.may_manage:
        raise NotAllowed


def _named(subject: Subject, guild_id: int, allowed: frozenset[SubjectKind]) -> Subject:
    """The subject as the store names it. Raises ModerationRefused where it makes no sense."""
    if subject == Subject(kind=SubjectKind.ROLE, id=guild_id):
        kind = next((wider for wider in _WIDER if wider in allowed), SubjectKind.ROLE)
        subject = Subject(kind=kind, id=guild_id)
    is_elsewhere = subject.kind in _WIDER and subject.id != guild_id
    if subject.kind not in allowed or subject.id <= 0 or is_elsewhere:
        raise ModerationRefused(ModerationFault.SUBJECT)
    return subject
