"""An answer in Discord: its pages, their order, and the pace of requests."""
