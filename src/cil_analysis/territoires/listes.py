"""Lists of communes, each at a 1 January, and the dated memberships that they tell together."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import code_insee
from cil_analysis.extraits.lecture.lignes import premieres_lignes
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.extraits.lecture.tableau import lire_feuilles
from cil_analysis.territoires.communes import ENTETES, nommees, rattachees, reperer, sirens

_PREMIER_JANVIER = re.compile(r"(?:\b0?1[-/. _]0?1[-/. _]|1er janvier )((?:19|20)\d\d)(?!\d)")
_ANNEE_SEULE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_COLONNES = ["code", "nom", "epci", "nom_epci", "population"]
_ATTENDUES = "le code INSEE, le nom et le SIREN de l’EPCI de chaque commune (CODGEO, LIBGEO, EPCI, par exemple)"


class Liste(NamedTuple):
    """The communes of a file at a 1 January: one row is a commune; ``epci``: a list of SIREN; else as text."""

    fichier: str
    annee: int
    communes: pd.DataFrame


class Adhesion(NamedTuple):
    """One commune over one period of membership: a row of territory/communes.csv."""

    code_insee: str
    nom: str
    membre_du: str
    membre_au: str
    source: str


def lire_listes(fichiers: Sequence[Path]) -> list[Liste]:
    """The list of each file, the oldest first. Raises ErreurCIL."""
    listes = sorted(map(_lire, fichiers), key=lambda liste: liste.annee)
    for avant, apres in pairwise(listes):
        if avant.annee == apres.annee:
            raise ErreurCIL(
                f"{avant.fichier} et {apres.fichier} sont deux listes de la même année, {avant.annee}. N’en gardez "
                "qu’une."
            )
    return listes


def _lire(fichier: Path) -> Liste:
    tableaux = list(_tableaux(fichier))
    if len(tableaux) > 1:
        raise ErreurCIL(
            f"{fichier.name} contient plusieurs listes de communes : {' ; '.join(nom for nom, *_ in tableaux)}. N’en "
            "gardez qu’une par fichier."
        )
    for nom, preambule, lignes in tableaux:
        lues = lignes.assign(code=lignes["code"].map(code_insee), epci=lignes["epci"].map(sirens))
        if not (communes := lues.dropna(subset="code")).empty:
            return Liste(nom, _millesime(fichier, nom, preambule), communes)
    raise ErreurCIL(f"{fichier.name} n’est pas une liste de communes : il y faut {_ATTENDUES}.")


def _tableaux(fichier: Path) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """The tables of communes and their EPCI: what each is called, the words above its header, its rows."""
    connus = frozenset(chain(*ENTETES.values()))
    for source in ouvrir(fichier):
        for feuille in lire_feuilles(source, [connus]):
            lignes = premieres_lignes(feuille.table)
            reperes = [reperer(ligne) for ligne in lignes]
            rang = max(range(len(lignes)), key=lambda i: len(reperes[i]), default=-1)
            if rang >= 0 and {"code", "nom", "epci"} <= reperes[rang].keys():
                corps = feuille.table.slice(rang + 1)
                donnees = {genre: corps.column(colonne).to_pylist() for genre, colonne in reperes[rang].items()}
                table = pd.DataFrame(donnees, dtype="str").reindex(columns=_COLONNES, fill_value="")
                nom = source.nom + (f", feuille « {feuille.nom} »" if feuille.nom else "")
                yield nom, " ".join(filter(None, chain(*lignes[:rang]))), table


def _millesime(fichier: Path, nom: str, preambule: str) -> int:
    """The year whose 1 January the title, the sheet or the file name says; else the only year of the file name."""
    for texte, motif in ((preambule, _PREMIER_JANVIER), (nom, _PREMIER_JANVIER), (fichier.stem, _ANNEE_SEULE)):
        annees = set(motif.findall(texte))
        if len(annees) == 1:
            return int(annees.pop())
    raise ErreurCIL(
        f"{nom} : la date de cette liste de communes n’est dite ni par son titre, ni par son nom. Renommez le fichier "
        "en y mettant la date, par exemple « communes_au_01-01-2024 »."
    )


def adhesions(listes: Sequence[Liste], siren: str) -> list[Adhesion]:
    """The dated memberships that the lists tell, by commune code.

    A commune of a list that the one before has not joined on the 1 January of that list; one that the next list has
    not left on the 31 December before it. The first list cannot tell when its members joined: the date stays open.
    """
    presences = [nommees(rattachees(liste.communes, siren)) for liste in listes]
    noms: Mapping[str, str] = {code: nom for presence in presences for code, nom in presence.items()}
    if not noms:
        raise ErreurCIL(
            f"L’EPCI {siren} n’est dans aucune liste de communes ({', '.join(liste.fichier for liste in listes)}). "
            "Vérifiez le SIREN."
        )
    return [
        _periode(listes, code, noms[code], rangs)
        for code in sorted(noms)
        for y_est, rangs in groupby(range(len(listes)), [code in presence for presence in presences].__getitem__)
        if y_est
    ]


def _periode(listes: Sequence[Liste], code: str, nom: str, rangs: Iterable[int]) -> Adhesion:
    """The membership of a commune that a run of lists has (``rangs``), and not those beside them."""
    premier, *autres = rangs
    premiere, avant, apres = listes[premier], listes[:premier], listes[premier + len(autres) + 1 :]
    membre_du = membre_au = ""
    source = f"{premiere.fichier} : membre au 01/01/{premiere.annee}"
    if avant:
        membre_du = f"{premiere.annee}-01-01"
        source += f", non membre au 01/01/{avant[-1].annee} ; jour d’adhésion supposé"
    else:
        source += ", première liste donnée ; date d’adhésion à renseigner"
    if apres:
        membre_au = f"{apres[0].annee - 1}-12-31"
        source += f" ; plus au 01/01/{apres[0].annee} ({apres[0].fichier}), jour de départ supposé"
    return Adhesion(code, nom, membre_du, membre_au, source)
