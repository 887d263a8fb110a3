"""From the process that publishes to the one that runs the notebook: a page shows the figures that were audited."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cil_analysis.disclosure.published import Publication
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References

VARIABLE = "CIL_PUBLICATION"


@contextmanager
def transmettre(references: References, publication: Publication) -> Iterator[None]:
    """Hand a publication over to the processes started meanwhile; nothing of it is left afterwards.

    The reference data of its words go with it, so that each notebook need not read them again.
    """
    with tempfile.TemporaryDirectory(prefix="cil-publication-") as dossier:
        chemin = Path(dossier) / "publication"
        chemin.write_bytes(pickle.dumps((references, publication)))
        os.environ[VARIABLE] = str(chemin)
        try:
            yield
        finally:
            del os.environ[VARIABLE]


def recevoir(projet: Projet, annee: int, *, interne: bool) -> tuple[References, Publication] | None:
    """The publication that this process was given; None when it was given none, or that of something else."""
    if VARIABLE not in os.environ:
        return None
    references, publication = pickle.loads(Path(os.environ[VARIABLE]).read_bytes())
    est_celle = (references.projet, publication.annee, publication.interne) == (projet, annee, interne)
    return (references, publication) if est_celle else None
