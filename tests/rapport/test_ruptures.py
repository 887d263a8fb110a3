"""Breaks of a series: communes that join or leave, another zoning, another rule, a threshold that nobody has."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.annees import PERIMETRE, ZONAGE, Rupture, concerne, ruptures
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import Parametres, ValeurDatee
from cil_analysis.reference.regles import CATEGORIES
from fabrique import priorite
from registres import PAR_CODE

RACINE = Path(__file__).resolve().parents[2]
REFERENCES = References(ouvrir_projet(RACINE))


def membres(annee: int) -> dict[str, str]:
    """The members on 31 December, from the file alone."""
    jour = f"{annee}-12-31"
    with (RACINE / "data/reference/territory/communes.csv").open(encoding="utf-8-sig", newline="") as flux:
        return {
            c["code_insee"]: c["nom"]
            for c in csv.DictReader(flux)
            if c["membre_du"] <= jour and not "" < c["membre_au"] < jour
        }


def avec_parametre(nom: str, *valeurs: tuple[date, object]) -> Any:
    """The repository's references, with other dated values of a parameter."""
    parametre = REFERENCES.parametres[nom]
    datees = tuple(ValeurDatee(depuis, valeur, (), "C") for depuis, valeur in valeurs)
    parametres = Parametres({**REFERENCES.parametres, nom: replace(parametre, valeurs=datees)})
    return SimpleNamespace(
        territoire=REFERENCES.territoire, parametres=parametres, seuils=REFERENCES.seuils, priorites=()
    )


@pytest.mark.parametrize(("avant", "annee"), [(2015, 2016), (2016, 2017), (2021, 2022), (2022, 2023)])
def test_les_communes_qui_rejoignent(avant: int, annee: int) -> None:
    entrees = [nom for code, nom in membres(annee).items() if code not in membres(avant)]
    trouvees = [r for r in ruptures(REFERENCES, [avant, annee]) if r.genre == PERIMETRE]
    assert len(trouvees) == bool(entrees)
    for rupture in trouvees:
        assert (rupture.annee, rupture.avant) == (annee, avant)
        assert rupture.court == f"{len(membres(avant))} → {len(membres(annee))} communes"
        assert all(nom in rupture.phrase for nom in entrees)
        assert ("rejoignent" in rupture.phrase) == (len(entrees) > 1)


def test_une_commune_qui_quitte_est_nommee() -> None:
    territoire = REFERENCES.territoire
    communes = territoire.communes.copy()
    communes.loc[communes["nom"].eq("Fatines"), "membre_au"] = "2023-12-31"
    communes["membre_au"] = communes["membre_au"].astype("datetime64[us]")
    autres: Any = SimpleNamespace(
        territoire=replace(territoire, communes=communes),
        parametres=REFERENCES.parametres,
        seuils=REFERENCES.seuils,
        priorites=(),
    )
    assert [r.court for r in ruptures(autres, [2022, 2024]) if r.genre == PERIMETRE] == []
    (sortie,) = [r for r in ruptures(autres, [2023, 2024]) if r.genre == PERIMETRE]
    assert "Fatines quitte l’intercommunalité" in sortie.phrase
    assert sortie.court == "20 → 19 communes"


def test_un_nouveau_zonage_des_qpv() -> None:
    trouvees = [r for r in ruptures(REFERENCES, range(2018, 2027)) if r.genre == ZONAGE]
    assert [(r.annee, r.avant, r.court) for r in trouvees] == [(2024, 2023, "QPV 2024")]
    assert not [r for r in ruptures(REFERENCES, [2024]) if r.avant is not None], "nothing to compare with"


def test_une_regle_dont_la_valeur_change() -> None:
    p3 = avec_parametre("comptage.p3_mutations", (date(2015, 1, 1), "incluses"), (date(2022, 1, 1), "hors_mutations"))
    (rupture,) = [r for r in ruptures(p3, range(2020, 2024)) if r.genre == "P3"]
    assert (rupture.annee, rupture.avant) == (2022, 2021) and "P3" in rupture.court and "2021" in rupture.phrase


@pytest.mark.parametrize(
    ("genre", "touches", "intacts"),
    [
        (PERIMETRE, {"V01", "V02", "O01", "O04"}, set[str]()),
        (ZONAGE, {"O01", "O02", "T02"}, {"V01", "V02", "O04"}),
        ("P6", {"O01", "O02", "O03"}, {"V01", "O04"}),
        ("P3", {"O01", "O04"}, {"V01", "V02"}),
    ],
)
def test_ce_qu_une_rupture_touche(genre: str, touches: set[str], intacts: set[str]) -> None:
    rupture = Rupture(2022, 2021, genre, "", "")
    codes = touches | intacts
    assert {code for code in codes if concerne(rupture, PAR_CODE[code])} == touches


def test_des_categories_que_d_autres_regles_donnent() -> None:
    """The parameter chooses the rules from a year on, and one more comes in force in the next."""
    references = avec_parametre(
        "priorites.source_des_priorites", (date(2015, 1, 1), "donnees"), (date(2020, 6, 1), "deduites")
    )
    references.priorites = (
        priorite("k", "logement_actuel", "SD"),
        priorite("l", "motif_demande", "05", du="2022-01-01"),
    )
    references.dictionnaires = REFERENCES.dictionnaires
    [une, autre] = [r for r in ruptures(references, [2018, 2019, 2020, 2021, 2022]) if r.genre == CATEGORIES]
    assert (une.annee, autre.annee) == (2020, 2022)
    assert "ce que donne le fichier jusqu’en 2019" in une.phrase and "(R-k, R-l) ensuite" in autre.phrase
    # No rule is applied to aggregated tables.
    agregee = [r for r in ruptures(references, [2020, 2021], [2021]) if r.genre == CATEGORIES]
    assert [r.phrase.endswith("(R-k) jusqu’en 2020, ce que donne le fichier ensuite") for r in agregee] == [True]
    touches = {code: concerne(une, PAR_CODE[code]) for code in ("O04", "O05", "O08", "O01", "P07", "D05")}
    assert {code for code, touche in touches.items() if touche} == {"O04", "O05", "O08"}
