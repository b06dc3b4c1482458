"""Secrets of a configuration."""

from hypothesis import given, settings

from bot.config import load_config
from tests.config.configurations import KEY, TOKEN, secrets

ENVIRON = {"DISCORD_TOKEN": TOKEN, "GLIMPSE_API_KEY": KEY}


@given(token=secrets, key=secrets, password=secrets)
@settings(deadline=None)
def test_configuration_shows_no_secret(token: str, key: str, password: str) -> None:
    environ = {
        "DISCORD_TOKEN": token,
        "GLIMPSE_API_KEY": key,
        "GLIMPSE_DATABASE_URL": f"postgresql+asyncpg://glimpse:{password}@db/glimpse",
    }

    shown = repr(load_config(None, environ)) + str(load_config(None, environ))

    assert not [secret for secret in (token, key, password) if secret in shown]


def test_secrets_are_the_token_the_key_and_the_databases_password() -> None:
    url = "postgresql+asyncpg://glimpse:p%40ss@db/glimpse"

    config = load_config(None, {**ENVIRON, "GLIMPSE_DATABASE_URL": url})

    assert {secret.reveal() for secret in config.secrets} == {TOKEN, KEY, "p%40ss", "p@ss"}
