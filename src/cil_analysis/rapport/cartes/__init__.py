"""The maps of a report: those that stand still, and the one to explore."""
