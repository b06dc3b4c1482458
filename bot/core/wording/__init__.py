"""Every sentence that people read, in one catalogue: a module a subject, all names reachable here.

Short, calm and true: what happened, and what to do next. Members never learn of keys, balances or
models from a failure; the operator's own words are in `operator_advice`. What a user can choose, a
file's name above all, is made harmless before it is shown.
"""

# ruff: noqa: F403 - a catalogue: what its modules say is all there is to say

from bot.core.wording.amounts import *
from bot.core.wording.buttons import *
from bot.core.wording.changes import *
from bot.core.wording.endings import *
from bot.core.wording.failures import *
from bot.core.wording.footers import *
from bot.core.wording.models import *
from bot.core.wording.names import *
from bot.core.wording.operator import *
from bot.core.wording.pictures import *
from bot.core.wording.quotas import *
from bot.core.wording.refusals import *
from bot.core.wording.reports import *
from bot.core.wording.settings import *
from bot.core.wording.spending import *
from bot.core.wording.terminal import *
from bot.core.wording.usage import *
