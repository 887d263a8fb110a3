"""The sheet of a landlord: its finding, its key figures, where it allocates."""

from __future__ import annotations

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.grammaire.indicateur import BAILLEUR, EPCI
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import ZONES
from cil_analysis.presentation.fiche_blocs import barres, carte, cartes, vide
from cil_analysis.presentation.fiche_sujet import Sujet
from cil_analysis.presentation.formats import accorder, pourcentage
from cil_analysis.presentation.sentences import evolution, evolution_points
from cil_analysis.presentation.signes import MASQUE
from cil_analysis.presentation.tables import Colonne, tableau_croise
from cil_analysis.reference.texte import typographie


def comparable(code: str) -> bool:
    """Whether the EPCI measures the same: the objective O04 of a landlord is on its non-reserved dwellings alone."""
    return code not in ("O04", "A01")


def constat(sujet: Sujet) -> str:
    """How many allocations, which share of those of the territory; plainly when there are none."""
    rapport, annee = sujet.rapport, sujet.rapport.annee
    ligne = sujet.ligne("A01")
    if sujet.est_masque("A01"):
        return f"Le nombre d’attributions du bailleur en {annee} est {MASQUE}."
    if ligne is None or ligne["numerateur"] == 0:
        return f"Aucun logement social n’a été attribué par le bailleur en {annee}."
    if ligne["statut"] != PUBLIE:
        return f"Le nombre d’attributions du bailleur en {annee} n’est pas disponible."
    attribues = accorder(ligne["numerateur"], "logement social a été attribué", "logements sociaux ont été attribués")
    phrase = (
        f"{attribues} par le bailleur en {annee}, soit {pourcentage(ligne['valeur'])} des attributions de "
        f"{rapport.projet.epci_nom_court}"
    )
    avant = sujet.ligne("A01", annee - 1)
    if avant is not None and avant["statut"] == PUBLIE:
        tendance = evolution(float(avant["numerateur"]), float(ligne["numerateur"]))
        phrase += f" ; un nombre {tendance} sur un an" if tendance else ""
    return typographie(phrase + ".")


def chiffres_cles(sujet: Sujet) -> Bloc:
    """Six cards at most."""
    ligne = sujet.ligne("A01")
    if ligne is None:
        return Bloc("")
    return cartes(
        [
            carte(sujet, "A01", "Part des attributions du territoire", "evolution", ensemble=False),
            carte(sujet, "V06", "Délai médian d’attribution", "chiffres"),
            carte(sujet, "M01", "Mutations internes au bailleur", "chiffres", modalite="INTERNE"),
            carte(sujet, "O01", "Premier quartile hors quartier prioritaire", "objectifs"),
            carte(sujet, "O02", "Autres quartiles en quartier prioritaire", "objectifs"),
            carte(sujet, "O04", "Ménages prioritaires, logements non réservés", "objectifs", ensemble=False),
        ]
    )


def part_par_annee(sujet: Sujet) -> Bloc:
    """A01 of the landlord over the years, or the line that says why there is nothing to draw."""
    rapport = sujet.rapport
    sous_titre = f"Part du bailleur dans les attributions de {rapport.projet.epci_nom_court}, en %, {rapport.periode}"
    figure = barres(sujet, "A01", _titre(sujet), sous_titre)
    return figure if figure.html else vide(f"Aucune attribution du bailleur n’est publiée, {rapport.periode}.")


def _titre(sujet: Sujet) -> str:
    bouts = sujet.bouts("A01")
    if bouts is None:
        return "La part du bailleur par année"
    debut, fin = bouts
    return f"La part du bailleur est {evolution_points(debut['valeur'], fin['valeur'])} depuis {debut['annee']}"


def ou_et_combien(sujet: Sujet) -> Bloc:
    """Its allocations in QPV and outside: how many, and which share of those of the place."""
    rapport = sujet.rapport
    table = rapport.publication["A01"].ou(
        annee=rapport.annee, acteur_type=BAILLEUR, acteur_code=sujet.code, perimetre_type=[EPCI, *ZONES]
    )
    if not len(table):
        return Bloc("")
    colonnes: dict[str, Colonne] = {
        "Attributions du bailleur": (table, "numerateur"),
        "Attributions du lieu": (table, "denominateur"),
        "Part du bailleur": table,
    }
    libelles = {**ZONES, EPCI: f"Ensemble de {rapport.projet.epci_nom_court}"}
    return Bloc(
        tableau_croise(
            colonnes, f"Où le bailleur attribue, {rapport.annee}", "perimetre_type", "Lieu", libelles, total=EPCI
        )
    )
