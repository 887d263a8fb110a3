"""Les chiffres publiés d’un indicateur, choisis et coupés comme on le demande : ``rapport["O01"].par("commune")``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Self

import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, CHIFFRES, CLES, COLONNES
from cil_analysis.erreurs import ErreurCIL, Indisponible
from cil_analysis.grammaire.indicateur import EPCI, EPCI_CONSTANT, Indicateur
from cil_analysis.rapport.chiffre import AUCUN, VALEUR, Chiffre, Ecart, ParCode, non_atteints, plus_grand_ecart, reunir
from cil_analysis.rapport.usages import AXES, ZONES, Axe, exiger_des_axes, exiger_des_codes, exiger_parmi, un_axe
from cil_analysis.secret.table_publiee import PublishedTable
from cil_analysis.typographie import accorder, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


@dataclass(frozen=True)
class Chiffres:
    """Les chiffres publiés d’un indicateur ; ``help(rapport)`` montre ce qu’on peut en faire.

    ``axes``: what they are cut by; without one, they are the figure of the EPCI in the year of the report.
    ``conditions``: what other columns must be. ``terme``: the column that is read. ``classes``: of parts of one whole,
    the wider class that takes each.
    """

    rapport: Rapport
    table: PublishedTable
    axes: tuple[str, ...] = ()
    conditions: tuple[tuple[str, object], ...] = ()
    terme_lu: str = VALEUR
    sinon: Chiffres | None = None
    perimetre: str = EPCI
    classes: Mapping[str, str] = field(default_factory=dict)

    @property
    def indicateur(self) -> Indicateur:
        """Ce qui est compté."""
        return self.table.indicateur

    def par(self, *axes: str) -> Self:
        """Les couper par « annee », « commune », « quartier », « zone », « bailleur », « reservataire », « classe ».

        >>> rapport["O01"].par("commune")  # doctest: +SKIP
        """
        exiger_des_axes(axes)
        return replace(self, axes=axes)

    def ou(self, **codes: object) -> Self:
        """N’en garder que ceux d’un code, ou de plusieurs : ``.ou(bailleur="BAIL1")``, ``.ou(annee=2020)``.

        >>> rapport["F11"].par("reservataire").ou(classe="T4")  # doctest: +SKIP
        """
        exiger_des_axes(codes)
        gardees = tuple((nom, code) for nom, code in self.conditions if nom not in codes)
        return replace(self, conditions=(*gardees, *codes.items()))

    def terme(self, nom: str) -> Self:
        """Lire « numerateur » ou « denominateur » à la place de la valeur."""
        exiger_parmi([nom], (*CHIFFRES, "resultat"), "un terme d’un chiffre")
        return replace(self, terme_lu=nom)

    def ou_sinon(self, autres: Chiffres) -> Self:
        """Là où un chiffre est masqué, celui d’un autre indicateur qui publie le même."""
        return replace(self, sinon=autres)

    @property
    def a_perimetre_constant(self) -> Self:
        """Des seules communes membres toutes les années : les mêmes chiffres quand elles le sont toutes."""
        return replace(self, perimetre=EPCI_CONSTANT)

    @cached_property
    def publiee(self) -> PublishedTable:
        """Les lignes, telles que publiées."""
        codes: dict[str, object] = {"perimetre_type": self.perimetre, "acteur_type": "", "modalite": ""}
        if "annee" not in self.axes:
            codes["annee"] = self.rapport.annee
        voulues = dict(self.conditions)
        for nom in (*self.axes, *voulues):
            axe = self.axe(nom)
            codes |= axe.lignes
            if nom in voulues:
                codes[axe.colonne] = voulues[nom]
            elif axe.colonne == "modalite":
                codes["modalite"] = [str(m) for m in dict.fromkeys(self.table.valeurs("modalite")) if m]
        lues = self.table.ou(**codes)
        if not len(lues):
            exiger_des_codes(self)
        # It is written in the years when it differs.
        return lues if len(lues) or self.perimetre == EPCI else replace(self, perimetre=EPCI).publiee

    def axe(self, nom: str) -> Axe:
        """Ce qu’il y a derrière un axe : d’un bailleur, ses réservataires sont des classes."""
        croises = self.indicateur.modalites == "reservataires" and "bailleur" in (*self.axes, *dict(self.conditions))
        return AXES["classe" if nom == "reservataire" and croises else nom]

    def __iter__(self) -> Iterator[Chiffre]:
        return iter(self._chiffres)

    @cached_property
    def _chiffres(self) -> tuple[Chiffre, ...]:
        """Once: a template asks for their number, their sum, the largest, each of which reads them all."""
        autres = {}
        if self.sinon is not None:
            autres = {c.cle: c for c in self.sinon.par(*self.axes).ou(**dict(self.conditions))}
        axes = [(self.axe(axe).colonne, self.libelles(axe)) for axe in self.axes]
        lus = []
        for ligne in self.publiee.lignes():
            cle = tuple(str(ligne[colonne]) for colonne, _ in axes)
            noms = tuple(typographie(libelles.get(code, code)) for (_, libelles), code in zip(axes, cle, strict=True))
            chiffre, autre = Chiffre(cle, noms, ligne, self.terme_lu, self), autres.get(cle)
            lus.append(autre if chiffre.est_secret and autre is not None and autre.est_publie else chiffre)
        return tuple(reunir(lus, self.classes, self.libelles("classe")) if self.classes else lus)

    def __len__(self) -> int:
        return len(self.publiee)

    @property
    def a_des_chiffres(self) -> bool:
        """S’il y en a, masqués ou non."""
        return self.publiee.a_des_chiffres

    @property
    def mesures(self) -> Self:
        """Ceux où il y a quelque chose à mesurer : sans ceux dont le dénominateur est nul."""
        return self._gardant(lambda c: c.ligne["denominateur"] != 0)

    def sans(self, *codes: str | int) -> Self:
        """Sans ceux de certains codes du premier axe ; d’années, ``.sans(2020)``."""
        exiger_des_codes(self.ou(**{un_axe(self.axes, 0): codes}))
        return self._gardant(lambda c: c.cle[0] not in map(str, codes), 0)

    def _gardant(self, est_garde: Callable[[Chiffre], bool], rang: int = -1) -> Self:
        """Those of the codes of one axis, the last one unless told."""
        axe, gardes = un_axe(self.axes, rang), [c.cle[rang] for c in self if est_garde(c)]
        return self.ou(**{axe: [*map(int, gardes)] if axe == "annee" else gardes})

    def libelles(self, axe: str) -> Mapping[str, str]:
        """Code → libellé le long d’un axe."""
        if axe == "classe":
            return self.rapport.modalites(self.indicateur.code)
        if axe in ("commune", "quartier"):
            return self.rapport.perimetres
        return {"zone": ZONES, "ensemble_et_zone": {EPCI: "Ensemble"} | ZONES, "annee": {}}.get(
            axe, self.rapport.acteurs
        )

    @property
    def seul(self) -> Chiffre:
        """Le seul chiffre, sans nombre là où il n’y en a pas. Lève ErreurCIL quand il y en a plusieurs."""
        tous = list(self)
        if len(tous) > 1:
            raise ErreurCIL(
                f"{self.indicateur.code} : {len(tous)} chiffres répondent à cette question. Écrire lequel avec "
                ".ou(commune=…, bailleur=…, reservataire=…, classe=…, annee=…)."
            )
        return tous[0] if tous else Chiffre((), (), {**AUCUN, "indicateur": self.indicateur.code}, self.terme_lu, self)

    @property
    def ensemble(self) -> Chiffre | None:
        """Le chiffre de l’ensemble, sans coupe ; None s’il n’y en a pas."""
        siennes = tuple(x for x in self.conditions if x[0] not in self.axes)
        return next(iter(replace(self, conditions=siennes).par()), None)

    @property
    def valeur(self) -> float:
        """La valeur du seul chiffre choisi."""
        return self.seul.valeur

    @property
    def dit(self) -> str:
        """Le même, comme il s’écrit dans une phrase."""
        return self.seul.dit

    @property
    def df(self) -> pd.DataFrame:
        """Les chiffres en table de pandas : une ligne par chiffre, les noms à côté des codes, les masqués vides."""
        donnees = self.publiee.donnees
        table = pd.DataFrame(index=donnees.index)
        for axe in self.axes:
            libelles = self.libelles(axe)
            if libelles:
                table[f"code_{axe}"] = donnees[self.axe(axe).colonne]
            table[axe] = [libelles.get(str(code), code) for code in donnees[self.axe(axe).colonne]]
        return table.join(donnees[[nom for nom in COLONNES if nom not in CLES]])

    @property
    def publies(self) -> list[Chiffre]:
        """Ceux qui ont un nombre et un nom, dans leur ordre."""
        return [c for c in self if c.est_publie and c.est_renseigne]

    @property
    def masques(self) -> int:
        """Combien sont masqués."""
        return self.publiee.nb_secrets

    @property
    def n(self) -> int:
        """Combien sont publiés."""
        return len(self.publies)

    @property
    def juges(self) -> int:
        """Combien ont un objectif dont le résultat est dit."""
        return sum(c.verdict != "" for c in self)

    @property
    def tenus(self) -> int:
        """Combien l’atteignent."""
        return sum(c.verdict == ATTEINT for c in self)

    @property
    def depasses(self) -> int:
        """Combien de ceux qui sont publiés sont au-dessus de leur maximum."""
        return sum(c.est_depasse for c in non_atteints(self.publies))

    @property
    def loin(self) -> list[Chiffre]:
        """Ceux à qui il manque des ménages pour atteindre leur objectif, celui à qui il en manque le plus d’abord."""
        return [c for c in non_atteints(self.publies) if not c.est_depasse and c.ligne["menages_manquants"] >= 0]

    def au_moins(self, seuil: float) -> int:
        """Combien de ceux qui sont publiés atteignent un seuil."""
        return sum(c.valeur >= seuil for c in self.publies)

    @property
    def haut(self) -> Chiffre:
        """Le plus grand de ceux qui sont publiés."""
        return max(self._nommes(), key=lambda c: c.valeur)

    @property
    def bas(self) -> Chiffre:
        """Le plus petit."""
        return min(self._nommes(), key=lambda c: c.valeur)

    @property
    def haut_unique(self) -> bool:
        """Si le plus grand est seul à l’être, tel qu’il s’écrit, parmi plusieurs."""
        return self._est_unique(self.haut)

    @property
    def bas_unique(self) -> bool:
        """Si le plus petit l’est."""
        return self._est_unique(self.bas)

    def _est_unique(self, c: Chiffre) -> bool:
        if self.publiee.annees_sans_donnee:  # One that nobody knows may be beyond.
            return False
        return self.n > 1 and sum(autre.dit == c.dit for autre in self._nommes()) == 1

    def _nommes(self) -> list[Chiffre]:
        if not (publies := self.publies):
            raise Indisponible(f"{self.indicateur.code} : aucun de ces chiffres n’est publié.")
        return publies

    @property
    def codes(self) -> Mapping[str, Chiffre]:
        """Chacun par le code de son dernier axe : ``codes.HAUT``."""
        return ParCode({c.cle[-1]: c for c in self})

    @property
    def somme(self) -> float:
        """Leur somme, quand tous sont publiés."""
        return sum(c.valeur for c in self) if len(self) else self.seul.valeur

    @property
    def valeurs(self) -> pd.Series:
        """Les valeurs publiées, par code du dernier axe : de quoi calculer dans un carnet."""
        return pd.Series({c.cle[-1]: c.valeur for c in self.publies}, dtype="float64")

    @property
    def presents(self) -> Self:
        """Sans ceux qui valent zéro, ni ceux qui manquent ; les masqués restent."""
        gardes = self._gardant(lambda c: c.est_secret or (c.est_publie and c.valeur != 0))
        return gardes if len(gardes) else self

    @property
    def est_sensible(self) -> bool:
        """Si ses classes sont celles d’une variable sensible, qui ne se lit pas seule : elle ne fait pas de titre."""
        return self.indicateur.modalites in self.rapport.publication.regles.variables_sensibles

    @property
    def contraste(self) -> Ecart:
        """Les deux parts publiées les plus éloignées, « haut » et « bas », à plus de deux erreurs types."""
        return plus_grand_ecart([] if self.est_sensible else combinations(self.publies, 2))

    def _repr_html_(self) -> str:
        return str(self.df.to_html(index=False, na_rep=""))

    def __repr__(self) -> str:
        return f"Chiffres({self.indicateur.code}, {accorder(len(self), 'chiffre', 'chiffres')})"
