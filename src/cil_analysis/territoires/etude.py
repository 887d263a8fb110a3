"""What the downloaded files say of an EPCI: its communes over time and its boundaries."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.territoire import projection
from cil_analysis.reference.texte import departement
from cil_analysis.territoires.communes import nommees, rattachees
from cil_analysis.territoires.contours import Contours, lire_contours, simplifier
from cil_analysis.territoires.listes import Adhesion, Liste, adhesions, lire_listes

if TYPE_CHECKING:
    import geopandas as gpd

# The communes that each file names, by what it is called: the boundaries, then the lists, the oldest first.
Tables = Sequence[tuple[str, pd.DataFrame]]


@dataclass(frozen=True)
class Etude:
    """A territory, ready to be written.

    ``connues``: code → name and file of every commune of the members' départements; ``membres``: code → name of those
    of today; ``formes``: boundaries in WGS84. What the analyst must know of the files, as code → name: ``disparues``,
    members once that exist no more; ``en_plus``, ``en_moins``, where the boundaries tell other members of today.
    """

    epci: str
    nom: str
    contours: Path
    adhesions: Sequence[Adhesion]
    membres: Mapping[str, str]
    connues: Mapping[str, tuple[str, str]]
    commune_centre: str
    choix_du_centre: str
    formes: Mapping[str, Any]
    annee: int
    disparues: Mapping[str, str]
    en_plus: Mapping[str, str]
    en_moins: Mapping[str, str]

    @property
    def noms(self) -> dict[str, str]:
        """Code → name of the communes that are or were members."""
        return {adhesion.code_insee: adhesion.nom for adhesion in self.adhesions}


def etudier(
    siren: str, fichier: Path, communes: Sequence[Path], *, nom: str | None, couche: str | None, aujourd_hui: date
) -> Etude:
    """Read the boundaries of an EPCI (``fichier``) and the lists of communes. Raises ErreurCIL.

    ``nom``: that of the EPCI, without which it is that of the lists; ``couche``: the layer of the communes.
    """
    if not re.fullmatch(r"\d{9}", siren):
        raise ErreurCIL(f"« {siren} » n’est pas un SIREN : donnez les neuf chiffres de celui de l’EPCI.")
    contours, listes = lire_contours(fichier, couche), lire_listes(communes)
    tables = [(fichier.name, contours.communes), *((liste.fichier, liste.communes) for liste in listes)]
    dites = adhesions(listes, siren) if listes else _selon_les_contours(contours, siren)
    disparues = _disparues(dites, tables)
    trouvees = [a for a in dites if a.code_insee not in disparues]
    nom = nom or _nom(listes, siren)
    membres = {a.code_insee: a.nom for a in trouvees if not a.membre_au}
    dessines = nommees(rattachees(contours.communes, siren))
    if not membres:
        raise ErreurCIL(f"L’EPCI {siren} n’a plus de commune à la dernière date des listes. Vérifiez le SIREN.")
    brutes = contours.formes({adhesion.code_insee for adhesion in trouvees})
    centre, choix = _centre(membres, tables, brutes)
    return Etude(
        epci=siren,
        nom=nom,
        contours=fichier,
        adhesions=trouvees,
        membres=membres,
        connues=_connues(tables, {departement(adhesion.code_insee) for adhesion in trouvees}),
        commune_centre=centre,
        choix_du_centre=choix,
        formes=simplifier(brutes),
        annee=listes[-1].annee if listes else aujourd_hui.year,
        disparues=disparues,
        en_plus={code: nom for code, nom in dessines.items() if code not in membres},
        en_moins={code: nom for code, nom in membres.items() if dessines and code not in dessines},
    )


def _nom(listes: Sequence[Liste], siren: str) -> str:
    """What the latest list calls the EPCI. Raises ErreurCIL when none does."""
    noms = [nom for liste in listes for nom in rattachees(liste.communes, siren)["nom_epci"] if nom.strip()]
    if not noms:
        raise ErreurCIL(
            f"Aucun fichier ne donne le nom de l’EPCI {siren} : donnez-le avec --nom, par exemple --nom "
            '"Communauté d’agglomération de …".'
        )
    return str(noms[-1]).strip()


def _selon_les_contours(contours: Contours, siren: str) -> list[Adhesion]:
    """The memberships that the boundaries tell, which date none."""
    fichier, membres = contours.fichier.name, nommees(rattachees(contours.communes, siren))
    if not membres:
        pourquoi = (
            f"ne rattache aucune commune à l’EPCI {siren} : vérifiez le SIREN, ou"
            if contours.communes["epci"].map(bool).any()
            else "ne dit pas à quel EPCI appartiennent les communes :"
        )
        raise ErreurCIL(f"{fichier} {pourquoi} donnez la liste des communes avec --communes.")
    source = f"{fichier}, commune rattachée à l’EPCI {siren} ; date d’adhésion à renseigner"
    return [Adhesion(code, nom, "", "", source) for code, nom in sorted(membres.items())]


def _disparues(dites: Sequence[Adhesion], tables: Tables) -> dict[str, str]:
    """Members once that no longer exist, and cannot be drawn. Raises ErreurCIL for one that exists without boundary."""
    (contours, dessinees), (derniere, actuelles) = tables[0], tables[-1]
    manquantes = {a.code_insee: a.nom for a in dites if a.code_insee not in set(dessinees["code"])}
    if presentes := [f"{manquantes[code]} ({code})" for code in sorted({*manquantes} & {*actuelles["code"]})]:
        raise ErreurCIL(
            f"{contours} n’a pas de contour pour {', '.join(presentes)} : prenez des contours de la même année que "
            f"{derniere}."
        )
    return manquantes


def _connues(tables: Tables, departements: Set[str]) -> dict[str, tuple[str, str]]:
    """Code → name and file of every commune of some départements; the latest list has the last word."""
    dites = {
        code: (nom, fichier)
        for fichier, table in tables
        for code, nom in nommees(table).items()
        if departement(code) in departements
    }
    # A commune of old lists alone is gone: the analyst says what replaces it.
    actuelles = {code for _, table in (tables[0], tables[-1]) for code in table["code"]}
    return {code: dites[code] for code in sorted(dites) if code in actuelles}


def _centre(membres: Collection[str], tables: Tables, formes: gpd.GeoDataFrame) -> tuple[str, str]:
    """The most populated member, else the largest one, and which of the two it is."""
    populations = pd.Series(dtype="float64")
    for _, communes in (tables[0], tables[-1]):
        dites = pd.to_numeric(communes["population"].str.replace(r"\s", "", regex=True), errors="coerce")
        populations = dites.groupby(communes["code"]).max().dropna().combine_first(populations)
    connues = populations.reindex(list(membres)).dropna()
    if len(connues) == len(membres) and connues.max() > 0:
        return str(connues.idxmax()), "la plus peuplée"
    surfaces = formes.to_crs(projection(formes)).set_index("code").area[list(membres)]
    return str(surfaces.idxmax()), "la plus étendue, faute de population dans les fichiers"
