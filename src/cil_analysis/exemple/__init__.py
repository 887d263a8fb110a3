"""Fictitious extracts of a whole convention period: seeded, deterministic, and labelled as fictitious everywhere."""
