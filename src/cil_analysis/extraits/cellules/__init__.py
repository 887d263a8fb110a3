"""Cleaning rules: one text cell to one value. Pure functions.

A cell that cannot be read raises ValueError. ``None`` is « not given »: blank, or one of the words that extracts use
for it. A value is read back exactly or refused, never guessed.
"""
