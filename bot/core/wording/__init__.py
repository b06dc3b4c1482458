"""Every sentence that people read, in one catalogue: a module a subject, all names reachable here.

Short, calm and true: what happened, and what to do next. Members never learn of keys, balances or
models from a failure; the operator's own words are in `operator_advice`. What a user can choose, a
file's name above all, is made harmless before it is shown.
"""

# ruff: noqa: F403 - a catalogue: what its modules say is all there is to say

from bot.core.wording.amounts import *
from bot.core.wording.answers.endings import *
from bot.core.wording.answers.failures import *
from bot.core.wording.answers.footers import *
from bot.core.wording.answers.pictures import *
from bot.core.wording.databases import *
from bot.core.wording.moderation.changes import *
from bot.core.wording.moderation.delegates import *
from bot.core.wording.moderation.models import *
from bot.core.wording.moderation.settings import *
from bot.core.wording.names import *
from bot.core.wording.operator import *
from bot.core.wording.quotas import *
from bot.core.wording.refusals import *
from bot.core.wording.reports.consumption import *
from bot.core.wording.reports.reports import *
from bot.core.wording.reports.usage import *
