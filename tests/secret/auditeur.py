"""A reader who tries to recompute masked counts, and knows nothing of the product: it shares no line of code with it.

It knows what the rows mean, not how they were masked. The households of a year are laid out in cells that nobody
publishes (commune × category × zone, and commune × priority); every figure is a sum of cells; what is published fixes
such sums. For each masked figure it looks for the smallest and largest whole number that some layout of whole,
non-negative cells can still give. Rows: see ``systemes.py``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import highspy
import numpy as np

Ligne = Mapping[str, Any]
Forme = Mapping[int, int]  # cell → how often it is added
TOUT = "*"
OUI, NON = "oui", "non"
QPV, HORS = "QPV", "HORS_QPV"
_FLOU = 1e-6


class Compte(NamedTuple):
    """What a figure counts; ``TOUT`` where it does not distinguish."""

    annee: int
    commune: str
    categorie: str
    zone: str
    priorite: str


class Intervalle(NamedTuple):
    """The whole numbers that a masked count may be, ends included; ``haut`` may be infinite."""

    bas: float
    haut: float

    @property
    def largeur(self) -> float:
        return self.haut - self.bas


@dataclass(frozen=True)
class Annee:
    """What everybody knows of a year: its communes, the categories, and the communes that have no QPV.

    ``menages``: how many households there are, where the account of the rows imported says it.
    """

    communes: tuple[str, ...]
    categories: tuple[str, ...]
    sans_qpv: frozenset[str] = frozenset()
    menages: int | None = None


def comptes_de_la_ligne(ligne: Ligne) -> list[tuple[Compte, float | None]]:
    """The counts that a row gives, with their value, or None when the row is masked."""
    commune = ligne["perimetre_code"] if ligne["perimetre_type"] == "commune" else TOUT
    modalite = ligne["modalite"] or TOUT
    annee = int(ligne["annee"])
    tout = Compte(annee, commune, TOUT, TOUT, TOUT)
    dessus, dessous = {
        "EFFECTIF": (tout._replace(categorie=modalite), None),
        "EFFECTIF_QPV": (tout._replace(categorie=modalite, zone=QPV), None),
        "EFFECTIF_HORS": (tout._replace(categorie=modalite, zone=HORS), None),
        "PART_ZONE": (tout._replace(zone=modalite), tout),
        "PART_CATEGORIE": (tout._replace(categorie=modalite), tout),
        "PART_PRIORITE": (tout._replace(priorite=OUI), tout),
    }[ligne["indicateur"]]
    masquee = ligne["statut"] == "secret"
    trouves = [(dessus, None if masquee else float(ligne["numerateur"]))]
    if dessous is not None:
        trouves.append((dessous, None if masquee else float(ligne["denominateur"])))
    return trouves


class Enigme:
    """Whole, non-negative cells of which some sums are known."""

    def __init__(
        self, cellules: int, connus: Iterable[tuple[Forme, float]], au_moins: Iterable[tuple[Forme, float]] = ()
    ) -> None:
        self.cellules = cellules
        self._connus = [(forme, valeur) for forme, valeur in connus]
        self._au_moins = list(au_moins)
        self._modele = self._construire(entier=False)
        self._entier: highspy.Highs | None = None
        self.en_nombres_entiers = 0  # How often real numbers did not settle it.

    def _construire(self, *, entier: bool) -> highspy.Highs:
        modele = highspy.Highs()
        modele.setOptionValue("output_flag", False)
        modele.setOptionValue("threads", 1)
        if not entier:
            modele.setOptionValue("presolve", "off")
            modele.setOptionValue("simplex_strategy", 4)  # Primal: only the objective changes.
        for _ in range(self.cellules):
            modele.addVar(0.0, highspy.kHighsInf)
        if entier:
            for i in range(self.cellules):
                modele.changeColIntegrality(i, highspy.HighsVarType.kInteger)
            modele.setOptionValue("mip_rel_gap", 0.0)
            modele.setOptionValue("mip_abs_gap", 0.5)
        for forme, valeur in self._connus:
            rangs = np.array(list(forme), dtype=np.int32)
            modele.addRow(valeur, valeur, len(forme), rangs, np.array(list(forme.values()), dtype=np.float64))
        for forme, minimum in self._au_moins:
            rangs = np.array(list(forme), dtype=np.int32)
            poids = np.array(list(forme.values()), dtype=np.float64)
            modele.addRow(minimum, highspy.kHighsInf, len(forme), rangs, poids)
        return modele

    def extreme(self, forme: Forme, signe: int) -> tuple[float, np.ndarray | None]:
        """The smallest (``signe`` 1) or largest (-1) sum, and cells that reach it, if any do."""
        valeur, point = self._resoudre(self._modele, forme, signe)
        if point is None or np.abs(point - np.rint(point)).max() < _FLOU:
            return valeur, point
        self.en_nombres_entiers += 1
        if self._entier is None:
            self._entier = self._construire(entier=True)
        return self._resoudre(self._entier, forme, signe)

    def _resoudre(self, modele: highspy.Highs, forme: Forme, signe: int) -> tuple[float, np.ndarray | None]:
        for i, n in forme.items():
            modele.changeColCost(i, float(signe * n))
        modele.run()
        statut = modele.getModelStatus()
        solution = modele.getSolution()
        point = np.array(solution.col_value)
        for i in forme:
            modele.changeColCost(i, 0.0)
        etat = highspy.HighsModelStatus
        if statut in (etat.kUnbounded, etat.kUnboundedOrInfeasible):
            return signe * -math.inf, None
        if statut != etat.kOptimal:
            raise ValueError(f"What is published cannot be true: {statut}")
        return float(round(sum(n * point[i] for i, n in forme.items()), 6)), point

    def intervalles(self, formes: Sequence[Forme], largeur: float = math.inf) -> list[Intervalle]:
        """The interval of each sum; once it is known to be ``largeur`` wide, its ends may be wider still."""
        if not formes:
            return []
        poids = np.zeros((len(formes), self.cellules))
        for rang, forme in enumerate(formes):
            for i, n in forme.items():
                poids[rang, i] = n
        bas, haut = np.full(len(formes), np.inf), np.full(len(formes), -np.inf)
        for rang, forme in enumerate(formes):
            for signe in (1, -1):
                if haut[rang] - bas[rang] >= largeur:
                    break
                valeur, point = self.extreme(forme, signe)
                if point is None:
                    haut[rang] = math.inf
                    continue
                vus = np.rint(poids @ point)
                np.minimum(bas, vus, out=bas)
                np.maximum(haut, vus, out=haut)
                assert (bas if signe > 0 else haut)[rang] == round(valeur)
        return [Intervalle(b, h) for b, h in zip(bas.tolist(), haut.tolist(), strict=True)]


@dataclass
class Audit:
    """What the reader finds of one year.

    ``publies``: the counts shown; ``masques``: the interval of each count that rows name and none shows; ``autres``:
    that of the households without priority, which no table names.
    """

    publies: dict[Compte, float] = field(default_factory=dict)
    masques: dict[Compte, Intervalle] = field(default_factory=dict)
    autres: dict[Compte, Intervalle] = field(default_factory=dict)
    en_nombres_entiers: int = 0


def auditer(
    lignes: Iterable[Ligne], annee: Annee, largeur: float = math.inf, presents: Collection[Compte] = ()
) -> Audit:
    """Read the rows of one year; who takes « s » for « at least 1 » does so of ``presents``, if they are masked.

    Raises ValueError when two rows disagree, or nothing can explain them all.
    """
    audit = Audit()
    nommes: dict[Compte, None] = {}
    lignes = list(lignes)
    if annee.menages is not None:
        audit.publies[Compte(int(lignes[0]["annee"]), TOUT, TOUT, TOUT, TOUT)] = float(annee.menages)
    for ligne in lignes:
        for compte, valeur in comptes_de_la_ligne(ligne):
            nommes[compte] = None
            if valeur is not None and audit.publies.setdefault(compte, valeur) != valeur:
                raise ValueError(f"{compte}: {audit.publies[compte]:g} and {valeur:g}")
    formes, identites, nombre = _dessiner([*nommes, *audit.publies], annee)
    au_moins_un = [(formes[c], 1.0) for c in nommes if c in presents and c not in audit.publies]
    enigme = Enigme(nombre, [*identites, *((formes[c], v) for c, v in audit.publies.items())], au_moins_un)
    masques = [compte for compte in nommes if compte not in audit.publies]
    sans = [c._replace(priorite=NON) for c in nommes if c.priorite == OUI]
    trouves = enigme.intervalles([formes[compte] for compte in (*masques, *sans)], largeur)
    audit.masques = dict(zip(masques, trouves[: len(masques)], strict=True))
    audit.autres = dict(zip(sans, trouves[len(masques) :], strict=True))
    audit.en_nombres_entiers = enigme.en_nombres_entiers
    return audit


def _dessiner(nommes: Iterable[Compte], annee: Annee) -> tuple[dict[Compte, Forme], list[tuple[Forme, float]], int]:
    """Each count as a sum of cells; sums that are true whatever is published; the number of cells."""
    menages = [(c, k, z) for c, k, z in itertools.product(annee.communes, annee.categories, (QPV, HORS))]
    menages = [(c, k, z) for c, k, z in menages if z == HORS or c not in annee.sans_qpv]
    rang: dict[tuple[str, ...], int] = {cellule: i for i, cellule in enumerate(menages)}
    for c, p in itertools.product(annee.communes, (OUI, NON)):
        rang[c, p] = len(rang)
    identites: list[tuple[Forme, float]] = []
    for c in annee.communes:
        detail = {rang[cellule]: 1 for cellule in menages if cellule[0] == c}
        identites.append((detail | {rang[c, OUI]: -1, rang[c, NON]: -1}, 0.0))

    def forme(compte: Compte) -> Forme:
        if compte.priorite != TOUT:
            assert compte.categorie == compte.zone == TOUT
            return {rang[c, compte.priorite]: 1 for c in annee.communes if compte.commune in (c, TOUT)}
        return {
            rang[c, k, z]: 1
            for c, k, z in menages
            if compte.commune in (c, TOUT) and compte.categorie in (k, TOUT) and compte.zone in (z, TOUT)
        }

    formes: dict[Compte, Forme] = {}
    for compte in nommes:
        formes[compte] = forme(compte)
        if compte.priorite == OUI:
            formes[compte._replace(priorite=NON)] = forme(compte._replace(priorite=NON))
    return formes, identites, len(rang)


def trop_etroit(intervalle: Intervalle, seuil: int, largeur: int, *, reste: bool = False) -> bool:
    """Whether a masked count is deduced too closely: while it may be below the threshold, ``largeur`` is due; above
    it, only that it is not exact. A mere remainder may be known to be nothing, or to reach the threshold."""
    if intervalle.bas >= seuil:
        return not reste and intervalle.largeur < 1
    if reste and intervalle.haut <= 0:
        return False
    return intervalle.largeur < largeur


def condamnes(audit: Audit, seuil: int, largeur: int) -> dict[Compte, Intervalle]:
    """The counts that the reader deduces too closely."""
    fautes = {c: i for c, i in audit.masques.items() if trop_etroit(i, seuil, largeur)}
    fautes |= {c: i for c, i in audit.autres.items() if trop_etroit(i, seuil, largeur, reste=True)}
    return fautes


def par_enumeration(lignes: Sequence[Ligne], annee: Annee) -> dict[Compte, Intervalle]:
    """The same intervals by trying every layout of a tiny year, whose number of households is published."""
    lus = [paire for ligne in lignes for paire in comptes_de_la_ligne(ligne)]
    publies = {compte: valeur for compte, valeur in lus if valeur is not None}
    nommes = dict.fromkeys(compte for compte, _ in lus)
    formes, identites, nombre = _dessiner(nommes, annee)
    total = int(next(v for c, v in publies.items() if (c.commune, c.categorie, c.zone, c.priorite) == (TOUT,) * 4))
    priorites = 2 * len(annee.communes)
    menages = _repartitions(total, nombre - priorites)
    connus = [*identites, *((formes[c], v) for c, v in publies.items())]

    def somme(forme: Forme, points: np.ndarray) -> np.ndarray:
        return sum((n * points[:, i] for i, n in forme.items()), start=np.zeros(len(points), dtype=np.int64))

    # First what tells of households only, so that few layouts are left to cross with priorities.
    for forme, valeur in connus:
        if all(i < menages.shape[1] for i in forme):
            menages = menages[somme(forme, menages) == valeur]
    croises = []
    for point in menages:
        par_commune = [somme({i: n for i, n in f.items() if n > 0}, point[None, :])[0] for f, _ in identites]
        choix = itertools.product(*(range(int(n) + 1) for n in par_commune))
        for oui in choix:
            paires = [v for o, n in zip(oui, par_commune, strict=True) for v in (o, n - o)]
            croises.append([*point, *paires])
    points = np.array(croises)
    for forme, valeur in connus:
        points = points[somme(forme, points) == valeur]
    resultat = {}
    for compte, forme in formes.items():
        if compte not in publies:
            valeurs = somme(forme, points)
            resultat[compte] = Intervalle(float(valeurs.min()), float(valeurs.max()))
    return resultat


def _repartitions(total: int, cellules: int) -> np.ndarray:
    """Every way to lay out a number of households in cells."""
    if cellules == 1:
        return np.array([[total]])
    return np.vstack(
        [np.insert(_repartitions(total - premiere, cellules - 1), 0, premiere, axis=1) for premiere in range(total + 1)]
    )
