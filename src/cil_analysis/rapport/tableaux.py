"""Tables of published figures: one row a code, one column an indicator, the sign of each absence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cil_analysis.presentation.formats import RIEN, SECRET_COURT, nombre
from cil_analysis.presentation.tables import Cellule, cellule, tableau_libre
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres

# A column: figures, or words by code (by tuple of codes, where the rows have several).
Colonne = Chiffres | pd.Series
Cle = tuple[str, ...]
# What a table has a row for, each of them, whatever there is to say of it.
_SANS_OUBLI = (("commune",), ("quartier",), ("bailleur",))
# Terms that are written with their objective.
_D_UN_OBJECTIF = ("cible", "ecart", "menages_manquants", "resultat")
_RIEN = Cellule(RIEN, "absent")
_ENTETES = {
    "commune": "Commune", "quartier": "Quartier prioritaire", "zone": "Situation", "bailleur": "Bailleur",
    "reservataire": "Réservataire", "annee": "Année", "classe": "Classe", "ensemble_et_zone": "Situation",
}  # fmt: skip


def croiser(
    legende: str, colonnes: Mapping[str, Colonne], total: str | None = None, *, entete: str = "", vides: bool = False
) -> str:
    """One row for each key that one of the columns has, in their order; nothing when none has anything to say.

    ``total``: the name of the row of the whole, which each column without its axes gives; ``entete``: what a row is;
    ``vides``: whether a row that has nothing anywhere is kept, as that of a place or a landlord always is.
    """
    lues = {nom: colonne for nom, colonne in colonnes.items() if isinstance(colonne, Chiffres)}
    premiere = next(iter(lues.values()))
    par_cle = {nom: {c.cle: c for c in colonne} for nom, colonne in lues.items()}
    noms = {c.cle: c.nom for colonne in par_cle.values() for c in colonne.values()}
    dites = [cle for cle in noms if vides or any(_dit_quelque_chose(colonne.get(cle)) for colonne in par_cle.values())]
    if not dites:
        return ""
    lignes: list[list[str | Cellule]] = [
        [noms[cle], *(_cellule(colonnes[nom], par_cle.get(nom, {}), cle) for nom in colonnes)]
        for cle in (noms if premiere.axes in _SANS_OUBLI else dites)
    ]
    if total is not None:
        lignes.append([total, *(lire(lues[nom].ensemble) if nom in lues else _RIEN for nom in colonnes)])
    haut = entete or " – ".join(_ENTETES[axe] for axe in premiere.axes)
    return tableau_libre(legende, [haut, *colonnes], lignes, [], total=total)


def deployer(chiffres: Chiffres, legende: str, entete: str, projection: Mapping[str, float] | None) -> str:
    """Figures cut twice: one row for each code of the first axis, one column for each of the second."""
    lignes: dict[str, dict[str, Chiffre]] = {}
    for c in chiffres:
        lignes.setdefault(c.cle[0], {})[c.cle[1]] = c
    noms = {axe: chiffres.libelles(axe) for axe in chiffres.axes}
    codes = dict.fromkeys(c.cle[1] for c in chiffres)
    corps: list[list[str | Cellule]] = []
    for code, siens in lignes.items():
        nom = noms[chiffres.axes[0]].get(code, code)
        corps.append([nom, *(lire(siens.get(c)) for c in codes)])
        if projection:
            corps[-1].append(Cellule(nombre(projection[nom])) if nom in projection else _RIEN)
    entetes = [entete or _ENTETES[chiffres.axes[0]], *(noms[chiffres.axes[1]].get(c, c) for c in codes)]
    return tableau_libre(legende, [*entetes, *(["Projection"] if projection else [])], corps, [])


def _dit_quelque_chose(chiffre: Chiffre | None) -> bool:
    """Whether a cell is masked, or more than nothing."""
    if chiffre is None:
        return False
    return chiffre.est_secret or (chiffre.est_publie and chiffre.lire(chiffre.terme) != 0)


def _cellule(colonne: Colonne, chiffres: Mapping[Cle, Chiffre], cle: Cle) -> Cellule:
    if isinstance(colonne, pd.Series):
        code = cle if len(cle) > 1 else "".join(cle)
        return Cellule(str(colonne[code])) if code in colonne.index else _RIEN
    return lire(chiffres.get(cle))


def lire(chiffre: Chiffre | None) -> Cellule:
    """The cell of a figure, or of its absence."""
    if chiffre is None:
        return _RIEN
    if chiffre.terme in _D_UN_OBJECTIF:
        return cellule(chiffre.ligne, chiffre.terme)
    texte, absente = chiffre.texte, not chiffre.est_publie
    return Cellule(texte, ("secret" if texte == SECRET_COURT else "absent") if absente else "")
