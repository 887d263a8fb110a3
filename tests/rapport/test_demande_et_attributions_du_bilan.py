"""The demand and the allocations of the bilan: what is said in each case, what is masked never shown nor deduced.

Expected figures are computed by hand from those typed here.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from carnets import section
from rapports import dessin, lignes_de, lu, serie
from rapports import rapport as publie

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from messages import lisible

Lignes = dict[str, list[dict[str, Any]]]
SECTIONS = ("demande", "attributions", "combien", "acteurs", "origines", "delais")
MANS, ALLONNES, ARNAGE, COULAINES = "72181", "72003", "72008", "72095"


def blocs(ancre: str, tables: Lignes | Rapport, annees: tuple[int, ...] = (2021, 2022)) -> list[Bloc]:
    ouvert = tables if isinstance(tables, Rapport) else publie(tables, annees)
    return [Bloc(html) for html in section("bilan_annuel.qmd", ancre, ouvert) if html]


def constat(ancre: str, tables: Lignes, annees: tuple[int, ...] = (2021, 2022)) -> str:
    return lisible(lu(blocs(ancre, tables, annees)[0]).texte)


def titres(ancre: str, tables: Lignes, annees: tuple[int, ...] = (2021, 2022)) -> list[str]:
    return [lisible(t.texte) for b in blocs(ancre, tables, annees) for t in lu(b).tous("span", "titre")]


def par_commune(**effectifs: int) -> list[dict[str, Any]]:
    return [{"perimetre_type": "commune", "perimetre_code": c[1:], "numerateur": n, "denominateur": 1000}
            for c, n in effectifs.items()]  # fmt: skip


def classes(**effectifs: int) -> list[dict[str, Any]]:
    return [{"modalite": m, "numerateur": n, "denominateur": 1000} for m, n in effectifs.items()]


def acteurs(genre: str, **effectifs: int) -> list[dict[str, Any]]:
    return [{"acteur_type": genre, "acteur_code": c, "numerateur": n, "denominateur": 1000}
            for c, n in effectifs.items()]  # fmt: skip


@pytest.mark.parametrize("quitte", [True, False])
def test_l_evolution_dit_qu_elle_est_dans_les_memes_communes_quand_une_est_partie(quitte: bool) -> None:
    """The commune that has left is in the year before alone: this year, both perimeters are one."""
    avant = {"annee": 2021, "perimetre_type": "epci_constant", "numerateur": 1150}
    tables = {"V01": serie({2021: 1300 if quitte else 1150, 2022: 1210}) + ([avant] if quitte else [])}
    ou = " dans les mêmes communes" if quitte else ""
    assert f"un nombre en hausse de 5,2 %{ou} sur un an" in constat("attributions", tables)


@pytest.mark.parametrize(
    ("tables", "attendu"),
    [
        ({"V02": serie({2022: 0})}, "Aucune demande n’est active au 31 décembre 2022."),
        ({"V02": serie({2022: 57}), "V03": [{"numerateur": 57, "denominateur": 30}]},
         "57 demandes sont actives : 1,9 demande pour une attribution de l’année."),
        ({"V02": serie({2022: 60}), "V03": [{"numerateur": 60, "denominateur": 30}],
          "V04": [{"numerateur": 45, "denominateur": 30}]},
         "60 demandes sont actives : 2,0 demandes pour une attribution de l’année (1,5 sans les mutations internes)."),
        ({"V02": serie({2022: 60}), "V03": [{"numerateur": 60, "denominateur": 30}],
          "V04": [{"numerateur": 59, "denominateur": 30}]},
         "60 demandes sont actives : 2,0 demandes pour une attribution de l’année."),
        ({"V02": serie({2021: 1150, 2022: 1210})},
         "1 210 demandes sont actives, un nombre en hausse de 5,2 % sur un an."),
        ({"V02": serie({2021: 1205, 2022: 1210})}, "1 210 demandes sont actives, un nombre stable sur un an."),
        ({"V02": serie({2022: 3})}, "est masqué par le secret statistique."),
        ({}, "n’est pas disponible."),
    ],
)  # fmt: skip
def test_combien_de_demandes(tables: Lignes, attendu: str) -> None:
    dit = constat("demande", tables)
    assert dit.endswith(attendu)
    assert (
        attendu.startswith("Aucune")
        or attendu[0].isdigit()
        or not re.search(r"\d", dit.replace("31 décembre 2022", ""))
    )


@pytest.mark.parametrize(
    ("valeurs", "attendu"),
    [
        ({2018: 1000, 2022: 1100}, "Depuis 2018, le nombre d’attributions est en hausse de 10,0 %"),
        ({2018: 1000, 2022: 1005}, "Depuis 2018, le nombre d’attributions est stable"),
        ({2022: 1005}, "1 005 logements attribués en 2022"),
        ({2018: 0, 2022: 1005}, "1 005 logements attribués en 2022"),
        ({2018: 1000, 2021: 1100, 2022: 2}, "Attributions par année"),  # This year is masked: no « depuis ».
    ],
)
def test_le_titre_d_une_serie(valeurs: dict[int, float], attendu: str) -> None:
    assert titres("combien", {"V01": serie(valeurs)}, tuple(valeurs)) == [attendu]


@pytest.mark.parametrize(("n", "dit"), [(471, "est passé de 4,0 à 4,7"), (403, "est stable"), (400, "est stable")])
def test_la_pression_se_dit_de_ses_deux_nombres(n: int, dit: str) -> None:
    """17.8 % would not be found between 4.0 and 4.7."""
    pression = [{"annee": a, "numerateur": x, "denominateur": 100} for a, x in ((2018, 400), (2022, n))]
    [titre] = [t for t in titres("demande", {"V03": pression}, (2018, 2022)) if "pour une attribution" in t]
    assert titre == f"Depuis 2018, le nombre de demandes pour une attribution {dit}"


def test_une_commune_qui_entre_ne_fait_pas_une_hausse() -> None:
    """Fatines joins in 2023: 1,050 of the same communes, and a pressure, of 20 communes, that is not compared."""
    constante = [{"annee": 2023, "numerateur": 1050, "perimetre_type": "epci_constant"}]
    pression = [{"annee": a, "numerateur": n, "denominateur": 100} for a, n in ((2022, 400), (2023, 500))]
    tables = {"V02": [*serie({2022: 1000, 2023: 1100}), *constante], "V03": pression}
    assert "un nombre en hausse de 5,0 % dans les mêmes communes sur un an" in constat("demande", tables, (2022, 2023))
    assert titres("demande", tables, (2022, 2023)) == [
        "Depuis 2022, le nombre de demandes actives est en hausse de 5,0 % dans les mêmes communes",
        "5,0 demandes pour une attribution en 2023",
    ]
    sans = {"V02": serie({2022: 1000, 2023: 1100})}
    assert "hausse" not in constat("demande", sans, (2022, 2023)) + titres("demande", sans, (2022, 2023))[0]


def test_la_pression_d_une_commune_dit_sur_combien_d_attributions() -> None:
    lignes = [{"perimetre_type": "commune", "perimetre_code": c, "numerateur": n, "denominateur": d}
              for c, n, d in ((MANS, 4000, 1000), (ALLONNES, 500, 100), (ARNAGE, 130, 14))]  # fmt: skip
    un = "Demandes pour une attribution : de 4,0 (Le Mans) à 9,3 (Arnage, sur 14 attributions)"
    assert titres("demande", {"V03": lignes}) == [un]
    masquee = [*lignes, lignes[0] | {"perimetre_code": COULAINES, "numerateur": 30, "denominateur": 3}]
    assert titres("demande", {"V03": masquee}) == [f"{un}, parmi les communes publiées"]


def test_les_communes_qui_ont_le_plus_d_attributions() -> None:
    """A masked one is not named: 998 of 1,000 leaves 2 outside."""
    parts = par_commune(c72181=600, c72003=200, c72008=50, c72095=150)
    assert titres("combien", {"T01": parts}) == ["Le Mans accueille 60,0 % des attributions, Allonnes 20,0 %"]
    deux = par_commune(c72181=600, c72003=998, c72008=3)
    assert titres("combien", {"T01": deux}) == ["Le Mans accueille 60,0 % des attributions"]
    seconde = par_commune(c72181=600, c72003=200, c72008=998, c72095=3)
    assert titres("combien", {"T01": seconde}) == [
        "Le Mans accueille 60,0 % des attributions ; des autres communes publiées, Allonnes est la première (20,0 %)"
    ]
    assert titres("combien", {"T01": par_commune(c72181=998, c72003=2)}) == ["Attributions par commune"]
    seule = par_commune(c72181=1000, c72003=0)
    assert titres("combien", {"T01": seule}) == ["Le Mans accueille 100,0 % des attributions"]


def test_un_nombre_qui_ne_fait_pas_un_pluriel_s_accorde() -> None:
    assert constat("attributions", {"V01": serie({2022: 0})}) == "Aucun logement social n’a été attribué en 2022."
    rotation = publie({"T01R": [{"numerateur": 15, "denominateur": 1000}]})
    dit = lisible("".join(section("bilan_annuel.qmd", "combien", rotation)))
    assert "Pour 100 logements sociaux, 1,5 a été attribué dans l’année." in dit


def test_la_part_en_quartier_prioritaire_ne_bouge_que_si_l_ecart_est_net() -> None:
    """Of 1,000, two shares near 30 % are told apart beyond 4.1 points."""
    for avant, attendu in (
        (250, "Depuis 2021, la part des attributions en quartier prioritaire est en hausse de 5,0 points"),
        (280, "30,0 % des attributions sont en quartier prioritaire en 2022"),
    ):
        zones = [*classes(QPV=300, HORS_QPV=700), classes(QPV=avant)[0] | {"annee": 2021}]
        assert titres("combien", {"T02": zones}) == [attendu]
    assert constat("attributions", {"V01": serie({2022: 1000}), "T02": zones}) == (
        "1 000 logements sociaux ont été attribués en 2022 ; 30,0 % sont en quartier prioritaire de la politique de la "
        "ville (QPV)."
    )


def test_le_hors_contingent_n_est_pas_un_reservataire() -> None:
    parts = {"AUCUN": 452, "COLACT": 285, "PPRIOR": 163, "COLTER": 100}
    assert titres("acteurs", {"A02": acteurs("reservataire", **parts)}) == [
        "Premier réservataire, Action Logement : 28,5 % des attributions ; 45,2 % sont hors contingent"
    ]
    for proches in (parts | {"PPRIOR": 280}, parts | {"COLTER": 3}):
        [titre] = titres("acteurs", {"A02": acteurs("reservataire", **proches)})
        assert titre == "45,2 % des attributions sont hors contingent"


@pytest.mark.parametrize(
    ("dehors", "restes", "attendu"),
    [
        (120, 700, "12,0 % des ménages logés viennent d’une commune hors de l’intercommunalité ; 70,0 % de ceux qui "
                   "habitaient déjà l’intercommunalité ont été logés dans leur commune."),
        (120, 998, "12,0 % des ménages logés viennent d’une commune hors de l’intercommunalité."),
        (3, 700, "70,0 % des ménages qui habitaient déjà l’intercommunalité ont été logés dans leur commune."),
        (3, 998, "La provenance des ménages logés en 2022 n’est pas publiée."),
    ],
)  # fmt: skip
def test_d_ou_viennent_les_menages(dehors: int, restes: int, attendu: str) -> None:
    tables = {"T03": classes(HORS_EPCI=dehors), "T03R": [{"numerateur": restes, "denominateur": 1000}]}
    assert constat("origines", tables) == attendu


def test_la_ou_rien_n_est_attribue_la_part_n_est_pas_la_plus_basse() -> None:
    """Nobody of Coulaines can be housed there, where nothing was allocated: that is no finding."""
    de_la = [{"perimetre_type": "commune", "perimetre_code": c, "numerateur": n, "denominateur": d}
             for c, n, d in ((MANS, 50, 60), (ALLONNES, 10, 40), (COULAINES, 0, 20))]  # fmt: skip
    attribuees = par_commune(**{f"_{MANS}": 800, f"_{ALLONNES}": 200, f"_{COULAINES}": 0})
    tables = {"T01": attribuees, "T03R": [{"numerateur": 60, "denominateur": 120}, *de_la]}
    dits = [lisible(lu(b).texte) for b in blocs("origines", tables | {"T03": classes(HORS_EPCI=120)})]
    assert dits[0].endswith(
        "dans leur commune, de 25,0 % (Allonnes, sur 40 ménages) à 83,3 % (Le Mans, sur 60) parmi les communes où des "
        "logements ont été attribués."
    )
    assert "(Le Mans, sur 60), parmi les communes où des logements ont été attribués" in dits[1]


def test_les_origines_ne_montrent_aucun_reste() -> None:
    """Of the households housed in Le Mans, 3 come from Coulaines: no cell has them, nor a sum that they are in."""
    origines = {MANS: 50, ALLONNES: 20, COULAINES: 3, "HORS_EPCI": 21, "NR": 6}
    vers = {"perimetre_type": "commune", "perimetre_code": MANS, "denominateur": 100}
    croises = [vers | {"modalite": m, "numerateur": n} for m, n in origines.items()]
    restes = [{"perimetre_type": "commune", "perimetre_code": c, "numerateur": n, "denominateur": d}
              for c, n, d in ((MANS, 50, 60), (ALLONNES, 10, 40))]  # fmt: skip
    [figure] = [b for b in blocs("origines", {"T03": croises, "T03R": restes}) if "<figure" in b.html]
    # 50 / 60 and 10 / 40 are 58 points apart, two standard errors 17.
    assert lisible(lu(figure).un("span", "titre").texte) == (
        "Ménages logés dans leur commune : de 25,0 % (Allonnes, sur 40 ménages) à 83,3 % (Le Mans, sur 60)"
    )
    table = lignes_de(lu(figure))
    assert table["Le Mans"][:4] == ["60", "50", "83,3 %", "50"]
    assert table["Coulaines"][3] == "s" and not {"3", "23"} & {c for cellules in table.values() for c in cellules}


@pytest.mark.parametrize(
    ("interne", "hlm", "attendu"),
    [
        (163, 296, "29,6 % des attributions vont à des locataires du parc social, 16,3 % à des locataires du même "
                   "bailleur"),
        (163, 163, "16,3 % des attributions vont à des locataires du même bailleur"),
        (3, 296, "Attributions à des ménages déjà locataires du parc social"),
    ],
)  # fmt: skip
def test_les_mutations(interne: int, hlm: int, attendu: str) -> None:
    assert titres("origines", {"M01": classes(INTERNE=interne, HLM=hlm)}) == [attendu]


def test_le_delai_change_en_mois_et_va_d_un_type_a_l_autre() -> None:
    def mois(**valeurs: float) -> list[dict[str, Any]]:
        return [{"modalite": m, "valeur": v, "denominateur": 100} for m, v in valeurs.items()]

    ensemble = [{"annee": a, "valeur": v, "denominateur": 100} for a, v in ((2021, 12.0), (2022, 13.5))]
    tables: Lignes = {
        "V06": [ligne | {"modalite": ""} for ligne in ensemble] + mois(T1=14.4, T2=12.6, NR=20.0),
        "V06P75": [{"valeur": 26.4, "denominateur": 100}],
        "V06M": [{"valeur": 19.0, "denominateur": 100}],
    }
    dits = [lisible(lu(b).texte) for b in blocs("delais", tables)]
    assert dits[0] == (
        "La moitié des ménages logés ont attendu 13,5 mois ou moins entre leur demande et la signature du bail ; un "
        "quart ont attendu 26,4 mois ou plus."
    )
    assert dits[1] == "Ce délai médian est en hausse de 1,5 mois sur un an ; le délai moyen est de 19,0 mois."
    assert titres("delais", tables) == ["Délai médian : de 12,6 mois (T2) à 14,4 mois (T1) selon le type de logement"]
    [figure] = [b for b in blocs("delais", tables) if "<svg" in b.html]
    assert "20,0" not in dessin(figure) and "20,0" in lisible(lu(figure).un("table").texte)
    seul = {"V06M": tables["V06M"]}
    assert [lisible(lu(b).texte) for b in blocs("delais", seul)][:2] == [
        "Le délai des ménages logés en 2022 n’est pas disponible.", "Le délai moyen est de 19,0 mois.",
    ]  # fmt: skip


def test_tout_masque_ou_sans_extrait_aucun_chiffre_ne_se_lit() -> None:
    """3 of 8 everywhere: 37.5 % would be the share, 0.4 the ratio."""
    ici = {"perimetre_type": "commune", "perimetre_code": MANS}
    un = {"numerateur": 3, "denominateur": 8}
    lignes: Lignes = {c: [{"annee": a} | un for a in (2021, 2022)] for c in ("V01", "V02", "V03", "V04", "V05", "T03R")}
    lignes |= {
        "T01": [un | ici],
        "T01R": [un, un | ici],
        "T03": classes(HORS_EPCI=3),
        "T02": [un | {"modalite": "QPV"}],
    }
    lignes |= {"M01": [un | {"modalite": m} for m in ("INTERNE", "HLM")]}
    lignes |= {"A01": [un | acteurs("bailleur", LMH=3)[0] | un], "A02": [acteurs("reservataire", PPRIOR=3)[0] | un]}
    lignes |= {c: [{"valeur": 37.5, "denominateur": 3}] for c in ("V06", "V06M", "V06P25", "V06P75")}
    masque, vide = publie(lignes), publie({}, (2022,))
    for ancre in SECTIONS:
        for bloc in blocs(ancre, masque):
            assert not {"37,5", "0,4", "nan"} & set(lisible(lu(bloc).texte).replace("(", " ").split()), ancre
        vides = blocs(ancre, vide)
        assert not any("<svg" in b.html for b in vides)
        if ancre != "attributions":
            assert any("Non calculable" in lisible(lu(b).texte) for b in vides), ancre
