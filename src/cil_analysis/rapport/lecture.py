"""From the rows of a published table to what a drawing shows: a figure, « s », or « nd »."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan

from cil_analysis.comptage.cadre import PUBLIE, SANS_OBJET, SECRET
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import NON_DISPONIBLE, RIEN, SECRET_COURT
from cil_analysis.rapport.mots.formats import valeur as ecrire
from cil_analysis.rapport.mots.signes import MARQUES, verdict
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable


@dataclass(frozen=True)
class Chiffre:
    """One published figure. ``valeur``, ``cible``, ``cible_max`` and ``ecart`` are NaN where there is none."""

    cle: str
    annee: int
    valeur: float
    cible: float
    cible_max: float
    ecart: float
    numerateur: float
    denominateur: float
    unite: str
    statut: str
    sens: str
    resultat: str

    @property
    def est_secret(self) -> bool:
        """Masked by disclosure control."""
        return self.statut == SECRET

    @property
    def verdict(self) -> str:
        """The result of its objective where it is told of a masked figure, or nothing."""
        return verdict(self.statut, self.resultat)

    @property
    def est_publie(self) -> bool:
        """There is a figure to draw."""
        return self.statut == PUBLIE and not isnan(self.valeur)

    @property
    def objectif(self) -> str:
        """The target in words, or nothing."""
        return "" if isnan(self.cible) else cibles.objectif(self.sens, self.cible, self.cible_max, self.unite)

    @property
    def texte(self) -> str:
        """The figure as it is written: « 25,3 % », « s », « nd » or « sans objet »."""
        if self.est_secret:
            return SECRET_COURT
        if self.est_publie:
            return ecrire(self.valeur, self.unite)
        if self.denominateur == 0:  # nothing to measure on: no datum is missing
            return RIEN
        return "sans objet" if self.statut == SANS_OBJET else NON_DISPONIBLE

    @property
    def texte_marque(self) -> str:
        """The same, with the result of a masked figure where it is told: « ✓ s »."""
        return f"{MARQUES.get(self.verdict, '')} {self.texte}".strip()


def _nombre(ligne: LignePubliee, nom: str) -> float:
    # A masked row has lost its figures; if one had been left, no drawing would be the place to show it.
    return nan if ligne["statut"] == SECRET else float(ligne[nom])


def lire(table: PublishedTable, par: str) -> list[Chiffre]:
    """The figures of a table, in its order. Raises ValueError when two rows have the same key ``par`` and year."""
    chiffres = [
        Chiffre(
            cle=str(ligne[par]),
            annee=int(ligne["annee"]),
            valeur=_nombre(ligne, "valeur"),
            cible=_nombre(ligne, "cible"),
            cible_max=_nombre(ligne, "cible_max"),
            ecart=_nombre(ligne, "ecart"),
            numerateur=_nombre(ligne, "numerateur"),
            denominateur=_nombre(ligne, "denominateur"),
            unite=str(ligne["unite"]),
            statut=str(ligne["statut"]),
            sens=str(ligne["sens"]),
            resultat=str(ligne["resultat"]),
        )
        for ligne in table.lignes()
    ]
    if len({(c.cle, c.annee) for c in chiffres}) < len(chiffres):
        raise ValueError(f"{table!r}: several figures for one {par!r} and year; filter the table first")
    return chiffres


def lire_une_annee(table: PublishedTable, par: str) -> list[Chiffre]:
    """The figures of a table of one year. Raises ValueError when it holds several years."""
    if len(set(table.valeurs("annee"))) > 1:
        raise ValueError(f"{table!r}: several years; filter the table first")
    return lire(table, par)


def libelle(libelles: Mapping[str, str], code: str) -> str:
    """The label of a code, or the code."""
    return libelles.get(code, code)
