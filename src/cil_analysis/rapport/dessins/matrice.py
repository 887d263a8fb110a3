"""Une matrice : des chiffres coupés deux fois, en tableau d’autant plus foncé que la part est grande."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.mots.formats import nombre, pourcentage
from cil_analysis.rapport.tableaux import lire
from cil_analysis.rapport.tables import Cellule, tableau_libre

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffres import Chiffres

# Lower bounds of the classes of the shading, in percent of the column, the darkest first.
SEUILS = (40.0, 20.0, 10.0, 5.0)


def tabuler(chiffres: Chiffres, legende: str, entete: str) -> str:
    """One column for each code of the first axis, one row for each of the second; a cell is the count of its share.

    A cell whose row and column are the same place is framed.
    """
    par_case = {c.cle: c for c in chiffres}
    colonnes, lignes = (dict.fromkeys(cle[rang] for cle in par_case) for rang in (0, 1))
    en_tete, en_ligne = (chiffres.libelles(axe) for axe in chiffres.axes)
    rangees: list[list[str | Cellule]] = [
        [en_ligne.get(ici, ici), *(_case(par_case.get((code, ici)), est_encadree=code == ici) for code in colonnes)]
        for ici in lignes
    ]
    return tableau_libre(legende, [entete, *(en_tete.get(code, code) for code in colonnes)], rangees)


def note_des_teintes(ensemble: str, encadree: str) -> str:
    """Ce que disent les teintes : ``ensemble``, ce dont une case est une part ; ``encadree``, une case encadrée."""
    bornes = ", ".join(pourcentage(borne, 0) for borne in reversed(SEUILS))
    return (
        f"Plus la case est foncée, plus sa part {ensemble} (colonne) est grande : à partir de {bornes}. "
        f"Case encadrée : {encadree}."
    )


def _case(c: Chiffre | None, *, est_encadree: bool) -> Cellule:
    if c is None or not c.est_publie:
        return lire(c)
    contour = f"outline:2px solid {theme.ENCRE};outline-offset:-2px;" if est_encadree else ""
    classes = zip(SEUILS, theme.SEQUENTIELLE, strict=False)
    fond = next((couleur for borne, couleur in classes if c.valeur >= borne), theme.BLANC)
    return Cellule(nombre(c.numerateur), style=f"{contour}background:{fond};color:{theme.encre_sur(fond)}")
