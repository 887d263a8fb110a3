"""Figures by commune, quarter or landlord, and in or outside quarters, subtracted: households that no row shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import pytest
from auditeur import Enigme, Forme, trop_etroit

from cil_analysis.secret.preuve.audit import Lecteur, auditer
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from fabrique import ANNEE, BOURG, CENTRE, HAMEAU, attributions, bail, chiffres, exercice
from registres import PAR_CODE

SEUIL, LARGEUR = 5, 4
REGLES = ReglesSecret(seuil_effectif=SEUIL, denominateur_minimal=10)
# A cell: commune, QPV (« » outside), of the public or not.
Cellule = tuple[str, str, bool]
PUBLICS: Mapping[str, Mapping[str, object]] = {
    "O04": {"categories_prioritaires": "a"}, "O06": {"est_relogement_ru": True},
}  # fmt: skip


def publier(
    comptes: Mapping[Cellule, int],
    codes: Sequence[str],
    public: Mapping[str, object],
    liens: frozenset[tuple[str, str]],
) -> tuple[pd.DataFrame, pd.DataFrame, Structure]:
    """What is published, the truth, and what a reader knows of the territory."""
    baux = []
    for (commune, qpv, du_public), n in comptes.items():
        lieu = {"est_en_qpv": True, "qpv": qpv} if qpv else {}
        baux += bail(n, commune_insee=commune, **lieu, **(public if du_public else {}))
    ex = exercice(attributions(baux))
    cadres = [(PAR_CODE[code], chiffres(code, ex)) for code in codes]
    structure = Structure(liens=liens, communes_en_qpv=frozenset(commune for _, commune in liens))
    tables = publier_ensemble(cadres, {ANNEE: REGLES}, {ANNEE: structure})
    publiee, vraie = (
        pd.concat(parties, ignore_index=True)
        for parties in ([tables[c].donnees for c in codes], [cadre for _, cadre in cadres])
    )
    return publiee, vraie, structure


def trop_bien_connus(
    publiee: pd.DataFrame, cellules: Sequence[Cellule], parties: Sequence[set[Cellule]]
) -> list[set[Cellule]]:
    """The parts of the households that a reader deduces too closely, by sums of cells alone."""
    sues = [
        ({i: 1 for i, cellule in enumerate(cellules) if dans(ligne, cellule, rang)}, float(nombre))
        for ligne in publiee.to_dict("records")
        for rang, nombre in enumerate((ligne["numerateur"], ligne["denominateur"]))
        if not pd.isna(nombre)
    ]
    enigme = Enigme(len(cellules), [(forme, n) for forme, n in sues if forme])
    formes: list[Forme] = [{cellules.index(cellule): 1 for cellule in partie} for partie in parties]
    return [
        partie
        for partie, trouve in zip(parties, enigme.intervalles(formes), strict=True)
        if trop_etroit(trouve, SEUIL, LARGEUR, reste=True)
    ]


def dans(ligne: Mapping[object, object], cellule: Cellule, rang: int) -> bool:
    """Whether the first (0) or the second count of a row holds a cell."""
    return all(_conditions(ligne, cellule, rang))


def _conditions(ligne: Mapping[object, object], cellule: Cellule, rang: int) -> Iterator[bool]:
    commune, qpv, du_public = cellule
    yield {
        "commune": commune == ligne["perimetre_code"], "qpv": qpv == ligne["perimetre_code"],
        "en_qpv": qpv != "", "hors_qpv": qpv == "",
    }.get(str(ligne["perimetre_type"]), True)  # fmt: skip
    if rang == 0 and ligne["indicateur"] == "T02":
        yield ligne["modalite"] == ("QPV" if qpv else "HORS_QPV")
    if rang == 0 and ligne["indicateur"] in PUBLICS:
        yield du_public


@pytest.mark.parametrize("code", PUBLICS)
def test_d_une_commune_qui_a_tous_les_quartiers(code: str) -> None:
    """Three households of the public outside quarters: 15 of CENTRE less 12 in all the quarters."""
    comptes = {
        (CENTRE, "QP1", True): 12, (CENTRE, "QP1", False): 18, (CENTRE, "", True): 3, (CENTRE, "", False): 37,
        (BOURG, "", True): 15, (BOURG, "", False): 35, (HAMEAU, "", True): 9, (HAMEAU, "", False): 20,
    }  # fmt: skip
    parties = [{(CENTRE, "", True)}]
    publiee, vraie, structure = publier(comptes, ("V01", "T02", code), PUBLICS[code], frozenset({("QP1", CENTRE)}))
    assert trop_bien_connus(vraie, list(comptes), parties) == parties, "the attack finds them where nothing is masked"
    assert trop_bien_connus(publiee, list(comptes), parties) == []
    assert _preuve(publiee, structure) and not _preuve(vraie, structure)
    en_vue = publiee[publiee["indicateur"].eq(code) & publiee["statut"].eq("publie")]
    assert "epci" in set(en_vue["perimetre_type"]), "the least useful rows are masked, not the total"


def test_d_un_quartier_a_cheval_sur_deux_communes() -> None:
    """BOURG has a part of QP1 and no other quarter: the 20 of QP1 less the 17 in quarters of BOURG are in CENTRE."""
    comptes = {
        (CENTRE, "QP1", False): 3, (BOURG, "QP1", False): 17, (CENTRE, "QP2", False): 25,
        (CENTRE, "", False): 40, (BOURG, "", False): 30, (HAMEAU, "", False): 20,
    }  # fmt: skip
    liens = frozenset({("QP1", CENTRE), ("QP1", BOURG), ("QP2", CENTRE)})
    parties = [{(CENTRE, "QP1", False)}]
    publiee, vraie, structure = publier(comptes, ("V01", "T02"), {}, liens)
    assert trop_bien_connus(vraie, list(comptes), parties) == parties
    assert trop_bien_connus(publiee, list(comptes), parties) == []
    assert _preuve(publiee, structure) and not _preuve(vraie, structure)


def test_d_un_bailleur_qui_loge_seul_en_quartier() -> None:
    """O02 says that B2 houses nobody in quarters: 27 priority households of B1 less 24 in quarters are 3 outside."""
    lieux = {("B1", True): {"est_en_qpv": True, "qpv": "QP1", "bailleur": "B1"}, ("B1", False): {"bailleur": "B1"},
             ("B2", False): {"bailleur": "B2"}}  # fmt: skip
    comptes = {("B1", True): (24, 36), ("B1", False): (3, 34), ("B2", False): (30, 70)}
    baux = []
    for lieu, (prioritaires, autres) in comptes.items():
        baux += [*bail(prioritaires, **lieux[lieu], **PUBLICS["O04"]), *bail(autres, **lieux[lieu])]
    ex = exercice(attributions(baux))
    cadres = [(PAR_CODE[code], chiffres(code, ex)) for code in ("V01", "T02", "O01", "O02", "O04", "O08")]
    structure = Structure(liens=frozenset({("QP1", CENTRE)}), communes_en_qpv=frozenset({CENTRE}))
    tables = publier_ensemble(cadres, {ANNEE: REGLES}, {ANNEE: structure})
    o08 = tables["O08"].donnees
    assert set(o08["statut"]) == {"secret"} and len(o08) == 2
    publiee, vraie = (
        pd.concat(parties, ignore_index=True)
        for parties in ([table.donnees for table in tables.values()], [cadre for _, cadre in cadres])
    )
    assert _preuve(publiee, structure) and not _preuve(vraie, structure)


def _preuve(publiee: pd.DataFrame, structure: Structure) -> bool:
    """Whether the proof holds of what is shown."""
    deductions = auditer({ANNEE: publiee}, ANNEE, {ANNEE: Lecteur(ANNEE, PAR_CODE, REGLES, structure)})
    return all(d.protegee for d in deductions)
