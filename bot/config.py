"""Configuration from TOML and environment."""
