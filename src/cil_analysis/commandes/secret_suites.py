"""« cil secret »: what filling in a column would show, and what an actor that knows its own rows deduces."""

from __future__ import annotations

import pandas as pd

from cil_analysis.commandes.console.tableaux import tableau
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import Comptes, exercices
from cil_analysis.secret.preuve.audit import lire_annee
from cil_analysis.secret.preuve.lecteur_initie import DesAutres, acteurs, deduites_par
from cil_analysis.secret.preuve.liberation import Liberation, liberations
from cil_analysis.secret.preuve.programme import Contradiction
from cil_analysis.secret.preuve.protection import DejaPublie
from cil_analysis.secret.publies import lire_publications

_LIGNES = {"attributions": ("bail", "baux"), "demandes": ("demande", "demandes")}
_ACTEURS = {"bailleur": ("bailleurs", "Bailleur"), "reservataire": ("reservataires", "Réservataire")}


def ce_qui_manque(
    projet: Projet, references: References, comptes: Comptes, cadre: pd.DataFrame, annee: int
) -> list[str]:
    """One line a column whose missing values mask other figures of the year. ``cadre``: see ``expliquer_annee``."""
    lignes = cadre[cadre["annee"].eq(annee)]
    deja = comptes.deja(projet, annee).get(annee, DejaPublie())
    examen, regles = comptes.examens[annee], comptes.regles[annee]
    trouvees = liberations(lignes, comptes.registre, regles, examen, lignes["motif"], deja)
    dites = [_en_mots(t, references) for t in trouvees if t.chiffres]
    return [
        f"Ce qui rendrait des chiffres de {annee} publiables :",
        *(dites or ["  aucune valeur manquante n’est seule en cause."]),
    ]


def _en_mots(trouvee: Liberation, references: References) -> str:
    extrait = trouvee.extrait.partition(":")[0]
    colonnes = references.dictionnaires[extrait].colonnes if extrait in references.dictionnaires else {}
    colonne = colonnes[trouvee.colonne].libelle if trouvee.colonne in colonnes else trouvee.colonne
    une, plusieurs = _LIGNES.get(extrait, ("ligne", "lignes"))
    n, chiffres = trouvee.effectif, trouvee.chiffres
    lignes = f"pour {n} {une if n == 1 else plusieurs}" if n else f"pour les {plusieurs} qui ne l’ont pas"
    return (
        f"  renseigner « {colonne} » {lignes} ({extrait}) rendrait publiable{'' if chiffres == 1 else 's'} jusqu’à "
        f"{chiffres} chiffre{'' if chiffres == 1 else 's'}."
    )


def ce_que_deduisent(projet: Projet, references: References, comptes: Comptes, annee: int, dimension: str) -> list[str]:
    """One line an actor: the masked counts of which it knows the rest too closely once it has subtracted its own."""
    publications = lire_publications(projet)
    lecture = lire_annee(
        publications,
        annee,
        annee,
        comptes.registre.par_code,
        comptes.regles[annee],
        comptes.structures[annee],
        comptes.dementis(),
    )
    exercice = exercices(projet, references, annee)[-1]
    liste, nom = _ACTEURS[dimension]
    libelles = references.nomenclatures[liste].libelles()
    lignes = []
    for code in acteurs((*lecture.savoir, *lecture.masquees), dimension):
        try:
            trouvees = list(deduites_par(lecture, exercice, (dimension, code), comptes.regles[annee]))
        except Contradiction:
            lignes.append((libelles.get(code, code), "nd", "ses baux démentent les chiffres publiés"))
            continue
        lignes.append((libelles.get(code, code), str(len(trouvees)), _tables(trouvees)))
    return [
        f"Ce que chacun, qui connaît ses propres baux, déduit de ceux des autres en {annee} (le secret publié n’en "
        "tient pas compte) :",
        *tableau((nom, "Effectifs devinés de trop près", "Tables"), lignes, retrait=0),
    ]


def _tables(trouvees: list[DesAutres]) -> str:
    return ", ".join(sorted({code for t in trouvees for code in t.tables})) or "–"
