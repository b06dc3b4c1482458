"""The ledger: reservations, charges, and the counters that add them up."""
