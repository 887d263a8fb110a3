"""Lists of communes and of their EPCI, each at a 1 January, and the dated memberships that they tell together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import code_insee
from cil_analysis.territoires.tableaux import COMMUNES, Tableau, lire_tableaux, sirens

_PREMIER_JANVIER = re.compile(r"(?:\b0?1[-/. _]0?1[-/. _]|1er janvier )((?:19|20)\d\d)(?!\d)")
_ANNEE_SEULE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_ATTENDUES = "le code INSEE, le nom et le SIREN de l’EPCI de chaque commune (CODGEO, LIBGEO, EPCI, par exemple)"


@dataclass(frozen=True)
class Liste:
    """The communes of a file at a 1 January; ``annee`` None: the file dates each membership itself.

    One row of ``communes`` is a commune (and a membership, when dated): code, nom, epci (a list of SIREN), nom_epci,
    population (text), membre_du, membre_au.
    """

    fichier: str
    annee: int | None
    communes: pd.DataFrame

    def membres(self, siren: str) -> pd.DataFrame:
        """The rows of an EPCI."""
        return self.communes[[siren in liste for liste in self.communes["epci"]]]


class Adhesion(NamedTuple):
    """One commune over one period of membership: a row of territory/communes.csv."""

    code_insee: str
    nom: str
    membre_du: str
    membre_au: str
    source: str
    confiance: str


def lire_listes(fichiers: Sequence[Path]) -> list[Liste]:
    """Every list of the files, the oldest first.

    Raises:
        ErreurCIL: no table of communes in a file, no year, two lists of one year, dated memberships beside lists.
    """
    listes = [liste for fichier in fichiers for liste in _lire(fichier)]
    listes.sort(key=lambda liste: liste.annee or 0)
    for avant, apres in pairwise(listes):
        if None in (avant.annee, apres.annee):
            raise ErreurCIL(
                f"{apres.fichier} et {avant.fichier} : un fichier qui donne les dates d’adhésion (membre_du, "
                "membre_au) se suffit. Donnez-le seul, ou retirez-en ces colonnes."
            )
        if avant.annee == apres.annee:
            raise ErreurCIL(
                f"{avant.fichier} et {apres.fichier} sont deux listes de la même année, {avant.annee}. N’en gardez "
                "qu’une."
            )
    return listes


def _lire(fichier: Path) -> list[Liste]:
    tableaux = lire_tableaux(fichier, COMMUNES, ("code", "nom", "epci"))
    if not tableaux:
        raise ErreurCIL(f"{fichier.name} n’est pas une liste de communes : il y faut {_ATTENDUES}.")
    if len(tableaux) > 1:
        noms = " ; ".join(tableau.nom for tableau in tableaux)
        raise ErreurCIL(
            f"{fichier.name} contient plusieurs listes de communes : {noms}. N’en gardez qu’une par fichier."
        )
    tableau = tableaux[0]
    lignes = tableau.lignes
    communes = pd.DataFrame(
        {
            "code": lignes["code"].map(code_insee),
            "nom": lignes["nom"],
            "epci": lignes["epci"].map(sirens),
            **{nom: lignes.get(nom, "") for nom in ("nom_epci", "population", "membre_du", "membre_au")},
        }
    )
    communes = communes.dropna(subset="code")
    if "membre_du" in lignes or "membre_au" in lignes:
        return [Liste(tableau.nom, None, communes)]
    if "annee" in lignes:
        annees = lignes.loc[communes.index, "annee"]
        return [Liste(tableau.nom, _annee(a, tableau), communes[annees.eq(a)]) for a in sorted(set(annees))]
    return [Liste(tableau.nom, _millesime(fichier, tableau), communes)]


def _annee(texte: str, tableau: Tableau) -> int:
    trouve = _ANNEE_SEULE.search(texte)
    if trouve is None:
        raise ErreurCIL(f"{tableau.nom} : la colonne de l’année contient « {texte} ». Corrigez cette cellule.")
    return int(trouve[1])


def _millesime(fichier: Path, tableau: Tableau) -> int:
    """The year whose 1 January the title, the sheet or the file name says; else the only year of the file name."""
    for texte, motif in (
        (tableau.preambule, _PREMIER_JANVIER),
        (tableau.nom, _PREMIER_JANVIER),
        (fichier.stem, _ANNEE_SEULE),
    ):
        annees = set(motif.findall(texte))
        if len(annees) == 1:
            return int(annees.pop())
    raise ErreurCIL(
        f"{tableau.nom} : la date de cette liste de communes n’est dite ni par une colonne « annee », ni par son "
        "titre, ni par son nom. Renommez le fichier en y mettant la date, par exemple « communes_au_01-01-2024 »."
    )


def adhesions(listes: Sequence[Liste], siren: str) -> list[Adhesion]:
    """The dated memberships that the lists tell, by commune code.

    A commune of a list that the one before has not joined on the 1 January of that list; one that the next list has
    not left on the 31 December before it. The first list cannot tell when its members joined: the date stays open.

    Raises ErreurCIL when no list names the EPCI.
    """
    if not any(len(liste.membres(siren)) for liste in listes):
        raise ErreurCIL(
            f"L’EPCI {siren} n’est dans aucune liste de communes ({', '.join(liste.fichier for liste in listes)}). "
            "Vérifiez le SIREN."
        )
    if listes[0].annee is None:
        return _datees(listes[0], siren)
    presences = [dict(zip(m["code"], m["nom"], strict=True)) for m in (liste.membres(siren) for liste in listes)]
    noms = {code: nom for presence in presences for code, nom in presence.items()}
    return [
        _periode(listes, code, noms[code], debut, fin)
        for code in sorted(noms)
        for debut, fin in _suites([code in presence for presence in presences])
    ]


def _suites(presences: Sequence[bool]) -> list[tuple[int, int]]:
    """The first and last rank of each run of True.

    >>> _suites([True, False, True, True])
    [(0, 0), (2, 3)]
    """
    suites = groupby(range(len(presences)), presences.__getitem__)
    vraies = [list(rangs) for presente, rangs in suites if presente]
    return [(rangs[0], rangs[-1]) for rangs in vraies]


def _periode(listes: Sequence[Liste], code: str, nom: str, debut: int, fin: int) -> Adhesion:
    premiere, derniere = listes[debut], listes[fin]
    source = f"{premiere.fichier} : membre au 01/01/{premiere.annee}"
    membre_du = membre_au = ""
    if debut == 0:
        source += ", première liste donnée ; date d’adhésion à renseigner"
    else:
        membre_du = f"{premiere.annee}-01-01"
        source += f", non membre au 01/01/{listes[debut - 1].annee} ; jour d’adhésion supposé"
    if fin < len(listes) - 1:
        suivante = listes[fin + 1]
        membre_au = f"{(suivante.annee or 0) - 1}-12-31"
        source += (
            f" ; membre au 01/01/{derniere.annee}, plus au 01/01/{suivante.annee} ({suivante.fichier}), jour de "
            "départ supposé"
        )
    return Adhesion(code, nom, membre_du, membre_au, source, "L")


def _datees(liste: Liste, siren: str) -> list[Adhesion]:
    return [
        Adhesion(str(c), str(n), str(du), str(au), f"{liste.fichier} (dates d’adhésion du fichier)", "C")
        for c, n, du, au in liste.membres(siren)[["code", "nom", "membre_du", "membre_au"]].itertuples(index=False)
    ]
