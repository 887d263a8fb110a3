"""The figures of a published bilan, audited once more before they are handed on in another form."""

from __future__ import annotations

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.registre import registre
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import compter_annee
from cil_analysis.secret.preuve.preuve import prouver
from cil_analysis.secret.publies import lire_chiffres


def chiffres_diffusables(projet: Projet, references: References, annee: int) -> pd.DataFrame:
    """The frame of figures of reports/<année>, read back.

    Raises ErreurCIL when there is none, when it shows or lets deduce a count that today's rules mask, or has an
    indicator that the software no longer knows.
    """
    chiffres = lire_chiffres(projet.rapports / str(annee))
    inconnus = sorted(set(chiffres["indicateur"]) - registre(references).par_code.keys())
    if inconnus:
        raise ErreurCIL(
            f"Le bilan {annee} porte un indicateur que cette version du logiciel ne connaît pas, {inconnus[0]} : "
            f"relancez « cil bilan --annee {annee} »."
        )
    dementis = compter_annee(projet, references, annee).dementis()
    prouver(projet, references, annee, dementis=dementis, precis=False)
    return chiffres
