"""Sentences agree with the figures, and neither quote nor imply what is masked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from rapports import rapport, serie
from tables_publiees import avec_objectif, table

from cil_analysis.presentation import chapitres, sentences, sentences_attributions, sentences_demande, sentences_menages
from cil_analysis.presentation.rapport import Rapport
from page_lue import arbre, fautes

FINE, INSECABLE = "\u202f", "\u00a0"


def plat(texte: str) -> str:
    """Without the kinds of space: what the words are."""
    return re.sub(f"[{FINE}{INSECABLE}]", " ", texte)


def objectif(n: float, d: float, **plus: Any) -> Rapport:
    manque = max(0, -(-25 * d // 100) - n)
    return rapport({"O01": avec_objectif([{"numerateur": n, "denominateur": d, "menages_manquants": manque} | plus])})


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        (1000, 1032, "en hausse de 3,2 %"),
        (1000, 900, "en baisse de 10,0 %"),
        (1000, 1009, "stable"),
        (1000, 991, "stable"),
        (1000, 1000, "stable"),
        (0, 5, ""),
        (None, 5, ""),
        (5, None, ""),
        (10, 0, "en baisse de 100,0 %"),
    ],
)
def test_evolution(avant: float | None, apres: float | None, attendu: str) -> None:
    assert plat(sentences.evolution(avant, apres)) == attendu


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        (20.0, 23.8, "en hausse de 3,8 points"),
        (20.0, 18.2, "en baisse de 1,8 point"),
        (20.0, 22.0, "en hausse de 2 points"),
        (20.0, 20.4, "stable"),
        (0.0, 1.0, "en hausse de 1 point"),
        (None, 1.0, ""),
    ],
)
def test_evolution_en_points(avant: float | None, apres: float | None, attendu: str) -> None:
    assert plat(sentences.evolution_points(avant, apres)) == attendu


@pytest.mark.parametrize(
    ("n", "attendu"),
    [
        (0, "0 logement social a été attribué en 2022."),
        (5, "5 logements sociaux ont été attribués en 2022."),
        (2904, "2 904 logements sociaux ont été attribués en 2022."),
    ],
)
def test_le_volume_s_accorde(n: int, attendu: str) -> None:
    assert plat(sentences_attributions.constat_attributions(rapport({"V01": serie({2022: n})}, (2022,)))) == attendu


def test_le_volume_compare_a_l_an_passe_et_au_debut() -> None:
    r = rapport({"V01": serie({2018: 3000, 2021: 2811, 2022: 2904})}, (2018, 2021, 2022))
    assert plat(sentences_attributions.constat_attributions(r)) == (
        "2 904 logements sociaux ont été attribués en 2022, en hausse de 3,3 % sur un an et en baisse de 3,2 % "
        "depuis 2018."
    )
    stable = rapport({"V01": serie({2021: 3000, 2022: 3001})})
    assert plat(sentences_attributions.constat_attributions(stable)).endswith("en 2022, un nombre stable sur un an.")


def test_une_annee_manquante_n_est_pas_comparee() -> None:
    r = rapport({"V01": serie({2020: 3000, 2022: 2904})}, (2020, 2022))
    assert "sur un an" not in sentences_attributions.constat_attributions(r)


@pytest.mark.parametrize(
    ("stock", "attributions", "attendu"),
    [
        (0, None, "Au 31 décembre 2022, 0 demande est active."),
        (60, 30, "Au 31 décembre 2022, 60 demandes sont actives : 2,0 demandes pour une attribution de l’année."),
        (57, 30, "Au 31 décembre 2022, 57 demandes sont actives : 1,9 demande pour une attribution de l’année."),
        (
            1999,
            1000,
            "Au 31 décembre 2022, 1 999 demandes sont actives : 2,0 demandes pour une attribution de l’année.",
        ),
    ],
)
def test_la_demande_s_accorde(stock: int, attributions: int | None, attendu: str) -> None:
    tension = [] if attributions is None else [{"numerateur": stock, "denominateur": attributions}]
    r = rapport({"V02": serie({2022: stock}), "V03": tension}, (2022,))
    assert plat(sentences_demande.constat_demande(r)) == attendu


def test_une_demande_masquee_n_est_pas_dite() -> None:
    phrase = sentences_demande.constat_demande(rapport({"V02": serie({2022: 3})}, (2022,)))
    assert phrase == "Les demandes actives au 31 décembre 2022 sont masquées par le secret statistique."


def test_des_attributions_masquees_ne_sont_pas_dites_absentes() -> None:
    phrase = sentences_attributions.constat_attributions(rapport({"V01": serie({2022: 3})}, (2022,)))
    assert phrase == "Le nombre d’attributions de 2022 est masqué par le secret statistique."
    phrase = sentences_attributions.constat_attributions(rapport({"V01": []}, (2022,)))
    assert phrase == "Le nombre d’attributions de 2022 n’est pas disponible."


def test_sans_extrait_des_demandes_la_phrase_le_dit() -> None:
    assert "ne sont pas disponibles" in sentences_demande.constat_demande(rapport({}))


@pytest.mark.parametrize(
    ("n", "attendu"),
    [
        (250, "25,0 % des attributions ici vont à eux : l’objectif (au moins 25 %) est atteint."),
        (249, "il aurait fallu 1 ménage de plus parmi les attributions de l’année."),
        (248, "il aurait fallu 2 ménages de plus parmi les attributions de l’année."),
    ],
)
def test_un_objectif_atteint_ou_non(n: int, attendu: str) -> None:
    assert plat(sentences.constat_objectif(objectif(n, 1000), "O01", "eux", "ici")).endswith(attendu)


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
    phrase = sentences.constat_objectif(lignes, "O01", "eux", "ici")
    assert attendu in phrase
    assert not re.search(r"\d", phrase.replace("2022", ""))
    assert "atteint" not in phrase


@pytest.mark.parametrize(
    ("n", "sens", "bornes", "plus", "attendu"),
    [
        (420, "plafond", (40,), {"menages_manquants": 20},
         "l’objectif (au plus 40 %) n’est pas atteint ; il aurait fallu 20 ménages de moins parmi les attributions de "
         "l’année."),
        (250, "intervalle", (20, 30), {}, "l’objectif (entre 20 et 30 %) est atteint."),
        (190, "intervalle", (20, 30), {"menages_manquants": 10}, "il aurait fallu 10 ménages de plus parmi les "
         "attributions de l’année."),
        (190, "intervalle", (20, 30), {"menages_manquants": float("nan")}, "(entre 20 et 30 %) n’est pas atteint."),
        (245, "plancher", (25,), {"resultat": "atteint"}, "(au moins 25 %) est atteint, à la tolérance près."),
    ],
)  # fmt: skip
def test_un_plafond_un_intervalle_une_tolerance(
    n: int, sens: str, bornes: tuple[float, ...], plus: dict[str, Any], attendu: str
) -> None:
    brut = [{"numerateur": n, "denominateur": 1000, "menages_manquants": 0}]
    lignes = [ligne | plus for ligne in avec_objectif(brut, bornes[0], sens, bornes[-1])]
    assert plat(sentences.constat_objectif(rapport({"O01": lignes}), "O01", "eux", "ici")).endswith(attendu)


def test_un_objectif_sans_cible_le_dit() -> None:
    r = rapport({"O01": avec_objectif([{"numerateur": 250, "denominateur": 1000}], cible=float("nan"))})
    assert sentences.constat_objectif(r, "O01", "eux", "ici").endswith("aucun objectif n’est renseigné.")


def resultats(*effectifs: tuple[float, ...]) -> Any:
    """Counts, and a target when it is not the usual one."""
    lignes = [dict(zip(("numerateur", "denominateur", "cible"), effectif))  # noqa: B905  # the target may lack
              | {"acteur_code": str(i), "acteur_type": "bailleur"}
              for i, effectif in enumerate(effectifs)]  # fmt: skip
    return table("pct", avec_objectif(lignes))


OUI, NON, SECRET = (50, 100), (10, 100), (2, 100)
SANS_CIBLE = (2, 100, float("nan"))


@pytest.mark.parametrize(
    ("effectifs", "mots", "attendu"),
    [
        ([OUI, OUI], "la commune", "Les 2 communes dont le résultat est publié atteignent leur objectif."),
        ([NON, NON], "la commune", "Aucune des 2 communes dont le résultat est publié n’atteint son objectif."),
        ([NON, NON], "le bailleur", "Aucun des 2 bailleurs dont le résultat est publié n’atteint son objectif."),
        ([OUI, NON], "la commune", "Une seule des 2 communes dont le résultat est publié atteint son objectif."),
        ([OUI, OUI, NON], "le bailleur",
         "2 des 3 bailleurs dont le résultat est publié atteignent leur objectif."),
        ([OUI], "la commune", "La commune dont le résultat est publié atteint son objectif."),
        ([NON], "le bailleur", "Le bailleur dont le résultat est publié n’atteint pas son objectif."),
        ([OUI, OUI, SECRET], "la commune", "Les 2 communes dont le résultat est publié atteignent leur objectif ; "
         "1 résultat est masqué par le secret statistique."),
        ([NON, NON, SECRET, SECRET], "la commune", "Aucune des 2 communes dont le résultat est publié n’atteint son "
         "objectif ; 2 résultats sont masqués par le secret statistique."),
        ([SECRET, SANS_CIBLE], "la commune", "Tous les résultats sont masqués par le secret statistique."),
        ([SECRET, (0, 0)], "la commune",
         "Aucun résultat n’est publié ; 1 résultat est masqué par le secret statistique."),
        ([OUI, OUI, SANS_CIBLE], "la commune", "Les 2 communes dont le résultat est publié atteignent leur objectif."),
        ([SECRET], "la commune", "Tous les résultats sont masqués par le secret statistique."),
        ([], "la commune", "Aucun résultat ne peut être mesuré."),
    ],
)  # fmt: skip
def test_combien_tiennent_leur_objectif(effectifs: list[tuple[float, ...]], mots: str, attendu: str) -> None:
    publiee = resultats(*effectifs) if effectifs else resultats(OUI).ou(annee=0)
    assert plat(sentences.constat_resultats(publiee, mots, mots.split()[1] + "s")) == attendu


def test_les_ecarts_extremes_ne_portent_que_sur_ce_qui_est_publie() -> None:
    libelles = {"0": "Ici", "1": "Là", "2": "Masquée"}
    titre = sentences.titre_ecarts(resultats(OUI, NON, SECRET), libelles, "acteur_code", "Sinon")
    assert plat(titre) == "Les écarts publiés à l’objectif vont de −15,0 points (Là) à +25,0 points (Ici)"
    assert sentences.titre_ecarts(resultats(OUI, SECRET), libelles, "acteur_code", "Sinon") == "Sinon"


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
    assert plat(sentences.titre_evolution(r, "V01", "Les attributions")) == attendu


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
    assert plat(sentences.titre_evolution_points(r, "O01", "La part")) == attendu


def test_la_premiere_commune_est_celle_qui_est_publiee() -> None:
    codes = list(rapport({}).communes)[:3]
    lignes = [{"perimetre_type": "commune", "perimetre_code": c, "numerateur": n, "denominateur": 1000}
              for c, n in zip(codes, (998, 600, 3), strict=True)]  # fmt: skip
    r = rapport({"T01": lignes, "T02": [{"modalite": "QPV", "numerateur": 281, "denominateur": 1000}]})
    phrase = plat(sentences_attributions.constat_communes(r))
    assert phrase.startswith(f"{r.communes[codes[1]]} accueille 60,0 % des attributions ; 28,1 % se situent")
    assert r.communes[codes[0]] not in phrase


def test_sans_commune_publiee_rien_n_est_dit() -> None:
    assert sentences_attributions.constat_communes(rapport({})) == ""
    assert chapitres.constat("").html == ""


def profils(loges: dict[str, int], demandes: dict[str, int]) -> Rapport:
    def lignes(effectifs: dict[str, int]) -> list[dict[str, Any]]:
        return [{"modalite": m, "numerateur": n, "denominateur": sum(effectifs.values())}
                for m, n in effectifs.items()]  # fmt: skip

    r = rapport({"P01": lignes(loges), "P01D": lignes(demandes) if demandes else []})
    object.__setattr__(r.publication["P01"].indicateur, "titre", "Âge des ménages logés")
    object.__setattr__(r.publication["P01"].indicateur, "modalites", "tranches_age")
    return r


def test_le_profil_dit_la_classe_la_plus_surrepresentee() -> None:
    r = profils({"A_MOINS_30": 300, "A_30_39": 700}, {"A_MOINS_30": 200, "A_30_39": 800})
    assert plat(sentences_menages.constat_profil(r, "P01")) == (
        "Moins de 30 ans : 30,0 % des ménages logés, 20,0 % des demandeurs"
    )


def test_deux_profils_proches_ne_sont_pas_commentes() -> None:
    r = profils({"A_MOINS_30": 204, "A_30_39": 796}, {"A_MOINS_30": 200, "A_30_39": 800})
    assert plat(sentences_menages.constat_profil(r, "P01")) == "Âge : les ménages logés ressemblent aux demandeurs"


def test_deux_profils_ne_se_ressemblent_pas_si_une_classe_est_masquee() -> None:
    r = profils({"A_MOINS_30": 3, "A_30_39": 497, "A_40_49": 500}, {"A_MOINS_30": 6, "A_30_39": 494, "A_40_49": 500})
    assert r.publication["P01"].nb_secrets
    assert sentences_menages.constat_profil(r, "P01") == "Âge\u202f: ménages logés en 2022"


def test_une_classe_masquee_n_est_pas_comparee() -> None:
    r = profils({"A_MOINS_30": 4, "A_30_39": 696, "A_40_49": 300}, {"A_MOINS_30": 500, "A_30_39": 300, "A_40_49": 200})
    phrase = sentences_menages.constat_profil(r, "P01")
    assert "Moins de 30" not in phrase and "30 à 39" in phrase
    assert sentences_menages.constat_profil(profils({"A_30_39": 700}, {}), "P01") == "Âge\u202f: ménages logés en 2022"


def test_le_contingent_et_le_delai() -> None:
    lignes = avec_objectif(
        [{"acteur_type": "", "acteur_code": "", "numerateur": 356, "denominateur": 1000, "cible": float("nan")}]
        + [{"acteur_type": "reservataire", "acteur_code": c, "numerateur": n, "denominateur": 100}
           for c, n in (("COLL", 50), ("AL", 10))]
    )  # fmt: skip
    r = rapport({"O04": lignes})
    assert plat(sentences.constat_prioritaires(r)) == (
        "35,6 % des attributions vont à des ménages prioritaires. Un seul des 2 contingents dont le résultat est "
        "publié atteint son objectif."
    )
    assert sentences_attributions.constat_delai(r) == ""


def test_toute_phrase_a_une_typographie_francaise() -> None:
    r = rapport({"V01": serie({2021: 2811, 2022: 2904}), "V02": serie({2021: 12000, 2022: 13000}),
                 "V03": [{"numerateur": 13000, "denominateur": 2904}],
                 "O01": avec_objectif([{"numerateur": 240, "denominateur": 1000, "menages_manquants": 10}]),
                 })  # fmt: skip
    for phrase in (
        sentences_attributions.constat_attributions(r),
        sentences_demande.constat_demande(r),
        sentences.constat_objectif(r, "O01", "eux", "ici"),
        sentences.constat_resultats(resultats(OUI, SECRET), "la commune", "communes"),
    ):
        assert not fautes(arbre(chapitres.constat(phrase).html)), phrase


def test_le_titre_des_contingents_ne_compare_que_ce_qui_est_publie_aux_deux_bouts() -> None:
    """B moved more than A, but it is masked in the first year; C is masked between the ends alone."""
    effectifs = {"A": (200, 210, 230), "B": (2, 300, 500), "C": (200, 2, 240)}
    lignes = [
        {"annee": 2020 + i, "acteur_type": "reservataire", "acteur_code": code, "numerateur": n, "denominateur": 1000}
        for code, trois in effectifs.items()
        for i, n in enumerate(trois)
    ]
    libelles = {"A": "Alpha", "B": "Bêta", "C": "Gamma"}
    attendu = "Gamma : +4,0 points de ménages prioritaires depuis 2020"
    assert plat(sentences.titre_contingents(table("pct", lignes), libelles)) == attendu
    assert sentences.titre_contingents(table("pct", lignes[:1]), libelles).startswith("Part des ménages prioritaires")
    assert sentences.titre_contingents(table("pct", lignes).ou(annee=0), libelles).startswith("Part des ménages")
