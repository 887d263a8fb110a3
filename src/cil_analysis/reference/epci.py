"""The EPCI of a project that has several, a region or a country: what of its reference data is one EPCI's own.

territory/epci.csv lists them; a project without it has one, that of projet.yml. Column « epci_siren » of
territory/communes.csv says which EPCI each commune is a member of, and parameters/seuils_epci.csv has the income
thresholds of each, by year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.reference.controles import lire
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.parametres import Parametre, Parametres, Reference, ValeurDatee
from cil_analysis.reference.schemas import schemas
from cil_analysis.reference.seuils import NOMS
from cil_analysis.reference.tables import erreur
from cil_analysis.reference.territoire import Territoire

Seuils = Mapping[Hashable, Any]
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


def charger_seuils(parametres: Path) -> Mapping[str, Sequence[Seuils]]:
    """By EPCI, year by year: annee, then q1, q2, q3 in euros a year per UC, NaN « à renseigner »."""
    seuils: defaultdict[str, list[Seuils]] = defaultdict(list)
    table = lire(parametres / "seuils_epci.csv", schemas()["parameters/seuils_epci"])
    for annuels in table.sort_values("annee").to_dict("records"):
        seuils[annuels["epci_siren"]].append(annuels)
    return seuils


def territoire_de(tout: Territoire, siren: str, commune_centre: str) -> Territoire:
    """The communes of an EPCI, their QPV and their stock; every commune stays known by its name."""
    siennes = {nom: getattr(tout, nom).take(rangs.get(siren, [])) for nom, rangs in tout.rangs_par_epci.items()}
    return replace(tout, commune_centre=commune_centre, **siennes)


def parametres_de(tous: Parametres, seuils: Sequence[Seuils] | None) -> Parametres:
    """The parameters of an EPCI: its own thresholds, each for its year alone; « à renseigner » where it has none."""
    siens = {f"seuils_quartiles.{nom}": _dater(tous[f"seuils_quartiles.{nom}"], nom, seuils) for nom in NOMS}
    return Parametres({**tous, **siens})


def _dater(parametre: Parametre, nom: str, seuils: Sequence[Seuils] | None) -> Parametre:
    if seuils is None:
        return replace(parametre, valeurs=())
    valeurs = []
    annees = {int(ligne["annee"]) for ligne in seuils}
    for ligne in seuils:
        annee, valeur = int(ligne["annee"]), ligne[nom]
        reference = (Reference(str(ligne["source"]), ""),)
        dite = None if isnan(valeur) else float(valeur)
        valeurs.append(ValeurDatee(date(annee, 1, 1), dite, reference, str(ligne["confiance"])))
        if annee + 1 not in annees:
            valeurs.append(ValeurDatee(date(annee + 1, 1, 1), None, (), "NF"))
    return replace(parametre, valeurs=tuple(valeurs))


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
