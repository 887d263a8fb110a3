"""One published figure, as it is drawn and said; a masked one gives no number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan, nan, sqrt
from typing import TYPE_CHECKING

from cil_analysis.comptage.cadre import ATTEINT, CHIFFRES, COLONNES, NON_ATTEINT, NON_CALCULABLE, PUBLIE, SECRET
from cil_analysis.erreurs import Indisponible
from cil_analysis.grammaire.indicateur import COMMUNE, EPCI_CONSTANT, MOIS, NOMBRE, NON_RENSEIGNE, PCT, RATIO
from cil_analysis.rapport import comparateurs, lissage
from cil_analysis.rapport.annees import PERIMETRE, concerne
from cil_analysis.rapport.mots.formats import PETIT, SANS_CHANGEMENT, evolution
from cil_analysis.rapport.mots.lignes import MASQUE, cellule, ecart_de, est_depasse, est_tolere, objectif_de
from cil_analysis.rapport.usages import QuiSuggere
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import accorder, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffres import Chiffres

VALEUR = "valeur"
_ERREURS_TYPES = 2.0

# The row of a figure that nothing gives.
AUCUN: LignePubliee = dict.fromkeys(COLONNES, "") | dict.fromkeys(CHIFFRES, nan) | {"statut": NON_CALCULABLE}


def _terme(nom: str) -> cached_property[float]:
    """A column of the row of a figure as its attribute, which raises Indisponible where it has no number."""
    return cached_property(lambda c: c.lire(nom))


@dataclass(frozen=True)
class Chiffre(QuiSuggere):
    """One published figure: ``cle``, its codes along the axes, ``noms``, their labels, ``ligne``, its row.

    ``terme``: the column that is read. A number that is masked or missing raises Indisponible. ``de``: the figures that
    it was chosen among.
    """

    cle: tuple[str, ...]
    noms: tuple[str, ...]
    ligne: LignePubliee
    terme: str = VALEUR
    de: Chiffres | None = field(default=None, compare=False, repr=False)

    @property
    def nom(self) -> str:
        """Its labels in one."""
        return " – ".join(self.noms)

    @property
    def est_publie(self) -> bool:
        """Whether there is a number to draw or say."""
        return self.ligne["statut"] == PUBLIE and not isnan(self.ligne[self.terme])

    @property
    def est_secret(self) -> bool:
        """Masked by disclosure control."""
        return bool(self.ligne["statut"] == SECRET)

    @property
    def est_renseigne(self) -> bool:
        """Whether its class says something: « non renseigné » is none to name."""
        return NON_RENSEIGNE not in self.cle

    def lire(self, terme: str) -> float:
        """A column of its row. Raises Indisponible where it has no number."""
        if self.ligne["statut"] != PUBLIE or isnan(self.ligne[terme]):
            raise Indisponible(
                f"{self.ligne['indicateur']} : ce chiffre est masqué, ou il manque : il n’a pas de nombre. « .df » et "
                "« .valeurs » s’en passent ; une phrase en dit une autre à la place."
            )
        return float(self.ligne[terme])

    @property
    def valeur(self) -> float:
        """What is read of it: its value, unless another term is."""
        return self.lire(self.terme)

    @property
    def publie(self) -> float | None:
        """What is read of it, None where it is masked or missing."""
        return self.valeur if self.est_publie else None

    # The counts behind a share; its target; how far it is from it, signed, in the unit of the indicator; the households
    # that would have had to go to the public, or, above a ceiling, not to.
    numerateur = _terme("numerateur")
    denominateur = _terme("denominateur")
    cible = _terme("cible")
    ecart = cached_property(lambda c: c.lire("ecart") and ecart_de(c.ligne))
    manquants = _terme("menages_manquants")

    @property
    def verdict(self) -> str:
        """« atteint » or « non_atteint », told of a masked figure too where it may be (D19); nothing otherwise."""
        return str(self.ligne["resultat"]) if self.ligne["resultat"] in (ATTEINT, NON_ATTEINT) else ""

    @property
    def bornes(self) -> tuple[float, ...]:
        """Its target, both bounds of an interval, nothing where it has none."""
        return tuple(float(x) for x in (self.ligne["cible"], self.ligne["cible_max"]) if not isnan(x))

    @property
    def objectif(self) -> str:
        """Its target in words: « au moins 25 % ». Raises Indisponible where it has none, or is masked."""
        if not self.bornes:
            raise Indisponible(f"{self.ligne['indicateur']} : ce chiffre n’a pas d’objectif, ou il est masqué.")
        return objectif_de(self.ligne)

    @property
    def est_depasse(self) -> bool:
        """Missed by too much: a ceiling, or the top of an interval."""
        return est_depasse(self.ligne)

    @property
    def est_tolere(self) -> bool:
        """Whether the objective is met within its tolerance only."""
        return est_tolere(self.ligne)

    def tendance(self, avant: Chiffre) -> str:
        """How it has changed, in words; a share that chance may move as much has not.

        Nothing without both numbers, nor of a ratio or a delay of a handful.
        """
        mots = evolution(avant.publie, self.publie, self.unite)
        if mots and self.unite in (RATIO, MOIS) and min(avant.denominateur, self.denominateur) < PETIT:
            return ""
        return SANS_CHANGEMENT if mots and self.unite == PCT and not self.differe_de(avant) else mots

    def differe_de(self, autre: Chiffre) -> bool:
        """Whether it is a share more than two standard errors away from another."""
        return est_net(self, autre)

    @property
    def unite(self) -> str:
        """The unit of what is read of it."""
        return str(self.ligne["unite"]) if self.terme == VALEUR else NOMBRE

    def en(self, annee: int) -> Chiffre:
        """The same figure in another year, without a number where it has none."""
        if self.de is None:
            raise Indisponible(f"{self.ligne['indicateur']} : il n’y a pas de chiffre en {annee}.")
        codes = {**dict(zip(self.de.axes, self.cle, strict=False)), "annee": int(annee)}
        return self.de.par().ou(**codes).seul

    def se_compare_a(self, autre: Chiffre) -> bool:
        """Whether no break of the series parts the years of both: of the communes, the zoning, the rules."""
        if self.de is None:
            return True
        if not autre.ligne["annee"] or not self.ligne["annee"]:  # there is no such figure
            return False
        avant, apres = sorted((self.ligne["annee"], autre.ligne["annee"]))
        return not any(
            avant < rupture.annee <= apres and concerne(rupture, self.de.indicateur)
            for rupture in self.de.rapport.ruptures
            if rupture.avant is not None and not (rupture.genre == PERIMETRE and self._est_de_memes_communes)
        )

    @property
    def _est_de_memes_communes(self) -> bool:
        """Whether its communes are the same every year: it is of one, or is published at constant perimeter."""
        if self.ligne["perimetre_type"] == COMMUNE:
            return True
        codes = {nom: self.ligne[nom] for nom in ("acteur_type", "modalite")}
        return (
            self.de is not None
            and self.de.perimetre == EPCI_CONSTANT
            and len(self.de.table.ou(perimetre_type=EPCI_CONSTANT, **codes)) > 0
        )

    @property
    def texte(self) -> str:
        """As it is written: « 25,3 % », « s », « nd », « – »."""
        return cellule(self.ligne, self.terme, avec_unite=True).texte

    @property
    def dit(self) -> str:
        """The same in a sentence, where only a number stands. Raises Indisponible."""
        self.lire(self.terme)
        return self.texte

    @property
    def prudence(self) -> str:
        """« , sur 24 attributions », to follow a share that rests on few; nothing after another figure."""
        if not lissage.repose_sur_peu(self):
            return ""
        return f", sur {accorder(self.denominateur, 'attribution', 'attributions')}"

    @property
    def contre(self) -> str:
        """The figures of other territories, to follow it in a sentence: « , contre 12,3 % dans la région (source) »."""
        return comparateurs.en_phrase(self)

    @property
    def absence(self) -> str:
        """Why there is no number, as a verb: « est masqué par le secret statistique »."""
        return f"est {MASQUE}" if self.est_secret else "n’est pas disponible"

    def __repr__(self) -> str:
        return f"Chiffre({self.ligne['indicateur']}, {self.nom or 'ensemble'} : {self.texte})"


def non_atteints(chiffres: Iterable[Chiffre]) -> list[Chiffre]:
    """Those that miss their objective, by too few households or too many: the most first, the masked last."""
    manques = [c for c in chiffres if c.verdict == NON_ATTEINT]
    return sorted(manques, key=lambda c: (isnan(c.ligne["menages_manquants"]), -c.ligne["menages_manquants"]))


def reunir(chiffres: Iterable[Chiffre], classes: Mapping[str, str], noms: Mapping[str, str]) -> Iterator[Chiffre]:
    """Parts of one whole in wider classes: their sums, or the first that has no number, masked ones before."""
    groupes: dict[str, list[Chiffre]] = {}
    for c in chiffres:
        groupes.setdefault(classes[c.cle[-1]], []).append(c)
    for classe, siens in groupes.items():
        un = min(siens, key=lambda c: (c.est_publie, not c.est_secret))
        sommes = {nom: sum(c.lire(nom) for c in siens) for nom in ("numerateur", VALEUR)} if un.est_publie else {}
        nom = typographie(noms.get(classe, classe))
        yield Chiffre((*un.cle[:-1], classe), (*un.noms[:-1], nom), {**un.ligne, **sommes}, un.terme)


# --- What tells two figures apart: a gap wider than two of its standard errors ---------------------------------------


@dataclass(frozen=True)
class Ecart:
    """Two published figures beside each other: ``un`` and ``autre``, or ``haut`` and ``bas``."""

    un: Chiffre
    autre: Chiffre

    @property
    def nom(self) -> str:
        """The class that both are of."""
        return self.un.nom

    @property
    def points(self) -> float:
        """How much the first exceeds the second, below zero where it does not."""
        return self.un.valeur - self.autre.valeur

    @property
    def haut(self) -> Chiffre:
        """The greater of the two."""
        return self.un if self.points >= 0 else self.autre

    @property
    def bas(self) -> Chiffre:
        """The smaller."""
        return self.autre if self.points >= 0 else self.un


def est_net(*chiffres: Chiffre, tu: float = 0.0) -> bool:
    """Whether two shares differ by more than chance would make them; never of other figures, whose error is unknown.

    ``tu``: by how much more of the one than of the other nothing is told, which may be of any class.
    """
    if not all(c.est_publie and c.unite == PCT and c.ligne["denominateur"] > 0 for c in chiffres):
        return False
    un, autre = chiffres
    # Of one share for both: a share of 0 % of a few would have no error of its own.
    commune = (un.valeur * un.denominateur + autre.valeur * autre.denominateur) / (un.denominateur + autre.denominateur)
    variance = max(commune * (100 - commune), 0.0) * (1 / un.denominateur + 1 / autre.denominateur)
    return abs(un.valeur - autre.valeur) - tu > _ERREURS_TYPES * sqrt(variance)


def plus_grand_ecart(paires: Iterable[tuple[Chiffre, Chiffre]], tu: float = 0.0) -> Ecart:
    """The widest gap among pairs, of either sign. Raises Indisponible when none is wide enough to be one."""
    nets = [Ecart(un, autre) for un, autre in paires if est_net(un, autre, tu=tu)]
    if not nets:
        raise Indisponible("Aucun écart ne dépasse deux erreurs types.")
    return max(nets, key=lambda e: abs(e.points))


class ParCode(dict[str, Chiffre]):
    """Figures by code. Raises Indisponible for a code that has none."""

    def __missing__(self, code: str) -> Chiffre:
        raise Indisponible(f"Aucun chiffre n’a le code « {code} ».")
