"""Configuration: TOML and environment into one frozen Config, made of the rooms' own settings.

Imports only the settings of the rooms, never what uses them: a mistake is told before anything
heavy is loaded.
"""

from bot.config.key import Need
from bot.config.loader import load_config
from bot.config.values import Config, LoggingSettings, ProcessSettings

__all__ = ["Config", "LoggingSettings", "Need", "ProcessSettings", "load_config"]
