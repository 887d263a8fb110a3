"""What an analyst writes of a section is shown there, as the text it is; what cannot be shown is said."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendu.atelier import chauffer, choisir
from cil_analysis.rendu.commentaires import lire_commentaires
from cil_analysis.rendu.page import Commande, fabriquer
from page_lue import arbre

CARNET = """## La demande {#demande .seance}

Le constat.

```{python}
# un commentaire de cellule {#faux}
```

### Dans le détail {#detail}

Le détail.

## La fin
"""
ANNEE = 2022


def ecrire(racine: Path, texte: str | bytes, nom: str = "demande.md") -> Any:
    dossier = racine / "commentaires" / str(ANNEE)
    dossier.mkdir(parents=True, exist_ok=True)
    (dossier / nom).write_bytes(texte if isinstance(texte, bytes) else texte.encode())
    return SimpleNamespace(commentaires=racine / "commentaires")


def test_un_commentaire_est_a_la_fin_de_sa_section_avec_son_auteur(tmp_path: Path) -> None:
    projet = ecrire(
        tmp_path,
        "auteur: Une analyste, service habitat\n\nLa **hausse** vient\nde deux communes ; 3 * 4 * 5.\n\n"
        "- un point\n  qui continue\n- un autre\n\n1. puis",
    )
    notebook = tmp_path / "carnet.qmd"
    notebook.write_text(CARNET, encoding="utf-8")
    commande = Commande(notebook, {}, "Essai", commentaires=lire_commentaires(projet, ANNEE, CARNET))
    with chauffer(tmp_path, choisir("interne", print)) as mettre_en_page:
        page = arbre(fabriquer(commande, mettre_en_page))
    section = page.un("section", "level2")
    mot = section.un("div", "commentaire")
    assert "Une analyste, service habitat" in mot.un("p", "auteur").texte
    assert mot.un("strong").texte == "hausse"
    assert [len(mot.un(balise).tous("li")) for balise in ("ul", "ol")] == [2, 1]
    assert "3 * 4 * 5" in mot.texte
    texte = section.texte
    assert texte.index("Le constat") < texte.index("Une analyste") < texte.index("Dans le détail")
    assert len(page.tous("div", "commentaire")) == 1


@pytest.mark.parametrize(
    "piege",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "[ici](javascript:alert) et [là](https://example.org)",
        "```{python}\nraise SystemExit\n```",
        "`{python} 1 + 1` et {{< include /etc/passwd >}}",
        '```\n</div>\n```{=html}\n<b id="x">',
    ],
)
def test_un_commentaire_n_est_que_du_texte(tmp_path: Path, piege: str) -> None:
    (html,) = lire_commentaires(ecrire(tmp_path, f"auteur : A\n{piege}"), ANNEE, CARNET).values()
    balises = {noeud.balise for noeud in arbre(html).tous()}
    assert balises <= {"div", "p", "strong", "ul", "ol", "li"}
    assert "\n" not in html and "`" not in html and "{" not in html


def test_sans_commentaire_il_n_y_a_rien(tmp_path: Path) -> None:
    assert lire_commentaires(SimpleNamespace(commentaires=tmp_path / "commentaires"), ANNEE, CARNET) == {}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("texte", "nom", "cite"),
    [
        ("auteur : A\nMot.", "faux.md", "demande.md, detail.md"),
        ("auteur : A\nMot.", "demande.txt", "demande.txt"),
        (b"auteur : A\n\xff", "demande.md", "UTF-8"),
        ("Mot.", "demande.md", "auteur : nom, fonction"),
        ("auteur : A\n", "demande.md", "auteur : nom, fonction"),
        ("auteur : Mme A, élue\nM. B attend.", "demande.md", "fonction"),
        ("auteur : A\nÉcrire à b@exemple.fr.", "demande.md", "fonction"),
        ("auteur : A\nAppeler le 06 11 22 33 44.", "demande.md", "téléphone"),
        ("auteur : A\nLa demande 072112200123472181 attend.", "demande.md", "N° unique"),
        ("auteur : A\nLa demande 072 1122 001234 72181 attend.", "demande.md", "N° unique"),
        ("auteur : A\nLe ménage du 12 bis, rue des Lilas.", "demande.md", "adresse"),
    ],
)
def test_ce_qui_ne_peut_pas_se_montrer_est_refuse(tmp_path: Path, texte: str | bytes, nom: str, cite: str) -> None:
    with pytest.raises(ErreurCIL) as refus:
        lire_commentaires(ecrire(tmp_path, texte, nom), ANNEE, CARNET)
    assert nom in str(refus.value) and cite in str(refus.value)
    assert not any(mot in str(refus.value) for mot in ("M. B", "06", "b@", "0721", "1122", "Lilas"))


def test_des_annees_un_nombre_et_une_place_ne_sont_personne(tmp_path: Path) -> None:
    dit = "De 2018 2019 2020 2021, il reste 1 place et 2 rues ; QP072001 et 1 234 567 890 123."
    assert "QP072001" in lire_commentaires(ecrire(tmp_path, f"auteur : A\n{dit}"), ANNEE, CARNET)["demande"]


def test_un_commentaire_sans_annee_est_refuse(tmp_path: Path) -> None:
    projet = ecrire(tmp_path, "auteur : A\nMot.")
    (projet.commentaires / "demande.md").write_text("auteur : A\nMot.", encoding="utf-8")
    with pytest.raises(ErreurCIL, match=rf"demande\.md.*{ANNEE}"):
        lire_commentaires(projet, ANNEE, CARNET)
