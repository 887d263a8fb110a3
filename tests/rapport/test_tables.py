"""Data tables: structure, one sign for each kind of absence, and labels that stay text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from rapports import rapport
from tables_publiees import avec_objectif, table

from cil_analysis.rapport.chiffre import AUCUN, Chiffre
from cil_analysis.rapport.mots.lignes import Cellule, cellule, resultat_html
from cil_analysis.rapport.tableaux import croiser, lire, tableau_libre
from cil_analysis.secret.table_publiee import PublishedTable
from messages import lisible
from page_lue import Tableau, arbre, fautes, rangees, tableau_lu

COLONNES = ["numerateur", "denominateur", "valeur"]
COLONNES_OBJECTIF = [*COLONNES, "cible", "ecart", "menages_manquants", "resultat"]


def parts(**lignes: tuple[float, float]) -> PublishedTable:
    """Code → counts."""
    return table("pct", [{"modalite": m, "numerateur": n, "denominateur": d} for m, (n, d) in lignes.items()])


def tableau(publiee: PublishedTable, legende: str, cle: str, entete: str, colonnes: Sequence[str]) -> str:
    """Published rows as they are written, by one of their keys."""
    lignes = [(str(x[cle]), [cellule(x, colonne) for colonne in colonnes]) for x in publiee.lignes()]
    return tableau_libre(legende, [entete, *colonnes], lignes)


def lu(html: str) -> Tableau:
    return tableau_lu(arbre(html).un("table"))


@pytest.fixture
def mixte() -> PublishedTable:
    return parts(A=(1500, 3000), B=(2, 3000), C=(0, 3000), D=(0, 0))


def test_la_structure_est_celle_d_un_tableau_accessible(mixte: PublishedTable) -> None:
    page = arbre(tableau(mixte, "Légende : x", "modalite", "Classe", COLONNES))
    assert page.un("caption").texte == "Légende\u202f: x"
    assert [th.attributs["scope"] for th in page.un("thead").tous("th")] == ["col"] * 4
    assert [ligne.un("th").attributs["scope"] for ligne in page.un("tbody").tous("tr")] == ["row"] * 4
    region = page.un("div")
    assert (region.attributs["tabindex"], region.attributs["role"]) == ("0", "group")
    assert region.attributs["aria-label"] == "Légende\u202f: x"


def test_secret_absence_et_vrai_zero_se_distinguent(mixte: PublishedTable) -> None:
    table_lue = lu(tableau(mixte, "x", "modalite", "Classe", COLONNES))
    assert table_lue.lignes == {
        "A": ["1\u202f500", "3\u202f000", "50,0"],
        "B": ["s", "s", "s"],
        "C": ["0", "3\u202f000", "0,0"],
        "D": ["0", "0", "–"],
    }


def test_une_ligne_sans_objet_et_un_croisement_vide_ont_un_tiret() -> None:
    commune = {"perimetre_type": "commune", "numerateur": 50, "denominateur": 100}
    sans_objet = {"numerateur": math.nan, "denominateur": math.nan, "statut": "sans_objet"}
    r = rapport({"O03": [commune | {"perimetre_code": "A"} | sans_objet, commune | {"perimetre_code": "B"}],
                 "O04": [commune | {"perimetre_code": "C"}]})  # fmt: skip
    colonnes = {"x": r["O03"].par("commune"), "y": r["O04"].par("commune")}
    sans_unite = lu(croiser("Parts", colonnes, vides=True, ecrire=lambda c: cellule(c.ligne, c.terme)))
    assert sans_unite.lignes == {"A": ["–", "–"], "B": ["50,0", "–"], "C": ["–", "50,0"]}
    assert sans_unite.entetes == ["Commune", "x\u202f%", "y\u202f%"]
    dite = lu(croiser("Parts, en %", colonnes, vides=True, ecrire=lambda c: cellule(c.ligne, c.terme)))
    assert dite.entetes == ["Commune", "x", "y"]
    assert lu(croiser("Parts", colonnes, vides=True)).lignes["B"] == ["50,0\u202f%", "–"]
    menages = rapport({"V01": [commune | {"perimetre_code": "A"}]})["V01"].par("commune")
    en_menages = {"Objectif": menages.terme("cible"), "Écart": menages.terme("ecart"), "Valeur": menages}
    entetes = lu(croiser("x", en_menages, vides=True, ecrire=lambda c: cellule(c.ligne, c.terme))).entetes
    assert entetes == ["Commune", "Objectif\u202fménages", "Écart\u202fménages", "Valeur"]


def test_la_legende_des_signes_est_dite_une_fois_et_seulement_s_il_y_en_a(mixte: PublishedTable) -> None:
    assert tableau(mixte, "x", "modalite", "Classe", COLONNES).count("secret statistique") == 1
    assert "secret" not in tableau(parts(A=(50, 100)), "x", "modalite", "Classe", COLONNES)


def test_le_total_est_a_part_et_le_dernier() -> None:
    html = tableau_libre(
        "x",
        ["Classe", "Part"],
        [(nom, [Cellule(part)]) for nom, part in (("T", "100"), ("A", "50"), ("B", "50"))],
        total="T",
    )
    page = arbre(html)
    assert list(lu(html).lignes) == ["A", "B", "T"]
    assert [ligne.attributs.get("class") for ligne in page.un("tbody").tous("tr")] == [None, None, "total"]


def test_des_chiffres_coupes_deux_fois_sont_sous_le_nom_de_leur_premier_axe() -> None:
    reserves = {("X", "PPRIOR"): 60, ("X", "AUCUN"): 40, ("Y", "PPRIOR"): 20}
    lignes = [
        {"acteur_type": "bailleur", "acteur_code": bailleur, "modalite": reservataire, "numerateur": n}
        for (bailleur, reservataire), n in reserves.items()
    ]
    r = rapport({"F04": lignes})
    page = arbre(r.tableau("Réservés", {"Réservés": r["F04"].par("bailleur", "reservataire")}).html)
    titres = [corps.un("th") for corps in page.tous("tbody")]
    assert [(th.texte, th.attributs["scope"]) for th in titres] == [("X", "rowgroup"), ("Y", "rowgroup")]
    lues = [(lisible(nom), ligne.un("td").texte) for nom, ligne in rangees(page.un("table"))]
    prefet, aucun = "État, publics prioritaires", "Hors contingent"
    assert lues == [(f"X – {prefet}", "60"), (f"X – {aucun}", "40"), (f"Y – {prefet}", "20")]


def test_un_objectif_montre_cible_ecart_menages_et_resultat_en_mots() -> None:
    de_cent = {"acteur_type": "bailleur", "denominateur": 100}
    lignes = avec_objectif([
        de_cent | {"acteur_code": "X", "numerateur": 20, "menages_manquants": 5},
        de_cent | {"acteur_code": "Y", "numerateur": 30, "menages_manquants": 0},
        de_cent | {"acteur_code": "Z", "numerateur": 30, "cible": math.nan},
        de_cent | {"acteur_code": "MASQUE", "numerateur": 2},
        de_cent | {"acteur_code": "NR", "numerateur": 2, "cible": math.nan},
    ])  # fmt: skip
    html = tableau(table("pct", lignes), "x", "acteur_code", "Bailleur", COLONNES_OBJECTIF)
    assert lu(html).lignes == {
        "X": ["20", "100", "20,0", "25", "−5,0", "5", "non atteint"],
        "Y": ["30", "100", "30,0", "25", "+5,0", "0", "atteint"],
        "Z": ["30", "100", "30,0", "–", "–", "–", "–"],
        "MASQUE": ["s"] * 7,
        "NR": ["s"] * 3 + ["–"] * 4,  # « s » only where there would be a figure.
    }
    assert not fautes(arbre(html))
    a_gauche = [th.attributs.get("class") == "texte" for th in arbre(html).un("thead").tous("th")]
    assert a_gauche == [*[False] * 7, True]  # a heading stands as its words do


def test_un_objectif_sans_attribution_n_a_pas_de_resultat() -> None:
    [rien] = table("pct", avec_objectif([{"numerateur": 0, "denominateur": 0}])).donnees.to_dict("records")
    assert resultat_html(rien) == ""  # type: ignore[arg-type]
    assert cellule(rien, "resultat").texte == "aucune attribution"  # type: ignore[arg-type]


def ligne_objectif(n: int, manque: float, sens: str, cible: float, cible_max: float = math.nan) -> list[str]:
    brut = {"acteur_code": "X", "numerateur": n, "denominateur": 100, "menages_manquants": manque}
    html = tableau(
        table("pct", avec_objectif([brut], cible, sens, cible_max)), "x", "acteur_code", "Bailleur",
        ["cible", "ecart", "menages_manquants", "resultat"],
    )  # fmt: skip
    assert not fautes(arbre(html))
    return lu(html).lignes["X"]


def test_plafond_et_intervalle_se_lisent() -> None:
    assert ligne_objectif(45, 5, "plafond", 40) == ["au plus 40", "+5,0", "5\u00a0de trop", "dépassé"]
    assert ligne_objectif(30, 0, "plafond", 40) == ["au plus 40", "−10,0", "0", "atteint"]
    assert ligne_objectif(25, 0, "intervalle", 20, 32.5) == ["20 à 32,5", "0,0", "0", "atteint"]
    assert ligne_objectif(15, 5, "intervalle", 20, 30) == ["20 à 30", "−5,0", "5", "non atteint"]
    assert ligne_objectif(34, 4, "intervalle", 20, 30) == ["20 à 30", "+4,0", "4\u00a0de trop", "dépassé"]


def test_un_objectif_en_menages_et_une_tolerance() -> None:
    brut = {"numerateur": 110, "cible": 120, "sens": "plancher", "ecart": -10, "menages_manquants": 0,
            "resultat": "atteint"}  # fmt: skip
    lue = lu(tableau(table("nombre", [brut]), "x", "annee", "Année", COLONNES_OBJECTIF[2:]))
    assert lue.lignes == {"2022": ["110", "120", "−10", "0", "atteint à la tolérance près"]}


def test_un_compte_est_un_chiffre_meme_quand_sa_part_ne_se_calcule_pas() -> None:
    ligne = AUCUN | {"numerateur": 12.0, "denominateur": 0.0, "unite": "pct"}
    comptes = [lire(Chiffre((), (), ligne, terme)) for terme in ("numerateur", "denominateur", "valeur")]
    assert [(c.texte, c.est_un_signe) for c in comptes] == [("12", False), ("0", False), ("–", True)]
