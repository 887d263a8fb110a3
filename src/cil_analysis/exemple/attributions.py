"""Made-up leases, and the list of the households to rehouse that landlords send beside them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cil_analysis.exemple import fichiers
from cil_analysis.exemple.projet import BAILLEURS
from cil_analysis.exemple.tables import DIT, RESIDENCE
from cil_analysis.exemple.tirage import Tirage, menages, normer, prioriser

_PART_ESSENTIELS = 0.22  # of those who work
_PART_EN_RESIDENCE = 0.12  # of the leases of the central commune outside its quarters
_NOM = "relogements"
_TITRES = ("Nom du demandeur", "N° unique", "Immeuble à démolir")
# Of the leases said to be relogements, the share that the list knows; how many others it has, and how many of no lease.
_CONNUS, _AUTRES, _SANS_BAIL = 0.85, 12, 15


def tirer(tire: Tirage) -> pd.DataFrame:
    """About 3,000 leases of the year; one row is one lease."""
    h, decor = tire.hasard, tire.decor
    n = int(tire.decor.effectifs.attributions * (1 + 0.03 * np.sin(tire.rang * 1.7)) - 35 * tire.rang)
    place = h.choice(len(decor.communes), size=n, p=normer(decor.communes["poids"].to_numpy()))
    commune = decor.communes.iloc[place].reset_index(drop=True)
    en_qpv = commune["a_qpv"].to_numpy() & (h.random(n) < 0.36)
    parts, prioritaires = zip(*DIT["reservataires"].values(), strict=True)
    reservataire = h.choice(len(parts), size=n, p=parts)
    bailleur = tire.choix(np.arange(len(BAILLEURS)), n, list(BAILLEURS.values()))
    # The first quartile is housed more in QPV; outside, communes differ and the share grows year after year.
    chance = np.where(en_qpv, 0.41 + 0.05 * (bailleur == 1), commune["chance_q1"] + 0.013 * tire.rang)
    table = menages(tire, n, h.random(n) < chance, loges=True)
    table["date_signature_bail"] = tire.jours(n)
    mois = np.clip(h.gamma(1.25, 11.5 + 0.9 * tire.rang, n), 0.1, 140)
    table["date_depot_demande"] = table["date_signature_bail"] - pd.to_timedelta((mois * 30.4).astype(int), unit="D")
    table["commune_insee"] = commune["code_insee"]
    table["est_en_qpv"] = en_qpv
    table["qpv"] = _quartiers(tire, table)
    table["bailleur"] = np.array(list(BAILLEURS), dtype=object)[bailleur]
    table["reservataire"] = np.array(list(DIT["reservataires"]), dtype=object)[reservataire]
    table["typologie"] = tire.typologies(table["taille_menage"].to_numpy())
    _construire(tire, table)
    table["est_relogement_ru"] = en_qpv & (h.random(n) < 0.03) | (h.random(n) < 0.008)
    tenue = 1 + 0.03 * (tire.rang - 2) + 0.06 * (bailleur - 1)
    chances = np.array(prioritaires)[reservataire] * np.clip(tenue, 0.6, 1.06)
    prioriser(tire, table, h.random(n) < chances)
    table["commune_origine_insee"] = origines(tire, table["commune_insee"].to_numpy(), DIT["origines"])
    table["numero_unique"] = tire.numeros(n, "A")
    return table


def employer(tire: Tirage, baux: pd.DataFrame) -> pd.DataFrame:
    """The leases, with who works in what the example calls an essential sector."""
    au_travail = baux["situation_professionnelle"].isin(["CDI", "CDD"])
    return baux.assign(est_travailleur_essentiel=au_travail & (tire.hasard.random(len(baux)) < _PART_ESSENTIELS))


def loger_en_residence(tire: Tirage, baux: pd.DataFrame) -> pd.DataFrame:
    """The leases, with those that are in the made-up résidence: in the largest commune, outside its quarters."""
    centre = tire.decor.communes.sort_values("poids", ascending=False, kind="stable")["code_insee"].iloc[0]
    tires = tire.hasard.random(len(baux)) < _PART_EN_RESIDENCE
    dedans = baux["commune_insee"].eq(centre) & ~baux["est_en_qpv"] & tires
    return baux.assign(residence=np.where(dedans, RESIDENCE, ""))


def _quartiers(tire: Tirage, table: pd.DataFrame) -> pd.Series:
    """A QPV of the commune, in the generation in force at 31 December; empty outside QPV."""
    liens = tire.references.territoire.communes_des_qpv(date(tire.annee, 12, 31))
    quartier = pd.Series("", index=table.index, dtype="object")
    for commune, codes in liens.groupby("code_insee")["qpv_code"]:
        lignes = table.index[table["est_en_qpv"] & table["commune_insee"].eq(commune)]
        quartier.loc[lignes] = tire.choix(sorted(codes), len(lignes), np.arange(len(codes), 0, -1))
    return quartier


def _construire(tire: Tirage, table: pd.DataFrame) -> None:
    """How the dwelling was financed, when it was built, and whether it is a house: large ones are, outside QPV."""
    h, n = tire.hasard, len(table)
    table["financement"] = tire.codes("financements", n)
    ancien = 1976 - np.clip(h.gamma(2.0, 6.0, n), 0, 70)
    recent = tire.annee - np.clip(h.gamma(1.6, 12.0, n), 0, tire.annee - 1977)
    annees = np.where(table["financement"].eq("AVANT_1977"), ancien, recent).astype(int)
    table["annee_construction"] = annees
    periodes = tire.references.nomenclatures["periodes_construction"]
    table["periode_construction"] = periodes.classer(pd.Series(annees)).astype("object")
    grand = table["typologie"].isin(["T4", "T5", "T6P"])
    individuel = ~table["est_en_qpv"] & (h.random(n) < np.where(grand, 0.42, 0.09))
    table["type_construction"] = np.where(individuel, "I", "C")


def origines(tire: Tirage, destinations: np.ndarray, parts: Sequence[float]) -> np.ndarray:
    """The commune where each household lived; empty when nobody asked.

    ``parts``: the same commune, another member, another commune of the département, elsewhere in France, blank.
    """
    n, territoire = len(destinations), tire.references.territoire
    voisines = sorted(set(territoire.noms()) - set(tire.decor.communes["code_insee"]))
    ailleurs = [_code_ailleurs(tire) for _ in range(40)]
    tirees = (
        destinations,
        _autres_membres(tire, destinations),
        tire.hasard.choice(voisines, n),
        tire.hasard.choice(ailleurs, n),
        np.full(n, ""),
    )
    sorte = tire.choix(np.arange(len(parts)), n, parts)
    provenances: np.ndarray = np.choose(sorte, [np.asarray(codes, dtype="U5") for codes in tirees])
    return provenances


def _autres_membres(tire: Tirage, destinations: np.ndarray) -> np.ndarray:
    """For each lease, a member commune that is not its own."""
    codes = tire.decor.communes["code_insee"].to_numpy()
    poids = tire.decor.communes["poids"].to_numpy() + 0.02
    tires = destinations.copy()
    for code in codes:
        lignes = np.flatnonzero(destinations == code)
        tires[lignes] = tire.choix(codes, len(lignes), np.where(codes == code, 0, poids))
    return tires


def _code_ailleurs(tire: Tirage) -> str:
    """Five characters with the shape of an INSEE code of another département, of the mainland or of Corsica."""
    departements = [f"{d:02d}" for d in range(1, 96) if d != 20] + ["2A", "2B"]
    autres = [d for d in departements if d != tire.references.projet.departement]
    return f"{tire.hasard.choice(autres)}{tire.hasard.integers(1, 300):03d}"


def ecrire_les_relogements(tire: Tirage, baux: pd.DataFrame) -> None:
    """Write ``relogements-<année>.csv``: one number stands there twice, and another is cut short."""
    h = tire.hasard
    dits = baux["est_relogement_ru"].to_numpy(bool)
    connus = baux.loc[dits & (h.random(len(baux)) < _CONNUS), "numero_unique"]
    non_dits = baux.loc[~dits, "numero_unique"]
    autres = non_dits.sample(min(_AUTRES, len(non_dits)), random_state=int(h.integers(1 << 31)))
    numeros = [*connus, *autres, *tire.numeros(_SANS_BAIL, "R")]
    h.shuffle(numeros)
    lignes = [
        [f"NOM-FICTIF-{rang:05d}", numero, f"Tour {rang % 3 + 1}"] for rang, numero in enumerate(numeros, start=1)
    ]
    coupee = [lignes[1][0], lignes[1][1][:12], lignes[1][2]]
    fichiers.ecrire(tire, _NOM, [_TITRES, *lignes, lignes[0], coupee])


def listes_de(fichier: Path) -> dict[str, list[Path]]:
    """The lists that go with an extract of the example, by code: one beside the leases of a year."""
    extrait, _, annee = fichier.stem.rpartition("-")
    liste = fichier.with_name(f"{_NOM}-{annee}.csv")
    return {"RU": [liste]} if extrait == "attributions" and liste.exists() else {}
