"""The rows of the gestion en flux, ready to be counted: each landlord's base once, each breakdown beside its total."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from cil_analysis.grammaire.dimensions import DIMENSIONS
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.grammaire.populations import POPULATIONS
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.systemes.bilan_flux import (
    SOUSTRAITS,
    VENTILATIONS,
    conventions_en_vigueur,
    parties_de_la_base,
    soustraits,
)
from cil_analysis.systemes.colonnes import Lignes

FLUX = "flux"
# The dimensions that the dwellings are broken down by, and the column of each.
_VENTILEES = {nom: DIMENSIONS[nom].colonnes[0] for nom in POPULATIONS[FLUX].ventilations}
_COMPTES = ["nb_proposes", "nb_attribues"]
_ACTEURS = ["bailleur", "reservataire"]
_COMPOSANTES = {
    "nb_liberations_prevues": "LIBERATIONS",
    "nb_mises_en_service_prevues": "MISES_EN_SERVICE",
    "nb_soustraits_prevus": "SOUSTRAITS",
}


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """Add to the rows of a year what the gestion en flux is counted in.

    « flux »: one row is a landlord and a réservataire. « flux@commune_flux », « flux@zone »…: the same dwellings by a
    breakdown. « flux@motif_soustraction »: a landlord and a motive; « flux@composante_flux »: a landlord and a part of
    its base. « calendrier »: how far the year's leases go, one row.
    """
    calendrier = {"calendrier": _calendrier(lignes["attributions"], annee)} if "attributions" in lignes else {}
    return lignes | calendrier | (_preparer_le_flux(lignes[FLUX], references, annee) if FLUX in lignes else {})


def _calendrier(baux: pd.DataFrame, annee: int) -> pd.DataFrame:
    """The day of the year of the last lease, and the days of the year."""
    jours = pd.Timestamp(annee, 12, 31).day_of_year
    ecoules = baux["date_signature_bail"].dt.day_of_year.max()
    return pd.DataFrame({"jours_ecoules": [ecoules], "jours": [jours]}, dtype="Float64")


def _preparer_le_flux(recues: pd.DataFrame, references: References, annee: int) -> Lignes:
    """The tables of the dwellings of a year, from the rows received (see :func:`preparer`)."""
    dites, bases = _lire_les_ventilations(recues), parties_de_la_base(recues)
    # That of each landlord: the one that it gives, else its parts.
    bases["base"] = _arrondir(bases["base_previsionnelle"].fillna(bases["base_calculee"]))
    departement, fin = references.projet.departement, date(annee, 12, 31)
    signees = conventions_en_vigueur(references.tables, departement, fin)
    totaux = _ventiler(dites, "").groupby(_ACTEURS, dropna=False, as_index=False)[_COMPTES].sum(min_count=1)
    ventilees = {
        f"{FLUX}@{dimension}": _une_fois_complets(
            _ventiler(dites, VENTILATIONS[colonne])[[*_ACTEURS, colonne, *_COMPTES]]
        )
        for dimension, colonne in _VENTILEES.items()
    }
    return {
        FLUX: _reserver(_une_fois_complets(totaux), recues, bases, signees),
        **ventilees,
        f"{FLUX}@motif_soustraction": soustraits(recues),
        f"{FLUX}@composante_flux": _composantes(bases),
    }


def _lire_les_ventilations(recues: pd.DataFrame) -> pd.DataFrame:
    """The rows that tell of dwellings, those of a landlord and a réservataire (``paire``) together.

    Each breakdown of a pair (``codes``: of the columns that it fills in) tells one total; those that do not add up to
    the least detailed one, of the lowest ``rang``, tell something else, and are left out.
    """
    dites = recues.reindex(columns=[*_ACTEURS, *VENTILATIONS, "ventilation", *_COMPTES])
    dites = dites[dites[_COMPTES].notna().any(axis=1)]
    codes = dites["ventilation"].fillna("").astype("object").map(lambda dits: tuple(sorted({*dits.split(";")} - {""})))
    rangs = {siens: rang for rang, siens in enumerate(sorted(codes.unique(), key=lambda siens: (len(siens), siens)))}
    paires, places = dites.groupby(_ACTEURS, dropna=False).ngroup(), codes.map(rangs).astype("int64")
    lignes = dites.assign(paire=paires, codes=codes, rang=places).sort_values("paire", kind="stable")
    sommes = lignes.groupby(["paire", "rang"])[_COMPTES].sum()
    justes = sommes.eq(sommes.groupby(level="paire").transform("first")).all(axis=1)
    return lignes.merge(justes[justes].index.to_frame(index=False), on=["paire", "rang"])


def _ventiler(dites: pd.DataFrame, code: str) -> pd.DataFrame:
    """The rows that tell a breakdown, the least detailed; without one, the total, whose class is not known."""
    muettes = ~dites["codes"].map(lambda codes: code in codes).astype(bool)
    ordre = dites["rang"] + muettes * (dites["rang"].max() + 1)
    choisies: pd.DataFrame = dites[ordre.eq(ordre.groupby(dites["paire"]).transform("min"))]
    return choisies.reset_index(drop=True)


class SansVentilation(NamedTuple):
    """Dwellings whose class in a dimension is not known: all those of the pair, or a part of them (``en_partie``)."""

    dimension: str
    bailleur: str
    reservataire: str
    en_partie: bool


def sans_ventilation(lignes: Mapping[str, pd.DataFrame]) -> Iterator[SansVentilation]:
    """The dwellings that are not broken down, in the tables of :func:`preparer`."""
    for dimension, colonne in _VENTILEES.items():
        if (table := lignes.get(f"{FLUX}@{dimension}")) is not None:
            dits = table[table[_COMPTES].gt(0).any(axis=1)]
            acteurs = [dits[nom].fillna(NON_RENSEIGNE) for nom in _ACTEURS]
            parts = dits[colonne].isna().groupby(acteurs).mean().reset_index().itertuples(index=False, name=None)
            for bailleur, reserve, part in parts:
                if part > 0:
                    yield SansVentilation(dimension, bailleur, reserve, part < 1)


def conventions(lignes: Mapping[str, pd.DataFrame]) -> frozenset[tuple[str, str]] | None:
    """The landlords and réservataires for whom dwellings are reserved, by a rate, as the report tells its readers.

    By the same tables; None without a flux.
    """
    if FLUX not in lignes:
        return None
    liees = lignes[FLUX].loc[lignes[FLUX]["quota"].notna(), _ACTEURS]
    return frozenset(liees.itertuples(index=False, name=None))


def _une_fois_complets(table: pd.DataFrame) -> pd.DataFrame:
    """Proposed dwellings that a landlord does not tell would make those of all too few: none is told then."""
    if (table["nb_attribues"].notna() & table["nb_proposes"].isna()).any():
        return table.assign(nb_proposes=pd.Series(pd.NA, index=table.index, dtype="Int64"))
    return table


def _arrondir(logements: pd.Series) -> pd.Series:
    """Whole dwellings, the half up; a thousandth first, so that 12.5 computed as 12.499999 is 12.5."""
    return (logements.round(3) + 0.5).floordiv(1)


def _reserver(table: pd.DataFrame, recues: pd.DataFrame, bases: pd.DataFrame, signees: pd.DataFrame) -> pd.DataFrame:
    """Add, for each landlord and réservataire that have a rate and a base, what is reserved.

    ``assiette``: the landlord's base; ``quota``: the rate of that base, to the nearest dwelling. ``base``,
    ``nb_soustraits``, ``nb_soustraits_prevus``: the landlord's, on one of its rows only, to be added up once.
    """
    ecrits = [signees.rename(columns={"taux_pct": "taux"}), recues.rename(columns={"taux_flux_pct": "taux"})]
    # The rate of the convention prevails over the one that the landlord writes.
    paires = pd.concat([dits[[*_ACTEURS, "taux"]].dropna() for dits in ecrits], ignore_index=True)
    paires = paires.drop_duplicates(_ACTEURS).astype({"taux": "Float64"})
    paires = paires[paires["bailleur"].isin(bases.index)]
    deduits = soustraits(recues).groupby("bailleur")[list(SOUSTRAITS)].sum(min_count=1)
    # A landlord that has a base and no row has one.
    complete = table.merge(paires, how="outer", on=_ACTEURS).merge(bases["base"], how="outer", on="bailleur")
    complete = complete.join(deduits, on="bailleur").astype({"base": "Float64"} | dict.fromkeys(SOUSTRAITS, "Float64"))
    complete["assiette"] = complete["base"].where(complete["taux"].notna())
    complete["quota"] = _arrondir(complete["assiette"] * complete["taux"] / 100)
    du_bailleur = ["base", *SOUSTRAITS]
    complete[du_bailleur] = complete[du_bailleur].where(~complete.duplicated("bailleur"))
    return complete


def _composantes(bases: pd.DataFrame) -> pd.DataFrame:
    """One row is a landlord and a part of its base, in dwellings."""
    larges = bases[list(_COMPOSANTES)].rename(columns=_COMPOSANTES).reset_index()
    return larges.melt("bailleur", var_name="composante_flux", value_name="logements_prevus").dropna()
