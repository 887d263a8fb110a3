"""Typed, validated access to data/reference: the lowest floor, which feeds every other one."""
