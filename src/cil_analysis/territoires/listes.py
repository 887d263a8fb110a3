"""Lists of communes, each at a 1 January, and the dated memberships that they tell together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import code_insee
from cil_analysis.territoires.tableaux import COMMUNES, Tableau, lire_tableaux, nommees, rattachees, sirens

_PREMIER_JANVIER = re.compile(r"(?:\b0?1[-/. _]0?1[-/. _]|1er janvier )((?:19|20)\d\d)(?!\d)")
_ANNEE_SEULE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DATEES = ["code", "nom", "membre_du", "membre_au"]
_FACULTATIVES = ("nom_epci", "population", "membre_du", "membre_au")
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


class Adhesion(NamedTuple):
    """One commune over one period of membership: a row of territory/communes.csv."""

    code_insee: str
    nom: str
    membre_du: str
    membre_au: str
    source: str
    confiance: str


def lire_listes(fichiers: Sequence[Path]) -> list[Liste]:
    """Every list of the files, the oldest first. Raises ErreurCIL."""
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
    if len(tableaux) > 1:
        noms = " ; ".join(tableau.nom for tableau in tableaux)
        raise ErreurCIL(
            f"{fichier.name} contient plusieurs listes de communes : {noms}. N’en gardez qu’une par fichier."
        )
    lignes = tableaux[0].lignes if tableaux else pd.DataFrame(columns=["code", "epci"])
    lues = lignes.assign(code=lignes["code"].map(code_insee), epci=lignes["epci"].map(sirens)).dropna(subset="code")
    if lues.empty:
        raise ErreurCIL(f"{fichier.name} n’est pas une liste de communes : il y faut {_ATTENDUES}.")
    (tableau,) = tableaux
    communes = lues.assign(**{nom: "" for nom in _FACULTATIVES if nom not in lues})
    if "membre_du" in lues or "membre_au" in lues:
        return [Liste(tableau.nom, None, communes)]
    if "annee" not in lues:
        return [Liste(tableau.nom, _millesime(fichier, tableau), communes)]
    return [Liste(tableau.nom, _annee(str(dite), tableau), siennes) for dite, siennes in communes.groupby("annee")]


def _annee(texte: str, tableau: Tableau) -> int:
    trouve = _ANNEE_SEULE.search(texte)
    if trouve is None:
        raise ErreurCIL(f"{tableau.nom} : la colonne de l’année contient « {texte} ». Corrigez cette cellule.")
    return int(trouve[1])


def _millesime(fichier: Path, tableau: Tableau) -> int:
    """The year whose 1 January the title, the sheet or the file name says; else the only year of the file name."""
    dits = (tableau.preambule, _PREMIER_JANVIER), (tableau.nom, _PREMIER_JANVIER), (fichier.stem, _ANNEE_SEULE)
    for texte, motif in dits:
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
    """
    membres = [rattachees(liste.communes, siren) for liste in listes]
    presences = [nommees(siens) for siens in membres]
    noms = {code: nom for presence in presences for code, nom in presence.items()}
    if not noms:
        raise ErreurCIL(
            f"L’EPCI {siren} n’est dans aucune liste de communes ({', '.join(liste.fichier for liste in listes)}). "
            "Vérifiez le SIREN."
        )
    if listes[0].annee is None:
        source = f"{listes[0].fichier} (dates d’adhésion du fichier)"
        dites = membres[0][_DATEES].astype("str").itertuples(index=False)
        return [Adhesion(code, nom, du, au, source, "C") for code, nom, du, au in dites]
    return [
        _periode(listes, code, noms[code], [*rangs])
        for code in sorted(noms)
        for y_est, rangs in groupby(range(len(listes)), [code in presence for presence in presences].__getitem__)
        if y_est
    ]


def _periode(listes: Sequence[Liste], code: str, nom: str, rangs: Sequence[int]) -> Adhesion:
    """The membership of a commune that a run of lists has (``rangs``), and not those beside them."""
    premiere, derniere = listes[rangs[0]], listes[rangs[-1]]
    membre_du = membre_au = ""
    source = f"{premiere.fichier} : membre au 01/01/{premiere.annee}"
    if rangs[0] == 0:
        source += ", première liste donnée ; date d’adhésion à renseigner"
    else:
        membre_du = f"{premiere.annee}-01-01"
        source += f", non membre au 01/01/{listes[rangs[0] - 1].annee} ; jour d’adhésion supposé"
    for suivante in listes[rangs[-1] + 1 :][:1]:
        membre_au = f"{(suivante.annee or 0) - 1}-12-31"
        source += (
            f" ; membre au 01/01/{derniere.annee}, plus au 01/01/{suivante.annee} ({suivante.fichier}), jour de "
            "départ supposé"
        )
    return Adhesion(code, nom, membre_du, membre_au, source, "L")
