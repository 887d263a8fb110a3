"""Ouvrir le rapport d’une année : compter, protéger, ou recevoir ce qu’un autre processus a publié."""

from pathlib import Path

from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.transmission import recevoir


def ouvrir_rapport(annee: int | None = None, projet: str | Path | None = None, interne: bool = False) -> Rapport:
    """Ouvrir le rapport d’une année (la dernière importée) d’un projet (celui du dossier courant).

    Lève ErreurCIL quand il n’y a pas de projet, ou pas de données pour l’année.

    >>> rapport = ouvrir_rapport(2022)  # doctest: +SKIP
    """
    ouvert = ouvrir_projet(projet)
    # What counts is imported where it is asked for: a page that is given its figures does without.
    if annee is None:
        from cil_analysis.secret.publication import derniere_annee

        annee = derniere_annee(ouvert)
    recu = recevoir(ouvert, int(annee), interne=interne)
    if recu is None:
        from cil_analysis.secret.publication import publier_annee

        references = References.de(ouvert)
        recu = references, publier_annee(references.projet, references, int(annee), interne=interne)
    return Rapport(recu[0].projet, *recu)
