"""D01 to D11 on rows made by hand, counted on one's fingers."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.systemes.parcours import sorties
from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    PAR_CODE,
    Cadre,
    Comptes,
    absences,
    attributions,
    bail,
    chiffres,
    comptes,
    demandes,
    exercice,
    extrait,
    fraction,
    ligne,
    radiation,
)


def jour(mois: int, jour_: int = 1, annee: int = ANNEE) -> pd.Timestamp:
    return pd.Timestamp(annee, mois, jour_)


def une(pseudonyme: str, mois: int, motif: str, **autres: object) -> list[dict[str, object]]:
    return radiation(1, demande_pseudonyme=pseudonyme, date_radiation=jour(mois), motif_radiation=motif, **autres)


def annee(radiees: pd.DataFrame, stock: pd.DataFrame, **cadre: object) -> Exercice:
    return exercice(attributions(bail(4)), stock, Cadre(**cadre), radiations=radiees)  # type: ignore[arg-type]


MOUVEMENTS = (
    une("a", 2, "RADREN"),  # radiated, then active again, then housed: one exit
    une("a", 3, "DERADIATION"),
    une("a", 9, "RADATT", date_depot_demande=jour(1)),
    une("b", 4, "RADREN"),  # cancelled and still waiting elsewhere: no exit
    une("b", 5, "DERADIATION"),
    une("c", 6, "RADABA"),  # radiated, and active at 31 December all the same: no exit
    une("d", 7, "RADABA", commune_insee=BOURG),
    une("e", 8, "RADCON"),  # the same day, the cancellation comes last
    une("e", 8, "DERADIATION"),
    radiation(2, date_radiation=jour(11)),  # of nobody known: two requests
)


@pytest.fixture
def ex() -> Exercice:
    stock = demandes(
        bail(1, demande_pseudonyme="c", date_depot_demande=jour(3)),
        bail(2, demande_pseudonyme="f", date_depot_demande=jour(5), commune_insee=BOURG),
        bail(3, demande_pseudonyme="g", date_depot_demande=jour(5, annee=ANNEE - 3)),
        bail(1, demande_pseudonyme="h", date_depot_demande=None),
    )
    return annee(extrait("radiations", *MOUVEMENTS), stock)


DES_SORTIES = ("D01", "D01M", "D02", "D02M", "D02A", "D03", "D09", "D10", "D12")


def test_sans_le_stock_une_demande_radiee_est_partie() -> None:
    """« c » was radiated and is active all the same: it did not leave; without the stock, nobody knows."""
    radiees = extrait("radiations", *MOUVEMENTS)
    parties = sorties(radiees, demandes(bail(1, demande_pseudonyme="c")))
    assert parties["motif_radiation"].tolist() == ["RADATT", "RADABA", "RADREN", "RADREN"]
    seules = exercice(attributions(bail(4)), radiations=radiees)
    for code in DES_SORTIES:
        assert set(chiffres(code, seules)["statut"]) == {"non_calculable"}, code
        assert "extrait « demandes » non importé" in absences(PAR_CODE[code], seules)
    assert comptes("R01", seules)["RADREN"] == (4, 8), "who is active takes nothing from the radiations"


def test_des_demandes_agregees_ne_disent_pas_qui_est_parti() -> None:
    """Of « c », radiated and active at 31 December, they give no number: it would be one exit more."""
    tableaux = pd.DataFrame(
        {"extrait": "demandes", "dimension": "typologie", "commune": [CENTRE], "classe": "T2", "effectif": 6}
    )
    radiees = extrait("radiations", *MOUVEMENTS)
    agregees = preparer_exercice(
        Cadre().references(), ANNEE, attributions=attributions(bail(4)), radiations=radiees, agregats=tableaux
    )
    assert "radiations que rien ne rattache aux demandes des tableaux agrégés" in absences(PAR_CODE["D02"], agregees)
    for code in DES_SORTIES:
        assert set(chiffres(code, agregees)["statut"]) == {"non_calculable"}, code
    assert comptes("R01", agregees)["RADREN"] == (4, 8) and comptes("V02", agregees)[""] == 6


@pytest.mark.parametrize(
    ("code", "attendus"),
    [
        # Of those active, three were filed in the year; of those that left, the one housed in September.
        ("D01", {"": 4, CENTRE: 2, BOURG: 2}),
        ("D01M", {"05": 2, "03": 1, "01": 1}),
        ("D02", {"": 4, BOURG: 1}),
        ("D02M", {"11": 2, "09": 1, "07": 1}),
        ("D02A", {"09": 1}),
        # The reasons of those that left are not those of all the radiations.
        ("D03", {"RADREN": (2, 4)}),
        ("R01", {"RADREN": (4, 8)}),
    ],
)
def test_les_flux_de_l_annee(ex: Exercice, code: str, attendus: Comptes) -> None:
    obtenus = comptes(code, ex)
    assert {nom: obtenus[nom] for nom in attendus} == attendus
    if code.endswith(("M", "A")):
        assert set(obtenus) == {f"{mois:02d}" for mois in range(1, 13)} and {n for n in obtenus.values() if n} == set(
            attendus.values()
        )


def test_les_renouvellements_portent_sur_les_demandes_anciennes() -> None:
    ancienne = jour(5, annee=ANNEE - 2)
    stock = demandes(
        bail(3, date_depot_demande=ancienne, date_renouvellement=jour(4)),
        bail(1, date_depot_demande=ancienne, date_renouvellement=jour(12, annee=ANNEE - 1)),
        bail(1, date_depot_demande=ancienne, date_renouvellement=None),
        bail(2, date_depot_demande=jour(2), date_renouvellement=None),
    )
    ex = annee(extrait("radiations", radiation(1)), stock)
    assert fraction(chiffres("D04", ex)) == (3, 5)
    assert chiffres("D04M", ex).set_index("modalite")["valeur"].loc[lambda v: v > 0].to_dict() == {"04": 3}


def test_la_pression_par_public_et_par_residence_et_l_attente_des_loges() -> None:
    stock = demandes(bail(6, logement_actuel="SH", commune_origine_insee=BOURG), bail(3, commune_origine_insee="44109"))
    baux = attributions(
        bail(2, logement_actuel="HOT", commune_origine_insee=BOURG, delai_mois=11.99), bail(1, delai_mois=12.0),
        bail(1, delai_mois=None),
    )  # fmt: skip
    attendus: dict[str, Comptes] = {
        "D05": {"HEBERGES": (6, 2)},
        "D06": {BOURG: (6, 2), "HORS_EPCI": "non_calculable"},
        "D07": {f"{CENTRE} {BOURG}": (6, 9)},
        "D07R": {BOURG: (0, 6)},
        "D08": {"MOINS_1": (2, 3), "A_1": (1, 3)},  # whole years; an unknown delay is of no class
    }
    for code, siens in attendus.items():
        obtenus = comptes(code, exercice(baux, stock))
        assert {nom: obtenus[nom] for nom in siens} == siens
        assert code != "D08" or "NR" not in obtenus


@pytest.mark.parametrize(
    ("depot", "seuil", "anormale"),
    [("2019-12-31", 36, True), ("2020-01-01", 36, False), ("2020-01-31", 35, True), ("2022-12-01", 1, False)],
)
def test_le_delai_anormal_se_compte_en_mois_revolus(depot: str, seuil: float, anormale: bool) -> None:
    ex = annee(
        extrait("radiations", radiation(1)), demandes(bail(1, date_depot_demande=pd.Timestamp(depot))),
        delai_anormal=seuil,
    )  # fmt: skip
    assert fraction(chiffres("D11", ex)) == (int(anormale), 1)


def test_sans_delai_anormal_rien_n_est_compte() -> None:
    ex = annee(extrait("radiations", radiation(1)), demandes(bail(12)), delai_anormal=None)
    assert all(set(comptes(code, ex).values()) == {"non_calculable"} for code in ("D11", "D11A"))


def test_la_part_en_attente_compte_stock_et_sorties() -> None:
    """Four filed on 1 January: one is housed on 2 March (60 days), one abandons in June, two wait."""
    depot = jour(1)
    stock = demandes(*(bail(1, demande_pseudonyme=p, date_depot_demande=depot) for p in "ab"))
    radiees = extrait(
        "radiations",
        radiation(1, demande_pseudonyme="c", date_radiation=jour(3, 2), motif_radiation="RADATT",
                  date_depot_demande=depot),
        radiation(1, demande_pseudonyme="d", date_radiation=jour(6), motif_radiation="RADABA",
                  date_depot_demande=depot),
    )  # fmt: skip
    table = chiffres("D09", annee(radiees, stock))
    six_mois = ligne(table, modalite="M6")
    assert (six_mois["valeur"], six_mois["denominateur"]) == (75.0, 4) and pd.isna(six_mois["numerateur"])
    assert ligne(table, modalite="M12")["statut"] == "non_calculable", "nobody was seen for a year"
    assert ligne(chiffres("D10", annee(radiees, stock)))["statut"] == "non_calculable", "half of them still wait"
