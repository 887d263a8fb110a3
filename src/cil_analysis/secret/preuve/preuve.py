"""The audit of a bilan as it is published: its files are read back, and no masked case may be deduced too closely."""

from __future__ import annotations

from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.registre import registre
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.bailleurs import bailleurs_du_projet
from cil_analysis.secret.classeur_publie import exiger_le_classeur
from cil_analysis.secret.definitions_du_projet import liens_du_projet, regles_du_projet
from cil_analysis.secret.preuve.audit import Deduction, auditer, tables_en_defaut
from cil_analysis.secret.preuve.dementis import AUCUN_DEMENTI, Dementis
from cil_analysis.secret.preuve.programme import Contradiction
from cil_analysis.secret.publies import lire_chiffres, lire_publications
from cil_analysis.secret.relations.territoire import structure_du_territoire

CLASSEUR = "bilan.xlsx"


def prouver(
    projet: Projet,
    references: References,
    annee: int,
    dossier: Path | None = None,
    dementis: Dementis = AUCUN_DEMENTI,
    *,
    precis: bool = True,
) -> list[Deduction]:
    """What a reader deduces of each masked case from the bilan in a folder (reports/<année> by default) and the others.

    ``dementis``: what the data belie of what everybody takes for true. Not ``precis``: an interval that is wide enough
    may be wider still, and the proof is as good.

    Raises ErreurCIL when the workbook shows what the csv masks, when the figures contradict each other, or naming the
    tables where a masked case is deduced too closely.
    """
    lieu = dossier or projet.rapports / str(annee)
    chiffres = lire_chiffres(lieu)
    # Where the bilan stands, its journal says by which objectives its results were told.
    publications = {annee: chiffres} | lire_publications(projet, sauf=annee if dossier else None)
    annees = sorted(set(chiffres["annee"].astype(int)))
    constantes, liens = references.territoire.constantes(annees), liens_du_projet(references)
    try:
        deductions = auditer(
            publications,
            annee,
            registre(references).par_code,
            {a: regles_du_projet(references, a) for a in annees},
            {
                a: structure_du_territoire(references, a, constantes, bailleurs_du_projet(projet, references, a), liens)
                for a in annees
            },
            dementis,
            precis=precis,
        )
    except (Contradiction, ValueError) as erreur:
        raise ErreurCIL(
            f"Le secret statistique du bilan {annee} ne peut pas être vérifié : ses chiffres se contredisent. "
            f"Produisez-le de nouveau avec « cil bilan --annee {annee} » ; si le message revient, réimportez les "
            "extraits."
        ) from erreur
    fautes = tables_en_defaut(deductions)
    if fautes:
        raise ErreurCIL(
            f"Le bilan {annee} laisse déduire des effectifs masqués, dans : {', '.join(fautes)}. Il ne peut pas être "
            "diffusé. Un autre bilan de reports/ peut en être la cause : déplacez son dossier, puis relancez "
            f"« cil bilan --annee {annee} » ; si le message revient, signalez-le."
        )
    exiger_le_classeur(lieu / CLASSEUR, chiffres, libelles.tous(references))
    return deductions
