"""S01 to S10 counted again from the stored rows of the example, in plain pandas that reads nothing of ``src``.

The SQL oracle counts rows of households; these indicators add up columns, so that they have an oracle of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.project import Projet

CLES = ["indicateur", "annee", "perimetre_type", "perimetre_code", "modalite"]
COLONNES = {  # what each class of an indicator adds up, read from nomenclatures
    "S05": ("compositions_occupants", "colonne", "nb_menages"),
    "S06": ("ages_titulaires", "colonne", "nb_menages"),
    "S07": ("ressources_plus", "colonne", "nb_menages"),
    "S07R": ("ressources_plus", "colonne_recents", "nb_menages_recents"),
}
PAR_LOGEMENT = {
    "S01T": ("typologie", "typologies"),
    "S01F": ("financement", "financements"),
    "S01E": ("dpe_energie", "etiquettes_dpe"),
}
BASSES = ("0_20", "20_40")
Chiffres = dict[tuple[str, int, str, str, str], tuple[float, float | None]]


def lire(racine: Path, extrait: str, annee: int) -> pd.DataFrame:
    fichier = racine / "data/processed" / extrait / f"annee={annee}" / "part.parquet"
    return pd.read_parquet(fichier) if fichier.exists() else pd.DataFrame()


def lieux(epci: str, communes: list[str], quartiers: list[str]) -> Iterator[tuple[str, str]]:
    yield "epci", epci
    yield from (("commune", code) for code in communes)
    yield from (("qpv", code) for code in quartiers)
    yield "en_qpv", epci
    yield "hors_qpv", epci


def enquete(racine: Path, annee: int) -> Callable[[str, str, str], float]:
    """What a column adds up to in a place: of whole communes, of their quarters, and of what these leave."""
    lignes = lire(racine, "occupation", annee)
    sans_bailleur = lignes[lignes["bailleur"].isna()]
    quartiers = sans_bailleur[sans_bailleur["qpv"].notna()]
    communes = sans_bailleur[sans_bailleur["qpv"].isna()]

    def somme(colonne: str, genre: str, code: str) -> float:
        dedans, tout = quartiers[colonne].sum(), communes[colonne].sum()
        return float(
            {
                "epci": tout,
                "en_qpv": dedans,
                "hors_qpv": tout - dedans,
                "commune": communes.loc[communes["commune_insee"].eq(code), colonne].sum(),
                "qpv": quartiers.loc[quartiers["qpv"].eq(code), colonne].sum(),
            }[genre]
        )

    return somme


def communes_en_qpv(racine: Path, annee: int) -> set[str]:
    """The communes that a quarter of the year touches."""
    territoire = racine / "data/reference/territory"
    quartiers, liens = (
        pd.read_csv(territoire / f"{nom}.csv", dtype="str", keep_default_na=False) for nom in ("qpv", "qpv_communes")
    )
    fin = quartiers["valide_au"].replace("", "9999-12-31")
    valides = quartiers[quartiers["valide_du"].le(f"{annee}-12-31") & fin.ge(f"{annee}-12-31")]
    return set(liens.loc[liens["qpv_code"].isin(valides["code"]), "code_insee"])


def selection(lignes: pd.DataFrame, genre: str, code: str, touchees: set[str]) -> pd.DataFrame:
    """The dwellings or leases of a place; a blank is outside the quarters where the commune has none (D14)."""
    en_qpv = lignes["est_en_qpv"].fillna(False).astype(bool)
    dehors = lignes["est_en_qpv"].isna() & ~lignes["commune_insee"].isin(touchees)
    garde = {
        "epci": pd.Series(True, index=lignes.index),
        "commune": lignes["commune_insee"].eq(code),
        "qpv": lignes["qpv"].eq(code) & en_qpv,
        "en_qpv": en_qpv,
        "hors_qpv": lignes["est_en_qpv"].eq(False).fillna(False).astype(bool) | dehors,
    }[genre]
    return lignes[garde]


def nomenclature(racine: Path, nom: str) -> pd.DataFrame:
    return pd.read_csv(racine / "data/reference/nomenclatures" / f"{nom}.csv", dtype="str", keep_default_na=False)


def attendus(racine: Path, annee: int, ou: list[tuple[str, str]]) -> Chiffres:
    chiffres: Chiffres = {}
    if not lire(racine, "occupation", annee).empty:
        somme = enquete(racine, annee)
        for genre, code in ou:
            menages, recents = (somme(nom, genre, code) for nom in ("nb_menages", "nb_menages_recents"))
            chiffres["S04", annee, genre, code, ""] = menages, None
            chiffres["S08", annee, genre, code, ""] = recents, menages
            chiffres["S09", annee, genre, code, ""] = somme("nb_occupants", genre, code), menages
            chiffres["S10", annee, genre, code, ""] = (
                sum(somme(f"nb_ressources_{t}", genre, code) for t in BASSES), menages,
            )  # fmt: skip
            chiffres["S10R", annee, genre, code, ""] = (
                sum(somme(f"nb_ressources_{t}_recents", genre, code) for t in BASSES), recents,
            )  # fmt: skip
            for indicateur, (liste, colonne, total) in COLONNES.items():
                ensemble, reste = somme(total, genre, code), somme(total, genre, code)
                for classe, nom in nomenclature(racine, liste)[["code", colonne]].itertuples(index=False):
                    n = somme(nom, genre, code)
                    chiffres[indicateur, annee, genre, code, classe] = n, ensemble
                    reste -= n
                chiffres[indicateur, annee, genre, code, "NR"] = reste, ensemble
    logements, baux = lire(racine, "parc", annee), lire(racine, "attributions", annee)
    if not logements.empty:
        periodes, touchees = nomenclature(racine, "periodes_construction"), communes_en_qpv(racine, annee)
        for genre, code in ou:
            siens, signes = (selection(lignes, genre, code, touchees) for lignes in (logements, baux))
            chiffres["S01", annee, genre, code, ""] = len(siens), None
            chiffres["S02", annee, genre, code, ""] = len(signes), len(siens)
            louables = siens[siens["mode_occupation"].isin(["LOUE", "VACANT"])]
            chiffres["S03", annee, genre, code, ""] = int(louables["mode_occupation"].eq("VACANT").sum()), len(louables)
            for indicateur, (colonne, liste) in PAR_LOGEMENT.items():
                for classe in [*nomenclature(racine, liste)["code"], "NR"]:
                    n = int(siens[colonne].fillna("NR").eq(classe).sum())
                    chiffres[indicateur, annee, genre, code, classe] = n, len(siens)
            for classe, bas, haut in periodes[["code", "minimum", "maximum"]].itertuples(index=False):
                dans = siens["annee_construction"].ge(int(bas or 0)) & siens["annee_construction"].le(int(haut or 9999))
                chiffres["S01P", annee, genre, code, classe] = int(dans.fillna(False).sum()), len(siens)
            chiffres["S01P", annee, genre, code, "NR"] = int(siens["annee_construction"].isna().sum()), len(siens)
            for classe in [*nomenclature(racine, "typologies")["code"], "NR"]:
                chiffres["S02", annee, genre, code, classe] = (
                    int(signes["typologie"].fillna("NR").eq(classe).sum()),
                    int(siens["typologie"].fillna("NR").eq(classe).sum()),
                )
    return chiffres


def fautes(racine: Path, cadre: pd.DataFrame) -> list[str]:
    """Where the product's figures are not those of the oracle; one of them may not be counted at all."""
    siens = cadre[cadre["indicateur"].str.startswith("S")]
    lus: Mapping[int, Chiffres] = {}
    trouvees = []
    for annee, lignes in siens.groupby("annee"):
        ou = sorted(set(zip(lignes["perimetre_type"], lignes["perimetre_code"], strict=True)))
        lus = {int(str(annee)): attendus(racine, int(str(annee)), ou)}
        for ligne in lignes.to_dict("records"):
            n, d = lus[int(str(annee))][tuple(ligne[cle] for cle in CLES)]  # type: ignore[index]
            obtenu = ligne["numerateur"], None if pd.isna(ligne["denominateur"]) else ligne["denominateur"]
            facteur = 1 if ligne["unite"] == "ratio" else 100
            valeur = n if d is None else facteur * n / d if d else None
            juste = (pd.isna(ligne["valeur"]) and valeur is None) or ligne["valeur"] == pytest.approx(valeur)
            if obtenu != (n, d) or not juste:
                trouvees.append(f"{[ligne[c] for c in CLES]}: {obtenu}, {ligne['valeur']} instead of {n}, {d}")
    return trouvees


def test_chaque_chiffre_du_parc_egale_celui_de_l_oracle(exemple: Projet, cadre_de_l_exemple: pd.DataFrame) -> None:
    assert not (faux := fautes(exemple.racine, cadre_de_l_exemple)), "\n".join(faux[:20])
    siens = cadre_de_l_exemple[cadre_de_l_exemple["indicateur"].str.startswith("S")]
    assert set(siens.loc[siens["indicateur"].eq("S04"), "annee"]) == {2018, 2020, 2022}
    assert set(siens.loc[siens["indicateur"].eq("S01"), "annee"]) == {2022}
    assert siens.loc[siens["denominateur"].ne(0), "statut"].eq("publie").all()


def test_le_parc_de_l_exemple_est_celui_que_l_on_en_dit(exemple: Projet, cadre_de_l_exemple: pd.DataFrame) -> None:
    """The dwellings of the made-up RPLS are those of the made-up parc_social.csv, commune by commune."""
    parc = pd.read_csv(exemple.racine / "data/reference/territory/parc_social.csv", dtype={"code_insee": "str"})
    dits = parc[parc["annee"].eq(2022)].set_index("code_insee")["logements"].astype("float64")
    comptes = cadre_de_l_exemple.query("indicateur == 'S01' and perimetre_type == 'commune'")
    obtenus = comptes.set_index("perimetre_code")["numerateur"]
    pd.testing.assert_series_equal(obtenus, dits[obtenus.index], check_names=False)
