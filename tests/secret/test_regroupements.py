"""What the cotation adds to the sums that a reader knows: ranks gather deciles, groups gather landlords."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from test_cases import EPCI, case, chiffre
from test_relations import somme, sommes, systeme

from cil_analysis.grammaire.dimensions import Regroupement
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.recouvrements import (
    morceaux_des_classes,
    morceaux_partages,
    regroupements_declares,
    regroupements_partages,
)
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from cil_analysis.systemes import preparations
from fabrique import Cadre, vraies_nomenclatures
from registres import PAR_CODE

STRUCTURE = Structure(regroupements=tuple(preparations.regroupements(Cadre().references(), date(2022, 12, 31))))


def decile(rang: int) -> tuple[str, str]:
    return ("decile_score", f"D{rang}")


def ligne(code: str, n: float, d: float, *, modalite: str = "", bailleur: str = "") -> pd.DataFrame:
    return chiffre(code, EPCI, n, d, acteur=f"bailleur {bailleur}" if bailleur else "", modalite=modalite)


def test_un_groupe_est_la_somme_de_ses_bailleurs() -> None:
    """B1 tries the grid, B2 and B3 do not; a landlord that no table lists has no rows."""
    lignes = [ligne("C04", 5, 40, bailleur=b) for b in ("B1", "B2")]
    obtenues = sommes(systeme(*lignes, ligne("C08B", 5, 40), ligne("C09B", 5, 40), structure=STRUCTURE))
    bas = ("rang_score", "BAS")
    for groupe, bailleur in (("TESTEUR", "B1"), ("AUTRE", "B2")):
        du_groupe, du_bailleur = ("groupe_cotation", groupe), ("bailleur", bailleur)
        assert somme(case(du_groupe), case(du_bailleur)) in obtenues
        assert somme(case(du_groupe, bas), case(du_bailleur, bas)) in obtenues


def test_un_decile_masque_ne_se_retrouve_pas_par_son_rang() -> None:
    """Two households in the second decile: neither the low ranks, nor the others, give them back."""
    effectifs = {1: 30, 2: 2, 3: 20, 4: 20, 5: 20, 6: 20, 7: 20, 8: 20, 9: 20, 10: 20}
    total = sum(effectifs.values())
    cadres = {
        "C03": pd.concat([ligne("C03", n, total, modalite=f"D{i}") for i, n in effectifs.items()], ignore_index=True),
        "C04": ligne("C04", 32, total),
    }
    regles = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
    publiees = publier_ensemble([(PAR_CODE[c], t) for c, t in cadres.items()], {2022: regles}, {2022: STRUCTURE})
    deciles = publiees["C03"].donnees.set_index("modalite")["statut"]
    assert deciles["D2"] == "secret"
    bas = publiees["C04"].donnees["statut"].iloc[0]
    montres = deciles[deciles.eq("publie")].index
    assert bas == "secret" or "D1" not in montres, "32 low scores, 30 of them in the first decile"


def depuis(jour: date) -> tuple[Regroupement, ...]:
    """What is known of quarters where the cotation begins on a day."""
    cadre = Cadre()
    grilles = tuple(replace(grille, debut=jour) for grille in cadre.cotation.grilles)
    references = replace(cadre, cotation=replace(cadre.cotation, grilles=grilles)).references()
    des_systemes = preparations.regroupements(references, date(2022, 12, 31))
    return tuple(groupe for groupe in des_systemes if "cumul" in groupe.classe[0])


@pytest.mark.parametrize(
    ("jour", "attendus"),
    [
        (date(2022, 4, 1), [(("AVANT",), ()), (("AVANT",), ("DEPUIS",)), (("AVANT",), ("DEPUIS",))]),
        (date(2022, 5, 2), [((), ("AVANT",)), (("AVANT",), ("DEPUIS",)), (("AVANT",), ("DEPUIS",))]),
        (date(2021, 12, 1), []),
    ],
)
def test_un_trimestre_est_ce_qui_precede_la_cotation_ou_le_coupe(jour: date, attendus: list[object]) -> None:
    assert depuis(jour) == tuple(
        Regroupement((f"cumul_T{rang}", "oui"), "moment_cotation", *dits)
        for rang, dits in enumerate(attendus, 1)  # type: ignore[misc]
    )


def test_les_baux_d_un_trimestre_ne_donnent_pas_ceux_des_autres_bailleurs() -> None:
    """The cotation begins on 1 April: 33 leases before, 29 of the landlords that try it, so 4 of the others."""
    structure = Structure(regroupements=(*STRUCTURE.regroupements, *depuis(date(2022, 4, 1))))
    comptees = {
        "F11": [("T1", 33.0, 33.0), ("T2", 73.0, 73.0), ("T3", 113.0, 113.0), ("T4", 152.0, 152.0)],
        "C08B": [("", 30.0, 124.0), ("AVANT", 9.0, 29.0), ("DEPUIS", 21.0, 95.0)],
        "C09B": [("", 8.0, 28.0), ("AVANT", 1.0, 4.0), ("DEPUIS", 7.0, 24.0)],
        "V01": [("", 152.0, 152.0)],
    }
    cadres = {
        code: pd.concat([ligne(code, n, d, modalite=m) for m, n, d in lignes], ignore_index=True)
        for code, lignes in comptees.items()
    }
    regles = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
    publiees = publier_ensemble([(PAR_CODE[c], t) for c, t in cadres.items()], {2022: regles}, {2022: structure})
    statuts = {c: publiees[c].donnees.set_index("modalite")["statut"].eq("publie").to_dict() for c in comptees}
    assert not statuts["C09B"]["AVANT"]
    assert not (statuts["F11"]["T1"] and statuts["C08B"]["AVANT"]), "33 - 29 = 4"


# A grid of tens: each band is one score, and each decile one band or some.
PARTAGES = {
    (("tranche_score", tranche), ("decile_score", decile))
    for decile, tranches in {
        "D1": ("MOINS_0", "P_0_9"), "D3": ("P_10_19",), "D4": ("P_20_29",), "D6": ("P_30_39",), "D7": ("P_40_49",),
        "D9": ("P_50_59",), "D10": ("P_60_79", "P_80_99", "P_100_PLUS"),
    }.items()
    for tranche in tranches
}  # fmt: skip


def test_ce_qu_un_rang_reunit_se_lit_aussi_en_points() -> None:
    """The high rank is the tenth decile, so the last three bands; a decile that has half of a band cuts it."""
    groupes = STRUCTURE.regroupements
    haut = Regroupement(("rang_score", "HAUT"), "tranche_score", ("P_100_PLUS", "P_60_79", "P_80_99"))
    assert haut in list(regroupements_partages(groupes, PARTAGES))
    coupees = {*PARTAGES, (("tranche_score", "P_60_79"), ("decile_score", "D9"))}
    haut = Regroupement(("rang_score", "HAUT"), "tranche_score", ("P_100_PLUS", "P_80_99"), ("P_60_79",))
    assert haut in list(regroupements_partages(groupes, coupees))
    assert morceaux_partages(coupees)["decile_score", "D9"] == (
        "tranche_score:P_50_59|D9", "tranche_score:P_60_79|D9",
    )  # fmt: skip


def test_une_tranche_de_points_masquee_ne_se_retrouve_ni_par_les_deciles_ni_par_les_rangs() -> None:
    """Of the requests, one has 100 points or more: 187 of high rank, 168 and 18 of them below."""
    tranches = ("MOINS_0", "P_0_9", "P_10_19", "P_20_29", "P_30_39", "P_40_49", "P_50_59", "P_60_79", "P_80_99",
                "P_100_PLUS")  # fmt: skip
    demandes = dict(zip(tranches, (205, 259, 351, 545, 322, 345, 271, 168, 18, 1), strict=True))
    loges = dict(zip(tranches, (63, 61, 84, 143, 87, 100, 57, 47, 3, 0), strict=True))
    deciles = {f"D{i}": 0 for i in range(1, 11)}
    for (_, tranche), (_, decile) in PARTAGES:
        deciles[decile] += loges[tranche]
    ensemble, tous = sum(loges.values()), sum(demandes.values())
    cadres = {
        code: pd.concat([ligne(code, n, d, modalite=m) for m, n in siens.items()], ignore_index=True)
        for code, siens, d in (("C01", loges, ensemble), ("C01D", demandes, tous), ("C03", deciles, ensemble))
    }
    cadres["C06"] = ligne("C06", deciles["D10"], deciles["D10"] + 187)
    structure = replace(
        STRUCTURE,
        regroupements=(*STRUCTURE.regroupements, *regroupements_partages(STRUCTURE.regroupements, PARTAGES)),
        morceaux=morceaux_partages(PARTAGES),
    )
    regles = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
    publiees = publier_ensemble([(PAR_CODE[c], t) for c, t in cadres.items()], {2022: regles}, {2022: structure})
    montres = {c: t.donnees.set_index("modalite")["statut"].eq("publie").to_dict() for c, t in publiees.items()}
    c01, c01d, c03 = montres["C01"], montres["C01D"], montres["C03"]
    assert not c01d["P_100_PLUS"] and not c01["P_80_99"]
    assert not (montres["C06"][""] and c01d["P_60_79"] and c01d["P_80_99"]), "187 - 168 - 18 = 1"
    seules = {"D3": "P_10_19", "D4": "P_20_29", "D6": "P_30_39", "D7": "P_40_49", "D9": "P_50_59"}
    assert not c03["D10"] or not c01["P_60_79"] or not c01["P_100_PLUS"], "50 - 47 = 3"
    sus = [c01[t] or c03[d] for d, t in seules.items()]
    assert not (all(sus) and ((c01["P_0_9"] and c01["MOINS_0"]) or c03["D1"]) and c01["P_60_79"] and c01["P_100_PLUS"])


@pytest.mark.parametrize(
    "comptees",
    [
        {"O11": [("", 13.0, 146.0)], "O05": [("SANS_ABRI", 9.0, 146.0)]},  # 13 - 9 = 4
        {"O11": [("", 26.0, 146.0)], "O05": [("SANS_ABRI", 9.0, 146.0), ("HEBERGES", 14.0, 146.0)]},  # 26 - 9 - 14 = 3
    ],
)
def test_les_regles_et_les_publics_ne_donnent_pas_les_autres(
    comptees: dict[str, list[tuple[str, float, float]]],
) -> None:
    """Those whom a rule says priority ones, and who are of no public that a housing tells."""
    nomenclatures = vraies_nomenclatures()
    inclusions = frozenset(((f"public_{p}", "oui"), ("priorite_deduite", "oui")) for p in ("SANS_ABRI", "HEBERGES"))
    structure = Structure(inclusions=inclusions, morceaux=morceaux_des_classes(nomenclatures))
    cadres = {
        code: pd.concat([ligne(code, n, d, modalite=m) for m, n, d in lignes], ignore_index=True)
        for code, lignes in comptees.items()
    }
    for retenue, masque in ((structure, True), (replace(structure, inclusions=frozenset()), False)):
        regles = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
        publiees = publier_ensemble([(PAR_CODE[c], t) for c, t in cadres.items()], {2022: regles}, {2022: retenue})
        assert any(publiees[c].donnees["statut"].eq("secret").any() for c in comptees) is masque


def test_un_seuil_reunit_des_classes_et_en_coupe_une() -> None:
    """Classes of whole years, thresholds in months."""
    au_dela = ("A_4", "A_5_9", "A_10_PLUS")
    attendus = {36: (("A_3", *au_dela), ()), 40: (au_dela, ("A_3",)), 130: ((), ("A_10_PLUS",))}
    for mois, (entieres, coupees) in attendus.items():
        dits = regroupements_declares(vraies_nomenclatures(), {"mois_anormaux": mois})
        assert Regroupement(("delai_anormal", "oui"), "anciennete", entieres, coupees) in list(dits)
    sans = list(regroupements_declares(vraies_nomenclatures(), {"mois_anormaux": None}))
    assert not any(groupe.classe[0] == "delai_anormal" for groupe in sans)
    assert Regroupement(("depot", "ANNEE"), "anciennete", ("MOINS_1",)) in sans
    assert Regroupement(("depot", "AVANT"), "anciennete", ("A_1", "A_2", "A_3", *au_dela)) in sans
