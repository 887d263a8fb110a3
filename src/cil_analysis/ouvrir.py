"""Ouvrir le rapport d’une année : compter, protéger, ou recevoir ce qu’un autre processus a publié."""

import operator
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.usages import appelable
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.transmission import recevoir


@appelable
def ouvrir_rapport(annee: int | None = None, projet: str | Path | None = None, interne: bool = False) -> Rapport:
    """Ouvrir le rapport d’une année (la dernière importée) d’un projet (celui du dossier courant).

    Lève ErreurCIL quand il n’y a pas de projet, ou pas de données pour l’année.

    >>> rapport = ouvrir_rapport(2022)  # doctest: +SKIP
    """
    ouvert = ouvrir_projet(projet)
    voulue = None if annee is None else une_annee(annee)
    # What counts is imported where it is asked for: a page that is given its figures does without.
    if voulue is None:
        from cil_analysis.secret.publication import derniere_annee

        voulue = derniere_annee(ouvert)
    recu = recevoir(ouvert, voulue, interne=interne)
    if recu is None:
        from cil_analysis.secret.publication import publier_annee

        references = References.de(ouvert)
        recu = references, publier_annee(references, voulue, interne=interne)
    return Rapport(*recu)


def une_annee(voulue: object) -> int:
    """A year where one alone is asked for. Raises ErreurCIL for several, or for a text."""
    try:
        return operator.index(voulue)  # type: ignore[arg-type]  # Whatever a notebook gives.
    except TypeError:
        raise ErreurCIL(
            f"« {voulue} » n’est pas une année : écrivez-en une seule, en chiffres et sans guillemets."
        ) from None
