"""Benchmarks: what an answer costs, and how soon people see it. `python -m bench [NAME …]`.

The bot runs as a process of its own between a Discord and an endpoint on loopback that are
processes too, so that its CPU is counted alone. Linux only: CPU comes from the processes' clocks,
memory from /proc.
"""
