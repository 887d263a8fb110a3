"""The dwellings, the households and the paths of the bilan: their titles, what tells two counts apart."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from carnets import section
from rapports import dessin, lu, serie
from rapports import rapport as publie
from tables_publiees import textes

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from messages import lisible

Lignes = list[dict[str, Any]]
CARNET = "bilan_annuel.qmd"


def classes(**effectifs: int) -> Lignes:
    return [{"modalite": m, "numerateur": n, "denominateur": sum(effectifs.values())} for m, n in effectifs.items()]


def blocs(ancre: str, tables: dict[str, Lignes] | Rapport) -> list[Bloc]:
    r = tables if isinstance(tables, Rapport) else publie(tables)
    return [Bloc(html) for html in section(CARNET, ancre, r)]


def figure(ancre: str, code: str, tables: dict[str, Lignes] | Rapport) -> Bloc:
    [trouvee] = [b for b in blocs(ancre, tables) if f'id="fig-{code.lower()}-' in b.html]
    return trouvee


def titre(bloc: Bloc) -> str:
    return lisible(lu(bloc).un("span", "titre").texte)


def dits(ancre: str, tables: dict[str, Lignes]) -> list[str]:
    """The sentences of the cells that draw nothing."""
    return [lisible(lu(b).texte) for b in blocs(ancre, tables) if "<figure" not in b.html and "fig-" not in b.html]


CLASSES = {
    "R01": ("parcours", "RADREN", "RADABA", "Premier motif de radiation : non-renouvellement (70,0 %)"),
    "R02M": ("parcours", "PRIX", "TAILLE", "Premier motif de refus : loyer ou charges trop élevés (70,0 %)"),
    "L02": ("logements", "PLUS", "PLAI", "Prêt locatif à usage social (PLUS) : 70,0 % des "),
    "L02P": ("logements", "DEPUIS_2006", "AVANT_1946", "Depuis 2006 : 70,0 % des "),
}


@pytest.mark.parametrize("code", CLASSES)
def test_la_premiere_classe_fait_le_titre_sauf_si_elle_est_masquee_ou_trop_proche(code: str) -> None:
    """Two standard errors of two halves of 1,000 are 4.5 points."""
    ancre, un, deux, dit = CLASSES[code]
    assert titre(figure(ancre, code, {code: classes(**{un: 700, deux: 300})})).startswith(dit)
    for proche in (classes(**{un: 520, deux: 480}), classes(**{un: 500, deux: 500})):
        assert "%" not in titre(figure(ancre, code, {code: proche}))
    if not code.startswith("L"):  # what a dwelling is, is no secret
        assert "%" not in titre(figure(ancre, code, {code: classes(**{un: 700, deux: 297, "NR": 3})}))


def test_une_classe_vide_n_est_que_dans_les_donnees() -> None:
    bloc = figure("logements", "L02", {"L02": classes(PLUS=600, PLAI=400, PAP=0)})
    pap = "Prêt pour l’accession à la propriété, locatif"
    dessin = bloc.html[bloc.html.index("<svg") : bloc.html.index("</svg>") + 6]
    assert "accession" not in " ".join(textes(dessin)) and pap in lu(bloc).un("table").texte


@pytest.mark.parametrize(
    ("effectifs", "attendu"),
    [
        (
            {"T1": (500, 100), "T2": (200, 100), "T3": (400, 100)},
            "Demandes pour une attribution : de 2,0 (T2) à 5,0 (T1)",
        ),
        ({"T1": (500, 100), "T2": (200, 100), "T3": (200, 100)}, "Demandes pour une attribution : de 2,0 à 5,0 (T1)"),
        (
            {"T1": (500, 100), "T2": (200, 100), "NR": (170, 100)},
            "Demandes pour une attribution : de 2,0 (T2) à 5,0 (T1)",
        ),
        ({"T1": (200, 100), "T2": (200, 100)}, "Demandes pour une attribution, par type de logement"),
    ],
)
def test_la_pression_ne_nomme_que_les_types_seuls_a_leur_bout(
    effectifs: dict[str, tuple[int, int]], attendu: str
) -> None:
    lignes = [{"modalite": m, "numerateur": n, "denominateur": d} for m, (n, d) in effectifs.items()]
    bloc = figure("logements", "L01T", {"L01T": lignes})
    assert titre(bloc) == attendu
    assert "1,7" not in dessin(bloc) and ("1,7" in lisible(lu(bloc).un("table").texte)) == ("NR" in effectifs)


# --- The households -------------------------------------------------------------------------------------------------


AGES = {"P01": classes(A_MOINS_30=400, A_30_39=600), "P01D": classes(A_MOINS_30=300, A_30_39=700)}
TAILLES = {"P03": classes(**{"1": 350, "2": 650}), "P03D": classes(**{"1": 550, "2": 450})}


def test_le_constat_des_menages_dit_les_plus_grands_ecarts_de_l_un_ou_l_autre_signe() -> None:
    """20 points of size, 10 of age."""
    dit = dits("menages", AGES | TAILLES)[0]
    assert dit.startswith(
        "C’est par la taille du ménage que les ménages logés diffèrent le plus des demandeurs (1 personne :"
    )
    assert "35,0 % des premiers, 55,0 % des seconds), puis par l’âge (moins de 30 ans : 40,0 % et 30,0 %)." in dit
    # What a household asks from is no former dwelling yet.
    logements = {"P07": classes(PARC_SOCIAL=500, PARC_PRIVE=500), "P07D": classes(PARC_SOCIAL=300, PARC_PRIVE=700)}
    assert "Logement occupé lors de la demande, en %" in lisible(figure("menages", "P07", logements).html)
    # That few live alone is said once, of their number or of their families.
    familles = {"P02": classes(SEUL=350, COUPLE=650), "P02D": classes(SEUL=540, COUPLE=460)}
    assert dits("menages", AGES | TAILLES | familles)[0] == dit
    assert titre(figure("menages", "P03", TAILLES)) == "1 personne : 55,0 % des demandeurs, 35,0 % des ménages logés"


def test_la_seance_montre_d_abord_le_plus_grand_ecart() -> None:
    """The first figure of a section is its slide; those without a gap follow, in the order of the notebook."""
    ordre = re.findall(r'id="fig-(p\d\d)-p', "".join(b.html for b in blocs("menages", AGES | TAILLES)))
    assert ordre == ["p03", "p01", "p02", "p04", "p05", "p07", "p08", "p06"]


def test_les_profils_sans_ecart_net_ferment_la_grille() -> None:
    """Folded among the figures, they would leave holes between them."""
    proches = {"P02": classes(SEUL=305, COUPLE=695), "P02D": classes(SEUL=300, COUPLE=700)}
    ordre = re.findall(r'id="fig-(p\d\d)-p', "".join(b.html for b in blocs("menages", AGES | proches)))
    assert ordre == ["p01", "p03", "p04", "p05", "p07", "p08", "p06", "p02"]


def test_sans_ecart_net_le_constat_ne_nomme_rien() -> None:
    proches = {"P01": classes(A_MOINS_30=305, A_30_39=695), "P01D": classes(A_MOINS_30=300, A_30_39=700)}
    assert "aucun ne distingue nettement" in dits("menages", proches)[0]
    repli = lu(figure("menages", "P01", proches)).un("details")
    assert repli.un("summary").texte == "Âge, sans écart net" and repli.tous("figure")
    assert "sans écart net" not in figure("menages", "P01", AGES).html
    seul = {"P01": AGES["P01"]}
    assert "ne peuvent pas être comparés" in dits("menages", seul | {"V02": serie({2022: 1000})})[0]
    assert "sont comparés" not in "".join(dits("menages", seul | {"V02": serie({2022: 1000})}))
    assert "sont comparés" in "".join(dits("menages", proches))
    assert "emandeurs" not in lu(figure("menages", "P01", seul)).un("thead").texte


def test_sans_la_demande_la_premiere_classe_fait_le_titre_si_elle_se_detache() -> None:
    """600 of 1,000 households against 400, then as many of each."""
    seul = figure("menages", "P01", {"P01": AGES["P01"]})
    assert titre(seul) == "30 à 39 ans : 60,0 % des ménages logés"
    assert lisible(lu(seul).un("span", "sous-titre").texte) == "Âge, en % des ménages, 2022"
    egaux = figure("menages", "P01", {"P01": classes(A_MOINS_30=500, A_30_39=500)})
    assert (titre(egaux), "Part des ménages logés, en %" in lisible(egaux.html)) == ("Âge", True)


def test_une_variable_sensible_n_est_ni_titre_ni_constat_et_porte_sa_precaution() -> None:
    tables = {"P06": classes(**{"1": 800, "2": 200}), "P06D": classes(**{"1": 500, "2": 500})}
    r = publie(tables)
    regles = replace(r.publication.regles, variables_sensibles=frozenset({"nationalites"}))
    sensible = replace(r, publication=replace(r.publication, regles=regles))
    bloc = figure("menages", "P06", sensible)
    assert titre(bloc) == "Nationalité" and "Variable sensible" in bloc.html
    assert "comparés" in blocs("menages", sensible)[0].html and "%" not in blocs("menages", sensible)[0].html
    assert "Variable sensible" not in figure("menages", "P06", tables).html
    assert "diffèrent" not in bloc.html, "what other figures show is not told of them unread"


def test_des_demandeurs_tous_masques_sont_dessines_et_nommes() -> None:
    masques = figure("menages", "P01", {"P01": classes(A_MOINS_30=500, A_30_39=500), "P01D": classes(A_MOINS_30=2)})
    assert "Part des ménages logés et des demandeurs" in lisible(masques.html)


# --- The paths ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("avant", "apres", "suite"),
    [
        (340, 288, ", une part en baisse de 5,2 points sur un an."),
        (300, 288, ", une part sans changement net sur un an."),
        (290, 288, ", une part sans changement net sur un an."),
        (None, 288, "."),
    ],
)
def test_les_refus_et_les_radiations_en_mots(avant: int | None, apres: int, suite: str) -> None:
    refus = serie({2022: apres} | ({2021: avant} if avant else {}), denominateur=1000)
    dit = dits("parcours", {"R02": refus, "R01": classes(RADREN=600, RADABA=400)})[0]
    assert dit.startswith("1 000 radiations ont été enregistrées en 2022.")
    assert dit.endswith(f"Le demandeur refuse 28,8 % des logements que la commission lui accorde{suite}")
    masquees = dits("parcours", {"R02": serie({2022: 3}, denominateur=20), "R01": classes(RADREN=2, RADABA=1)})
    assert not re.search(r"\d", "".join(masquees))


@pytest.mark.parametrize(
    ("sorties", "attendu"),
    [
        (960, "40 radiations de l’année ne sont pas des sorties :"),
        (1000, "Chaque radiation de 2022 a fait sortir une demande du fichier."),
        (3, ""),
    ],
)
def test_ce_qui_separe_les_radiations_des_sorties(sorties: int, attendu: str) -> None:
    tables = {"R01": classes(RADREN=600, RADABA=400), "D02": serie({2022: sorties})}
    dit = lisible("".join(section("demande.qmd", "sorties", publie(tables))))
    assert attendu in dit if attendu else "radiation" not in dit


def test_sans_radiation_publiee_rien_ne_se_compare_aux_sorties() -> None:
    for tables in ({}, {"R01": classes(RADREN=2, RADABA=3)}):
        dit = lisible("".join(section("demande.qmd", "sorties", publie(tables | {"D02": serie({2022: 960})}))))
        assert "radiations de l’année" not in dit and "Chaque radiation" not in dit


def test_l_ecart_entre_deux_bailleurs_n_est_dit_que_s_il_est_net() -> None:
    def refus(n: int) -> dict[str, Lignes]:
        parts = (("B1", 400), ("B2", n))
        return {
            "R02": [
                {"acteur_type": "bailleur", "acteur_code": b, "numerateur": x, "denominateur": 1000} for b, x in parts
            ]
        }

    assert titre(figure("parcours", "R02", refus(200))) == "Refus : 40,0 % chez B1, 20,0 % chez B2"
    assert titre(figure("parcours", "R02", refus(390))) == "Logements accordés et refusés, par bailleur"
