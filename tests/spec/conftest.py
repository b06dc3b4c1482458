"""Tests that need Discord's own description of its interface; `make events` runs them."""

from tests.e2e.conftest import busy_town as busy_town
