"""The page of the cotation: a grid in words, and sentences that say only what is published, in each case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from carnets import derouler, noms_de
from rapports import avec, lu
from rapports import rapport as publie

from cil_analysis.rapport.pages import AUTRES
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.systemes.cotation import Cotation
from cil_analysis.reference.texte import normaliser
from fabrique import critere, grille
from messages import lisible

Lignes = dict[str, list[dict[str, Any]]]
PAGE = next(page for page in AUTRES if page.theme == "cotation")
SECRET = 3  # under the threshold of the tests' rules
VIDE = {"acteur_type": "", "acteur_code": "", "modalite": ""}
DECILES = [f"D{i}" for i in range(1, 11)]


def rapport(tables: Lignes, annees: tuple[int, ...] = (2021, 2022), grilles: tuple[Any, ...] = ()) -> Rapport:
    return avec(publie(tables, annees), cotation=Cotation(grilles))


def page(ouvert: Rapport) -> dict[str, str]:
    """The words of each section, with ordinary spaces; without a fault of typography."""
    sections = derouler(PAGE.carnet, ouvert)
    return {ancre: " ".join(lisible(" ".join(lu(bloc).blocs())).split()) for ancre, bloc in sections.items()}


def part(n: int, total: int = 100, **plus: Any) -> dict[str, Any]:
    return VIDE | {"numerateur": n, "denominateur": total, **plus}


def classes(total: int, **effectifs: int) -> list[dict[str, Any]]:
    return [part(n, total, modalite=code) for code, n in effectifs.items()]


def bailleurs(total: int, **effectifs: int) -> list[dict[str, Any]]:
    return [part(n, total, acteur_type="bailleur", acteur_code=code) for code, n in effectifs.items()]


def mediane(x: float, **plus: Any) -> dict[str, Any]:
    return VIDE | {"numerateur": float("nan"), "denominateur": 200, "valeur": x, **plus}


def deciles(**autres: int) -> list[dict[str, Any]]:
    effectifs = dict.fromkeys(DECILES, 100) | autres
    return classes(sum(effectifs.values()), **effectifs)


ESSAI = grille("G", critere("A", "age", "renseigne"), testeurs=("LMH",), debut=date(2021, 12, 1))
AUTRE = grille("H", critere("B", "age", "renseigne"), statut="simulation", debut=None, testeurs=())
PLEIN = {
    "C00": classes(100, GRILLE=100, IMPORTE=0),
    # 660 of 1,160 are above the median, 200 in the last decile, 100 in the first.
    "C03": deciles(D10=200, D9=160),
    "C02": [
        mediane(40.5), mediane(42.0, acteur_type="bailleur", acteur_code="LMH"),
        mediane(38.0, acteur_type="bailleur", acteur_code="SH"),
    ],
    "C02D": [
        mediane(32.0), mediane(60.0, modalite="DALO"), mediane(45.0, modalite="ASE"),
        mediane(50.0, modalite="VIOLENCES"),
    ],
    "C04": [part(150, 1000), *bailleurs(1000, LMH=150, SH=160)],
    "C05": [part(200, 1000), *bailleurs(1000, LMH=250, SH=100)],
    "C06": [part(200, 1000), *classes(100, T1=20, T2=60)],
    "C07": classes(800, DALO=200, ASE=100),
    "C08H": [part(100, 1000, annee=2020), part(110, 1000, annee=2021), part(150, 1000)],
    "C09H": [part(100, 1000, annee=2020), part(100, 1000, annee=2021), part(100, 1000)],
    "C10": classes(1000, BAS=400, MILIEU=350, HAUT=300),
    "C11": classes(1000, HAUSSE=300, STABLE=400, BAISSE=300),
    "C11H": classes(100, DALO=60, ASE=SECRET, VIOLENCES=30),
    "C11B": classes(100, DALO=20, ASE=90, VIOLENCES=30),
}  # fmt: skip


def test_la_page_dit_ce_que_disent_ses_chiffres() -> None:
    dit = page(rapport(PLEIN, (2020, 2021, 2022), (ESSAI, AUTRE)))
    assert dit["essentiel"].startswith(
        "56,9 % des attributions de 2022 vont à des ménages dont le score dépasse la médiane des demandes ; si le score"
    )
    assert "élevé dans le dernier décile, bas dans les deux premiers déciles." in dit["essentiel"]
    assert "40,5 points ; la moitié des demandes actives au 31 décembre, d’au plus 32,0 points." in dit["scores"]
    assert "selon le public : de 45,0 points (jeunes" in dit["scores"]
    assert (
        "selon le bailleur : 38,0 points (Sarthe Habitat) et 42,0 points (Le Mans Métropole Habitat)" in dit["scores"]
    )
    assert "17,2 % des attributions vont au dernier décile des scores, 8,6 % au premier" in dit["rang"]
    assert "60,0 % des ménages sont logés dans l’année (T2), 20,0 % (T1)" in dit["rang"]
    assert "15,0 % des attributions vont à des ménages au score bas ; 800 demandes au score élevé" in dit["ecarts"]
    assert "Scores élevés : 25,0 % des attributions (Le Mans Métropole Habitat), 10,0 % (Sarthe" in dit["ecarts"]
    assert "refuse 30,0 % des logements accordés quand son score est élevé, 40,0 % quand il est bas" in dit["ecarts"]
    assert "comptent pour 15,0 % des attributions des bailleurs testeurs, 10,0 % de celles" in dit["essai"]
    assert "Bailleurs testeurs : 10,0 % de scores élevés en 2020, 15,0 % en 2022" in dit["essai"]
    assert "la cotation commence en décembre 2021 ; les années qui précèdent" in dit["essai"]
    assert "30,0 % des demandes monteraient d’un décile ou plus avec « H », 30,0 % descendraient" in dit["simulation"]
    # The masked ASE, whose gap is the widest, does not make the title.
    assert "Ménages reconnus au titre du DALO : 60,0 % des demandes monteraient, 20,0 %" in dit["simulation"]


def test_une_colonne_de_la_grille_que_le_fichier_n_a_pas_se_dit_des_l_essentiel() -> None:
    """Its criteria give no point: scores fall, and nothing else would tell why."""
    absente = part(0, modalite="age") | {"numerateur": float("nan"), "denominateur": float("nan")}
    dite = "En 2022, le fichier des attributions n’a pas « Âge du demandeur » : les critères qui en dépendent"
    for q01, se_dit in (([absente, part(50, modalite="typologie")], True), ([part(50, modalite="age")], False)):
        dit = page(rapport(PLEIN | {"Q01": q01}, (2020, 2021, 2022), (ESSAI,)))["essentiel"]
        assert (dite in dit) is se_dit and "fichier des demandes" not in dit


def test_un_ecart_que_le_hasard_explique_n_est_pas_un_constat() -> None:
    """Of 1,000, two shares near 15 % are told apart beyond 3.2 points; of 100, two near 10 % beyond 8.5."""
    proches = PLEIN | {
        "C05": [part(150, 1000), *bailleurs(1000, LMH=150, SH=160)],
        "C08H": [part(10, annee=2020), part(12, annee=2021), part(12)],
        "C09H": [part(10)],
        "C10": classes(100, BAS=30, MILIEU=30, HAUT=28),
    }
    dit = page(rapport(proches, (2020, 2021, 2022), (ESSAI,)))
    assert "Scores élevés et bas : pas d’écart net d’un bailleur à l’autre" in dit["ecarts"]
    assert "Refus : pas d’écart net entre scores élevés (28,0 %) et scores bas (30,0 %)" in dit["ecarts"]
    assert (
        "les scores élevés comptent pour 12,0 % des attributions des uns, 10,0 % de celles des autres" in dit["essai"]
    )
    assert "pas d’écart net entre 2020 (10,0 % de scores élevés) et 2022 (12,0 %)" in dit["essai"]
    masque = proches | {"C05": [part(150, 1000), *bailleurs(1000, LMH=150, SH=SECRET)]}
    assert "Attributions aux scores élevés et bas d’un bailleur à l’autre" in page(rapport(masque))["ecarts"]


@pytest.mark.parametrize(
    ("troisieme", "attendu"),
    [
        ((), "Score médian des ménages logés, selon le bailleur"),
        ((45.0,), "bailleur : de 38,0 points à 45,0 points (B2)"),
    ],
)
def test_de_deux_bailleurs_au_meme_score_aucun_n_est_nomme(troisieme: tuple[float, ...], attendu: str) -> None:
    scores = [mediane(x, acteur_type="bailleur", acteur_code=f"B{i}") for i, x in enumerate((38.0, 38.0, *troisieme))]
    dit = page(rapport(PLEIN | {"C02": [mediane(40.5), *scores]}, (2020, 2021, 2022), (ESSAI,)))["scores"]
    assert attendu in dit and "(B0)" not in dit


def test_ce_qui_est_masque_n_est_ni_dit_ni_compte() -> None:
    """With D9 masked, the sum above the median would give it away."""
    masque = rapport(PLEIN | {"C03": deciles(D9=SECRET), "C02": [mediane(40.5, denominateur=SECRET)]}, grilles=(ESSAI,))
    dit = page(masque)
    assert dit["essentiel"].startswith(
        "20,0 % des attributions de 2022 vont à des ménages dont le score est dans le dernier"
    )
    assert "La moitié des demandes actives au 31 décembre ont un score d’au plus 32,0 points." in dit["scores"]
    assert "40,5" not in dit["scores"]
    sans = page(rapport({"C03": deciles(D9=SECRET)}))
    assert sans["essentiel"].startswith("Le rang des ménages logés en 2022 n’est publié qu’en partie.")


def test_sans_chiffre_rien_ne_manque_et_rien_n_est_juge() -> None:
    dit = page(rapport({}, (2022,)))
    assert dit["essentiel"].startswith("Le rang des ménages logés en 2022 n’est pas publié.")
    assert dit["grille"].startswith("Aucune grille ne se calcule")
    assert "Les scores médians de 2022 ne sont pas publiés." in dit["scores"]
    assert "Les écarts entre scores et attributions de 2022 ne sont pas publiés." in dit["ecarts"]
    assert "Aucun bailleur testeur n’est nommé" in dit["essai"]
    assert "Aucune grille n’est simulée sur les demandes de 2022." in dit["simulation"]
    for texte in dit.values():
        assert not {"nan", "none", "erreur", "injuste", "anormal", "devrait"}.intersection(normaliser(texte).split())


def test_une_annee_seule_et_un_chiffre_seul_se_disent_au_singulier() -> None:
    seul = PLEIN | {"C07": classes(1, DALO=1), "C08H": [part(150, 1000)], "C09H": [part(100, 1000)]}
    dit = page(rapport(seul | {"C02D": [mediane(1.0)]}, (2022,), (ESSAI,)))
    assert "d’au plus 1,0 point." in dit["scores"]
    meme = page(rapport(seul | {"C02D": [mediane(40.5)]}, (2022,), (ESSAI,)))["scores"]
    assert "d’au plus 40,5 points ; la moitié des demandes actives au 31 décembre aussi." in meme
    assert "Scores élevés parmi les attributions, bailleurs testeurs et autres bailleurs" in dit["essai"]


def test_la_grille_dit_son_statut_et_qu_elle_est_fictive() -> None:
    dit = page(rapport({}, grilles=(ESSAI,)))["grille"]
    assert dit.startswith("« G » : 1 critère, en expérimentation depuis décembre 2021, avec Le Mans Métropole Habitat.")
    assert "Cette grille est fictive" in dit and "notées par elle aussi" not in dit
    future = replace(ESSAI, debut=date(2023, 4, 1), statut="en vigueur", testeurs=(), confiance="C")
    dit = page(rapport({}, grilles=(future,)))["grille"]
    assert dit.startswith("« G » : 1 critère, en vigueur (début en avril 2023).")
    assert "fictive" not in dit and "notées par elle aussi" in dit
    importes = rapport({"C00": classes(100, GRILLE=0, IMPORTE=100)}, grilles=(ESSAI,))
    assert page(importes)["grille"].startswith("Aucune grille ne se calcule")


def test_les_reperes_sont_le_debut_et_chaque_changement_de_grille() -> None:
    suivante = replace(ESSAI, code="G2", debut=date(2022, 1, 1))
    ouvert = rapport({}, (2020, 2021, 2022), (replace(ESSAI, fin=date(2021, 12, 31)), suivante))
    debut, autre = map(lisible, noms_de(PAGE.carnet, ouvert)["reperes"])
    assert debut.startswith("la cotation commence en décembre 2021") and autre == "la grille change en 2022 (G2)"


@pytest.mark.parametrize(
    ("colonne", "champs", "attendu"),
    [
        ("age", {"points": 1000}, "+10"),
        ("age", {"points": -550}, "−5,5"),
        ("age", {"points": 25, "par": "mois", "plafond": 3000}, "+0,25 par mois, +30 au plus"),
        ("age", {"points": -100, "par": "annee", "plafond": -400}, "−1 par année, −4 au moins"),
        ("age", {"points": 100, "par": "unite"}, "+1 par année"),
        ("taille_menage", {"points": 100, "par": "unite"}, "+1 par personne"),
    ],
)
def test_les_points_en_mots(colonne: str, champs: dict[str, Any], attendu: str) -> None:
    dits = noms_de(PAGE.carnet, rapport({}))["points_en_mots"](critere("C", colonne, "renseigne", **champs))
    assert lisible(dits) == attendu


@pytest.mark.parametrize(
    ("un", "attendu"),
    [
        (critere("C", "date_depot_demande", "renseigne", type="date"), "Date de dépôt de la demande connue"),
        (critere("C", "date_depot_demande", "au_moins", seuil=36.0, type="date"),
         "Date de dépôt de la demande : 36 mois ou plus"),
        (critere("C", "taille_menage", "au_plus", seuil=2.0, type="entier"),
         "Nombre de personnes à loger : 2 ou moins"),
        (critere("C", "est_mutation", "est", ("oui",), type="oui_non"), "Déjà locataire du parc social : oui"),
        (critere("C", "typologie", "parmi", ("T1", "T2"), type="code"), "Typologie demandée : T1 ou T2"),
        (critere("C", "categories_prioritaires", "contient", ("DALO", "a", "m"), type="codes"),
         "Catégories prioritaires : l’une de "),
    ],
)  # fmt: skip
def test_une_condition_en_mots(un: Any, attendu: str) -> None:
    assert noms_de(PAGE.carnet, rapport({}))["condition_en_mots"](un).startswith(attendu)
