"""Work in the background: chores, metrics, and what estimates have learnt."""
