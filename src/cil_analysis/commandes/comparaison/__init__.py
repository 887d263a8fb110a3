"""« cil comparer »: published figures against those recomputed."""
