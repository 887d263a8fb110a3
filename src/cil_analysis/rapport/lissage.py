"""Shares that rest on few allocations: on how many, and what they are over several years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.rapport.annees import PERIMETRE, concerne
from cil_analysis.rapport.mots.formats import SECRET_COURT, valeur
from cil_analysis.rapport.mots.lignes import VIDE, Cellule
from cil_analysis.reference.texte import enumerer
from cil_analysis.secret.series import PERIODE, lisser
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import nombre

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.rapport import Rapport
    from cil_analysis.rapport.table import Table

_ATTRIBUTIONS, _PEU = "attributions", "lissage.peu"
_NOMMEES = 3  # How many figures a note names at most.


# --- On how many -----------------------------------------------------------------------------------------------------


def repose_sur_peu(c: Chiffre) -> bool:
    """Whether it is a published share of few allocations (« peu », in lissage.yml)."""
    if c.de is None or c.ligne["statut"] != PUBLIE:
        return False
    compte, peu = c.de.indicateur.compte, c.de.rapport.parametre(_PEU)
    d_attributions = compte.population == _ATTRIBUTIONS and compte.rapporte_a in ("", _ATTRIBUTIONS)
    est_une_part = c.de.indicateur.unite == PCT and d_attributions
    return est_une_part and peu is not None and bool(c.ligne["denominateur"] < peu)


def note(rapport: Rapport, chiffres: Iterable[Chiffre]) -> str:
    """Which shares of a figure rest on few allocations, and on how many; how many do, where they are too many to name.

    Nothing on a sheet of two pages: its tables say on how many each share rests.
    """
    if rapport.sujet is not None:
        return ""
    fragiles = [f"{c.nom} ({nombre(c.denominateur)})" for c in chiffres if repose_sur_peu(c)]
    if len(fragiles) > _NOMMEES:
        return f"{len(fragiles)} parts reposent sur moins de {nombre(rapport.parametre(_PEU))} attributions."
    return f"Peu d’attributions : {enumerer(fragiles)}." if fragiles else ""


# --- Over several years ----------------------------------------------------------------------------------------------


def annees_reunies(rapport: Rapport) -> tuple[int, ...]:
    """The last years of the series, as many as lissage.yml says and one after the other; none where they are fewer."""
    combien = rapport.parametre("lissage.annees")
    annees = rapport.annees[-combien:] if combien else ()
    return annees if combien and annees == tuple(range(rapport.annee - combien + 1, rapport.annee + 1)) else ()


def sur_plusieurs_annees(communes: Table) -> Table | None:
    """The shares of communes over several years; None where none rests on few allocations, or a break parts them."""
    rapport, annees = communes.rapport, annees_reunies(communes.rapport)
    rompues = any(
        r.annee in annees[1:] and r.avant is not None and r.genre != PERIMETRE and concerne(r, communes.indicateur)
        for r in rapport.ruptures
    )
    if not annees or rompues or not any(map(repose_sur_peu, communes)):
        return None
    lisse = lisser(communes.par("commune", "annee").publiee, annees, rapport.references.objectifs)
    return replace(communes, table=lisse).ou(annee=rapport.annee) if len(lisse.ou(statut=PUBLIE)) else None


def periode_de(table: Table) -> str:
    """« 2020-2022 » of shares of several years, the year of other figures, which are all of one."""
    ligne = next(iter(table)).ligne
    return str(ligne.get(PERIODE, ligne["annee"]))


def etendue(ligne: LignePubliee) -> str:
    """« de 12,0 à 30,4 % », the smallest and the largest share of its years; nothing of a figure of one year."""
    if PERIODE not in ligne or ligne["statut"] != PUBLIE:
        return ""
    return f"de {nombre(ligne['minimum'], 1)} à {valeur(ligne['maximum'], PCT)}"


def cellule_de_l_etendue(ligne: LignePubliee) -> Cellule:
    """The same in a table; masked with its share."""
    if ligne["statut"] == SECRET:
        return Cellule(SECRET_COURT, "secret")
    return Cellule(dite) if (dite := etendue(ligne)) else VIDE
