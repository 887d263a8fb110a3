"""A report restricted to a commune, a landlord or a réservataire: its figures alone, read as those of the EPCI are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rapports import EPCI, REFERENCES, avec, lu, rapport

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.sujets import sujets
from cil_analysis.rendu.plan_des_fiches import choisir_fiches
from messages import exiger_un_remede, lisible

COMMUNE, AUTRE = "72003", "72181"
PREMIER, SECOND = list(sujets(REFERENCES, 2022, "bailleur"))[:2]


def bilan() -> Rapport:
    lignes: list[dict[str, Any]] = [
        {"perimetre_type": "commune", "perimetre_code": code, "annee": annee, "numerateur": n + annee - 2021}
        for annee in (2021, 2022)
        for code, n in ((COMMUNE, 40), (AUTRE, 300))
    ]
    lignes += [{"annee": annee, "perimetre_code": EPCI, "numerateur": 900} for annee in (2021, 2022)]
    parts = [{"acteur_type": "bailleur", "acteur_code": code, "numerateur": n, "denominateur": 900, "annee": annee}
             for annee in (2021, 2022) for code, n in ((PREMIER, 600), (SECOND, 300))]  # fmt: skip
    parts += [{"acteur_type": "bailleur", "acteur_code": PREMIER, "perimetre_type": zone, "numerateur": n,
               "denominateur": 450, "annee": 2022} for zone, n in (("en_qpv", 200), ("hors_qpv", 400))]  # fmt: skip
    return rapport({"V01": lignes, "A01": parts})


def test_ses_chiffres_se_lisent_comme_ceux_de_l_ensemble() -> None:
    tout = bilan()
    fiche = tout.commune(COMMUNE)
    assert (fiche["V01"].valeur, fiche.ensemble["V01"].valeur, tout["V01"].valeur) == (41, 900, 900)
    assert [c.valeur for c in fiche["V01"].par("annee")] == [40, 41]
    assert [c.cle for c in fiche["V01"].par("commune")] == [(COMMUNE,)]
    assert lisible(fiche.dire("{{ V01 }}, {{ avant }} avant", avant=fiche["V01"].ou(annee=2021))) == "41, 40 avant"
    assert fiche["V01"].seul.en(2021).valeur == 40 and not fiche["A01"].seul.est_publie
    un = tout.bailleur(PREMIER)
    assert [round(c.valeur) for c in un["A01"].par("annee")] == [67, 67]
    assert {c.cle[0]: c.numerateur for c in un["A01"].par("ensemble_et_zone")} == {
        "epci": 600, "en_qpv": 200, "hors_qpv": 400,
    }  # fmt: skip


def test_une_cellule_montre_un_dessin_par_bailleur_comme_la_page_des_carnets_le_dit() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "carnets.md").read_text(encoding="utf-8")
    [recette] = re.findall(r"^```python\n(sum\(.*?)^```", page, re.M | re.S)
    delais = [{"acteur_type": "bailleur", "acteur_code": code, "valeur": mois + annee - 2021, "denominateur": 100,
               "annee": annee} for annee in (2021, 2022) for code, mois in ((PREMIER, 10), (SECOND, 14))]  # fmt: skip
    bloc = eval(recette, {"rapport": rapport({"V06": delais})})
    titres = [lisible(x.texte) for x in lu(bloc).tous("span", "titre")]
    assert [t.partition(" : ")[2] for t in titres] == [
        f"{mois} mois, en hausse de 1,0 mois depuis 2021" for mois in ("11,0", "15,0")
    ]


@pytest.mark.parametrize("genre", ["commune", "bailleur", "reservataire"])
def test_un_nom_vaut_un_code_et_un_inconnu_est_refuse(genre: str) -> None:
    restreindre = getattr(bilan(), genre)
    premier = restreindre().sujet
    assert restreindre(premier.nom.upper()).sujet == restreindre(premier.code).sujet == premier
    with pytest.raises(ErreurCIL) as refus:
        restreindre(f"{premier.nom}x")
    exiger_un_remede(refus.value, premier.code, premier.nom)


def test_une_commune_qui_a_quitte_l_epci_n_a_pas_de_fiche_et_le_refus_le_dit() -> None:
    communes = REFERENCES.territoire.communes
    parties = communes["membre_au"].mask(communes["code_insee"].eq(COMMUNE), pd.Timestamp(2020, 12, 31))
    territoire = replace(REFERENCES.territoire, communes=communes.assign(membre_au=parties))
    ouvert = avec(bilan(), territoire=territoire)
    arrivee = communes.loc[communes["membre_du"].gt(pd.Timestamp(2022, 12, 31)), "code_insee"].iloc[0]
    for code, dit in ((COMMUNE, "jusqu’au 31/12/2020"), ("Allonnes", "jusqu’au 31/12/2020"), (arrivee, "à partir du")):
        with pytest.raises(ErreurCIL, match=dit):
            ouvert.commune(code)
        with pytest.raises(ErreurCIL, match=dit):
            choisir_fiches(ouvert.references, 2022, [], {"communes": [code]})
