"""Every section and key, in the order people read them: the one list that loading, the example and the reference use."""

from bot.config.key import Section
from bot.config.sections.answers import ANSWERS, CATCH_UP, HISTORY, TRIGGERS
from bot.config.sections.discord import DISCORD
from bot.config.sections.endpoint import BUILT_IN, ENDPOINT, ENDPOINT_TIMEOUTS
from bot.config.sections.images import FILES, IMAGES
from bot.config.sections.models import MODEL
from bot.config.sections.pictures import PICTURES
from bot.config.sections.process import DATABASE, LOGGING, PROCESS
from bot.config.sections.quota import QUOTA
from bot.config.sections.tools import TOOLS, WEB_SEARCH

__all__ = ["BUILT_IN", "NAMED", "SECTIONS"]

SECTIONS: dict[str, Section] = {
    "discord": DISCORD,
    "endpoint": ENDPOINT,
    "endpoint.timeouts": ENDPOINT_TIMEOUTS,
    "database": DATABASE,
    "quota": QUOTA,
    "triggers": TRIGGERS,
    "images": IMAGES,
    "files": FILES,
    "pictures": PICTURES,
    "history": HISTORY,
    "answers": ANSWERS,
    "catch_up": CATCH_UP,
    "tools": TOOLS,
    "web_search": WEB_SEARCH,
    "process": PROCESS,
    "logging": LOGGING,
}

# Sections that the operator names, by how their headings are written.
NAMED: dict[str, Section] = {'models."NAME"': MODEL}
