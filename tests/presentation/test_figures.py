"""A figure: title, source, note of what is masked, data one click away; nothing to draw is said in a sentence."""

from __future__ import annotations

import pytest
from rapports import rapport
from tables_publiees import table

from cil_analysis.presentation.figures import description, figure, note_de_secret
from cil_analysis.reference.texte import typographie
from page_lue import arbre, fautes

PUBLIE, SECRET = {"numerateur": 50, "denominateur": 100}, {"numerateur": 2, "denominateur": 100}
ABSENT = {"numerateur": 0, "denominateur": 0}


def test_une_figure_a_tout_ce_que_le_lecteur_attend() -> None:
    publiee = table("pct", [PUBLIE | {"modalite": "A"}, SECRET | {"modalite": "B"}])
    bloc = figure("x", "Titre : fin", "Mesure, en %", "<svg></svg>", "Source : z.", "<table></table>",
                  tables=[publiee, publiee])  # fmt: skip
    page = arbre(bloc.html)
    assert page.un("figure").attributs["id"] == "fig-x"
    assert page.un("span", "titre").texte == "Titre\u202f: fin"
    assert page.un("p", "source").texte == "Source\u202f: z."
    assert "2\u00a0chiffres masqués" in page.un("p", "note").texte
    details = page.un("details")
    assert details.tous("table") and details.un("a").attributs["href"] == "bilan.xlsx"
    assert "feuille «\u00a0X01\u00a0»" in details.texte
    assert not fautes(page)


@pytest.mark.parametrize("lignes", [[], [ABSENT], [ABSENT | {"statut": "sans_objet"}]])
def test_sans_aucun_chiffre_une_phrase_remplace_la_figure(lignes: list[dict[str, object]]) -> None:
    publiee = table("pct", lignes) if lignes else table("pct", [PUBLIE]).ou(annee=0)
    page = arbre(figure("x", "Les demandes", "y", "<svg></svg>", "z", "<table></table>", tables=[publiee]).html)
    assert not page.tous("figure") and not page.tous("table")
    quoi = "Rien à mesurer." if lignes else "Non calculable\u202f: extrait, colonne ou paramètre à renseigner."
    assert page.texte == f"X01. {quoi}"


def test_la_ligne_qui_remplace_la_figure_dit_ce_qui_manque() -> None:
    vides = table("pct", [PUBLIE]).ou(annee=0)
    manques = ["colonne « Nationalité » absente", "extrait « demandes » non importé"]
    page = arbre(figure("x", "a", "b", "<svg></svg>", "z", "", tables=[vides, vides], manques=manques).html)
    assert page.texte.replace("\u202f", " ").replace("\xa0", " ") == (
        "X01. Non calculable : colonne « Nationalité » absente et extrait « demandes » non importé."
    )
    assert page.un("p").attributs["id"] == "fig-x"


def test_une_figure_dont_tout_est_masque_le_montre() -> None:
    assert "<figure" in figure("x", "t", "s", "<svg></svg>", "z", "", tables=[table("pct", [SECRET])]).html


def test_un_titre_hostile_reste_du_texte() -> None:
    piege = "<script>alert(1)</script>"
    page = arbre(figure("x", piege, piege, "<svg></svg>", piege, "", note=piege).html)
    assert not page.tous("script")
    assert page.un("span", "titre").texte == piege


def test_la_note_s_accorde_et_se_tait_sans_secret() -> None:
    assert note_de_secret([table("pct", [PUBLIE])], hachures=True) == ""
    assert "1\u00a0chiffre masqué (« s », hachures)" in note_de_secret([table("pct", [SECRET])], hachures=True)


def test_la_note_ne_promet_pas_de_hachures_a_un_dessin_qui_n_en_a_pas() -> None:
    for dessin, ou in (
        ("<svg></svg>", "dans les données (« s »)"),
        ('<path fill="url(#x-hachures)"/>', "(« s », hachures)"),
    ):
        assert (
            typographie(f"masqué {ou}") in figure("x", "t", "s", dessin, "z", "", tables=[table("pct", [SECRET])]).html
        )


def test_l_alternative_textuelle_donne_chaque_chiffre_et_aucun_masque() -> None:
    lignes = [PUBLIE | {"annee": 2020}, SECRET | {"annee": 2021}, ABSENT | {"annee": 2022}]
    r = rapport({"O01": lignes}, (2020, 2021, 2022))
    texte = description(r, r.publication["O01"], "annee")
    assert texte == "2020, 50,0\u202f%\u202f; 2021, secret statistique\u202f; 2022, rien à mesurer."
    assert description(r, r.publication["T01"], "annee") == "Aucun chiffre publié."
