"""From the process that publishes to the one that runs the notebook: a page shows the figures that were audited.

They travel as JSON and Arrow, which hold figures and words: whoever chose the folder could make no code run.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.fichiers import dossier_temporaire
from cil_analysis.grammaire.registre import registre
from cil_analysis.projet import PUBLICATION, Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.table_publiee import Publication, rouvrir_tables

_CHIFFRES, _RESTE = "chiffres.arrow", "publication.json"


@contextmanager
def transmettre(references: References, publication: Publication) -> Iterator[None]:
    """Hand a publication over to the processes started meanwhile; nothing of it is left afterwards.

    Who reads it stays here: the audit alone asks for that.
    """
    with dossier_temporaire("publication") as dossier:
        publication.en_table().to_feather(dossier / _CHIFFRES)
        reste = {
            "projet": str(references.projet.racine),
            "partition": references.projet.partition,
            "annee": publication.annee,
            "annees": publication.annees,
            "codes": list(publication.tables),
            "regles": asdict(publication.regles),
            "interne": publication.interne,
            "imports": publication.imports,
            "absences": [[code, annee, manques] for (code, annee), manques in publication.absences.items()],
        }
        (dossier / _RESTE).write_text(json.dumps(reste, ensure_ascii=False, default=sorted), encoding="utf-8")
        os.environ[PUBLICATION] = str(dossier)
        try:
            yield
        finally:
            del os.environ[PUBLICATION]


def recevoir(projet: Projet, annee: int, *, interne: bool) -> tuple[References, Publication] | None:
    """The publication that this process was given; None when it was given none, or that of something else.

    A process that makes many sheets opens it once.
    """
    return _ouvrir(Path(os.environ[PUBLICATION]), projet, annee, interne) if PUBLICATION in os.environ else None


@lru_cache(maxsize=1)
def _ouvrir(dossier: Path, projet: Projet, annee: int, interne: bool) -> tuple[References, Publication] | None:
    reste = json.loads((dossier / _RESTE).read_text(encoding="utf-8"))
    demandee = (str(projet.racine), projet.partition, annee, interne)
    if (reste["projet"], reste["partition"], reste["annee"], reste["interne"]) != demandee:
        return None
    references, regles = References.de(projet), dict[str, Any](reste["regles"])
    connus = registre(references).par_code
    return references, Publication(
        annee=annee,
        annees=tuple(reste["annees"]),
        tables=rouvrir_tables(pd.read_feather(dossier / _CHIFFRES), (connus[code] for code in reste["codes"])),
        regles=ReglesSecret(**regles | {nom: frozenset(x) for nom, x in regles.items() if isinstance(x, list)}),
        interne=interne,
        imports=tuple(reste["imports"]),
        absences={(code, an): tuple(manques) for code, an, manques in reste["absences"]},
    )
