"""How long people wait for the software: each figure beside a named reference that is measured in the same run.

`make bench`, or `python -m benchmarks [LETTRE…] [--ecrire FICHIER]`. A module gives rows of docs/performances.md: its
``LETTRES``, and ``mesurer``, which works in the current folder. Modules import what is slow in their functions.
"""
