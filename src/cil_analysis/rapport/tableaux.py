"""Tables of published figures: one row a code, one column an indicator, the sign of each absence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cil_analysis.grammaire.indicateur import NOMBRE
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.mots.formats import SECRET_COURT, nombre, valeur
from cil_analysis.rapport.tables import VIDE, Cellule, cellule, tableau_libre

# A column: figures, or words by code (by tuple of codes, where the rows have several), or the numbers of a reference
# table in the unit that its ``attrs`` give, with what they say of a row without any (« absent », otherwise a dash).
Colonne = Chiffres | pd.Series
Cle = tuple[str, ...]
Contenu = Chiffre | float | str | None
Ligne = tuple[str, list[Contenu]]
# What a table has a row for, each of them, whatever there is to say of it.
_SANS_OUBLI = (("commune",), ("quartier",), ("bailleur",))
# Terms that are written with their objective.
_D_UN_OBJECTIF = ("cible", "ecart", "menages_manquants", "resultat")
ENTETES = {
    "commune": "Commune", "quartier": "Quartier prioritaire", "zone": "Situation", "bailleur": "Bailleur",
    "reservataire": "Réservataire", "annee": "Année", "classe": "Classe", "ensemble_et_zone": "Situation",
}  # fmt: skip


def croiser(
    legende: str, colonnes: Mapping[str, Colonne], total: str | None = None, *, entete: str = "", vides: bool = False
) -> str:
    """The table of :func:`lignes`; nothing when no column has anything to say. ``entete``: what a row is."""
    contenus = lignes(colonnes, total, vides=vides)
    if not contenus:
        return ""
    unites = [unite_de(colonne) for colonne in colonnes.values()]
    corps: list[list[str | Cellule]] = [
        [nom, *(_cellule(x, unite) for x, unite in zip(siens, unites, strict=True))] for nom, siens in contenus
    ]
    axes = next(c.axes for c in colonnes.values() if isinstance(c, Chiffres))
    haut = entete or " – ".join(ENTETES[axe] for axe in axes)
    return tableau_libre(legende, [haut, *colonnes], corps, total=total)


def lignes(colonnes: Mapping[str, Colonne], total: str | None = None, *, vides: bool = False) -> list[Ligne]:
    """One row, its name and its contents, for each key that one of the columns has, in their order.

    ``total``: the name of the row of the whole, last, where a column has one; ``vides``: whether a row that has nothing
    anywhere is kept, as that of a place or a landlord always is.
    """
    lues = {nom: colonne for nom, colonne in colonnes.items() if isinstance(colonne, Chiffres)}
    if not lues:
        return []
    par_cle = {nom: {c.cle: c for c in colonne} for nom, colonne in lues.items()}
    noms = {c.cle: c.nom for colonne in par_cle.values() for c in colonne.values()}
    dites = [cle for cle in noms if vides or any(_dit_quelque_chose(colonne.get(cle)) for colonne in par_cle.values())]
    if not dites:
        return []
    trouvees: list[Ligne] = [
        (noms[cle], [par_cle[nom].get(cle) if nom in par_cle else _mot(colonnes[nom], cle) for nom in colonnes])
        for cle in (noms if next(iter(lues.values())).axes in _SANS_OUBLI else dites)
    ]
    ensembles = [lues[nom].ensemble if nom in lues else None for nom in colonnes]
    return [*trouvees, (total, list(ensembles))] if total is not None and any(ensembles) else trouvees


def unite_de(colonne: Colonne) -> str:
    """The unit of a column; nothing for words."""
    if isinstance(colonne, Chiffres):
        return next((c.unite for c in colonne), NOMBRE)
    return str(colonne.attrs.get("unite", ""))


def deployer(chiffres: Chiffres, legende: str, entete: str, projection: Mapping[str, float] | None) -> str:
    """Figures cut twice: one row for each code of the first axis, one column for each of the second."""
    premier, second = chiffres.axes
    codes = {c.noms[1]: c.ligne[chiffres.axe(second).colonne] for c in chiffres}
    colonnes: dict[str, Colonne] = {nom: chiffres.par(premier).ou(**{second: code}) for nom, code in codes.items()}
    if projection:
        noms = {c.cle[0]: c.noms[0] for c in chiffres}
        colonnes["Projection"] = pd.Series({c: nombre(projection[nom]) for c, nom in noms.items() if nom in projection})
    return croiser(legende, colonnes, entete=entete, vides=True)


def _dit_quelque_chose(chiffre: Chiffre | None) -> bool:
    """Whether a cell is masked, or more than nothing."""
    if chiffre is None:
        return False
    return chiffre.est_secret or (chiffre.est_publie and chiffre.lire(chiffre.terme) != 0)


def _mot(colonne: Colonne, cle: Cle) -> Contenu:
    code = cle if len(cle) > 1 else "".join(cle)
    if not isinstance(colonne, pd.Series):
        return None
    return colonne[code] if code in colonne.index else colonne.attrs.get("absent")


def _cellule(contenu: Contenu, unite: str) -> Cellule:
    if contenu is None or isinstance(contenu, Chiffre):
        return lire(contenu)
    return Cellule(valeur(float(contenu), unite) if unite else str(contenu))


def lire(chiffre: Chiffre | None) -> Cellule:
    """The cell of a figure, or of its absence."""
    if chiffre is None:
        return VIDE
    if chiffre.terme in _D_UN_OBJECTIF:
        return cellule(chiffre.ligne, chiffre.terme)
    texte, absente = chiffre.texte, not chiffre.est_publie
    return Cellule(texte, ("secret" if texte == SECRET_COURT else "absent") if absente else "")
