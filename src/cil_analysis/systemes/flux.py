"""The rows of the gestion en flux, ready to be counted: each landlord's base once, each breakdown beside its total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import NON_RENSEIGNE
from cil_analysis.reference.systemes.bilan_flux import VENTILATIONS, parties_de_la_base, soustraits
from cil_analysis.reference.systemes.conventions_flux import conventions_en_vigueur
from cil_analysis.systemes.bailleurs import SansVentilation
from cil_analysis.systemes.colonnes import Lignes

# The extract; the account of the year's days; and the dimension that each breakdown column is counted by.
FLUX, CALENDRIER = "flux", "calendrier"
DIMENSIONS_VENTILEES = {
    "commune_insee": "commune_flux",
    "est_en_qpv": "zone",
    "typologie": "typologie",
    "financement": "financement",
    "periode_construction": "periode_construction",
}
_TOTAL = ""  # What no column breaks down.
_COMPTES = ["nb_proposes", "nb_attribues"]
_ACTEURS = ["bailleur", "reservataire"]
_SOUSTRAITS = ("nb_soustraits", "nb_soustraits_prevus")
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
    calendrier = {CALENDRIER: _calendrier(lignes["attributions"], annee)} if "attributions" in lignes else {}
    return lignes | calendrier | (preparer_le_flux(lignes[FLUX], references, annee) if FLUX in lignes else {})


def preparer_le_flux(recues: pd.DataFrame, references: References, annee: int) -> Lignes:
    """The tables of the dwellings of a year, from the rows received (see :func:`preparer`)."""
    dites, bases = _lire_les_ventilations(recues), _bases(recues)
    totaux = dites.par(_TOTAL).groupby(_ACTEURS, dropna=False, as_index=False)[_COMPTES].sum(min_count=1)
    ventilees = {
        f"{FLUX}@{dimension}": _une_fois_complets(dites.par(VENTILATIONS[colonne])[[*_ACTEURS, colonne, *_COMPTES]])
        for colonne, dimension in DIMENSIONS_VENTILEES.items()
    }
    return {
        FLUX: _reserver(_une_fois_complets(totaux), recues, bases, references, annee),
        **ventilees,
        f"{FLUX}@motif_soustraction": soustraits(recues),
        f"{FLUX}@composante_flux": _composantes(bases),
    }


def _calendrier(baux: pd.DataFrame, annee: int) -> pd.DataFrame:
    """The day of the year of the last lease, and the days of the year."""
    dernier = baux["date_signature_bail"].max() if "date_signature_bail" in baux else pd.NaT
    jours = pd.Timestamp(annee, 12, 31).day_of_year
    ecoules = pd.NA if pd.isna(dernier) else dernier.day_of_year
    return pd.DataFrame({"jours_ecoules": [ecoules], "jours": [jours]}, dtype="Float64")


@dataclass(frozen=True)
class _Ventilations:
    """The rows that tell of dwellings, by landlord and réservataire, and the breakdown of one total that each is of.

    ``lignes``: with the rank of their actors (``paire``), in this order, and that of their breakdown (``rang``), the
    least detailed first. ``justes``: the breakdowns of each pair that add up to the first one; the others tell
    something else. ``codes``: by rank, the columns that a breakdown fills in.
    """

    lignes: pd.DataFrame
    justes: pd.DataFrame
    codes: Sequence[frozenset[str]]

    def par(self, code: str) -> pd.DataFrame:
        """The rows that tell a breakdown, the least detailed; without one, the total, whose class is not known."""
        muette = np.array([code not in self.codes[rang] for rang in self.justes["rang"]], dtype=bool)
        choisies = self.justes.assign(muette=muette).sort_values(["paire", "muette", "rang"]).drop_duplicates("paire")
        voulus = self.lignes["paire"].map(choisies.set_index("paire")["rang"])
        return self.lignes[self.lignes["rang"].eq(voulus)].reset_index(drop=True)


def _lire_les_ventilations(recues: pd.DataFrame) -> _Ventilations:
    comptes = [nom for nom in _COMPTES if nom in recues]
    dites = recues[recues[comptes].notna().any(axis=1)] if comptes else recues.head(0)
    dites = dites.reindex(columns=[*_ACTEURS, *VENTILATIONS, "ventilation", *_COMPTES])
    textes = dites["ventilation"].fillna("")
    codes = {texte: frozenset(texte.split(";")) - {""} for texte in textes.unique()}
    ordre = sorted(codes, key=lambda texte: (len(codes[texte]), sorted(codes[texte])))
    rangs = {texte: rang for rang, texte in enumerate(ordre)}
    lignes = dites.assign(
        paire=dites.groupby(_ACTEURS, dropna=False).ngroup(), rang=textes.map(rangs).astype("int64")
    ).sort_values("paire", kind="stable")
    sommes = lignes.groupby(["paire", "rang"])[_COMPTES].sum()
    justes = sommes.eq(sommes.groupby(level=0).transform("first")).all(axis=1)
    return _Ventilations(lignes, sommes[justes].reset_index()[["paire", "rang"]], [codes[texte] for texte in ordre])


def sans_ventilation(lignes: Mapping[str, pd.DataFrame]) -> frozenset[SansVentilation]:
    """Who does not break down which dwellings, by the tables of :func:`preparer_le_flux`."""
    muets: set[SansVentilation] = set()
    for colonne, dimension in DIMENSIONS_VENTILEES.items():
        if (table := lignes.get(f"{FLUX}@{dimension}")) is not None:
            dits = table[table[_COMPTES].gt(0).any(axis=1)]
            acteurs = [dits[nom].fillna(NON_RENSEIGNE) for nom in _ACTEURS]
            parts = dits[colonne].isna().groupby(acteurs).mean().reset_index()
            muets |= {
                SansVentilation(dimension, bailleur, reservataire, part < 1)
                for bailleur, reservataire, part in parts.itertuples(index=False, name=None)
                if part > 0
            }
    return frozenset(muets)


def conventions(lignes: Mapping[str, pd.DataFrame]) -> frozenset[tuple[str, str]] | None:
    """The landlords and réservataires whom a rate links, by the same tables; None without a flux."""
    if FLUX not in lignes:
        return None
    liees = lignes[FLUX].loc[lignes[FLUX]["quota"].notna(), _ACTEURS]
    return frozenset(liees.itertuples(index=False, name=None))


def _une_fois_complets(table: pd.DataFrame) -> pd.DataFrame:
    """Proposed dwellings that a landlord does not tell would make those of all too few: none is told then."""
    if (table["nb_attribues"].notna() & table["nb_proposes"].isna()).any():
        return table.assign(nb_proposes=pd.Series(pd.NA, index=table.index, dtype="Int64"))
    return table


def _bases(recues: pd.DataFrame) -> pd.DataFrame:
    """The base of each landlord: the one that it gives, else its parts."""
    parties = parties_de_la_base(recues)
    return parties.assign(base=_arrondir(parties["base_previsionnelle"].fillna(parties["base_calculee"])))


def _arrondir(logements: pd.Series) -> pd.Series:
    """Whole dwellings, the half up; a thousandth first, so that 12.5 computed as 12.499999 is 12.5."""
    return (logements.round(3) + 0.5).floordiv(1)


def _reserver(
    table: pd.DataFrame, recues: pd.DataFrame, bases: pd.DataFrame, references: References, annee: int
) -> pd.DataFrame:
    """Add, for each landlord and réservataire that have a rate and a base, what is reserved.

    ``assiette``: the landlord's base; ``quota``: the rate of that base, to the nearest dwelling. ``base``,
    ``nb_soustraits``, ``nb_soustraits_prevus``: the landlord's, on one of its rows only, to be added up once.
    """
    fin = date(annee, 12, 31)
    signees = conventions_en_vigueur(references.conventions_flux, references.projet.departement, fin)
    ecrits = [signees.rename(columns={"taux_pct": "taux"}), recues.rename(columns={"taux_flux_pct": "taux"})]
    # The rate of the convention prevails over the one that the landlord writes.
    paires = pd.concat([dits[[*_ACTEURS, "taux"]].dropna() for dits in ecrits], ignore_index=True)
    paires = paires.drop_duplicates(_ACTEURS).astype({"taux": "Float64"})
    paires = paires[paires["bailleur"].isin(bases.index)]
    seules = pd.DataFrame({"bailleur": bases.index, "reservataire": None}).astype("str")
    complete = table.merge(paires, how="outer", on=_ACTEURS)
    sans_ligne = seules[~seules["bailleur"].isin(complete["bailleur"])]
    complete = pd.concat([complete, sans_ligne], ignore_index=True)
    complete["assiette"] = complete["bailleur"].map(bases["base"]).astype("Float64").where(complete["taux"].notna())
    complete["quota"] = _arrondir(complete["assiette"] * complete["taux"] / 100)
    premiere = ~complete.duplicated("bailleur")
    deduits = soustraits(recues).groupby("bailleur")[list(_SOUSTRAITS)].sum(min_count=1)
    for nom, valeurs in [("base", bases["base"]), *((nom, deduits[nom]) for nom in _SOUSTRAITS)]:
        complete[nom] = complete["bailleur"].map(valeurs).astype("Float64").where(premiere)
    return complete


def _composantes(bases: pd.DataFrame) -> pd.DataFrame:
    """One row is a landlord and a part of its base, in dwellings."""
    larges = bases[list(_COMPOSANTES)].rename(columns=_COMPOSANTES).reset_index()
    return larges.melt("bailleur", var_name="composante_flux", value_name="logements_prevus").dropna()
