"""What must change nothing in the figures, and what must change exactly the counts that it belongs to."""

from __future__ import annotations

import oracle_sql
import pandas as pd
import pyarrow.parquet as pq
import pytest
from fabrication import ANNEE, EFFECTIFS, Fabrique, Ligne

# Shares of each class, or at each duration, and not of the whole; and of publics, to several of which one may belong.
SANS_PARTITION = {"C06", "C07", "C08B", "C08H", "C09B", "C09H", "C10", "C11B", "C11H", "C12B", "C12H", "D09",
                  "R11", "R13", "R14", "O13", "O14", "O15"}  # fmt: skip
# What a rank among all the requests tells: one more may move another over the limit of a decile.
DE_RANG = ["C03", "C06", "C07", "C08", "C08B", "C08H", "C09", "C09B", "C09H", "C10"]
CHIFFRES = ["numerateur", "denominateur", "valeur", "statut"]


@pytest.fixture(scope="module")
def fabrique(tmp_path_factory: pytest.TempPathFactory) -> Fabrique:
    return Fabrique(tmp_path_factory.mktemp("metamorphoses") / "projet", graine=5)


@pytest.fixture(scope="module")
def lignes(fabrique: Fabrique) -> dict[str, list[Ligne]]:
    return fabrique.lignes()


@pytest.fixture(scope="module")
def avant(fabrique: Fabrique, lignes: dict[str, list[Ligne]]) -> pd.DataFrame:
    """The figures before any change."""
    fabrique.importer_tout(lignes)
    return ranger(fabrique.compter())


def ranger(cadre: pd.DataFrame) -> pd.DataFrame:
    return cadre.set_index(oracle_sql.CLES)[CHIFFRES].sort_index()


def rangees(fabrique: Fabrique, extrait: str) -> pd.DataFrame:
    fichier = fabrique.projet.traite / extrait / f"annee={ANNEE}" / "part.parquet"
    return pq.read_table(fichier, partitioning=None).to_pandas()


# --- What changes nothing --------------------------------------------------------------------------------------------


def test_ce_qui_ne_change_rien(fabrique: Fabrique, lignes: dict[str, list[Ligne]], avant: pd.DataFrame) -> None:
    """The rows in another order and in two files, of one import or of two, the first under other headings."""
    for extrait, rangs in lignes.items():
        melangees, tiers = fabrique.hasard.sample(rangs, len(rangs)), len(rangs) // 3
        assert melangees != rangs
        premiere = fabrique.ecrire(extrait, melangees[:tiers], "premiere", par_alias=True)
        assert premiere.read_text("utf-8") != fabrique.ecrire(extrait, melangees[:tiers], "temoin").read_text("utf-8")
        seconde = fabrique.ecrire(extrait, melangees[tiers:], "seconde")
        if extrait == "demandes":
            fabrique.importer(extrait, premiere)
            fabrique.importer(extrait, seconde, ajouter=True)
        else:
            fabrique.importer(extrait, seconde, premiere)
    for extrait, nombre in EFFECTIFS.items():
        assert len(rangees(fabrique, extrait)) == nombre, f"every row of {extrait} is kept"
    pd.testing.assert_frame_equal(ranger(fabrique.compter()), avant)


# --- A few rows more --------------------------------------------------------------------------------------------------


def test_des_lignes_de_plus_ne_changent_que_leurs_comptes(
    fabrique: Fabrique, lignes: dict[str, list[Ligne]], avant: pd.DataFrame
) -> None:
    """By how much each numerator and denominator moves is what the oracle says that these households add."""
    nouveaux: set[str] = set()
    for extrait, nombre in {"attributions": 4, "demandes": 3, "radiations": 1, "propositions": 3}.items():
        connus = set(rangees(fabrique, extrait)["demande_pseudonyme"])
        connues = fabrique.ecrire(extrait, lignes[extrait], "connues")
        nouvelles = fabrique.ecrire(extrait, [fabrique.ligne(extrait) for _ in range(nombre)], "nouvelles")
        fabrique.importer(extrait, connues, nouvelles)
        nouveaux |= set(rangees(fabrique, extrait)["demande_pseudonyme"]) - connus
    assert len(nouveaux) == 11
    with oracle_sql.ouvrir(fabrique.projet.racine) as base:
        attendus = oracle_sql.apports(base, sorted(nouveaux)).set_index(oracle_sql.CLES)
    apres = ranger(fabrique.compter())
    attendus = attendus[~attendus["parfois"] | attendus.index.isin(apres.index)]
    attendus = attendus[~attendus.index.get_level_values("indicateur").isin(DE_RANG)]
    apres = apres[~apres.index.get_level_values("indicateur").isin(DE_RANG)]
    avant = avant[~avant.index.get_level_values("indicateur").isin(DE_RANG)]
    assert not attendus.empty
    # A figure that was not there counted nobody.
    avant = avant.reindex(avant.index.union(apres.index))
    for terme, apport in (("numerateur", "n"), ("denominateur", "d")):
        ecart = apres[terme].reindex(avant.index).fillna(0) - avant[terme].fillna(0)
        obtenu = ecart[ecart.ne(0)].astype("int64").to_dict()
        assert obtenu == attendus.loc[attendus[apport].ne(0), apport].astype("int64").to_dict(), terme


# --- Sums ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cadre(cadre_de_l_exemple: pd.DataFrame, avant: pd.DataFrame) -> pd.DataFrame:
    """The figures of the example and of the made-up year, which has every extract and column."""
    return pd.concat([cadre_de_l_exemple, avant.reset_index()], ignore_index=True)


def test_les_parts_d_une_partition_font_cent(cadre: pd.DataFrame, fabrique: Fabrique) -> None:
    """By class of a dimension, or by actor. Households may be in several publics, and in both kinds of mutation."""
    requete = """
        SELECT DISTINCT indicateur FROM catalogue WHERE unite = 'pct' AND dimension <> '' AND modalites IS NULL
        AND dimension NOT IN ('public', 'mutation', 'regle') AND NOT starts_with(dimension, 'colonne_')
    """
    with oracle_sql.ouvrir(fabrique.projet.racine) as base:  # What is counted is the same of any project.
        par_classe = {code for (code,) in base.sql(requete).fetchall()} - SANS_PARTITION
    publies = cadre[cadre["statut"].eq("publie")]
    # In a commune, T02 has one class.
    publies = publies[~(publies["indicateur"].eq("T02") & publies["perimetre_type"].eq("commune"))]
    for codes, classe in ((par_classe, "modalite"), ({"A01", "A02"}, "acteur_code")):
        parts = publies[publies["indicateur"].isin(codes)]
        groupes = parts.groupby([nom for nom in oracle_sql.CLES if nom != classe])
        assert set(parts["indicateur"]) == codes
        assert (groupes["valeur"].sum() - 100).abs().max() < 1e-9
        assert groupes["numerateur"].sum().eq(groupes["denominateur"].max()).all()
        assert groupes["denominateur"].nunique().eq(1).all()


def test_les_communes_font_l_epci_et_les_quartiers_l_interieur(cadre: pd.DataFrame) -> None:
    """Numerators and denominators of the communes, summed, are those of the EPCI, whatever is counted by both."""
    cle, termes = ["indicateur", "annee", "modalite"], ["numerateur", "denominateur"]
    ensemble = cadre[cadre["acteur_code"].eq("")]
    epci = ensemble[ensemble["perimetre_type"].eq("epci")].set_index(cle)[termes]
    communes = ensemble[ensemble["perimetre_type"].eq("commune")].groupby(cle)[termes].sum()
    deux = epci.merge(communes, left_index=True, right_index=True, suffixes=("", "_communes"))
    deux = deux.dropna(subset=termes, how="all")
    assert len(set(deux.index.get_level_values("indicateur"))) > 20
    for terme in termes:
        connus = deux[deux[terme].notna()]
        fausses = connus[connus[terme].ne(connus[f"{terme}_communes"])]
        assert fausses.empty, fausses.head(20)
    sommes = cadre.groupby(["indicateur", "annee", "perimetre_type"])["valeur"].sum().unstack()
    volumes = sommes.loc["V01"]
    inconnus = cadre[cadre["indicateur"].eq("T02") & cadre["modalite"].eq("INCONNU")].set_index("annee")["numerateur"]
    assert volumes["qpv"].eq(volumes["en_qpv"]).all()
    assert (volumes["en_qpv"] + volumes["hors_qpv"] + inconnus).eq(volumes["epci"]).all()
    assert (sommes.loc["T01", "commune"] - 100).abs().max() < 1e-9
