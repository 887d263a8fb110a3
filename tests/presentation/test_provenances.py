"""Where households come from: four classes made of published figures alone."""

from __future__ import annotations

from typing import Any

import pytest
from rapports import PROJET, rapport
from tables_publiees import table, textes

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation import chapitres_provenances
from cil_analysis.presentation.chapitres_provenances import AUTRES, MEME, regrouper
from cil_analysis.presentation.lecture import lire_une_annee
from page_lue import arbre, fautes

ICI, LA, PLUS_LOIN = "72181", "72003", "72095"


def origines(effectifs: dict[str, int], destination: str = ICI) -> list[dict[str, Any]]:
    return [
        {"perimetre_type": "commune", "perimetre_code": destination, "modalite": m, "numerateur": n,
         "denominateur": sum(effectifs.values())}
        for m, n in effectifs.items()
    ]  # fmt: skip


def publiee(effectifs: dict[str, int]) -> PublishedTable:
    return table("pct", origines(effectifs), "T03")


def test_les_autres_communes_sont_la_somme_de_leurs_chiffres_publies() -> None:
    classes = regrouper(
        lire_une_annee(publiee({ICI: 50, LA: 20, PLUS_LOIN: 10, "HORS_EPCI": 14, "NR": 6}), "modalite"), ICI
    )
    assert {c: (x.numerateur, x.valeur) for c, x in classes.items()} == {
        MEME: (50, 50.0), AUTRES: (30, 30.0), "HORS_EPCI": (14, 14.0), "NR": (6, 6.0),
    }  # fmt: skip


def test_une_seule_origine_masquee_masque_sa_classe_et_elle_seule() -> None:
    lue = publiee({ICI: 50, LA: 20, PLUS_LOIN: 3, "HORS_EPCI": 21, "NR": 6})
    classes = regrouper(lire_une_annee(lue, "modalite"), ICI)
    assert classes[AUTRES].est_secret and classes[AUTRES].valeur != classes[AUTRES].valeur
    assert lue.ligne(modalite=PLUS_LOIN)["statut"] == "secret"  # type: ignore[index]
    publies = {c for c, x in classes.items() if x.est_publie}
    assert publies == {c for c in (MEME, "HORS_EPCI", "NR") if not classes[c].est_secret} and MEME in publies


def test_la_figure_des_provenances_ne_montre_aucun_reste() -> None:
    """The other communes are masked: neither their share nor their sum is in the figure, its words and its table."""
    r = rapport({"T03": origines({ICI: 50, LA: 20, PLUS_LOIN: 3, "HORS_EPCI": 21, "NR": 6})}, (2022,))
    page = arbre(chapitres_provenances.provenances(r).html)
    dessin = page.un("svg")
    assert dessin.attributs["role"] == "img" and not fautes(page)
    alternative = dessin.un("desc").texte.replace("\u202f", " ").replace("\xa0", " ")
    assert "Autre commune de l’intercommunalité secret" in alternative and "Même commune 50,0 %" in alternative
    assert "23" not in page.texte.replace("2022", "")
    legende = ["Même commune", "Autre commune de l’intercommunalité", "Hors de l’intercommunalité", "Non renseignée"]
    html = chapitres_provenances.provenances(r).html
    svg = html[html.index("<svg") : html.index("</svg>") + 6]
    assert [t for t in textes(svg) if t in legende] == legende
    assert "s" in textes(svg)


def test_une_commune_sans_attribution_a_sa_ligne_vide() -> None:
    lignes = origines({ICI: 50, LA: 50}) + origines({ICI: 0, LA: 0}, LA)
    html = chapitres_provenances.provenances(rapport({"T03": lignes}, (2022,))).html
    dits = textes(html[html.index("<svg") : html.index("</svg>") + 6])
    assert dits[-1] == "–"


@pytest.mark.parametrize(
    ("interne", "hlm", "attendu"),
    [
        (163, 296, "29,6 % des attributions vont à des locataires du parc social, 16,3 % à des locataires du même "
                   "bailleur"),
        (163, 163, "16,3 % des attributions vont à des locataires du même bailleur"),
        (3, 296, "Attributions à des ménages déjà locataires du parc social"),
    ],
)  # fmt: skip
def test_les_mutations_en_mots(interne: int, hlm: int, attendu: str) -> None:
    lignes = [{"modalite": m, "numerateur": n, "denominateur": 1000, "perimetre_code": PROJET.epci_siren}
              for m, n in (("INTERNE", interne), ("HLM", hlm))]  # fmt: skip
    page = arbre(chapitres_provenances.mutations(rapport({"M01": lignes}, (2022,))).html)
    assert page.un("span", "titre").texte.replace("\u202f", " ") == attendu
