"""The page of the file of requests: what each sentence says in each case, its account, what is masked never shown.

Expected figures are computed by hand from those typed here.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from carnets import derouler, section
from rapports import lignes_de, lu, serie
from rapports import rapport as publie

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from messages import lisible

ANNEES = (2020, 2021, 2022)
Lignes = dict[str, list[dict[str, Any]]]
# The stock moves by 1,150 - 900, 1,150 + 300 - 250 - 1,190 = 10 more than entries and exits tell in 2022.
COMPTE: Lignes = {
    "V02": serie({2020: 900, 2021: 1150, 2022: 1210}),
    "D01": serie({2020: 280, 2021: 500, 2022: 300}),
    "D02": serie({2020: 200, 2021: 250, 2022: 250}),
}


def partie(ancre: str, tables: Lignes | Rapport, annees: tuple[int, ...] = ANNEES) -> Bloc:
    """A section of the page, of a report or of one made of these tables."""
    ouvert = tables if isinstance(tables, Rapport) else publie(tables, annees)
    return Bloc("".join(section("demande.qmd", ancre, ouvert)))


def dit(bloc: Bloc) -> str:
    """The words of a section, without those that are one click away."""
    return " ".join(lisible(p.texte) for p in lu(bloc).tous("p"))


def titres(bloc: Bloc) -> list[str]:
    return [lisible(n.texte) for n in lu(bloc).tous("span", "titre")]


def classes(code: str, annee: int = 2022, **parts: tuple[float, float]) -> Lignes:
    return {
        code: [
            {"annee": annee, "modalite": m, "numerateur": n, "denominateur": d} for m, (n, d) in parts.items()
        ]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tables", "attendu"),
    [
        (
            COMPTE | {"V03": [{"numerateur": 1210, "denominateur": 550}]},
            # 60 / 1,150 and 1,210 / 550
            "Au 31 décembre 2022, 1 210 demandes sont actives, un nombre en hausse de 5,2 % sur un an : 2,2 demandes "
            "pour une attribution de l’année.",
        ),
        ({"V02": serie({2021: 1210, 2022: 1210})},
         "Au 31 décembre 2022, 1 210 demandes sont actives, un nombre stable sur un an."),
        ({"V02": serie({2022: 12})}, "Au 31 décembre 2022, 12 demandes sont actives."),
        ({"V02": serie({2022: 3})},
         "Le nombre de demandes actives au 31 décembre 2022 est masqué par le secret statistique."),
        ({}, "Le nombre de demandes actives au 31 décembre 2022 n’est pas disponible."),
    ],
)  # fmt: skip
def test_la_page_dit_d_abord_combien_de_demandes_sont_actives(tables: Lignes, attendu: str) -> None:
    assert attendu in dit(partie("essentiel", tables))


def test_le_compte_de_l_annee_se_boucle() -> None:
    """1,150 + 300 - 250 + 10 = 1,210: drawn end to end, written for every year in its table."""
    mouvements = partie("mouvements", COMPTE)
    assert "En 2022, 300 demandes ont été déposées et 250 sont sorties du fichier." in dit(mouvements)
    assert titres(mouvements)[:2] == [
        "En 2022, 50 entrées de plus que de sorties",
        "Depuis 2020, le nombre de nouvelles demandes est en hausse de 7,1 %, celui des sorties en hausse de 25,0 %",
    ]
    description = lisible(lu(mouvements).tous("desc")[0].texte)
    assert description == (
        "Actives au 31/12/2021, 1 150 ; Nouvelles demandes, +300 ; Sorties du fichier, −250 ; Écart de décompte, "
        "+10 ; Actives au 31/12/2022, 1 210."
    )
    assert lignes_de(lu(mouvements)) == {
        "2020": ["280", "200", "–", "900"],
        "2021": ["500", "250", "0", "1 150"],
        "2022": ["300", "250", "+10", "1 210"],
    }  # fmt: skip


def test_un_compte_va_d_un_total_a_l_autre() -> None:
    fait = publie(COMPTE, ANNEES)
    etapes = [(0, 1150), (1150, 1450), (1450, 1200), (1200, 1210), (0, 1210)]
    lignes = pd.DataFrame(etapes, columns=["debut", "fin"]).assign(nom="Une étape", mots="", fort=True)
    figure = fait.barres("Titre", "", lignes, [fait["V02"]])
    assert figure.axes is not None
    barres = [(barre.get_x(), barre.get_x() + barre.get_width()) for barre in figure.axes.patches]
    assert [(round(a), round(b)) for a, b in barres[:3]] == [(0, 1150), (1150, 1450), (1200, 1450)]
    assert (round(barres[3][0]), round(barres[4][1])) == (1200, 1210)


def test_un_terme_masque_laisse_la_table_du_compte_et_rien_ne_s_en_deduit() -> None:
    tables = COMPTE | {"D02": serie({2020: 200, 2021: 250, 2022: 3})}
    mouvements = partie("mouvements", tables)
    assert "ne sont pas toutes publiées" in dit(mouvements)
    assert lignes_de(lu(mouvements))["2022"] == ["300", "s", "–", "1 210"]
    [compte, *_] = lu(mouvements).tous("figure", "figure")
    assert titres(mouvements)[0] == "Le compte des demandes en 2022"
    assert re.search(r"Source : [^.]*\b2020-2022\b", lisible(compte.texte))
    assert "Secret statistique : 1 chiffre masqué" in lisible(compte.texte)
    assert "n’est pas complet" in dit(partie("limites", tables))
    assert "Écart de décompte, " not in lisible(mouvements.html)


def test_autant_d_entrees_que_de_sorties() -> None:
    egaux = COMPTE | {"D01": serie({2021: 250, 2022: 250}), "D02": serie({2021: 250, 2022: 250})}
    assert titres(partie("mouvements", egaux, (2021, 2022))) == [
        "En 2022, autant d’entrées que de sorties",
        "Depuis 2021, le nombre de nouvelles demandes est stable, celui des sorties aussi",
    ]


def test_les_sorties_disent_la_part_des_loges_puis_le_premier_autre_motif() -> None:
    motifs = classes("D03", RADATT=(60, 150), RADREN=(50, 150), RADABA=(40, 150))
    assert dit(partie("sorties", motifs)).startswith(
        "En 2022, 40,0 % des sorties du fichier sont dues à un logement attribué ; premier autre motif : "
        "non-renouvellement (33,3 %)."
    )
    assert titres(partie("sorties", motifs)) == ["Attribution d’un logement : 40,0 % des sorties"]
    avant, apres = (
        classes("D03", 2021, RADATT=(75, 150), RADREN=(75, 150)),
        classes("D03", RADATT=(120, 150), RADREN=(30, 150)),
    )
    assert titres(partie("sorties", {"D03": avant["D03"] + apres["D03"]}, (2021, 2022))) == [
        "Attribution d’un logement : 80,0 % des sorties, part en hausse de 30,0 points depuis 2021"
    ]
    masque = classes("D03", RADATT=(60, 150), RADREN=(87, 150), RADABA=(3, 150))
    assert dit(partie("sorties", masque)).startswith(
        "En 2022, 40,0 % des sorties du fichier sont dues à un logement attribué. "
    )
    assert titres(partie("sorties", masque)) == ["Sorties du fichier par motif"]
    attribution = classes("D03", RADATT=(3, 150), RADREN=(147, 150))
    assert dit(partie("sorties", attribution)).startswith(
        "La part des sorties de 2022 qui sont dues à un logement attribué est masquée par le secret statistique."
    )


def test_deux_communes_ne_se_comparent_que_si_le_hasard_n_y_suffit_pas() -> None:
    """A title says on how many each share rests; of few, it says nothing."""

    def titre(bas: tuple[int, int], haut: tuple[int, int]) -> str:
        lignes = [
            {"annee": 2022, "perimetre_type": "commune", "perimetre_code": code, "numerateur": n, "denominateur": d}
            for code, (n, d) in (("72003", bas), ("72181", haut))
        ]
        return titres(partie("delais-anormaux", {"D11": lignes}))[-1]

    assert titre((70, 390), (100, 280)) == (
        "Délais anormalement longs : de 17,9 % (Allonnes, sur 390 demandes) à 35,7 % (Le Mans, sur 280)"
    )
    assert titre((7, 39), (10, 28)) == "Demandes au délai anormalement long, par commune"


def test_un_mois_ne_se_dit_que_s_il_est_seul_le_plus_haut() -> None:
    mois = classes("D01M", **{"01": (30, 1), "02": (45, 1), "03": (40, 1)})
    assert (
        titres(partie("mouvements", mois))[-1]
        == "Nouvelles demandes : le plus en février (45), le moins en janvier (30)"
    )
    a_egalite = classes("D01M", **{"01": (30, 1), "02": (45, 1), "03": (45, 1)})
    assert titres(partie("mouvements", a_egalite))[-1] == "Les mouvements du fichier en 2022, mois par mois"
    masque = classes("D01M", **{"01": (3, 1), "02": (45, 1), "03": (40, 1)})
    assert titres(partie("mouvements", masque))[-1] == "Les mouvements du fichier en 2022, mois par mois"


@pytest.mark.parametrize(
    ("tables", "attendu"),
    [
        ({"D10": [{"numerateur": 37.7, "denominateur": 100}], "V06": [{"numerateur": 14.1, "denominateur": 100}]}, ""),
        ({"D09": classes("D09", M12=(80, 100), M24=(60, 100))["D09"]},
         "Au rythme de 2022, 80,0 % des demandeurs attendent encore au bout d’un an."),
        ({}, "L’attente des demandeurs n’est pas publiée pour 2022."),
    ],
)  # fmt: skip
def test_l_attente_dit_sa_mediane_ou_ce_qui_en_tient_lieu(tables: Lignes, attendu: str) -> None:
    attente = partie("attente", tables)
    assert attendu in dit(attente)
    if "D09" in tables:
        assert titres(attente)[0] == "Après 2 ans, 60,0 % des demandeurs attendent encore"


def test_la_courbe_d_attente_part_de_tous_et_se_tient_a_ses_durees() -> None:
    """100 % at the filing, then its points at 12 and 24 months: a masked one parts the line and is hatched."""
    table = publie(classes("D09", M6=(90, 100), M12=(80, 100), M24=(60, 100)), ANNEES)["D09"].par("annee", "classe")
    places = {"M6": 6.0, "M12": 12.0, "M24": 24.0}
    figure = table.courbes("Titre", depart=100, accent="2022", places=places)
    assert figure.axes is not None
    trait = figure.axes.lines[0]
    assert (list(trait.get_xdata()), list(trait.get_ydata())) == ([0, 6, 12, 24], [100, 90, 80, 60])
    ecrits = {t.get_text().replace("\u202f", " ") for t in figure.axes.texts}
    assert {"90,0 %", "80,0 %", "60,0 %"} <= ecrits

    masquee = publie(classes("D09", M6=(90, 100), M12=(3, 8), M24=(60, 100)), ANNEES)["D09"].par("annee", "classe")
    figure = masquee.courbes("Titre", depart=100, accent="2022", places=places)
    assert figure.axes is not None
    trait = figure.axes.lines[0]
    assert list(trait.get_xdata()) == [0, 6, 12, 24]
    assert [y for y in map(float, trait.get_ydata()) if y == y] == [100, 90, 60] and "nan" in map(
        str, trait.get_ydata()
    )
    assert "37,5" not in figure.html
    assert "s" in {t.get_text() for t in figure.axes.texts}


def test_les_loges_et_les_demandeurs_se_comparent_par_duree() -> None:
    """The widest gap, of either sign: 10 % of 1,000 against 30 % of 2,000 is far beyond two standard errors."""
    loges = classes("D08", MOINS_1=(500, 1000), A_1=(400, 1000), A_2=(100, 1000))
    demandeurs = classes("V07", MOINS_1=(900, 2000), A_1=(500, 2000), A_2=(600, 2000))
    assert titres(partie("attente", loges | demandeurs)) == [
        "2 ans d’attente : 10,0 % des ménages logés, 30,0 % des demandeurs"
    ]
    proches = classes("V07", MOINS_1=(1000, 2000), A_1=(800, 2000), A_2=(200, 2000))
    assert titres(partie("attente", loges | proches)) == [
        "Attente des ménages logés et des demandeurs : pas d’écart net"
    ]


def test_ou_l_on_habite_ou_l_on_demande() -> None:
    croises = [
        {"perimetre_type": "commune", "perimetre_code": vers, "modalite": de, "numerateur": n, "denominateur": 120}
        for vers, de, n in (
            ("72181", "72181", 60), ("72181", "72003", 40), ("72181", "HORS_EPCI", 17), ("72003", "72003", 90),
            ("72003", "72181", 27), ("72003", "HORS_EPCI", 3),
        )
    ]  # fmt: skip
    restes = [
        {"perimetre_type": "commune", "perimetre_code": code, "numerateur": n, "denominateur": d}
        for code, n, d in (("72181", 60, 87), ("72003", 90, 130))
    ]
    origines = partie("origines", {"D07": croises, "D07R": restes})
    assert "40 ménages qui habitent Allonnes demandent Le Mans : le plus grand nombre publié" in dit(origines)
    page = lu(origines)
    entetes = [lisible(th.texte) for th in page.un("thead").tous("th")]
    rangs = [entetes.index(f"Demandent {nom}") - 1 for nom in ("Le Mans", "Allonnes")]
    assert {nom: [cases[rang] for rang in rangs] for nom, cases in lignes_de(page).items()} == {
        "Le Mans": ["60", "27"], "Allonnes": ["40", "90"], "Hors de l’intercommunalité": ["17", "s"],
    }  # fmt: skip


def test_sans_extrait_chaque_figure_dit_qu_elle_manque() -> None:
    vide = derouler("demande.qmd", publie({}, (2022,)))
    assert not any("<svg" in bloc.html for bloc in vide.values())
    for nom in ("mouvements", "sorties", "pression", "attente", "delais-anormaux", "origines"):
        assert "Non calculable" in dit(vide[nom])
    assert "à renseigner" in dit(vide["delais-anormaux"]) and "n’est pas complet" in dit(vide["limites"])


def test_tout_masque_aucun_chiffre_ne_se_lit() -> None:
    """3 of 8 everywhere: 37.5 % would be the share, 0.4 the ratio."""
    lignes: Lignes = {
        code: [{"annee": a, "numerateur": 3, "denominateur": 8} for a in ANNEES]
        for code in ("V02", "D01", "D02", "V03", "V06", "D10", "D04", "D11", "D11A", "D07R")
    }
    lignes |= {c: classes(c, **{"01": (3, 8), "02": (3, 8)})[c] for c in ("D01M", "D02M", "D02A", "D04M")}
    lignes |= classes("D03", RADATT=(3, 8)) | classes("D09", M12=(3, 8)) | classes("D05", DALO=(3, 8))
    for nom, bloc in derouler("demande.qmd", publie(lignes, ANNEES)).items():
        lus = lisible(lu(bloc).texte).replace("(", " ").split()
        assert not {"37,5", "0,4", "nan"} & set(lus), nom


# --- From the request to the lease


def parcours(demandes: tuple[float, float], **hors: tuple[float, float]) -> Lignes:
    """The first quartile in the requests, and outside the quarters at each step."""
    lignes: Lignes = {"R03Q": [{"numerateur": demandes[0], "denominateur": demandes[1]}]}
    for code, (n, d) in hors.items():
        lignes[code] = [{"perimetre_type": "hors_qpv", "numerateur": n, "denominateur": d}]
    return lignes


@pytest.mark.parametrize(
    ("tables", "attendu"),
    [
        # 30 %, 20 % (30 % of 1,000 and 20 % of 500 are far apart), 19 %, 19 %.
        (parcours((300, 1000), R06=(100, 500), R07=(76, 400), R08=(57, 300)),
         "De la demande au bail hors quartier prioritaire, c’est à la proposition que la part du premier quartile "
         "recule le plus : de 30,0 % à 20,0 %."),
        # 25 %, 26 %, 24 %, 24,5 %: the widest fall is one that chance may make.
        (parcours((250, 1000), R06=(130, 500), R07=(96, 400), R08=(49, 200)),
         "la part du premier quartile se maintient ; son plus grand recul, à la décision de la commission (de 26,0 % à "
         "24,0 %), peut être dû au hasard."),
        # 30 %, 26 %, 22,5 %, 18 %: no step is beyond chance, all of them together are.
        (parcours((300, 1000), R06=(130, 500), R07=(90, 400), R08=(54, 300)),
         "la part du premier quartile passe de 30,0 % à 18,0 % ; son plus grand recul d’une étape à l’autre, à la "
         "signature du bail (de 22,5 % à 18,0 %), peut être dû au hasard."),
        (parcours((250, 1000), R06=(130, 500), R07=(108, 400), R08=(56, 200)),
         "De la demande au bail hors quartier prioritaire, la part du premier quartile ne recule à aucune étape."),
        # One step is masked: the widest of the others is not the widest.
        (parcours((300, 1000), R06=(100, 500), R07=(76, 400), R08=(3, 300)),
         "De la demande au bail, la part du premier quartile n’est pas publiée à chaque étape."),
        ({}, "De la demande au bail, la part du premier quartile n’est pas publiée à chaque étape."),
    ],
)  # fmt: skip
def test_la_page_dit_a_quelle_etape_le_premier_quartile_recule_le_plus(tables: Lignes, attendu: str) -> None:
    assert attendu in dit(partie("cascade", tables))


def test_les_menages_de_chaque_quartile_se_suivent_de_la_demande_au_bail() -> None:
    """Of 200 and 300 requests, 50 and 90 households are candidates, 25 and 60 are allocated a dwelling."""
    tables = (
        classes("R03", Q1=(200, 500), Q2=(300, 500))
        | classes("R04", Q1=(50, 140), Q2=(90, 140))
        | classes("R05", Q1=(25, 85), Q2=(60, 85))
        | classes("R11", Q1=(10, 40), Q2=(33, 60))
        | classes("O03", Q1=(20, 50), Q2=(30, 50))
    )
    assert lignes_de(lu(partie("cascade", tables)), 1) == {
        "Premier quartile": ["200", "50", "25,0 %", "25", "50,0 %", "25,0 %", "20", "40,0 %"],
        "Deuxième quartile": ["300", "90", "30,0 %", "60", "66,7 %", "55,0 %", "30", "60,0 %"],
    }
    masque = lignes_de(lu(partie("cascade", tables | classes("R04", Q1=(3, 140), Q2=(137, 140)))), 1)
    assert masque["Premier quartile"][:5] == ["200", "s", "–", "25", "–"]


def test_les_comptes_se_rapprochent_par_annee() -> None:
    """10 + 4 = 14 requests; 60 leases of which 45 are decided in the year; 80 - 20 - 45 = 15 allocated dwellings."""
    tables: Lignes = {
        "V01": serie({2022: 60}), "V02": serie({2022: 10}), "D02": serie({2022: 14}), "D12": serie({2022: 24}),
        "R02": [{"numerateur": 20, "denominateur": 80}], "R15": serie({2022: 45}),
    }  # fmt: skip
    pont = partie("rapprochement", tables | classes("R01", RADATT=(9, 15)) | classes("D03", RADATT=(8, 14)), (2022,))
    assert lignes_de(lu(pont)) == {"2022": ["10", "14", "24", "15", "8", "60", "80", "20", "45"]}
    assert dit(pont) == (
        "15 baux de l’année n’ont pas d’accord dans l’année : la commission en a décidé avant, ou n’est pas dans "
        "l’extrait. 15 logements accordés ne sont ni refusés ni loués dans l’année : candidats des rangs suivants, ou "
        "réponse et bail à venir."
    )
    masque = partie("rapprochement", tables | {"R15": serie({2022: 3})}, (2022,))
    assert "Ce qui sépare les baux des décisions n’est pas publié pour 2022." in dit(masque)
