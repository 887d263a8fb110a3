"""S01 to S10 counted again from the stored rows of the example, in plain pandas that reads nothing of ``src``.

The SQL oracle counts rows of households; these indicators add up columns, so that they have an oracle of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.projet import Projet

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
Lieux = list[tuple[str, str]]


def lire(racine: Path, extrait: str, annee: int) -> pd.DataFrame:
    fichier = racine / "data/processed" / extrait / f"annee={annee}" / "part.parquet"
    return pd.read_parquet(fichier) if fichier.exists() else pd.DataFrame()


def enquete(racine: Path, annee: int) -> Callable[[str, str, str], float]:
    """What a column adds up to in a place: of whole communes, of their quarters, and of what these leave."""
    lignes = lire(racine, "occupation", annee)
    sans_bailleur = lignes[lignes["bailleur"].isna()]
    quartiers = sans_bailleur[sans_bailleur["qpv"].notna()]
    communes = sans_bailleur[sans_bailleur["qpv"].isna()]

    def somme(colonne: str, genre: str, code: str) -> float:
        if genre == "commune":
            return float(communes.loc[communes["commune_insee"].eq(code), colonne].sum())
        if genre == "qpv":
            return float(quartiers.loc[quartiers["qpv"].eq(code), colonne].sum())
        dedans, tout = quartiers[colonne].sum(), communes[colonne].sum()
        return float({"epci": tout, "en_qpv": dedans, "hors_qpv": tout - dedans}[genre])

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


def de_l_enquete(racine: Path, annee: int, ou: Lieux) -> Chiffres:
    chiffres: Chiffres = {}
    somme = enquete(racine, annee)
    for lieu in ou:
        menages, recents = (somme(nom, *lieu) for nom in ("nb_menages", "nb_menages_recents"))
        basses, basses_recentes = (
            sum(somme(f"nb_ressources_{tranche}{suite}", *lieu) for tranche in BASSES) for suite in ("", "_recents")
        )
        for code, n, d in (
            ("S04", menages, None), ("S08", recents, menages), ("S09", somme("nb_occupants", *lieu), menages),
            ("S10", basses, menages), ("S10R", basses_recentes, recents),
        ):  # fmt: skip
            chiffres[code, annee, *lieu, ""] = n, d
        for code, (liste, colonne, total) in COLONNES.items():
            ensemble, reste = somme(total, *lieu), somme(total, *lieu)
            for classe, nom in nomenclature(racine, liste)[["code", colonne]].itertuples(index=False):
                n = somme(nom, *lieu)
                chiffres[code, annee, *lieu, classe] = n, ensemble
                reste -= n
            chiffres[code, annee, *lieu, "NR"] = reste, ensemble
    return chiffres


def du_parc(racine: Path, annee: int, ou: Lieux) -> Chiffres:
    chiffres: Chiffres = {}
    logements, baux = lire(racine, "parc", annee), lire(racine, "attributions", annee)
    periodes, touchees = nomenclature(racine, "periodes_construction"), communes_en_qpv(racine, annee)
    types = [*nomenclature(racine, "typologies")["code"], "NR"]
    for lieu in ou:
        siens, signes = (selection(lignes, *lieu, touchees) for lignes in (logements, baux))
        louables = siens[siens["mode_occupation"].isin(["LOUE", "VACANT"])]
        chiffres["S01", annee, *lieu, ""] = len(siens), None
        chiffres["S02", annee, *lieu, ""] = len(signes), len(siens)
        chiffres["S03", annee, *lieu, ""] = int(louables["mode_occupation"].eq("VACANT").sum()), len(louables)
        for code, (colonne, liste) in PAR_LOGEMENT.items():
            for classe in [*nomenclature(racine, liste)["code"], "NR"]:
                chiffres[code, annee, *lieu, classe] = int(siens[colonne].fillna("NR").eq(classe).sum()), len(siens)
        annees = siens["annee_construction"]
        for classe, bas, haut in periodes[["code", "minimum", "maximum"]].itertuples(index=False):
            dans = annees.ge(int(bas or 0)) & annees.le(int(haut or 9999))
            chiffres["S01P", annee, *lieu, classe] = int(dans.fillna(False).sum()), len(siens)
        chiffres["S01P", annee, *lieu, "NR"] = int(annees.isna().sum()), len(siens)
        for classe in types:
            n, d = (int(lignes["typologie"].fillna("NR").eq(classe).sum()) for lignes in (signes, siens))
            chiffres["S02", annee, *lieu, classe] = n, d
    return chiffres


def fautes(racine: Path, cadre: pd.DataFrame) -> list[str]:
    """Where the product's figures are not those of the oracle; one of them may not be counted at all."""
    trouvees = []
    for annee, lignes in cadre[cadre["indicateur"].str.startswith("S")].groupby("annee"):
        ou = sorted(set(zip(lignes["perimetre_type"], lignes["perimetre_code"], strict=True)))
        attendus: Chiffres = {}
        for nom, compter in (("occupation", de_l_enquete), ("parc", du_parc)):
            attendus |= {} if lire(racine, nom, annee).empty else compter(racine, annee, ou)
        for ligne in lignes.to_dict("records"):
            n, d = attendus[tuple(ligne[cle] for cle in CLES)]  # type: ignore[index]
            obtenu = ligne["numerateur"], None if pd.isna(ligne["denominateur"]) else ligne["denominateur"]
            valeur = n if d is None else (1 if ligne["unite"] == "ratio" else 100) * n / d if d else None
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
