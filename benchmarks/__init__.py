"""How fast the software is: each figure beside a named reference that is measured in the same run.

`make bench`, or `python -m benchmarks [LETTRE…] [--ecrire FICHIER]`. One module a letter of docs/performances.md. The
classes follow the conventions of airspeed velocity (asv): ``setup_cache`` writes files in the current folder, ``setup``
comes before each measurement, then a method ``time_*`` is timed, ``track_*`` returns a figure, ``peakmem_*`` is run in
a process of its own whose peak memory is read; ``params`` are the values of its argument and ``repeat`` how many
times it is measured. ``lignes`` says what the table makes of the measurements (:class:`benchmarks.tableau.Ligne`).
Modules import what is slow in their methods: the runner stays light.
"""
