"""The audit of a bilan as it is published: its files are read back, and no masked case may be deduced too closely."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.registre import registre
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.classeur_publie import exiger_le_classeur
from cil_analysis.secret.comptage import compter_annee
from cil_analysis.secret.preuve.audit import Deduction, Lecteur, auditer, tables_en_defaut
from cil_analysis.secret.preuve.programme import Contradiction
from cil_analysis.secret.publies import lire_chiffres, lire_publications, nommer_les_perimetres

CLASSEUR = "bilan.xlsx"


def prouver(
    references: References,
    annee: int,
    dossier: Path | None = None,
    lecteur: Lecteur | None = None,
    *,
    precis: bool = True,
    equipe: Executor | None = None,
) -> list[Deduction]:
    """What a reader deduces of each masked case from the bilan in a folder (reports/<année> by default) and the others.

    ``lecteur``: what everybody knows of what is counted, which is counted here otherwise. Not ``precis``: an interval
    that is wide enough may be wider still, and the proof is as good. ``equipe``: what reads several years at once.

    Raises ErreurCIL when the workbook shows what the csv masks, when the figures contradict each other, or naming the
    tables where a masked case is deduced too closely.
    """
    projet = references.projet
    lieu = dossier or projet.rapports / str(annee)
    chiffres = lire_chiffres(lieu)
    # Where the bilan stands, its journal says by which objectives its results were told.
    publications = {annee: chiffres} | lire_publications(projet, sauf=annee if dossier else None)
    connu = lecteur or compter_annee(projet, references, annee).lecteur
    publications = nommer_les_perimetres(publications, connu.structures, references.territoire)
    try:
        deductions = auditer(publications, annee, connu, precis=precis, equipe=equipe)
    except (Contradiction, ValueError) as erreur:
        raise ErreurCIL(
            f"Le secret statistique du bilan {annee} ne peut pas être vérifié : ses chiffres se contredisent. "
            f"Produisez-le de nouveau avec « cil bilan --annee {annee} » ; si le message revient, réimportez les "
            "extraits."
        ) from erreur
    _exiger_que_rien_ne_se_deduise(annee, deductions)
    exiger_le_classeur(lieu / CLASSEUR, chiffres, libelles.tous(references))
    return deductions


def _exiger_que_rien_ne_se_deduise(annee: int, deductions: Iterable[Deduction]) -> None:
    fautes = tables_en_defaut(deductions)
    if fautes:
        raise ErreurCIL(
            f"Le bilan {annee} laisse déduire des effectifs masqués, dans : {', '.join(fautes)}. Il ne peut pas être "
            "diffusé. Un autre bilan de reports/ peut en être la cause : déplacez son dossier, puis relancez "
            f"« cil bilan --annee {annee} » ; si le message revient, signalez-le."
        )


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
    prouver(references, annee, precis=False)
    return chiffres
