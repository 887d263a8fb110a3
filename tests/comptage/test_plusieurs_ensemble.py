"""Years and EPCI that one base counts together: each has its own rows, and not those of another, nor its absences."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from cil_analysis.comptage.denombrement import absences, calculer_les_epci
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.comptage.preparation import preparer_exercice
from fabrique import ANNEE, BOURG, CENTRE, DEPARTEMENT, HAMEAU, Cadre, attributions, bail, demandes, extrait, logement
from registres import PAR_CODE

ICI, AILLEURS = "200000001", "200000002"
COMMUNES = {ICI: [CENTRE], AILLEURS: [BOURG, HAMEAU]}
CODES = ("V01", "V02", "V03", "V06", "A01", "S01")


def _lignes(commune: str, bailleur: str, *delais: float | None) -> list[dict[str, object]]:
    return [b for d in delais for b in bail(1, commune_insee=commune, bailleur=bailleur, delai_mois=d)]


# The first EPCI has two years, requests and a stock file in the last one only; the second has one year of leases.
LIGNES = {
    (ICI, ANNEE - 1): {"attributions": attributions(_lignes(CENTRE, "B1", 1, 2, 9))},
    (ICI, ANNEE): {
        "attributions": attributions(_lignes(CENTRE, "B1", 4, None), _lignes(CENTRE, "B2", 30, 31)),
        "demandes": demandes(bail(10)),
        "parc": extrait("parc", logement(50)),
    },
    (AILLEURS, ANNEE): {"attributions": attributions(_lignes(BOURG, "B2", 5, 6, 7, 8.5), _lignes(HAMEAU, "B1", None))},
}


def _exercice(epci: str, annee: int) -> Exercice:
    references = Cadre().references()
    references.projet = SimpleNamespace(epci_siren=epci, departement=DEPARTEMENT)
    communes = references.territoire.communes
    siennes = communes[communes["code_insee"].isin(COMMUNES[epci])].reset_index(drop=True)
    references.territoire = replace(references.territoire, commune_centre=COMMUNES[epci][0], communes=siennes)
    return preparer_exercice(references, annee, **LIGNES[epci, annee])


def _attendus(epci: str, annee: int) -> dict[tuple[object, ...], float]:
    """By code, place, landlord: counted by pandas from the rows; NaN where the extract is missing."""
    baux, demandes = (LIGNES[epci, annee].get(nom) for nom in ("attributions", "demandes"))
    assert baux is not None
    delais = baux["delai_mois"].astype("float64")
    n = float("nan") if demandes is None else float(len(demandes))
    attendus: dict[tuple[object, ...], float] = {
        ("V01", epci, ""): len(baux),
        ("V02", epci, ""): n,
        ("V03", epci, ""): n / len(baux),
        ("V06", epci, ""): round(delais.median(), 1),
    }
    if "parc" in LIGNES[epci, annee]:
        attendus["S01", epci, ""] = len(LIGNES[epci, annee]["parc"])
    for commune in COMMUNES[epci]:
        attendus["V01", commune, ""] = int(baux["commune_insee"].eq(commune).sum())
    for bailleur, siens in baux.groupby("bailleur"):
        attendus["A01", epci, bailleur] = 100 * len(siens) / len(baux)
        attendus["V06", epci, bailleur] = round(delais[siens.index].median(), 1)
    return attendus


def test_chacun_a_ses_lignes_et_ses_absences() -> None:
    ensemble, sans_objectif = Ensemble([_exercice(*cle) for cle in LIGNES]), dict.fromkeys(COMMUNES, pd.DataFrame())
    indicateurs = [PAR_CODE[code] for code in CODES]
    cadres = calculer_les_epci(indicateurs, ensemble, sans_objectif, None)
    for (epci, communes), cadre in zip(COMMUNES.items(), cadres, strict=True):
        siens = [exercice for exercice in ensemble.exercices if exercice.epci == epci]
        cadre = cadre[cadre["perimetre_type"].isin(["epci", "commune"]) & cadre["modalite"].eq("")]
        for exercice in siens:
            de_l_annee = cadre[cadre["annee"].eq(exercice.annee)]
            lues = de_l_annee.set_index(["indicateur", "perimetre_code", "acteur_code"])["valeur"]
            attendues = pd.Series(_attendus(epci, exercice.annee))
            np.testing.assert_array_equal(lues.reindex(attendues.index), attendues)
            assert set(de_l_annee["acteur_code"]) == {acteur for _, _, acteur in attendues.index}
            assert set(de_l_annee["perimetre_code"]) == {epci, *communes}
            # A file that does not come every year: a year without it has no row, rather than one that nobody can count.
            assert de_l_annee["indicateur"].eq("S01").any() == ("parc" in LIGNES[epci, exercice.annee])
    manques = dict(zip(LIGNES, map(bool, absences(PAR_CODE["V02"], ensemble)), strict=True))
    assert manques == {cle: "demandes" not in lignes for cle, lignes in LIGNES.items()}
