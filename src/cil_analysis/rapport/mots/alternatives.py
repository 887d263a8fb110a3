"""The text alternative of a drawing: every figure that it shows, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cil_analysis.comptage.cadre import PUBLIE, SANS_OBJET, SECRET
from cil_analysis.rapport.mots.formats import nombre, valeur
from cil_analysis.rapport.mots.signes import OBJECTIFS, masque, verdict
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.rapport import Rapport


def en_suites(lignes: Mapping[str, Sequence[Chiffre]]) -> str:
    """Lines: « Nom : 2021, 12 ; 2022, 14. »."""
    dites = [
        f"{nom} : {', '.join(f'{c.noms[-1]}, {c.texte if c.est_publie else absence(c.ligne)}' for c in siens)}"
        for nom, siens in lignes.items()
    ]
    return f"{' ; '.join(dites)}."


def en_mots(c: Chiffre, *, en_comptes: bool = False) -> str:
    """A figure, with the result of its objective: « T2, 812 sur 934 (86,9 %), objectif atteint »."""
    if not c.est_publie:
        return f"{c.nom}, {absence(c.ligne)}"
    comptes = f"{nombre(c.numerateur)} sur {nombre(c.denominateur)} ({c.texte})" if en_comptes else c.texte
    return f"{c.nom}, {comptes}{_resultat(c.ligne)}"


def description(rapport: Rapport, table: PublishedTable, cle: str, *, resultats: bool = False) -> str:
    """The rows of a table, by their key column; ``resultats``: and what the colours of a map say."""
    libelles = rapport.perimetres if cle == "perimetre_code" else {}
    morceaux = []
    for ligne in table.lignes():
        dit = absence(ligne)
        if ligne["statut"] == PUBLIE:
            dit = f"{valeur(ligne['valeur'], str(ligne['unite']))}{_resultat(ligne) if resultats else ''}"
        morceaux.append(f"{libelles.get(str(ligne[cle]), str(ligne[cle]))}, {dit}")
    return typographie(" ; ".join(morceaux) + ".") if morceaux else "Aucun chiffre publié."


def absence(ligne: LignePubliee) -> str:
    """Why a row has no number; of one that is masked, its result where it is told."""
    if dit := verdict(str(ligne["statut"]), str(ligne["resultat"])):
        return f"{masque(str(ligne['unite']))}, {OBJECTIFS[dit]}"
    if ligne["statut"] != SECRET and ligne["denominateur"] == 0:
        return "rien à mesurer"
    absents = {SECRET: "secret statistique", SANS_OBJET: "sans objet"}
    return absents.get(str(ligne["statut"]), "non disponible")


def _resultat(ligne: LignePubliee) -> str:
    resultat = str(ligne["resultat"])
    return f", {OBJECTIFS[resultat]}" if resultat in OBJECTIFS else ""
