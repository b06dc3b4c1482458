"""Quotas, as members and moderators read them."""

# ruff: noqa: F403 - a part of the catalogue

from bot.core.wording.quotas.ceilings import *
from bot.core.wording.quotas.chain import *
from bot.core.wording.quotas.mistakes import *
from bot.core.wording.quotas.outcomes import *
from bot.core.wording.quotas.overview import *
from bot.core.wording.quotas.questions import *
from bot.core.wording.quotas.standings import *
