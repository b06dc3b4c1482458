"""How an answer is shown in Discord: pages, their order, and the pace of requests."""
