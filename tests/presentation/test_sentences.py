"""Sentences agree with the figures, and neither quote nor imply what is masked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from rapports import phrase, rapport, serie
from tables_publiees import avec_objectif, table

from cil_analysis.presentation import sentences, sentences_attributions, sentences_demande, sentences_menages
from cil_analysis.presentation.chapitres import constat
from cil_analysis.presentation.rapport import Rapport
from messages import lisible


def objectif(n: float, d: float, **plus: Any) -> Rapport:
    manque = max(0, -(-25 * d // 100) - n)
    return rapport({"O01": avec_objectif([{"numerateur": n, "denominateur": d, "menages_manquants": manque} | plus])})


@pytest.mark.parametrize(
    ("calcul", "avant", "apres", "attendu"),
    [
        (sentences.evolution, 1000, 1032, "en hausse de 3,2 %"),
        (sentences.evolution, 1000, 900, "en baisse de 10,0 %"),
        (sentences.evolution, 1000, 1009, "stable"),
        (sentences.evolution, 1000, 991, "stable"),
        (sentences.evolution, 10, 0, "en baisse de 100,0 %"),
        (sentences.evolution, 0, 5, ""),
        (sentences.evolution, None, 5, ""),
        (sentences.evolution, 5, None, ""),
        (sentences.evolution_points, 20.0, 23.8, "en hausse de 3,8 points"),
        (sentences.evolution_points, 20.0, 18.2, "en baisse de 1,8 point"),
        (sentences.evolution_points, 20.0, 22.0, "en hausse de 2 points"),
        (sentences.evolution_points, 20.0, 20.4, "stable"),
        (sentences.evolution_points, 0.0, 1.0, "en hausse de 1 point"),
        (sentences.evolution_points, None, 1.0, ""),
    ],
)
def test_une_evolution_en_mots(calcul: Any, avant: float | None, apres: float | None, attendu: str) -> None:
    assert lisible(calcul(avant, apres)) == attendu


@pytest.mark.parametrize(
    ("n", "debut"),
    [
        (0, "0 logement social a été attribué"),
        (5, "5 logements sociaux ont été"),
        (2904, "2 904 logements sociaux ont"),
    ],
)
def test_le_volume_s_accorde(n: int, debut: str) -> None:
    dit = phrase(sentences_attributions.constat_attributions(rapport({"V01": serie({2022: n})}, (2022,))))
    assert dit.startswith(debut) and "depuis" not in dit and "sur un an" not in dit


@pytest.mark.parametrize(
    ("valeurs", "un_an", "depuis_le_debut"),
    [
        ({2018: 3000, 2021: 2811, 2022: 2904}, "en hausse de 3,3 % sur un an", "en baisse de 3,2 % depuis 2018"),
        ({2021: 3000, 2022: 3001}, "stable sur un an", ""),
        ({2020: 3000, 2022: 2904}, "", "depuis 2020"),  # A year is missing: not compared with.
    ],
)
def test_le_volume_compare_a_l_an_passe_et_au_debut(valeurs: dict[int, int], un_an: str, depuis_le_debut: str) -> None:
    dit = phrase(sentences_attributions.constat_attributions(rapport({"V01": serie(valeurs)}, tuple(valeurs))))
    assert un_an in dit and ("sur un an" in dit) == bool(un_an)
    assert depuis_le_debut in dit and ("depuis" in dit) == bool(depuis_le_debut)


@pytest.mark.parametrize(
    ("stock", "attributions", "attendu"),
    [
        (0, None, "0 demande est active."),
        (60, 30, "60 demandes sont actives : 2,0 demandes pour une attribution de l’année."),
        (57, 30, "57 demandes sont actives : 1,9 demande pour une attribution de l’année."),
        (1999, 1000, "1 999 demandes sont actives : 2,0 demandes pour une attribution de l’année."),
    ],
)
def test_la_demande_s_accorde(stock: int, attributions: int | None, attendu: str) -> None:
    tension = [] if attributions is None else [{"numerateur": stock, "denominateur": attributions}]
    r = rapport({"V02": serie({2022: stock}), "V03": tension}, (2022,))
    assert phrase(sentences_demande.constat_demande(r)).endswith(attendu)


@pytest.mark.parametrize(
    ("dire", "tables", "pourquoi"),
    [
        (sentences_demande.constat_demande, {"V02": serie({2022: 3})}, "masquées"),
        (sentences_demande.constat_demande, {}, "ne sont pas disponibles"),
        (sentences_attributions.constat_attributions, {"V01": serie({2022: 3})}, "masqué"),
        (sentences_attributions.constat_attributions, {"V01": []}, "n’est pas disponible"),
    ],
)
def test_ce_qui_est_masque_n_est_pas_dit_absent_ni_l_inverse(dire: Any, tables: Any, pourquoi: str) -> None:
    dit = phrase(dire(rapport(tables, (2022,))))
    assert pourquoi in dit and not re.search(r"\d", dit.replace("31 décembre 2022", "").replace("2022", ""))


# --- Objectives -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "sens", "bornes", "plus", "verdict", "suite"),
    [
        (250, "plancher", (25,), {}, "(au moins 25 %) est atteint.", ""),
        (249, "plancher", (25,), {"menages_manquants": 1}, "(au moins 25 %) n’est pas atteint", "1 ménage de plus"),
        (248, "plancher", (25,), {"menages_manquants": 2}, "(au moins 25 %) n’est pas atteint", "2 ménages de plus"),
        (245, "plancher", (25,), {"resultat": "atteint"}, "est atteint, à la tolérance près.", ""),
        (420, "plafond", (40,), {"menages_manquants": 20}, "(au plus 40 %) n’est pas atteint", "20 ménages de moins"),
        (250, "intervalle", (20, 30), {}, "(entre 20 et 30 %) est atteint.", ""),
        (190, "intervalle", (20, 30), {"menages_manquants": 10}, "n’est pas atteint", "10 ménages de plus"),
        (190, "intervalle", (20, 30), {"menages_manquants": float("nan")}, "(entre 20 et 30 %) n’est pas atteint.", ""),
        (250, "plancher", (float("nan"),), {}, "aucun objectif n’est renseigné.", ""),
    ],
)
def test_un_objectif_atteint_ou_non(
    n: int, sens: str, bornes: tuple[float, ...], plus: dict[str, Any], verdict: str, suite: str
) -> None:
    brut = [{"numerateur": n, "denominateur": 1000, "menages_manquants": 0}]
    lignes = [ligne | plus for ligne in avec_objectif(brut, bornes[0], sens, bornes[-1])]
    dit = phrase(sentences.constat_objectif(rapport({"O01": lignes}), "O01", "eux", "ici"))
    assert dit.startswith(f"{n / 10:.1f}".replace(".", ",")) and verdict in dit
    assert suite in dit and ("fallu" in dit) == bool(suite)


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (objectif(3, 1000), "secret statistique"),
        (objectif(998, 1000), "secret statistique"),
        (objectif(0, 0), "à renseigner"),
        (rapport({"O01": []}), "aucune donnée"),
    ],
)
def test_un_objectif_sans_chiffre_dit_pourquoi_et_rien_de_plus(lignes: Rapport, attendu: str) -> None:
    dit = phrase(sentences.constat_objectif(lignes, "O01", "eux", "ici"))
    assert attendu in dit and "atteint" not in dit and not re.search(r"\d", dit.replace("2022", ""))


def resultats(*effectifs: tuple[float, ...]) -> Any:
    """Counts, and a target when it is not the usual one."""
    lignes = [dict(zip(("numerateur", "denominateur", "cible"), effectif))  # noqa: B905  # the target may lack
              | {"acteur_code": str(i), "acteur_type": "bailleur"}
              for i, effectif in enumerate(effectifs)]  # fmt: skip
    return table("pct", avec_objectif(lignes))


OUI, NON, SECRET = (50, 100), (10, 100), (2, 100)
SANS_CIBLE = (2, 100, float("nan"))


@pytest.mark.parametrize(
    ("effectifs", "mots", "debut", "masques"),
    [
        ([OUI, OUI], "la commune", "Les 2 communes dont le résultat est publié atteignent", ""),
        ([NON, NON], "la commune", "Aucune des 2 communes", ""),
        ([NON, NON], "le bailleur", "Aucun des 2 bailleurs dont le résultat est publié n’atteint", ""),
        ([OUI, NON], "la commune", "Une seule des 2 communes dont le résultat est publié atteint son", ""),
        ([OUI, OUI, NON], "le bailleur", "2 des 3 bailleurs dont le résultat est publié atteignent leur", ""),
        ([OUI], "la commune", "La commune dont le résultat est publié atteint son", ""),
        ([NON], "le bailleur", "Le bailleur dont le résultat est publié n’atteint pas son", ""),
        ([OUI, OUI, SECRET], "la commune", "Les 2 communes", "1 résultat est masqué"),
        ([NON, NON, SECRET, SECRET], "la commune", "Aucune des 2 communes", "2 résultats sont masqués"),
        ([SECRET, SANS_CIBLE], "la commune", "Tous les résultats sont masqués", "sont masqués"),
        ([SECRET, (0, 0)], "la commune", "Aucun résultat n’est publié", "1 résultat est masqué"),
        ([OUI, OUI, SANS_CIBLE], "la commune", "Les 2 communes", ""),
        ([SECRET], "la commune", "Tous les résultats sont masqués", "sont masqués"),
        ([], "la commune", "Aucun résultat ne peut être mesuré.", ""),
    ],
)
def test_combien_tiennent_leur_objectif(
    effectifs: list[tuple[float, ...]], mots: str, debut: str, masques: str
) -> None:
    publiee = resultats(*effectifs) if effectifs else resultats(OUI).ou(annee=0)
    dit = phrase(sentences.constat_resultats(publiee, mots, mots.split()[1] + "s"))
    assert dit.startswith(debut) and masques in dit and ("masqué" in dit) == bool(masques)


def test_les_ecarts_extremes_ne_portent_que_sur_ce_qui_est_publie() -> None:
    libelles = {"0": "Ici", "1": "Là", "2": "Masquée"}
    titre = phrase(sentences.titre_ecarts(resultats(OUI, NON, SECRET), libelles, "acteur_code", "Sinon"))
    assert "−15,0 points (Là)" in titre and "+25,0 points (Ici)" in titre and "Masquée" not in titre
    assert sentences.titre_ecarts(resultats(OUI, SECRET), libelles, "acteur_code", "Sinon") == "Sinon"


def test_le_constat_des_prioritaires_compte_les_contingents() -> None:
    lignes = avec_objectif(
        [{"acteur_type": "", "acteur_code": "", "numerateur": 356, "denominateur": 1000, "cible": float("nan")}]
        + [{"acteur_type": "reservataire", "acteur_code": c, "numerateur": n, "denominateur": 100}
           for c, n in (("COLL", 50), ("AL", 10))]
    )  # fmt: skip
    dit = phrase(sentences.constat_prioritaires(rapport({"O04": lignes})))
    assert dit.startswith("35,6 %") and "Un seul des 2 contingents" in dit


# --- Series ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valeurs", "attendu"),
    [
        ({2018: 1000, 2022: 1100}, "Les attributions ont augmenté de 10,0 % depuis 2018"),
        ({2018: 1000, 2022: 900}, "Les attributions ont baissé de 10,0 % depuis 2018"),
        ({2018: 1000, 2022: 1005}, "Les attributions sont stables entre 2018 et 2022"),
        ({2022: 1005}, "Les attributions en 2022"),
        ({2018: 0, 2022: 1005}, "Les attributions en 2022"),
        ({2018: 1000, 2021: 1100, 2022: 2}, "Les attributions en 2022"),  # This year is masked: no « depuis ».
        ({2018: 2, 2019: 1000, 2022: 1100}, "Les attributions ont augmenté de 10,0 % depuis 2019"),
    ],
)
def test_le_titre_d_une_serie(valeurs: dict[int, float], attendu: str) -> None:
    r = rapport({"V01": serie(valeurs)}, tuple(valeurs))
    assert phrase(sentences.titre_evolution(r, "V01", "Les attributions")) == attendu


@pytest.mark.parametrize(
    ("parts", "attendu"),
    [
        ({2018: 200, 2022: 238}, "La part a gagné 3,8 points depuis 2018"),
        ({2018: 200, 2022: 182}, "La part a perdu 1,8 point depuis 2018"),
        ({2018: 200, 2022: 203}, "La part est stable entre 2018 et 2022"),
        ({2022: 203}, "La part en 2022"),
        ({2018: 200, 2021: 300, 2022: 2}, "La part en 2022"),
    ],
)
def test_le_titre_d_une_serie_de_parts(parts: dict[int, float], attendu: str) -> None:
    r = rapport({"O01": serie(parts, denominateur=1000)}, tuple(parts))
    assert phrase(sentences.titre_evolution_points(r, "O01", "La part")) == attendu


def test_le_titre_des_contingents_ne_compare_que_ce_qui_est_publie_aux_deux_bouts() -> None:
    """B moved more than A, but it is masked in the first year; C is masked between the ends alone."""
    effectifs = {"A": (200, 210, 230), "B": (2, 300, 500), "C": (200, 2, 240)}
    lignes = [
        {"annee": 2020 + i, "acteur_type": "reservataire", "acteur_code": code, "numerateur": n, "denominateur": 1000}
        for code, trois in effectifs.items()
        for i, n in enumerate(trois)
    ]
    libelles = {"A": "Alpha", "B": "Bêta", "C": "Gamma"}
    titre = phrase(sentences.titre_contingents(table("pct", lignes), libelles))
    assert titre.startswith("Gamma : +4,0 points") and titre.endswith("depuis 2020")
    seule = sentences.titre_contingents(table("pct", lignes[:1]), libelles)
    assert seule == sentences.titre_contingents(table("pct", lignes).ou(annee=0), libelles)
    assert not re.search(r"\d", seule)


# --- What is compared -----------------------------------------------------------------------------------------------


def test_la_premiere_commune_est_celle_qui_est_publiee() -> None:
    codes = list(rapport({}).communes)[:3]
    lignes = [{"perimetre_type": "commune", "perimetre_code": c, "numerateur": n, "denominateur": 1000}
              for c, n in zip(codes, (998, 600, 3), strict=True)]  # fmt: skip
    r = rapport({"T01": lignes, "T02": [{"modalite": "QPV", "numerateur": 281, "denominateur": 1000}]})
    dit = phrase(sentences_attributions.constat_communes(r))
    assert dit.startswith(f"{r.communes[codes[1]]} accueille 60,0 %") and "28,1 %" in dit
    assert r.communes[codes[0]] not in dit
    assert sentences_attributions.constat_communes(rapport({})) == "" == constat("").html


def profils(loges: dict[str, int], demandes: dict[str, int]) -> Rapport:
    def lignes(effectifs: dict[str, int]) -> list[dict[str, Any]]:
        return [{"modalite": m, "numerateur": n, "denominateur": sum(effectifs.values())}
                for m, n in effectifs.items()]  # fmt: skip

    r = rapport({"P01": lignes(loges), "P01D": lignes(demandes) if demandes else []})
    object.__setattr__(r.publication["P01"].indicateur, "titre", "Âge des ménages logés")
    object.__setattr__(r.publication["P01"].indicateur, "modalites", "tranches_age")
    return r


PAS_DE_COMPARAISON = "Âge : ménages logés en 2022"


@pytest.mark.parametrize(
    ("loges", "demandes", "attendu"),
    [
        ((300, 700, 0), (200, 800, 0), "Moins de 30 ans : 30,0 % des ménages logés, 20,0 % des demandeurs"),
        ((204, 796, 0), (200, 800, 0), "Âge : les ménages logés ressemblent aux demandeurs"),
        # They may not be alike, where a class is masked; and a masked class is not compared.
        ((3, 497, 500), (6, 494, 500), PAS_DE_COMPARAISON),
        ((4, 696, 300), (500, 300, 200), "30 à 39 ans : 69,6 % des ménages logés, 30,0 % des demandeurs"),
        ((0, 700, 0), None, PAS_DE_COMPARAISON),
    ],
)
def test_le_profil_dit_la_classe_la_plus_surrepresentee(
    loges: tuple[int, ...], demandes: tuple[int, ...] | None, attendu: str
) -> None:
    codes = ("A_MOINS_30", "A_30_39", "A_40_49")
    un, deux = (dict(zip(codes, n, strict=True)) if n else {} for n in (loges, demandes))
    assert phrase(sentences_menages.constat_profil(profils(un, deux), "P01")) == attendu
