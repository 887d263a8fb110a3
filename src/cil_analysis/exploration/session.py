"""What a notebook shows of a project, and has read and shown of its rows for as long as its kernel runs.

``projet = Projet()`` run again keeps it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import nommer_l_extrait
from cil_analysis.reference.texte import etendue_en_annees
from cil_analysis.secret.questions import Questions
from cil_analysis.typographie import accorder, typographie

# What identifies a row: the index of the rows that an analyst is given, or a column after ``reset_index()``.
LIGNE = "ligne"
USAGE_INTERNE = "Usage interne : les lignes sont celles de ménages, même sous pseudonyme. Ne les diffusez pas."


class Session:
    """The numbers of the rows that were read, and the counts that were asked."""

    def __init__(self) -> None:
        self.questions = Questions()
        self._lues: dict[tuple[str, int], tuple[int, Any]] = {}
        self._suivant = 0
        self._sensibles = set[int]()

    def numeroter(
        self, lignes: pd.DataFrame, extrait: str, annee: int, sensibles: pd.Series | None = None
    ) -> pd.DataFrame:
        """The stored rows of an extract and year, each with its number: the same one for the same row.

        ``sensibles``: which tell something sensitive. Raises ErreurCIL for rows that were imported again.
        """
        empreintes = pd.util.hash_pandas_object(lignes, index=False).to_numpy()
        premier, connues = self._lues.setdefault((extrait, annee), (self._suivant, empreintes))
        if not np.array_equal(connues, empreintes):
            raise ErreurCIL(
                f"L’extrait « {extrait} » de {annee} a été importé de nouveau : on ne sait plus quelles lignes le "
                "carnet a déjà comptées. Redémarrez le noyau, effacez les résultats du carnet et relancez-le."
            )
        self._suivant = max(self._suivant, premier + len(lignes))
        numerotees = lignes.assign(**{LIGNE: np.arange(premier, premier + len(lignes), dtype=np.int64)})
        if sensibles is not None:
            self._sensibles.update(numerotees.loc[sensibles, LIGNE].tolist())
        return numerotees

    def sont_sensibles(self, numeros: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each row tells something sensitive, whatever columns the analyst has kept of it."""
        return np.array([n in self._sensibles for n in numeros.tolist()], dtype=bool)

    def numeros(self, lignes: pd.DataFrame) -> NDArray[np.int64]:
        """The numbers of the rows of an analyst's table. Raises ErreurCIL when they are lost, or for a row twice."""
        numeros = lignes.index.to_series() if lignes.index.name == LIGNE else lignes.get(LIGNE)
        if numeros is None or not (
            pd.api.types.is_integer_dtype(numeros) and numeros.between(0, self._suivant - 1).all()
        ):
            raise ErreurCIL(
                "On ne sait plus de quelles lignes ce tableau est fait : « compter » protège ensemble les comptages "
                "d’un carnet, et reconnaît les lignes de projet.attributions(), projet.demandes()… à leur index, "
                "« ligne ». "
                "Filtrez-les et ajoutez-leur des colonnes sans changer l’index ; avant un merge, écrivez "
                "table.reset_index()."
            )
        if numeros.duplicated().any():
            raise ErreurCIL(
                "Une ligne est plusieurs fois dans ce tableau (explode, merge ou concat) : « compter » compte chaque "
                "ligne une fois. Faites plutôt une colonne de oui ou non par classe, ou retirez les doubles avec "
                "table[~table.index.duplicated()]."
            )
        return numeros.to_numpy(dtype=np.int64)


@cache
def session(dossier: Path) -> Session:
    """That of a project."""
    return Session()


def dire_le_projet(projet: Projet, journaux: Iterable[Mapping[str, Any]]) -> str:
    """The name of a project, an extract a line: « attributions 2018-2022 : 14 345 lignes », then what rows are."""
    extraits: dict[str, dict[int, int]] = defaultdict(dict)
    for journal in journaux:
        extrait = nommer_l_extrait(journal["extrait"]).lower()
        extraits[extrait][int(journal["annee"])] = int(journal["comptes"]["conservees"])
    lignes = [
        f"- {nom} {etendue_en_annees(n)} : {accorder(sum(n.values()), 'ligne', 'lignes')}"
        for nom, n in sorted(extraits.items())
    ]
    titre = f"Projet {projet.epci_nom_court}" + (" (données fictives)" if projet.donnees_fictives else "")
    dits = [*lignes, USAGE_INTERNE] if lignes else ["Aucune donnée : importez un extrait, « cil importer »."]
    return typographie("\n".join([titre, *dits]))
