"""The EPCI of a project that has several, a region or a country: what of its reference data is one EPCI's own.

territory/epci.csv lists them; a project without it has one, that of projet.yml. Column « epci_siren » of
territory/communes.csv says which EPCI each commune is a member of, and that of parameters/seuils_quartiles.csv, whose
income thresholds each row has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path

import pandas as pd

from cil_analysis.reference.controles import lire
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.schemas import schemas
from cil_analysis.reference.seuils import NOMS, TABLE, Seuils, SeuilsDeLAnnee
from cil_analysis.reference.tables import erreur
from cil_analysis.reference.territoire import Territoire

_DU_TERRITOIRE = ("epci", "en_qpv", "hors_qpv")
# Of an objective that every EPCI has, as the law sets them.
_PARTOUT = "*"


def charger_epci(tables: Tables, communes: pd.DataFrame) -> pd.DataFrame:
    """One row is one EPCI (siren, nom, nom_court, commune_centre), in file order.

    ``communes``: see :class:`Territoire`. Raises ErreurCIL, naming the file and the line, for an EPCI that is there
    twice, a central commune that was never a member, or a commune whose EPCI is not listed.
    """
    table, chemin = tables["territory/epci"], tables.chemin("territory/communes")
    if "epci_siren" not in communes:
        raise erreur(chemin, "colonne absente : epci_siren, l’EPCI de chaque commune. Ajouter cet en-tête.", 1)
    inconnus = sorted(set(communes["epci_siren"]) - set(table["siren"]))
    if inconnus:
        raise erreur(chemin, f"l’EPCI « {inconnus[0]} » n’est pas dans epci.csv. L’y ajouter, ou corriger la commune.")
    membres = set(zip(communes["code_insee"], communes["epci_siren"], strict=True))
    for ligne, siren, centre in table[["siren", "commune_centre"]].itertuples():
        if (centre, siren) not in membres:
            message = f"la commune centre « {centre} » n’est pas de cet EPCI dans communes.csv. Corriger l’un des deux."
            raise erreur(tables.chemin("territory/epci"), message, int(ligne))
    return table.reset_index(drop=True)


def charger_seuils(chemin: Path, epci: Sequence[str]) -> Mapping[str, Seuils]:
    """The income thresholds by EPCI, then by year; an EPCI of which nothing is known has no year.

    ``epci``: the SIREN of those of the project; where it has one, a row need not name it. Raises ErreurCIL, naming the
    line, as :func:`lire` does, and for an EPCI that is not of the project or has a year twice.
    """
    seuils: dict[str, dict[int, SeuilsDeLAnnee]] = {siren: {} for siren in epci}
    table = lire(chemin, schemas()[TABLE])
    for numero, ligne in zip(table.index, table.to_dict("records"), strict=True):
        siren = ligne["epci_siren"] or (epci[0] if len(epci) == 1 else "")
        if siren not in seuils:
            message = f"l’EPCI « {siren} » n’est pas de ce projet. Écrire le SIREN de l’un des siens (epci_siren)."
            raise erreur(chemin, message, int(numero))
        annee = int(ligne["annee"])
        if annee in seuils[siren]:
            raise erreur(chemin, f"« {annee} » figure déjà. Garder une seule ligne par année.", int(numero))
        q1, q2, q3 = (None if isnan(ligne[nom]) else float(ligne[nom]) for nom in NOMS)
        seuils[siren][annee] = SeuilsDeLAnnee(annee, (q1, q2, q3), ligne["source"], ligne["confiance"], siren)
    return seuils


def territoire_de(tout: Territoire, siren: str, commune_centre: str) -> Territoire:
    """The communes of an EPCI, their QPV and their stock; every commune stays known by its name."""
    siennes = {nom: getattr(tout, nom).take(rangs.get(siren, [])) for nom, rangs in tout.rangs_par_epci.items()}
    return replace(tout, commune_centre=commune_centre, **siennes)


def objectifs_de(tous: pd.DataFrame, siren: str, territoire: Territoire) -> pd.DataFrame:
    """The objectives that an EPCI has: those of every EPCI, its own, and those of its communes and QPV."""
    siens = {
        **{genre: {siren} for genre in _DU_TERRITOIRE},
        "commune": set(territoire.communes["code_insee"]),
        "qpv": set(territoire.table_qpv["code"]),
    }
    gardes = [
        code == _PARTOUT or code in siens.get(genre, ())
        for genre, code in zip(tous["perimetre_type"], tous["perimetre_code"], strict=True)
    ]
    return tous[gardes].reset_index(drop=True)
