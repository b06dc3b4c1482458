"""Says at the top of a run which checks against material from outside are part of it."""

import os

OUTSIDE = {
    "GLIMPSE_CAPTURES": "recordings of real endpoints",
    "GLIMPSE_DISCORD_SPEC": "Discord's OpenAPI description",
}


def pytest_report_header() -> list[str]:
    return [
        f"{what}: {os.environ[name]}"
        if os.environ.get(name)
        else f"{what}: left out ({name} is not set)"
        for name, what in OUTSIDE.items()
    ]
