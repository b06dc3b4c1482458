"""Faults on purpose: `make chaos`, or `python -m chaos`.

Episodes kill the real process, cut its connections and break what it leans on, by a seed, while
people ask. Each question is then judged by what stands in Discord and in the database:
`docs/reliability.md`. The stand-ins are those of the end-to-end tests.
"""
