"""For all tests: patience, and what checks against material from outside are part of a run."""

import os
import shutil

from hypothesis import HealthCheck, settings

# A machine that is busy with others is no failure: what is slow is measured in bench/.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("patient"), max_examples=20)
settings.load_profile(os.environ.get("GLIMPSE_HYPOTHESIS", "patient"))

OUTSIDE = {
    "GLIMPSE_CAPTURES": "recordings of real endpoints",
    "GLIMPSE_DISCORD_SPEC": "Discord's OpenAPI description",
}


def pytest_report_header() -> list[str]:
    return [_browser(), *_material()]


def _browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.environ.get("GLIMPSE_BROWSER") != "required":
        return "browser tests: left out (there is no chromium here; `apt-get install chromium`)"
    return f"browser tests: {found or 'required, but there is no chromium'}"


def _material() -> list[str]:
    return [
        f"{what}: {os.environ[name]}"
        if os.environ.get(name)
        else f"{what}: left out ({name} is not set)"
        for name, what in OUTSIDE.items()
    ]
