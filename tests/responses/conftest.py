"""Says whether the recordings of real endpoints are part of the run."""

import os

FOLDER = os.environ.get("GLIMPSE_CAPTURES")
collect_ignore = [] if FOLDER else ["test_captures.py"]


def pytest_report_header() -> str:
    return f"captures: {FOLDER}" if FOLDER else "captures: left out (GLIMPSE_CAPTURES is not set)"
