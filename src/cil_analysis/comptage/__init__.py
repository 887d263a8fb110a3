"""Counts and figures of each chapter, before any disclosure control.

``preparation`` makes an ``exercice`` of the rows of a year, and ``base`` classes them. ``enumeration`` says which
figures an indicator has, and what is missing to count them; ``denombrement`` counts them, and lays them out in the
frame of figures (``cadre``) beside their targets (``cibles``).
"""
