"""Random years of linked tables: counts by commune × category × zone, the sums of them, and shares of the same rows.

The tables are those of a bilan in small: head counts (all, in QPV, outside), the same counts as shares of a published
total, a share of priority households with its target, each for the communes and for the EPCI.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from auditeur import Annee

from cil_analysis.comptage.cadre import CLES, mettre_en_cadre
from cil_analysis.grammaire.indicateur import NOMBRE, PCT, Compte, Indicateur
from cil_analysis.secret.preuve.protection import DejaPublie
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble

EPCI = "000000000"
ZONES = ("QPV", "HORS_QPV")
REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
CIBLE = 25.0


def indicateur(code: str, unite: str, compte: Compte, *, a_objectif: bool = False) -> Indicateur:
    return Indicateur(code, code, "", unite, "", "", a_objectif=a_objectif, compte=compte)


INDICATEURS: Mapping[str, Indicateur] = {
    i.code: i
    for i in (
        indicateur("EFFECTIF", NOMBRE, Compte(axe="categorie")),
        indicateur("EFFECTIF_QPV", NOMBRE, Compte(champ=(("zone", "QPV"),), axe="categorie")),
        indicateur("EFFECTIF_HORS", NOMBRE, Compte(champ=(("zone", "HORS_QPV"),), axe="categorie")),
        indicateur("PART_ZONE", PCT, Compte(part_de="modalite", axe="zone")),
        indicateur("PART_CATEGORIE", PCT, Compte(part_de="modalite", axe="categorie")),
        indicateur("PART_PRIORITE", PCT, Compte(), a_objectif=True),
    )
}


@dataclass(frozen=True)
class Systeme:
    """The unmasked figures of several years, and what everybody knows of each."""

    cadre: pd.DataFrame
    annees: Mapping[int, Annee]

    def structures(self) -> dict[int, Structure]:
        return {
            a: Structure(communes_en_qpv=frozenset(annee.communes) - annee.sans_qpv) for a, annee in self.annees.items()
        }

    def publier(self, deja: Mapping[int, DejaPublie] | None = None, regles: ReglesSecret = REGLES) -> pd.DataFrame:
        """Every published figure, as the product masks them."""
        presents = [i for code, i in INDICATEURS.items() if self.cadre["indicateur"].eq(code).any()]
        cadres = [(i, self.cadre[self.cadre["indicateur"].eq(i.code)]) for i in presents]
        tables = publier_ensemble(cadres, dict.fromkeys(self.annees, regles), self.structures(), deja)
        return pd.concat([table.donnees for table in tables.values()], ignore_index=True)


def deja_masquees(publiee: pd.DataFrame) -> dict[int, DejaPublie]:
    """What a reader of a first edition saw masked, year by year."""
    secretes = publiee[publiee["statut"].eq("secret")]
    return {
        int(str(annee)): DejaPublie(masquees=frozenset(lignes[CLES].itertuples(index=False, name=None)))
        for annee, lignes in secretes.groupby("annee")
    }


def tirer(graine: int, communes: int, categories: int, annees: int, plus_grand: float = 20.0) -> Systeme:
    """Small counts: Poisson, many zeros, communes without QPV, and a commune that joins in the third year.

    ``plus_grand``: the largest mean of a category of a commune. Rows are in the order of ``INDICATEURS``.
    """
    alea = np.random.default_rng(graine)
    noms = [f"99{i:03d}" for i in range(1, communes + 1)]
    classes = [f"K{i}" for i in range(1, categories + 1)]
    moyennes = np.exp(alea.uniform(np.log(0.3), np.log(plus_grand), communes))
    poids = alea.gamma(2.0, 0.5, categories)
    en_qpv = alea.random(communes) < alea.uniform(0.2, 0.9)
    zones = np.stack([np.where(en_qpv, alea.uniform(0.1, 0.9, communes), 0.0)] * categories, axis=1)
    vides = alea.uniform(0.0, 0.4)
    avec_zones, avec_parts, avec_priorites = alea.random(3) < (0.85, 0.6, 0.8)
    cadres, connues = [], {}
    for annee in range(2020, 2020 + annees):
        presentes = communes - 1 if annee < 2022 and communes == 20 else communes
        attendus = np.outer(moyennes, poids)
        comptes = np.stack([alea.poisson(attendus * zones), alea.poisson(attendus * (1 - zones))], axis=2)
        comptes[alea.random(comptes.shape) < vides] = 0
        comptes = comptes[:presentes]
        prioritaires = alea.binomial(comptes.sum(axis=(1, 2)), alea.uniform(0.05, 0.6))
        lieux = noms[:presentes]
        sans_qpv = frozenset(lieu for lieu, q in zip(noms, en_qpv, strict=True) if not q and lieu in lieux)
        menages = int(comptes.sum())  # The account of the rows imported tells them, unless they are a handful.
        connu = menages if menages >= REGLES.seuil_effectif else None
        connues[annee] = Annee(tuple(lieux), tuple(classes), sans_qpv, connu)
        cadres.append(_effectifs("EFFECTIF", annee, lieux, classes, comptes.sum(axis=2)))
        if avec_zones:
            cadres.append(_effectifs("EFFECTIF_QPV", annee, lieux, classes, comptes[:, :, 0]))
            cadres.append(_effectifs("EFFECTIF_HORS", annee, lieux, classes, comptes[:, :, 1]))
            cadres.append(_parts("PART_ZONE", annee, lieux, ZONES, comptes.sum(axis=1)))
        if avec_parts:
            cadres.append(_parts("PART_CATEGORIE", annee, lieux, classes, comptes.sum(axis=2)))
        if avec_priorites:
            cadres.append(_priorites(annee, lieux, prioritaires, comptes.sum(axis=(1, 2))))
    cadre = pd.concat(cadres)
    rang = cadre["indicateur"].map({code: i for i, code in enumerate(INDICATEURS)})
    return Systeme(cadre.iloc[np.argsort(rang, kind="stable")].reset_index(drop=True), connues)


def _lieux(lieux: list[str], valeurs: np.ndarray) -> Iterable[tuple[str, str, np.ndarray]]:
    yield "epci", EPCI, valeurs.sum(axis=0)
    for lieu, valeur in zip(lieux, valeurs, strict=True):
        yield "commune", lieu, valeur


def _cadre(code: str, annee: int, unite: str, rangees: list[dict[str, object]]) -> pd.DataFrame:
    return mettre_en_cadre(pd.DataFrame(rangees), code, annee, unite)


def _effectifs(code: str, annee: int, lieux: list[str], classes: list[str], table: np.ndarray) -> pd.DataFrame:
    rangees: list[dict[str, object]] = []
    for genre, lieu, valeurs in _lieux(lieux, table):
        for classe, n in zip(("", *classes), (valeurs.sum(), *valeurs), strict=True):
            rangees.append({"perimetre_type": genre, "perimetre_code": lieu, "modalite": classe, "numerateur": n})
    return _cadre(code, annee, NOMBRE, rangees)


def _parts(code: str, annee: int, lieux: list[str], classes: Iterable[str], table: np.ndarray) -> pd.DataFrame:
    rangees: list[dict[str, object]] = []
    for genre, lieu, valeurs in _lieux(lieux, table):
        for classe, n in zip(classes, valeurs, strict=True):
            cles = {"perimetre_type": genre, "perimetre_code": lieu, "modalite": classe}
            rangees.append(cles | {"numerateur": n, "denominateur": valeurs.sum()})
    return _cadre(code, annee, PCT, rangees)


def _priorites(annee: int, lieux: list[str], oui: np.ndarray, total: np.ndarray) -> pd.DataFrame:
    rangees = [
        {"perimetre_type": g, "perimetre_code": lieu, "numerateur": n[0], "denominateur": n[1], "cible": CIBLE}
        for g, lieu, n in _lieux(lieux, np.stack([oui, total], axis=1))
    ]
    cadre = _cadre("PART_PRIORITE", annee, PCT, rangees)
    manque = np.ceil(cadre["denominateur"] * CIBLE / 100) - cadre["numerateur"]
    atteint = np.where(manque <= 0, "atteint", "non_atteint")
    return cadre.assign(
        sens="plancher", ecart=cadre["valeur"] - CIBLE, menages_manquants=manque.clip(lower=0), resultat=atteint
    )
