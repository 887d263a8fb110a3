"""A scoring grid in words: its status, its criteria, their conditions and their points."""

from __future__ import annotations

from datetime import date

from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.figures import donnees_repliees
from cil_analysis.presentation.formats import INSECABLE, MOINS, accorder, date_en_mots, echapper, enumerer, nombre
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Cellule, tableau_libre
from cil_analysis.reference.cotation import EXPERIMENTATION, SIMULATION, Grille
from cil_analysis.reference.criteres import (
    ANNEE,
    AU_MOINS,
    AU_PLUS,
    CENTIEMES,
    CONTIENT,
    MOIS,
    RENSEIGNE,
    UNITE,
    Critere,
)
from cil_analysis.reference.texte import typographie

_FICTIVE = "Cette grille est fictive : elle n’est celle d’aucun territoire."
_STATUTS = {EXPERIMENTATION: "en expérimentation", SIMULATION: "simulée"}


def grille_appliquee(rapport: Rapport) -> Grille | None:
    """The grid that scores the year, if the scores are those of a grid."""
    calcules = rapport.chiffre("C00", modalite="GRILLE")
    return rapport.references.cotation.grille_au(rapport.jour) if calcules is None or calcules > 0 else None


def grille_simulee(rapport: Rapport) -> Grille | None:
    """The grid that is simulated on the requests of the year."""
    return rapport.references.cotation.simulee_au(rapport.jour)


def constat_de_la_grille(rapport: Rapport) -> str:
    """Which grid the scores come from, its status, who tries it, and that it is made up when it is."""
    grille = grille_appliquee(rapport)
    if grille is None:
        return typographie("Aucune grille ne se calcule : les scores sont ceux que donnent les fichiers.")
    statut = _STATUTS.get(grille.statut, grille.statut)
    if grille.debut is not None:
        statut += f" {'à partir de' if grille.debut > rapport.jour else 'depuis'} {mois_en_mots(grille.debut)}"
    testeurs = [rapport.acteurs.get(code, code) for code in grille.testeurs]
    avec = f", avec {enumerer(testeurs)}" if testeurs else ""
    phrase = f"« {grille.intitule} » : {accorder(len(grille.criteres), 'critère', 'critères')}, {statut}{avec}."
    return typographie(f"{phrase} {_FICTIVE}" if grille.est_fictive else phrase)


def precision_de_la_grille(rapport: Rapport) -> str:
    """That the grid is applied to years before it, and that some scores are not its own."""
    grille = grille_appliquee(rapport)
    if grille is None or grille.debut is None or grille.debut.year <= rapport.annees[0]:
        return ""
    return typographie(
        "Les demandes et les attributions antérieures à la grille sont notées par elle aussi : les années se comparent "
        "avec la même mesure."
    )


def tableau_de_la_grille(rapport: Rapport, grille: Grille | None) -> Bloc:
    """The criteria of a grid, by family, and what each gives; what each asks for, one click away."""
    if grille is None:
        return Bloc("")
    ordre = {famille: rang for rang, famille in enumerate(dict.fromkeys(c.famille for c in grille.criteres))}
    criteres = sorted(grille.criteres, key=lambda c: ordre[c.famille])
    nom = f"« {grille.intitule} » ({grille.code})"
    points: list[list[str | Cellule]] = [
        [
            typographie(c.libelle),
            typographie(c.famille),
            Cellule(typographie(points_en_mots(c, _unite(rapport, c))), "texte court"),
            "oui" if c.cumulable else "non",
        ]
        for c in criteres
    ]
    conditions: list[list[str | Cellule]] = [
        [typographie(c.libelle), typographie(condition_en_mots(rapport, c))] for c in criteres
    ]
    entetes = ["Critère", "Famille", "Points", "Cumulable"]
    details = tableau_libre(f"Conditions des critères de la grille {nom}", ["Critère", "Condition"], conditions, [1])
    return Bloc(
        tableau_libre(f"Critères de la grille {nom}", entetes, points, [1, 2, 3])
        + f'<p class="note">{echapper(typographie(f"{_regle_de_cumul(grille)} {_source(grille)}"))}</p>'
        + donnees_repliees(f"Conditions des critères : {nom}", details)
    )


def _regle_de_cumul(grille: Grille) -> str:
    if all(c.cumulable for c in grille.criteres):
        return "Tous les critères s’ajoutent."
    return "Des critères non cumulables d’une même famille, seul le plus favorable compte ; les autres s’ajoutent."


def _source(grille: Grille) -> str:
    return f"Source : {grille.source}."


def mois_en_mots(jour: date) -> str:
    """« décembre 2021 »: of some dates only the month is known."""
    return date_en_mots(jour).partition(INSECABLE)[2]


def condition_en_mots(rapport: Rapport, critere: Critere) -> str:
    """« Logement actuel : Squat ou Hôtel », « Date de dépôt de la demande : 36 mois ou plus »."""
    colonne = rapport.references.dictionnaires["demandes"].colonnes[critere.colonne]
    if critere.operateur == RENSEIGNE:
        return f"{colonne.libelle} : renseigné" if critere.type != "date" else f"{colonne.libelle} connue"
    if critere.operateur in (AU_MOINS, AU_PLUS):
        borne = nombre(critere.seuil, 0 if critere.seuil == int(critere.seuil) else 2)
        unite = " mois" if critere.type == "date" else ""
        return f"{colonne.libelle} : {borne}{unite} ou {'plus' if critere.operateur == AU_MOINS else 'moins'}"
    if critere.type == "oui_non":
        return f"{colonne.libelle} : {critere.valeurs[0]}"
    liste = rapport.references.nomenclatures[colonne.nomenclature]
    codes = [liste.libelle(code) for code in critere.valeurs]
    mots = " ou ".join([", ".join(codes[:-1]), codes[-1]]) if len(codes) > 1 else codes[0]
    return f"{colonne.libelle} : {'l’une de ' if critere.operateur == CONTIENT and len(codes) > 1 else ''}{mots}"


def points_en_mots(critere: Critere, unite: str = "unité") -> str:
    """« +0,5 par mois, +25 au plus », « −5 »; ``unite``: what points « par unite » are for."""
    fois = {MOIS: " par mois", ANNEE: " par année", UNITE: f" par {unite}"}.get(critere.par, "")
    texte = f"{_signe(critere.points)}{fois}"
    if critere.plafond is None:
        return texte
    return f"{texte}, {_signe(critere.plafond)} au {'plus' if critere.points > 0 else 'moins'}"


def _unite(rapport: Rapport, critere: Critere) -> str:
    """What a column counts, in the singular: « personne » of « personnes »."""
    return rapport.references.dictionnaires["demandes"].colonnes[critere.colonne].unite.removesuffix("s") or "unité"


def _signe(centiemes: int) -> str:
    decimales = 0 if centiemes % CENTIEMES == 0 else 1 if centiemes % 10 == 0 else 2
    return f"{MOINS if centiemes < 0 else '+'}{nombre(abs(centiemes) / CENTIEMES, decimales)}"
