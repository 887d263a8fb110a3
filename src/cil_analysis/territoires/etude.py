"""What the downloaded files say of an EPCI: its communes over time, its boundaries, its priority quarters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.empreintes import empreinte_du_fichier
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.territoire import projection
from cil_analysis.territoires.contours import Contours, lire_contours, simplifier
from cil_analysis.territoires.listes import Adhesion, Liste, adhesions, lire_listes
from cil_analysis.territoires.quartiers import Quartier, lire_quartiers
from cil_analysis.territoires.tableaux import departement, rattachees


@dataclass(frozen=True)
class Demande:
    """What the analyst asked for: the SIREN of the EPCI, the files, and words that no file holds."""

    epci: str
    contours: Path
    communes: Sequence[Path] = ()
    qpv: Sequence[Path] = ()
    nom: str | None = None
    couche: str | None = None
    source: str | None = None
    licence: str | None = None


@dataclass(frozen=True)
class Etude:
    """A territory, ready to be written. ``avis``: what the analyst must know of the files, in French.

    ``noms``: code → name of the communes that are or were members; ``connues``: of every commune of their
    départements, with the file that names it; ``membres``: the codes of today; ``formes``: boundaries in WGS84.
    """

    demande: Demande
    nom: str
    adhesions: Sequence[Adhesion]
    membres: Sequence[str]
    connues: Mapping[str, tuple[str, str]]
    commune_centre: str
    choix_du_centre: str
    formes: Mapping[str, Any]
    sha256_contours: str
    annee: int
    quartiers: Sequence[Quartier] = ()
    avis: Sequence[str] = field(default_factory=list)

    @property
    def noms(self) -> dict[str, str]:
        """Code → name of the communes that are or were members."""
        return {adhesion.code_insee: adhesion.nom for adhesion in self.adhesions}


def etudier(demande: Demande, qpv_du_modele: pd.DataFrame, aujourd_hui: date) -> Etude:
    """Read the files. ``qpv_du_modele``: where the dates of the zonings are known.

    Raises:
        ErreurCIL: a SIREN that is none, a file that is not what it should be, an EPCI that no file knows, a member
            without boundaries, no name.
    """
    siren = demande.epci
    if not re.fullmatch(r"\d{9}", siren):
        raise ErreurCIL(f"« {siren} » n’est pas un SIREN : donnez les neuf chiffres de celui de l’EPCI.")
    contours = lire_contours(demande.contours, demande.couche)
    listes = lire_listes(demande.communes) if demande.communes else []
    avis: list[str] = []
    trouvees = _adhesions(siren, listes, contours, avis)
    nom = demande.nom or _nom(listes, siren)
    if not nom:
        raise ErreurCIL(
            f"Aucun fichier ne donne le nom de l’EPCI {siren} : donnez-le avec --nom, par exemple --nom "
            '"Communauté d’agglomération de …".'
        )
    membres = [adhesion.code_insee for adhesion in trouvees if not adhesion.membre_au]
    if not membres:
        raise ErreurCIL(f"L’EPCI {siren} n’a plus de commune à la dernière date des listes. Vérifiez le SIREN.")
    brutes = contours.formes({adhesion.code_insee for adhesion in trouvees})
    surfaces = dict(zip(brutes["code"], brutes.to_crs(projection(brutes)).area, strict=True))
    centre, choix = _centre(membres, contours, listes, surfaces)
    return Etude(
        demande=demande,
        nom=nom,
        adhesions=trouvees,
        membres=membres,
        connues=_connues(contours, listes, {adhesion.code_insee for adhesion in trouvees}),
        commune_centre=centre,
        choix_du_centre=choix,
        formes=simplifier(brutes),
        sha256_contours=empreinte_du_fichier(demande.contours),
        annee=(listes[-1].annee if listes else None) or aujourd_hui.year,
        quartiers=lire_quartiers(demande.qpv, membres, qpv_du_modele) if demande.qpv else (),
        avis=avis,
    )


def _adhesions(siren: str, listes: Sequence[Liste], contours: Contours, avis: list[str]) -> Sequence[Adhesion]:
    """The memberships that the lists of communes tell; without any list, those of the boundaries."""
    if not listes:
        return _selon_les_contours(contours, siren)
    trouvees = _avec_contour(adhesions(listes, siren), contours, listes[-1], avis)
    _comparer(trouvees, contours, siren, avis)
    return trouvees


def _selon_les_contours(contours: Contours, siren: str) -> list[Adhesion]:
    fichier = contours.fichier.name
    membres = contours.membres(siren)
    if not membres:
        pourquoi = (
            f"ne rattache aucune commune à l’EPCI {siren} : vérifiez le SIREN, ou"
            if contours.communes["epci"].map(bool).any()
            else "ne dit pas à quel EPCI appartiennent les communes :"
        )
        raise ErreurCIL(f"{fichier} {pourquoi} donnez la liste des communes avec --communes.")
    source = f"{fichier}, commune rattachée à l’EPCI {siren} ; date d’adhésion à renseigner"
    return [Adhesion(code, nom, "", "", source, "L") for code, nom in sorted(membres.items())]


def _avec_contour(trouvees: Sequence[Adhesion], contours: Contours, derniere: Liste, avis: list[str]) -> list[Adhesion]:
    """The memberships that can be drawn. A commune that no longer exists cannot: it is left to the analyst."""
    dessinees, actuelles = (set(communes["code"]) for communes in (contours.communes, derniere.communes))
    manquantes = {a.code_insee: a.nom for a in trouvees if a.code_insee not in dessinees}
    disparues = {code: nom for code, nom in manquantes.items() if code not in actuelles}
    if len(disparues) < len(manquantes):
        presentes = {code: nom for code, nom in manquantes.items() if code in actuelles}
        raise ErreurCIL(
            f"{contours.fichier.name} n’a pas de contour pour {_liste(presentes)} : prenez des contours de la même "
            f"année que {derniere.fichier}."
        )
    if disparues:
        avis.append(
            f"Communes des anciennes listes qui n’existent plus : {_liste(disparues)}. Elles n’ont ni contour ni "
            "adhésion. Inscrivez celles qui ont fusionné dans territory/communes_fusionnees.csv, avec la commune qui "
            "les remplace : sans cela, les lignes qui les nomment seront rejetées."
        )
    return [a for a in trouvees if a.code_insee not in disparues]


def _comparer(trouvees: Sequence[Adhesion], contours: Contours, siren: str, avis: list[str]) -> None:
    """Say where the boundaries' own attachment differs from the lists, which prevail."""
    selon_contours = contours.membres(siren)
    membres = {a.code_insee: a.nom for a in trouvees if not a.membre_au}
    en_plus = {code: nom for code, nom in selon_contours.items() if code not in membres}
    en_moins = {code: nom for code, nom in membres.items() if code not in selon_contours}
    if selon_contours and (en_plus or en_moins):
        details = [f"y sont en plus : {_liste(en_plus)}"] if en_plus else []
        details += [f"n’y sont pas : {_liste(en_moins)}"] if en_moins else []
        avis.append(
            f"{contours.fichier.name} ne rattache pas à l’EPCI les mêmes communes que la dernière liste, qui l’emporte "
            f": {' ; '.join(details)}. Vérifiez les années des deux fichiers."
        )


def _liste(communes: Mapping[str, str]) -> str:
    return ", ".join(f"{nom} ({code})" for code, nom in sorted(communes.items()))


def _nom(listes: Sequence[Liste], siren: str) -> str:
    noms = [nom for liste in listes for nom in rattachees(liste.communes, siren)["nom_epci"] if nom.strip()]
    return str(noms[-1]).strip() if noms else ""


def _connues(contours: Contours, listes: Sequence[Liste], membres: set[str]) -> dict[str, tuple[str, str]]:
    """Code → name and file of every commune of the members' départements; the latest list has the last word."""
    departements = {departement(code) for code in membres}
    tables = [(contours.fichier.name, contours.communes), *((liste.fichier, liste.communes) for liste in listes)]
    dites = {
        code: (nom, fichier)
        for fichier, table in tables
        for code, nom in zip(table["code"], table["nom"], strict=True)
        if departement(code) in departements
    }
    # A commune of old lists alone is gone: the analyst says what replaces it.
    actuelles = set(contours.communes["code"]) | (set(listes[-1].communes["code"]) if listes else set())
    return {code: dites[code] for code in sorted(dites) if code in actuelles}


def _centre(
    membres: Sequence[str], contours: Contours, listes: Sequence[Liste], surfaces: Mapping[str, float]
) -> tuple[str, str]:
    """The most populated member, else the largest one, and which of the two it is."""
    populations = pd.Series(dtype="float64")
    for communes in (contours.communes, *(liste.communes for liste in listes[-1:])):
        dites = pd.to_numeric(communes["population"].str.replace(r"\s", "", regex=True), errors="coerce")
        populations = dites.groupby(communes["code"]).max().dropna().combine_first(populations)
    connues = populations.reindex(list(membres)).dropna()
    if len(connues) == len(membres) and connues.max() > 0:
        return str(connues.idxmax()), "la plus peuplée"
    return max(membres, key=lambda code: surfaces[code]), "la plus étendue, faute de population dans les fichiers"
