"""Aggregated tables: what an EPCI has that is not given the rows, counts by commune and class, one table a sheet."""
