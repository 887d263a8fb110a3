"""The action sheet as a Word document, and what an analyst adds to its headings."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendu.commentaires import lire_commentaires, lire_mots_de_la_fiche
from cil_analysis.rendu.fiche_action import en_docx
from cil_analysis.rendu.suivi import ACTION, Suivi, empreinte_du_bilan, venus_d_un_autre_bilan

JOUR = datetime(2023, 1, 15, 10, tzinfo=UTC)
PAGE = """<html lang="fr"><body><main id="contenu"><header class="entete"><h1>Fiche action</h1>
<p class="sous-titre">Un territoire</p><dl class="meta"><div><dt>Communes</dt> <dd>19</dd></div></dl>
<style>p { color: red }</style></header>
<section><h2>Objectifs</h2><p>Un fait, <a href="demande.html">ailleurs</a>.</p><p class="source">Source : la loi.</p>
<div><table><caption>Le budget</caption><thead><tr><th scope="col">Ligne</th><th scope="col">Financeur</th>
<th scope="col">Montant</th></tr></thead><tbody><tr><th scope="row">Une étude de peuplement de toutes les communes</th>
<td class="texte">Ville</td><td>1 200</td></tr></tbody></table></div>
<div class="commentaire"><p class="auteur">Commentaire – Service</p><p>Un mot.</p></div></section>
</main></body></html>"""
W = r"<w:{0}\b[^>]*>(.*?)</w:{0}>"


@pytest.fixture(scope="module")
def pieces() -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(en_docx(PAGE, JOUR))) as archive:
        return {nom: archive.read(nom).decode("utf-8") for nom in archive.namelist()}


def paragraphes(document: str) -> list[tuple[str, str]]:
    """The style and the text of each paragraph, those of the tables included."""
    trouves = []
    for corps in re.findall(W.format("p"), document, re.S):
        style = re.search(r'w:pStyle w:val="(\w+)"', corps)
        trouves.append((style[1] if style else "", "".join(re.findall(W.format("t"), corps))))
    return trouves


def test_le_document_a_un_titre_des_rubriques_et_des_tables(pieces: dict[str, str]) -> None:
    dits = paragraphes(pieces["word/document.xml"])
    assert ("Title", "Fiche action") in dits and ("Heading1", "Objectifs") in dits
    assert ("TableCaption", "Le budget") in dits and "Communes\u202f: 19" in [texte for _, texte in dits]
    assert pieces["word/document.xml"].count("<w:tblHeader") == 1
    assert '<w:lang w:bidi="ar-SA" w:eastAsia="zh-CN" w:val="fr-FR"' in pieces["word/styles.xml"]
    assert "<dc:language>fr-FR</dc:language>" in pieces["docProps/core.xml"]


def test_ni_lien_ni_style_ni_image_de_la_page_n_y_sont(pieces: dict[str, str]) -> None:
    document = pieces["word/document.xml"]
    assert "ailleurs" in document and "hyperlink" not in document and "color: red" not in document
    assert not [nom for nom in pieces if "media" in nom] and "demande.html" not in "".join(pieces.values())


def test_la_feuille_est_a4_les_chiffres_a_droite_et_les_mots_entiers(pieces: dict[str, str]) -> None:
    document = pieces["word/document.xml"]
    assert 'w:w="11906" w:h="16838"' in document and "<w:cantSplit/>" in document
    assert "<w:tblBorders>" in pieces["word/styles.xml"] and 'latin typeface="Arial"' in pieces["word/theme/theme1.xml"]
    assert "Aptos" not in pieces["word/theme/theme1.xml"]
    premiere, deuxieme, troisieme = map(int, re.findall(r'<w:gridCol w:w="(\d+)"', document))
    assert premiere > 2 * deuxieme and 0.8 < deuxieme / troisieme < 1.4
    assert document.count('<w:jc w:val="right"') == 2  # The heading of the amounts, and the amount.


def test_deux_documents_de_la_meme_page_sont_les_memes() -> None:
    assert en_docx(PAGE, JOUR) == en_docx(PAGE, JOUR)


@pytest.mark.parametrize("est_perimee", [True, False])
def test_une_fiche_d_un_autre_bilan_se_dit(tmp_path: Path, est_perimee: bool) -> None:
    (tmp_path / "indicateurs.csv").write_text("indicateur\n", encoding="utf-8")
    (tmp_path / "journal.json").write_text('{"empreinte_references": "", "entrees": []}', encoding="utf-8")
    suivi = Suivi(tmp_path, ACTION)
    suivi.deposer("fiche_action.html", b"une page", "", chiffres=empreinte_du_bilan(tmp_path))
    if est_perimee:
        (tmp_path / "indicateurs.csv").write_text("indicateur\nV01\n", encoding="utf-8")
    assert ("fiche-action" in [commande for _, commande in venus_d_un_autre_bilan(tmp_path)]) is est_perimee


@pytest.mark.parametrize(
    ("reste", "commande"),
    [
        ("opendata/datapackage.json", "opendata"),
        ("communes/72181-le-mans.html", "fiches"),
        ("fiche_action.html", "fiche-action"),
    ],
)
def test_ce_dont_les_notes_sont_perdues_n_est_pas_dit_de_ce_bilan(tmp_path: Path, reste: str, commande: str) -> None:
    """A copy of the folder may leave out the files whose name begins with a dot."""
    (tmp_path / "indicateurs.csv").write_text("indicateur\n", encoding="utf-8")
    (tmp_path / "journal.json").write_text('{"empreinte_references": "", "entrees": []}', encoding="utf-8")
    assert venus_d_un_autre_bilan(tmp_path) == []
    (tmp_path / reste).parent.mkdir(exist_ok=True)
    (tmp_path / reste).write_text("ancien", encoding="utf-8")
    assert [nom for _, nom in venus_d_un_autre_bilan(tmp_path)] == [commande]


# --- What an analyst adds --------------------------------------------------------------------------------------------

CARNET = "## Objectifs {#objectifs}\n\n## Bilan {#bilan}\n"


def projet(racine: Path, **mots: str) -> SimpleNamespace:
    """« toujours » and « annee » → what the file of the heading « bilan » holds."""
    dossiers = {"toujours": "fiche_action", "annee": "2022/fiche_action", "autre": "2021/fiche_action"}
    for quand, mot in mots.items():
        dossier = racine / dossiers[quand]
        dossier.mkdir(parents=True)
        (dossier / "bilan.md").write_text(f"auteur : {quand}, service\n{mot}", encoding="utf-8")
    return SimpleNamespace(commentaires=racine)


def test_un_mot_reste_d_annee_en_annee_et_celui_d_une_annee_suit(tmp_path: Path) -> None:
    ecrits = projet(tmp_path, toujours="De chaque année.", annee="De celle-ci.", autre="D’une autre.")
    [(rubrique, html)] = lire_mots_de_la_fiche(ecrits, 2022, CARNET).items()  # type: ignore[arg-type]
    assert rubrique == "bilan" and "toujours, service" in html and "annee, service" in html
    assert html.index("De chaque année.") < html.index("De celle-ci.") and "D’une autre." not in html
    [html] = lire_mots_de_la_fiche(ecrits, 2023, CARNET).values()  # type: ignore[arg-type]
    assert "De chaque année." in html and "De celle-ci." not in html
    assert lire_commentaires(ecrits, 2022, CARNET) == {}, "the bilan shows none of them"  # type: ignore[arg-type]


def test_un_mot_sous_une_rubrique_inconnue_se_dit(tmp_path: Path) -> None:
    ecrits = projet(tmp_path, toujours="Un mot.")
    (tmp_path / "fiche_action" / "bilan.md").rename(tmp_path / "fiche_action" / "moyens.md")
    with pytest.raises(ErreurCIL, match=r"moyens\.md.*objectifs\.md, bilan\.md"):
        lire_mots_de_la_fiche(ecrits, 2022, CARNET)  # type: ignore[arg-type]
