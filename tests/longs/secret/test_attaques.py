"""The relations that the figures of a bilan have with one another, attacked by the reader of ``auditeur.py``.

A small world is every combination of a few characteristics of a household: its cells. The product counts and publishes
random households of it; the reader knows the cells, what each figure counts (``recompte.py``), and what is published.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest
from auditeur import Enigme, Forme, trop_etroit
from recompte import Recompte

from cil_analysis.comptage.cibles import par_cible
from cil_analysis.comptage.exercice import Exercice
from cil_analysis.grammaire.vocabulaire import SENSIBILITE
from cil_analysis.reference.objectifs import charger_objectifs
from cil_analysis.reference.regles import alternatives, regles_de_comptage
from cil_analysis.secret.preuve.effets import effet
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case, relever
from cil_analysis.secret.relations.recouvrements import regroupements_declares
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.relations.territoire import lieux_des_secteurs
from cil_analysis.secret.table_publiee import publier_ensemble
from essais import essais
from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    HAMEAU,
    Q1,
    Q2,
    Q3,
    REFERENCE,
    Cadre,
    attributions,
    bail,
    calculer_ensemble,
    demandes,
    exercice,
    nomenclatures,
)
from registres import INDICATEURS, PAR_CODE

SEUIL, LARGEUR = 5, 4
REGLES = ReglesSecret(seuil_effectif=SEUIL, denominateur_minimal=10)
Colonnes = Mapping[str, object]
SANS_OBJECTIF = charger_objectifs(REFERENCE / "parameters").head(0)
OBJECTIFS = (
    charger_objectifs(REFERENCE / "parameters")
    .query("id in ['LOI-O01', 'LOI-O02', 'LOI-O04-AUCUN']")
    .assign(perimetre_type="commune", acteur_type="", acteur_code="", valeur=[25.0, 50.0, 25.0])
)
ZONES = ({"est_en_qpv": True, "qpv": "QP1"}, {}, {"est_en_qpv": None})
LIEUX = ({"commune_insee": CENTRE}, {"commune_insee": BOURG}, {"commune_insee": HAMEAU})
# One commune has all the quarters, as everybody knows.
LIEUX_ET_ZONES = tuple(lieu | zone for lieu in LIEUX for zone in ZONES if lieu == LIEUX[0] or "qpv" not in zone)
UNE_COMMUNE_EN_QPV = frozenset([CENTRE])


@dataclass(frozen=True)
class Monde:
    """What households may be, by extract, and the indicators that are published of them."""

    codes: Sequence[str]
    baux: Sequence[Sequence[Colonnes]]
    stock: Sequence[Sequence[Colonnes]] = ()
    constantes: tuple[str, ...] = ()
    cadre: Cadre = field(default_factory=lambda: Cadre(parc={}))
    structure: Structure = field(default_factory=Structure)
    plus_grand: float = 12.0
    objectifs: pd.DataFrame = field(default_factory=lambda: SANS_OBJECTIF)

    def cellules(self, axes: Sequence[Sequence[Colonnes]]) -> list[dict[str, object]]:
        """Households without a number: rule P1 takes none for another."""
        return [
            bail(1, demande_pseudonyme=None, **dict(itertools.chain(*(c.items() for c in choix))))[0]
            for choix in itertools.product(*axes)
        ]


@dataclass(frozen=True)
class Tirage:
    """Random households of a world: what is published of them, the truth, and what each figure counts.

    ``communes_en_qpv``: as everybody knows them; None where nobody says.
    """

    publiee: pd.DataFrame
    cadre: pd.DataFrame
    lignes: list[tuple[Case, ...]]
    formes: Mapping[Case, Forme]
    comptes: np.ndarray
    connues: Mapping[Case, float]
    communes_en_qpv: frozenset[str] | None


def tirer(monde: Monde, graine: int) -> Tirage:
    alea = np.random.default_rng([graine, 17])
    baux, stock = monde.cellules(monde.baux), monde.cellules(monde.stock) if monde.stock else []
    moyennes = np.exp(alea.uniform(np.log(0.3), np.log(monde.plus_grand), len(baux) + len(stock)))
    comptes = alea.poisson(moyennes) * (alea.random(len(moyennes)) > alea.uniform(0.1, 0.5))
    comptes[0] += 12  # No year of a handful of households.
    if stock:
        comptes[len(baux)] += 12
    repetes = [[c for c, n in zip(cellules, ns, strict=True) for _ in range(n)]
               for cellules, ns in ((baux, comptes[: len(baux)]), (stock, comptes[len(baux) :]))]  # fmt: skip
    ex = compter(monde, repetes[0], repetes[1] if stock else None, {})
    references = monde.cadre.references()
    regles = regles_de_comptage(references, ANNEE)
    autres = alternatives(references, regles) if any(c.endswith(SENSIBILITE) for c in monde.codes) else {}
    variantes = {r: replace(compter(monde, repetes[0], None, choix), variante=r) for r, choix in autres.items()}
    indicateurs = [i for i in INDICATEURS if i.code in monde.codes]
    cadre = calculer_ensemble(indicateurs, [ex], monde.objectifs, variantes.values())
    cadres = [(i, cadre[cadre["indicateur"].eq(i.code)]) for i in indicateurs]
    structure = Structure(
        **{**monde.structure.__dict__, "constantes": frozenset(monde.constantes),
           "objectifs": par_cible(monde.objectifs),
           "variantes": {r: effet(regles, regles_de_comptage(references, ANNEE, c)) for r, c in autres.items()}}
    )  # fmt: skip
    tables = publier_ensemble(cadres, {ANNEE: REGLES}, {ANNEE: structure})
    publiee = pd.concat([tables[i.code].donnees for i, _ in cadres], ignore_index=True)
    lignes = relever(cadre, PAR_CODE, revenus_exclus=structure.revenus_exclus).lignes
    recompte = Recompte(
        ANNEE,
        {"attributions": attributions(baux), **({"demandes": demandes(stock)} if stock else {})},
        REFERENCE / "nomenclatures",
        (Q1, Q2, Q3),
        (CENTRE, BOURG, HAMEAU),
        monde.constantes,
        (CENTRE,),
        (Q1, Q2, Q3),
        secteurs={"/".join(filter(None, lieu)): secteur for secteur, *lieu in monde.cadre.secteurs},
    )
    formes = {case: forme(recompte, case, len(baux)) for cases in lignes for case in cases}
    tout = [Case("attributions", frozenset()), *([Case("demandes", frozenset())] if stock else [])]
    formes |= {case: forme(recompte, case, len(baux)) for case in tout}
    connues = {c: somme(formes[c], comptes) for c in tout}
    return Tirage(publiee, cadre, lignes, formes, comptes, connues, structure.communes_en_qpv)


def compter(
    monde: Monde, baux: list[dict[str, object]], stock: list[dict[str, object]] | None, choix: Colonnes
) -> Exercice:
    return exercice(
        attributions(baux), None if stock is None else demandes(stock), monde.cadre,
        constantes=monde.constantes, choix=choix,
    )  # fmt: skip


def forme(recompte: Recompte, case: Case, baux: int) -> Forme:
    """The cells that a case counts, those of requests after those of leases."""
    debut = {"attributions": 0, "demandes": baux}
    return {
        debut[extrait] + int(i): 1 for extrait, masque in recompte.masques(case).items() for i in np.flatnonzero(masque)
    }


def somme(forme: Forme, comptes: np.ndarray) -> float:
    return float(sum(n * comptes[i] for i, n in forme.items()))


def verdicts(tirage: Tirage) -> list[tuple[Forme, float]]:
    """What the results of masked shares say: « num / den ≥ target » or « < », in whole numbers of households."""
    dits = []
    for publiee, vraie, cases in zip(
        tirage.publiee.to_dict("records"), tirage.cadre.to_dict("records"), tirage.lignes, strict=True
    ):
        if publiee["statut"] != "secret" or publiee["resultat"] not in ("atteint", "non_atteint"):
            continue
        assert vraie["resultat"] == publiee["resultat"] and vraie["sens"] == "plancher"
        atteint = publiee["resultat"] == "atteint"
        poids: dict[int, int] = {}
        for case, n in zip(cases, (100, -int(vraie["cible"])), strict=True):  # Targets in whole percent.
            for cellule in tirage.formes[case]:
                poids[cellule] = poids.get(cellule, 0) + (n if atteint else -n)
        dits.append((poids, 0 if atteint else 1))
    return dits


def fautes(tirage: Tirage) -> dict[str, tuple[float, float]]:
    """What the reader deduces too closely."""
    connues: dict[Case, float] = dict(tirage.connues)
    nommees: dict[Case, bool] = {}
    restes: dict[tuple[Case, Case], None] = {}
    for ligne, cases in zip(tirage.publiee.to_dict("records"), tirage.lignes, strict=True):
        indicateur = PAR_CODE[ligne["indicateur"]]
        for rang, case in enumerate(cases):
            nommees[case] = nommees.get(case, True) and rang > 0
            nombre = (ligne["numerateur"], ligne["denominateur"])[rang]
            if not pd.isna(nombre):
                assert connues.setdefault(case, nombre) == nombre == somme(tirage.formes[case], tirage.comptes)
        compte = indicateur.compte
        if indicateur.unite == "pct" and (compte.public or compte.drapeaux) and not compte.rapporte_a:
            restes[cases[0], cases[1]] = None
    sues = [(tirage.formes[c], v) for c, v in connues.items() if tirage.formes[c]]
    enigme = Enigme(len(tirage.comptes), sues, verdicts(tirage))
    masquees = [c for c in nommees if c not in connues and tirage.formes[c]]
    complements = [
        {i: 1 for i in tirage.formes[tout] if i not in tirage.formes[part]}
        for part, tout in restes
        if part in masquees or tout in masquees
    ]
    nonnulles = [c for c in nommees if tirage.formes[c]]
    complements += _des_lieux(tirage, nonnulles, sues)
    complements += _des_communes_par_zone(nonnulles, tirage.formes) if tirage.communes_en_qpv else []
    trouves = enigme.intervalles([*(tirage.formes[c] for c in masquees), *complements], LARGEUR)
    mauvais = {
        str(case.cle): (i.bas, i.haut)
        for case, i in zip(masquees, trouves, strict=False)
        if trop_etroit(i, SEUIL, LARGEUR, reste=nommees[case])
    }
    for cellules, i in zip(complements, trouves[len(masquees) :], strict=True):
        if cellules and trop_etroit(i, SEUIL, LARGEUR, reste=True):
            mauvais[f"complement {sorted(cellules)}"] = (i.bas, i.haut)
    return mauvais


def _des_lieux(tirage: Tirage, cases: Sequence[Case], sues: Sequence[tuple[Forme, float]]) -> list[Forme]:
    """The pieces of places that secteurs make, but for those that the other figures tell already."""
    des_secteurs = [tirage.formes[case] for case in cases if case.classe("secteur") is not None]
    if not des_secteurs:
        return []
    morceaux = _morceaux_de_lieux(cases, tirage.formes)
    sans = Enigme(len(tirage.comptes), [sue for sue in sues if sue[0] not in des_secteurs])
    return [
        morceau
        for morceau, i in zip(morceaux, sans.intervalles(morceaux, LARGEUR), strict=True)
        if not trop_etroit(i, SEUIL, LARGEUR, reste=True)
    ]


def _des_communes_par_zone(cases: Sequence[Case], formes: Mapping[Case, Forme]) -> list[Forme]:
    """What a commune has in quarters, and outside, of what is counted by commune and by zone."""
    ailleurs = {"commune", "qpv", "secteur"}
    zones = [c for c in cases if c.classe("zone") in ("QPV", "HORS_QPV") and not ailleurs & c.dimensions]
    morceaux = {
        frozenset(formes[commune].keys() & formes[zone].keys())
        for commune, zone in itertools.product(cases, zones)
        if commune.classe("commune") is not None and commune.sans("commune") == zone.sans("zone")
    }
    return [dict.fromkeys(sorted(morceau), 1) for morceau in morceaux if morceau]


def _morceaux_de_lieux(cases: Sequence[Case], formes: Mapping[Case, Forme]) -> list[Forme]:
    """What a secteur shares of a commune, a quarter or a zone, and what each has besides: figures may be subtracted.

    Dwellings of which nobody says whether they are in a quarter are no secret (D20).
    """
    lieux, morceaux = {"secteur", "commune", "qpv", "zone"}, dict[frozenset[int], None]()
    sans_zone = {i for case in cases if case.classe("zone") == "INCONNU" for i in formes[case]}
    for a, b in itertools.product(cases, cases):
        if a.classe("secteur") is None or b.classe("secteur") is not None or a.population != b.population:
            continue
        if {nom for nom, _ in a.conditions ^ b.conditions} <= lieux and b.classe("zone") in (a.classe("zone"), "QPV"):
            ici, la = set(formes[a]) - sans_zone, set(formes[b]) - sans_zone
            morceaux |= dict.fromkeys(map(frozenset, (ici & la, ici - la, la - ici)))
    return [dict.fromkeys(sorted(morceau), 1) for morceau in morceaux if morceau]


def des_secteurs(*lieux: tuple[str, ...]) -> Monde:
    """Leases by commune, zone and quarter, of which secteurs (secteur, commune, QPV, résidence) are shown besides.

    Where a secteur names a résidence, it is inside the quarter of its commune as well as outside.
    """
    cadre = Cadre(parc={}, secteurs=lieux)
    residences = {commune: {"residence": code} for _, commune, _, *reste in lieux for code in reste}
    places = [*LIEUX_ET_ZONES]
    places += [p | residences[c] for p in places if (c := str(p["commune_insee"])) in residences]
    en_vigueur = lieux_des_secteurs(cadre.references(), ANNEE, [("QP1", CENTRE)])
    return Monde(
        ("V01", "T02", "O01", "O02", "O04", "O13", "O14", "O15"),
        (
            places,
            ({"revenu_uc_annuel_eur": 5_000}, {}),
            ({}, {"categories_prioritaires": "a"}),
        ),
        cadre=cadre,
        structure=Structure(
            communes_en_qpv=UNE_COMMUNE_EN_QPV, liens=frozenset([("QP1", CENTRE)]), secteurs=frozenset(en_vigueur)
        ),
        plus_grand=20.0,
    )  # fmt: skip


PUBLICS: Sequence[Colonnes] = (
    {}, {"categories_prioritaires": "a"}, {"statut_dalo": "ACTIF"}, {"categories_prioritaires": "m"},
    {"categories_prioritaires": "DALO;g"}, {"categories_prioritaires": "g"},
)  # fmt: skip
RESSOURCES = tuple({"revenu_uc_annuel_eur": r} for r in (5_000, Q1 + 1, Q2 + 1, Q3 + 1, None))
MONDES = {
    "publics": Monde(
        ("V01", "T02", "O04", "O05"),
        (LIEUX_ET_ZONES, PUBLICS, ({}, {"logement_actuel": "SH"})),
        structure=Structure(communes_en_qpv=UNE_COMMUNE_EN_QPV, inclusions=frozenset(
            ((f"public_{p}", "oui"), ("prioritaire", "oui")) for p in ("DALO", "PDALHPD", "ASE", "VIOLENCES")
        )),
    ),
    "provenances": Monde(
        ("V01", "T01", "T03", "T03R"),
        (LIEUX, tuple({"commune_origine_insee": c} for c in (CENTRE, BOURG, HAMEAU, "44109", None))),
    ),
    "extraits": Monde(
        ("V01", "V02", "V03", "V04", "V05", "M01"),
        (LIEUX, ({}, {"est_mutation_interne": True}, {"est_mutation": True})),
        (LIEUX, ({}, {"est_mutation_interne": True})),
    ),
    "perimetre": Monde(
        ("V01", "V02", "T02", "O04"), (LIEUX_ET_ZONES, PUBLICS[:2]), (LIEUX,), constantes=(CENTRE, BOURG),
        structure=Structure(communes_en_qpv=UNE_COMMUNE_EN_QPV),
    ),
    "attente": Monde(
        ("V01", "V02", "O03", "R03", "R03Q"),
        (RESSOURCES, ({}, {"financement": "PLI"})),
        (RESSOURCES,),
        structure=Structure(regroupements=tuple(regroupements_declares(nomenclatures(), {"mois_anormaux": None}))),
    ),
    "relogements": Monde(
        ("V01", "T02", "O01", "O02", "O03", "O06"),
        (ZONES, RESSOURCES, ({}, {"est_relogement_ru": True})),
    ),
    "regles": Monde(
        ("V01", "T02", "O01", "O02", "O03", "O06", "O01S", "O02S"),
        (LIEUX_ET_ZONES, (*RESSOURCES, {"revenu_uc_annuel_eur": Q1}),
         ({}, {"est_relogement_ru": True}), ({}, {"est_mutation_interne": True}, {"financement": "PLI"})),
        constantes=(CENTRE, BOURG),
        structure=Structure(communes_en_qpv=UNE_COMMUNE_EN_QPV),
        plus_grand=1.0,
    ),
    "verdicts": Monde(
        ("V01", "T02", "O01", "O02", "O04"),
        (
            LIEUX_ET_ZONES,
            ({"revenu_uc_annuel_eur": 5_000}, {}),
            ({}, {"categories_prioritaires": "a"}),
            ({}, {"financement": "PLI"}),
        ),
        structure=Structure(communes_en_qpv=UNE_COMMUNE_EN_QPV),
        plus_grand=20.0,
        objectifs=OBJECTIFS,
    ),
    # A small commune is all that a secteur has besides another; a quarter is cut out of its commune.
    "secteurs": des_secteurs(("NORD", BOURG, ""), ("NORD", HAMEAU, "")),
    "quartiers": des_secteurs(("TOURS", "", "QP1"), ("NORD", CENTRE, ""), ("NORD", HAMEAU, "")),
    "partage": des_secteurs(("NORD", CENTRE, ""), ("NORD", BOURG, ""), ("SUD", HAMEAU, "")),
    # A résidence is taken out of its commune, and of the quarter that may hold it; or out of a small commune.
    "residence": des_secteurs(("TOURS", "", "QP1"), ("TOURS", CENTRE, "", "R1"), ("NORD", CENTRE, "")),
    "hameau": des_secteurs(("NORD", CENTRE, ""), ("NORD", HAMEAU, ""), ("SUD", HAMEAU, "", "R1"), ("SUD", BOURG, "")),
}  # fmt: skip


@pytest.mark.parametrize("graine", range(essais(12, 6)))
@pytest.mark.parametrize("nom", MONDES)
def test_rien_de_masque_ne_se_recalcule(nom: str, graine: int) -> None:
    tirage = tirer(MONDES[nom], graine)
    assert fautes(tirage) == {}


def test_des_resultats_sont_dits_sans_leur_part() -> None:
    """Not in every year: a result is told where it teaches little. The attack above knows them."""
    assert any(verdicts(tirer(MONDES["verdicts"], graine)) for graine in range(12))
