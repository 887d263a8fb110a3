"""Rows kept, rejected, duplicate or out of scope, and every decision on the values (architecture, D1 to D15).

Expected figures are worked out by hand from the rows that each test writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from conftest_extraits import AUJOURD_HUI, numero, preparateur

from cil_analysis.extraits.preparation import Tri
from cil_analysis.reference.ensemble import References

BASE = {"date_signature_bail": "15/03/2022", "commune_libelle": "Le Mans", "bailleur": "LMH"}


@pytest.fixture
def trier(references_communes: References) -> Callable[..., Tri]:
    """Prepare rows given as dicts of canonical text cells."""

    def lancer(lignes: Sequence[dict[str, str]], annee: int = 2022, extrait: str = "attributions") -> Tri:
        base = BASE if extrait == "attributions" else {"commune_libelle": "Le Mans"}
        numerotees = "numero_unique" in references_communes.dictionnaires[extrait].colonnes
        completes = [
            ({"numero_unique": numero(rang)} if numerotees else {}) | base | ligne for rang, ligne in enumerate(lignes)
        ]
        return preparateur(references_communes, extrait, annee)(*completes)

    return lancer


def valeurs(tri: Tri, colonne: str) -> list[object]:
    return [None if pd.isna(valeur) else valeur for valeur in tri.donnees[colonne]]


def regles(tri: Tri) -> list[tuple[str, str]]:
    return list(tri.anomalies[["colonne", "regle"]].itertuples(index=False, name=None))


def test_compte_des_lignes(trier: Callable[..., Tri]) -> None:
    tri = trier(
        [
            {},
            {"numero_unique": numero(0)},  # the same lease: duplicate
            {"numero_unique": numero(0), "date_signature_bail": "16/03/2022"},  # another lease of the same household
            {"numero_unique": numero(0), "commune_libelle": "Arnage"},  # another commune: another lease
            {"commune_libelle": "Ville-Inventée"},
            {"commune_libelle": ""},
            {"commune_libelle": "Guécélard"},
            {"date_signature_bail": "15/03/2021"},
            {"date_signature_bail": "31/02/2022"},
            {"date_signature_bail": ""},
            {"date_signature_bail": "01/07/2026"},
            {"date_signature_bail": "", "commune_libelle": ""},
        ]
    )
    assert len(tri.donnees) == 3
    assert tri.doublons == {"ligne identique": 1}
    assert tri.rejetees == {
        "« Commune du logement » : valeur absente ou illisible, attendu une commune connue": 2,
        **dict.fromkeys([motif for motif in tri.rejetees if "jj/mm/aaaa" in motif], 3),  # what a date is written as
        **dict.fromkeys([motif for motif in tri.rejetees if "30/06/2026" in motif], 1),  # in the future
    }
    assert tri.hors_perimetre == {"autre année": 1, "commune hors de l’intercommunalité": 1}
    assert tri.ailleurs == {"72146": 1}
    rejets = tri.anomalies[tri.anomalies["effet"].eq("ligne rejetée")]
    assert rejets["ligne"].tolist() == [6, 7, 10, 11, 12, 13]


@pytest.mark.parametrize(("jour", "futur"), [(AUJOURD_HUI, 0), (date(2026, 7, 1), 1)])
def test_le_jour_meme_n_est_pas_le_futur(trier: Callable[..., Tri], jour: date, futur: int) -> None:
    tri = trier([{"date_signature_bail": f"{jour:%d/%m/%Y}"}], annee=2026)
    assert (len(tri.donnees), sum(tri.rejetees.values())) == (1 - futur, futur)


def test_fatines_est_membre_depuis_le_1er_janvier_2023(trier: Callable[..., Tri]) -> None:
    """P9 and D15: on the day of the lease, or on the 31 December of the stock; a former commune counts in its own."""
    for annee, gardees in ((2022, 0), (2023, 1)):
        assert len(trier([{"commune_libelle": "Fatines"}], annee, "demandes").donnees) == gardees
        baux = [{"commune_libelle": "Fatines", "date_signature_bail": j} for j in ("31/12/2022", "01/01/2023")]
        assert len(trier(baux, annee).donnees) == gardees
    assert trier([{"commune_libelle": "Vouvray-sur-Loir"}]).hors_perimetre == {"commune hors de l’intercommunalité": 1}


def test_commune_par_code_ou_par_nom(trier: Callable[..., Tri]) -> None:
    tri = trier(
        [
            {"commune_insee": "72181.0", "commune_libelle": ""},
            {"commune_insee": "", "commune_libelle": "MANS (LE)"},
            {"commune_insee": "illisible", "commune_libelle": "yvre l'eveque"},
            {"commune_insee": "72008", "commune_libelle": "Le Mans"},
        ]
    )
    assert valeurs(tri, "commune_insee") == ["72181", "72181", "72386", "72008"]
    # A spreadsheet has held it as a number: it is read, and said.
    contredite = ("commune_insee", "commune_contredite")  # the code counts
    assert regles(tri) == [("commune_insee", "nombre"), ("commune_insee", "illisible"), contredite]


DITS_EN_QUARTIER: list[tuple[dict[str, str], bool]] = [
    ({"commune_libelle": "Allonnes", "est_en_qpv": "oui"}, False),
    ({"commune_libelle": "Arnage", "est_en_qpv": "oui"}, True),  # no QPV touches it
    ({"commune_libelle": "Arnage", "est_en_qpv": "non"}, False),
    ({"commune_libelle": "Arnage", "qpv": "Bellevue-Carnac"}, True),
    ({"commune_libelle": "Coulaines", "qpv": "Bellevue-Carnac"}, False),  # of two communes
    ({"commune_libelle": "Coulaines", "est_en_qpv": "oui", "qpv": "Les Sablons"}, True),
    ({"commune_libelle": "Guécélard", "est_en_qpv": "oui"}, False),  # not of the EPCI
]


def test_un_quartier_qui_ne_touche_pas_la_commune_est_signale(trier: Callable[..., Tri]) -> None:
    """It counts as the file says: which of the two is wrong, nobody knows."""
    tri = trier([{"est_en_qpv": "", "qpv": ""} | cellules for cellules, _ in DITS_EN_QUARTIER])
    assert tri.constats == {"hors_des_qpv": 3} and len(tri.donnees) == 6
    dites = tri.anomalies[tri.anomalies["regle"].eq("hors_des_qpv")]
    assert dites["ligne"].sub(2).tolist() == [rang for rang, (_, dit) in enumerate(DITS_EN_QUARTIER) if dit]
    assert valeurs(tri, "est_en_qpv") == [True, True, False, True, True, True]


REVENUS: list[tuple[dict[str, str], float | None]] = [
    ({"revenu_uc_annuel_eur": "9143"}, 9143.0),
    ({"revenu_uc_mensuel_eur": "1 000,50"}, 12006.0),
    ({"revenu_mensuel_eur": "1500", "nb_uc": "1,8"}, 10000.0),
    ({"revenu_mensuel_eur": "100", "nb_uc": "3"}, 400.0),
    ({"revenu_mensuel_eur": "1644,91", "nb_uc": "1,6"}, 12336.82),  # half a cent goes to the even one
    ({"revenu_mensuel_eur": "744,31", "nb_uc": "4,8"}, 1860.78),
    ({"revenu_mensuel_eur": "0", "nb_uc": "1"}, 0.0),
    ({"revenu_uc_annuel_eur": "0"}, 0.0),
    (
        {"revenu_uc_annuel_eur": "5000", "revenu_uc_mensuel_eur": "9", "revenu_mensuel_eur": "9", "nb_uc": "1"},
        5000.0,
    ),
    ({"revenu_uc_annuel_eur": "nc", "revenu_uc_mensuel_eur": "10"}, 120.0),
    ({"revenu_mensuel_eur": "1000", "nb_uc": ""}, None),
    ({"revenu_mensuel_eur": "", "nb_uc": "2"}, None),
    ({"revenu_mensuel_eur": "1000", "nb_uc": "0,5"}, None),
    ({"revenu_mensuel_eur": "1000", "nb_uc": "0"}, None),
    ({"revenu_mensuel_eur": "-1", "nb_uc": "1"}, None),
    ({"revenu_uc_annuel_eur": "-0,01"}, None),
    ({"revenu_uc_annuel_eur": "1,1144e+17"}, None),
    ({"revenu_uc_annuel_eur": "1e400"}, None),
]


def test_revenu(trier: Callable[..., Tri]) -> None:
    """D7 and D8: 12 months ÷ UC, from the first alternative given; 0 is a value, a negative income is not."""
    tri = trier([cellules for cellules, _ in REVENUS])
    assert valeurs(tri, "revenu_uc_annuel_eur") == [attendu for _, attendu in REVENUS]


CONTRAIRES: list[tuple[dict[str, str], bool]] = [
    ({"revenu_uc_annuel_eur": "12012", "revenu_uc_mensuel_eur": "1000"}, False),  # a month is rounded
    ({"revenu_uc_annuel_eur": "12013", "revenu_uc_mensuel_eur": "1000"}, True),
    ({"revenu_uc_annuel_eur": "1000", "revenu_mensuel_eur": "1500", "nb_uc": "1,8"}, True),
    ({"revenu_uc_annuel_eur": "1000", "revenu_mensuel_eur": "1500", "nb_uc": ""}, False),
    ({"date_signature_bail": "01/07/2022", "date_naissance": "01/07/1980", "age": "43"}, False),
    ({"date_signature_bail": "01/07/2022", "date_naissance": "01/07/1980", "age": "44"}, True),
    ({"date_signature_bail": "01/07/2022", "date_naissance": "01/07/1980", "age": ""}, False),
    ({"est_mutation_interne": "oui", "est_mutation": "non"}, True),
    ({"est_mutation_interne": "non", "est_mutation": "oui"}, False),
    ({"est_mutation_interne": "oui", "est_mutation": ""}, False),
]


def test_ce_que_d_autres_cases_contredisent_est_retenu_et_signale(trier: Callable[..., Tri]) -> None:
    tri = trier([cellules for cellules, _ in CONTRAIRES])
    assert tri.constats == {"calcul_contredit": 4} and not tri.rejetees
    dites = tri.anomalies[tri.anomalies["regle"].eq("calcul_contredit")]
    assert dites["ligne"].sub(2).tolist() == [rang for rang, (_, contraire) in enumerate(CONTRAIRES) if contraire]
    assert valeurs(tri, "revenu_uc_annuel_eur")[:3] == [12012, 12013, 1000] and valeurs(tri, "age")[5] == 44


def test_valeurs_hors_bornes_signalees_une_fois(trier: Callable[..., Tri]) -> None:
    tri = trier([{"revenu_mensuel_eur": "-1", "nb_uc": "0,9", "age": "15", "taille_menage": "26"}])
    assert sorted(regles(tri)) == [
        (nom, "hors_bornes") for nom in ("age", "nb_uc", "revenu_mensuel_eur", "taille_menage")
    ]
    assert set(tri.anomalies["valeur"]) == {"(masquée)"}


AGES = [
    ("15", "", None),
    ("16", "", 16),
    ("110", "", 110),
    ("111", "", None),
    ("30,5", "", None),
    ("34.0", "", 34),
    # In completed years on the day of the lease, 15 March 2022.
    ("", "15/03/1990", 32),
    ("", "16/03/1990", 31),
    ("", "15/03/2006", 16),
    ("", "16/03/2006", None),
    ("", "01/01/2030", None),
    ("", "x", None),
    ("40", "01/01/1990", 40),  # what the file gives prevails
]


def test_age(trier: Callable[..., Tri]) -> None:
    tri = trier([{"age": age, "date_naissance": naissance} for age, naissance, _ in AGES])
    assert valeurs(tri, "age") == [attendu for *_, attendu in AGES]
    assert "date_naissance" not in tri.donnees


def test_l_age_du_stock_est_celui_du_31_decembre(trier: Callable[..., Tri]) -> None:
    assert valeurs(trier([{"date_naissance": "31/12/1990"}], 2022, "demandes"), "age") == [32]


def test_qui_est_ne_un_29_fevrier_a_un_an_de_plus_le_1er_mars(trier: Callable[..., Tri]) -> None:
    ne = {"date_naissance": "29/02/2000"}
    tri = trier([ne | {"date_signature_bail": jour} for jour in ("28/02/2022", "01/03/2022")])
    assert valeurs(tri, "age") == [21, 22]


QUARTIERS = [
    ("31/12/2023", "Bellevue-Carnac", "QP072003"),
    ("01/01/2024", "Bellevue-Carnac", "QN07203M"),
    ("31/12/2023", "BORDS DE L'HUISNE", "QP072005"),
    ("01/01/2024", "Bords de l’Huisne", "QN07205M"),
    ("31/12/2023", "QP072006", "QP072006"),
    ("01/01/2024", "QP072006", None),  # a code of the generation that has ended
    ("31/12/2023", "QN07206M", None),
    ("15/03/2022", "Quartier inventé", None),
    ("31/12/2023", "qp072003", "QP072003"),
]


def test_generation_du_qpv(trier: Callable[..., Tri]) -> None:
    """P5: the zoning of 2015 up to 31 December 2023, that of 2024 from the next day."""
    for annee in ("2022", "2023", "2024"):
        siens = [cas for cas in QUARTIERS if cas[0].endswith(annee)]
        tri = trier([{"date_signature_bail": jour, "qpv": libelle} for jour, libelle, _ in siens], int(annee))
        codes = [code for *_, code in siens]
        assert valeurs(tri, "qpv") == codes
        assert valeurs(tri, "est_en_qpv") == [True if code else None for code in codes]
        assert regles(tri) == [("qpv", "illisible")] * codes.count(None)


INDICATEURS = [
    ("Oui", "Epine", True, "QP072006", []),
    ("", "Epine", True, "QP072006", []),
    ("Oui", "", True, None, []),
    ("Non", "", False, None, []),
    ("", "", None, None, []),
    ("", "Hors QPV", False, None, []),
    ("Non", "Aucun", False, None, []),
    ("NC", "NR", None, None, []),
    ("Non", "Epine", None, None, [("est_en_qpv", "contradiction")]),
    ("Oui", "hors qpv", None, None, [("est_en_qpv", "contradiction")]),
    ("Oui", "Inventé", True, None, [("qpv", "illisible")]),
    ("peut-être", "Epine", True, "QP072006", [("est_en_qpv", "illisible")]),
]


def test_qpv_et_indicateur(trier: Callable[..., Tri]) -> None:
    """D14: blank is unknown; a contradiction is unknown too, and said."""
    tri = trier([{"est_en_qpv": indicateur, "qpv": quartier} for indicateur, quartier, *_ in INDICATEURS])
    attendus = [(attendu, code) for *_, attendu, code, _ in INDICATEURS]
    assert [*zip(valeurs(tri, "est_en_qpv"), valeurs(tri, "qpv"), strict=True)] == attendus
    dites = {ligne: [(note["colonne"], note["regle"])] for ligne, note in tri.anomalies.set_index("ligne").iterrows()}
    assert [dites.get(rang, []) for rang in range(2, 2 + len(INDICATEURS))] == [regle for *_, regle in INDICATEURS]


def test_delai(trier: Callable[..., Tri]) -> None:
    """D8 and D10: days ÷ 30.4375; a filing after its lease gives no delay."""
    attendus = {
        "15/03/2022": 0.0,
        "15/03/2021": 365 / 30.4375,
        "14/03/2022": 1 / 30.4375,
        "16/03/2022": None,
        "": None,
        "00/00/0000": None,
    }
    obtenus = valeurs(trier([{"date_depot_demande": depot} for depot in attendus]), "delai_mois")
    assert obtenus == [mois if mois is None else pytest.approx(mois) for mois in attendus.values()]


def test_depot_apres_le_31_decembre(trier: Callable[..., Tri]) -> None:
    tri = trier([{"date_depot_demande": "01/01/2023"}, {"date_depot_demande": "31/12/2022"}], 2022, "demandes")
    assert valeurs(tri, "date_depot_demande") == [None, pd.Timestamp(2022, 12, 31)]
    assert regles(tri) == [("date_depot_demande", "depot_apres")]


def test_codes_par_libelle_alias_et_casse(trier: Callable[..., Tri]) -> None:
    tri = trier(
        [
            {"bailleur": "SARTHE HABITAT", "reservataire": "action logement", "statut_dalo": "Oui", "typologie": "f3"},
            {"categories_prioritaires": "Handicap; Reconnu DALO;handicap"},
            {"categories_prioritaires": "Handicap ; inventée"},
            {"bailleur": "Office inventé"},
        ]
    )
    assert valeurs(tri, "bailleur") == ["SH", "LMH", "LMH", None]
    assert (valeurs(tri, "reservataire")[0], valeurs(tri, "statut_dalo")[0]) == ("COLACT", "ACTIF")
    assert valeurs(tri, "typologie")[0] == "T3"
    assert valeurs(tri, "categories_prioritaires") == [None, "DALO;a", "a", None]
    # An unknown category takes nothing from the known one beside it, and is noted.
    assert regles(tri) == [("categories_prioritaires", "illisible"), ("bailleur", "illisible")]


def test_seuls_les_libelles_d_une_liste_sont_cites(trier: Callable[..., Tri], references_communes: References) -> None:
    """A label that comes back is shown; what is rare, or typed in any other column, may be somebody's words."""
    dictionnaire = references_communes.dictionnaires["attributions"]
    # Where anything can be read: words, and a list that is still empty.
    colonnes = [c for c in dictionnaire.colonnes.values() if c.type != "texte" and c.nom != "residence"]
    # Any word may be a commune elsewhere.
    mots = {c.nom: ("7,2E+04", "5,3E+04") if c.type == "provenance" else ("Mot inventé", "Autre mot") for c in colonnes}
    # Five rows of five N° uniques show a label; five of four do not.
    demandeurs = [*range(5), *range(4), 3]
    lignes = [
        {nom: mot, "numero_unique": numero(rang)} if nom != "numero_unique" else {nom: mot}
        for nom, (courant, rare) in mots.items()
        for mot, rang in zip([courant] * 5 + [rare] * 5, demandeurs, strict=True)
    ]
    anomalies = trier([*lignes, *[{}] * 9]).anomalies
    illisibles = anomalies[anomalies["regle"].eq("illisible")].groupby("colonne")["valeur"].agg(set).to_dict()
    citables = {c.nom for c in colonnes if c.type in ("commune", "provenance", "qpv", "oui_non", "code", "codes")}
    assert illisibles == {
        nom: {courant, "(masquée)"} if nom in citables else {"(masquée)"} for nom, (courant, _) in mots.items()
    }


def test_ce_qui_ressemble_a_une_donnee_personnelle_n_est_pas_cite(trier: Callable[..., Tri]) -> None:
    for texte in (
        "MME DURAND 0611223344",
        "06 11 22 33 44",
        "06  11 _ 22·33\u201144",
        "a@exemple.fr",
        "a(at)exemple.fr",
        "QP072005",  # six digits in a row
    ):
        assert trier([{"bailleur": texte}] * 5).anomalies["valeur"].tolist() == ["(masquée)"] * 5, texte
    assert trier([{"bailleur": "mot " * 30}] * 5).anomalies["valeur"].str.len().tolist() == [40] * 5
    # A shifted row: what stands under « Bailleur » is then anything. The unknown commune is why it is rejected.
    rejetee = trier([{"bailleur": "DURAND", "commune_libelle": "Laval"}] * 5).anomalies
    assert set(rejetee.loc[rejetee["colonne"].eq("bailleur"), "valeur"]) == {"(masquée)"}
    assert set(rejetee.loc[rejetee["colonne"].eq("commune_libelle"), "valeur"]) == {"Laval"}


def test_une_demande_radiee_n_est_plus_dans_le_stock(trier: Callable[..., Tri]) -> None:
    """Blank or unknown is kept, and an unknown state is noted."""
    etats = ["Active", "en cours", "Radiée", "ANNULEE", "", "Satisfaite", *["Suspendue"] * 5, "Active"]
    tri = trier([{"etat_demande": etat} for etat in etats], 2022, "demandes")
    assert (len(tri.donnees), tri.hors_perimetre) == (9, {"demande non active": 3})
    assert "etat_demande" not in tri.donnees
    assert tri.anomalies[["colonne", "valeur"]].to_numpy().tolist() == [["etat_demande", "Suspendue"]] * 5


def test_la_nationalite_est_conservee_en_trois_classes(trier: Callable[..., Tri]) -> None:
    """Never the country: what is not one of the classes is set aside."""
    for extrait in ("attributions", "demandes"):
        tri = trier([{"nationalite": n} for n in ("Française", "UE", "Hors UE", "Ruritanie", "")], 2022, extrait)
        assert valeurs(tri, "nationalite") == ["1", "2", "3", None, None]


def test_la_provenance_ne_rejette_aucune_ligne(trier: Callable[..., Tri]) -> None:
    """From anywhere, the lease counts: the commune of the dwelling alone decides."""
    origines = {"Le Mans": "72181", "ALLONNES": "72003", "Aulaines": "72039", "Guécélard": "72146", "Laval": "HORS",
                "Étranger": "HORS", "NC": None, "72000": None}  # fmt: skip
    tri = trier([{"commune_origine_libelle": origine} for origine in origines])
    assert (len(tri.donnees), tri.rejetees, tri.hors_perimetre) == (len(origines), {}, {})
    assert valeurs(tri, "commune_origine_insee") == list(origines.values())
    assert set(valeurs(tri, "commune_insee")) == {"72181"}
    assert tri.anomalies[["ligne", "colonne", "regle"]].to_numpy().tolist() == [
        [len(origines) + 1, "commune_origine_libelle", "illisible"]
    ]


def test_le_code_de_la_provenance_passe_avant_son_nom(trier: Callable[..., Tri]) -> None:
    cas = [("75056", "Paris"), ("", "Allonnes"), ("2A004", ""), ("72000", "Le Mans"), ("", "")]
    tri = trier([{"commune_origine_insee": code, "commune_origine_libelle": nom} for code, nom in cas])
    assert valeurs(tri, "commune_origine_insee") == ["75056", "72003", "2A004", "72181", None]
    assert "commune_origine_libelle" not in tri.donnees


def test_la_periode_de_construction_vient_de_l_annee(trier: Callable[..., Tri]) -> None:
    cas = {"1945": "AVANT_1946", "1946": "1946_1970", "1970": "1946_1970", "1990": "1971_1990", "2005": "1991_2005",
           "2006": "DEPUIS_2006", "9999": None, "1200": None, "": None}  # fmt: skip
    tri = trier([{"annee_construction": annee} for annee in cas])
    assert valeurs(tri, "periode_construction") == list(cas.values())
    assert tri.anomalies["regle"].tolist() == ["hors_bornes"]
    donnee = trier([{"annee_construction": "1980", "periode_construction": "Avant 1946"}])
    assert valeurs(donnee, "periode_construction") == ["AVANT_1946"], "what the file gives prevails"


@pytest.mark.parametrize("extrait", ["attributions", "demandes"])
def test_aucune_ligne(references_communes: References, extrait: str) -> None:
    colonnes = references_communes.dictionnaires[extrait].colonnes.values()
    tri = preparateur(references_communes, extrait)(colonnes=[c.nom for c in colonnes if c.conservation != "derivee"])
    assert (len(tri.donnees), len(tri.anomalies), tri.doublons) == (0, 0, {})


MENAGES: list[tuple[dict[str, str], int | None, float | None]] = [
    ({"nb_14_ans_ou_plus": "2", "nb_moins_de_14_ans": "1", "revenu_mensuel_eur": "1800"}, 3, 12000.0),  # 1.8 UC
    ({"nb_14_ans_ou_plus": "2", "nb_moins_de_14_ans": "1", "nb_uc": "2", "revenu_mensuel_eur": "1800"}, 3, 10800.0),
    ({"nb_14_ans_ou_plus": "3", "nb_moins_de_14_ans": "2", "revenu_mensuel_eur": "2600"}, 5, 12000.0),  # 2.6 UC
    ({"nb_adultes": "2", "nb_enfants": "3", "revenu_mensuel_eur": "1800"}, 5, None),  # their ages are not known
    ({"nb_14_ans_ou_plus": "2", "nb_moins_de_14_ans": "", "revenu_mensuel_eur": "1800"}, None, None),
    ({"nb_14_ans_ou_plus": "0", "nb_moins_de_14_ans": "2", "revenu_mensuel_eur": "1800"}, None, None),
]


def test_uc_et_taille_du_menage(trier: Callable[..., Tri]) -> None:
    tri = trier([cellules for cellules, *_ in MENAGES])
    obtenus = zip(valeurs(tri, "taille_menage"), valeurs(tri, "revenu_uc_annuel_eur"), strict=True)
    assert [*obtenus] == [(taille, revenu) for _, taille, revenu in MENAGES]


MUTATIONS: list[tuple[dict[str, str], bool | None, bool | None]] = [
    ({"est_mutation": "Oui", "type_mutation": "Externe"}, False, True),
    ({"est_mutation": "Oui", "type_mutation": "Interne"}, True, True),
    ({"type_mutation": "Externe"}, False, True),
    ({"type_mutation": "Non"}, False, False),
    ({"est_mutation": "Oui"}, None, True),  # of which landlord, the indicator does not say
    ({"est_mutation": "Non"}, False, False),
    ({"est_mutation_interne": "Oui"}, True, None),
]


def test_mutation_interne(trier: Callable[..., Tri]) -> None:
    tri = trier([cellules for cellules, *_ in MUTATIONS])
    obtenus = zip(valeurs(tri, "est_mutation_interne"), valeurs(tri, "est_mutation"), strict=True)
    assert [*obtenus] == [(interne, mutation) for _, interne, mutation in MUTATIONS]


def test_un_refus_date_de_la_commission_dit_sa_decision(trier: Callable[..., Tri]) -> None:
    tri = trier([{"date_commission": "01/03/2022", "date_refus_commission": "01/03/2022"}], 2022, "propositions")
    assert valeurs(tri, "decision") == ["NON_ATTRIBUTION"]


def test_une_profession_se_cherche_dans_la_liste_en_vigueur(
    trier: Callable[..., Tri], references_communes: References, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The column that says it prevails; an empty list tells nothing, and no profession is kept."""
    lignes = [
        {"profession": "AIDE SOIGNANTE"},
        {"profession": "Fleuriste"},
        {"profession": "NC"},
        {"profession": "Postier"},
        {"profession": "Postier", "date_signature_bail": "01/02/2022"},
        {"profession": "Fleuriste", "est_travailleur_essentiel": "Oui"},
    ]
    assert valeurs(trier(lignes), "est_travailleur_essentiel") == [None] * 5 + [True]
    liste = references_communes.nomenclatures["professions_essentielles"]
    rangees = [("AS", "Aide-soignant", "Aide-soignante", None), ("PO", "Postier", "", pd.Timestamp(2022, 3, 1))]
    table = pd.DataFrame(rangees, columns=["code", "libelle", "alias", "valide_du"])
    table = table.astype({"valide_du": "datetime64[us]"}).assign(valide_au=pd.Series(pd.NaT, table.index), groupe="")
    garnie = replace(liste, table=table)
    monkeypatch.setitem(references_communes.nomenclatures, "professions_essentielles", garnie)
    tri = trier(lignes)
    assert valeurs(tri, "est_travailleur_essentiel") == [True, False, None, True, False, True]
    assert "profession" not in tri.donnees and tri.anomalies.empty


def test_une_residence_se_lit_dans_la_liste_de_l_epci(
    trier: Callable[..., Tri], references_communes: References, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty list leaves the column aside, and nothing is unread; then what it has not is unread, and is not kept."""
    lignes = [{"residence": dite} for dite in ("RÉSIDENCE DES TILLEULS", "Chez Mme Untel", "")]
    assert valeurs(tri := trier(lignes), "residence") == [None] * 3 and tri.anomalies.empty
    liste = references_communes.nomenclatures["residences"]
    table = pd.DataFrame([("TIL", "Résidence des Tilleuls", "")], columns=["code", "libelle", "alias"])
    dates = pd.Series(pd.NaT, table.index, dtype="datetime64[us]")
    garnie = replace(liste, table=table.assign(valide_du=dates, valide_au=dates, groupe=""))
    monkeypatch.setitem(references_communes.nomenclatures, "residences", garnie)
    assert valeurs(tri := trier(lignes), "residence") == ["TIL", None, None]
    assert tri.anomalies["colonne"].tolist() == ["residence"]


def test_un_bailleur_clos_qui_loue_encore_est_signale(
    trier: Callable[..., Tri], references_communes: References, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows count: who closed it may be wrong."""
    lignes = [
        {"date_signature_bail": jour, "bailleur": dit} for jour in ("30/06/2022", "01/07/2022") for dit in ("LMH", "SH")
    ]
    assert trier(lignes).anomalies.empty
    liste = references_communes.nomenclatures["bailleurs"]
    au = liste.table["valide_au"].mask(liste.table["code"].eq("LMH"), pd.Timestamp(2022, 6, 30))
    monkeypatch.setitem(
        references_communes.nomenclatures, "bailleurs", replace(liste, table=liste.table.assign(valide_au=au))
    )
    tri = trier(lignes)
    assert valeurs(tri, "bailleur") == ["LMH", "SH", "LMH", "SH"] and tri.constats == {"hors_periode": 1}
    assert [*tri.anomalies[["colonne", "valeur", "effet"]].itertuples(index=False, name=None)] == [
        ("bailleur", "(masquée)", "signalée")
    ]


def test_un_pourcentage_de_zero_a_un_est_ambigu(trier: Callable[..., Tri]) -> None:
    """A spreadsheet that shows « 20 % » holds 0.2."""
    base = {"bailleur": "LMH", "nb_attribues": "3"}
    reservataires = ("Action Logement", "Collectivités", "Hors contingent")
    for taux, attendus, effet in (
        (["0,2", "1", "0"], [None, None, 0.0], "valeur écartée"),
        (["0,5", "20", "0"], [0.5, 20.0, 0.0], "signalée"),
    ):
        lignes = [base | {"reservataire": r, "taux_flux_pct": t} for r, t in zip(reservataires, taux, strict=True)]
        tri = trier(lignes, 2022, "flux")
        assert valeurs(tri, "taux_flux_pct") == attendus
        assert set(tri.anomalies["effet"]) == {effet}
