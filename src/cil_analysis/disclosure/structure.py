"""What a reader knows, or may know, of a territory before anything is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cil_analysis.disclosure.cases import Case, Releve
from cil_analysis.disclosure.systeme import RESTE
from cil_analysis.indicators.cadre import BAILLEUR, COMMUNE, QPV, RESERVATAIRE, Condition
from cil_analysis.indicators.cibles import Cible, Objectif
from cil_analysis.indicators.dimensions import OUI
from cil_analysis.indicators.lignes_flux import SansVentilation
from cil_analysis.indicators.termes import extrait_de
from cil_analysis.indicators.variantes import Effet

# Whose rows are households of the stock: none where it has no dwelling.
_DU_PARC = ("attributions", "occupation")
# What a dwelling is, beyond where it stands; in these populations one row is a dwelling that is let or proposed.
_LOGEMENT = frozenset({"financement", "periode_construction", "type_construction", "typologie", "manque_est_en_qpv"})
_LIEU = frozenset({COMMUNE, QPV, "zone", "champ", "constant"})
_DES_LOGEMENTS = ("attributions", "propositions")


class Regroupement(NamedTuple):
    """A class (dimension and code) that is the union of classes of another dimension."""

    classe: Condition
    dimension: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Structure:
    """What everybody knows of a territory in a year, whatever is published, or may be told by who gave the extracts.

    ``liens``: the pairs (QPV, commune) that touch. ``communes_en_qpv``: the communes with a QPV; None when nobody says.
    ``communes_sans_parc``: those without social dwellings. ``membres``: those that a table lists whatever they have;
    None when nobody says. ``revenus_exclus``: see :func:`cases.relever`. ``mutations_exclues``: rule P3 leaves them out
    of the objectives; ``ru_selon_ressources``: rule P10 counts a household rehoused by urban renewal by its income
    alone. ``communes_dominees``: where one landlord holds nearly all the stock: nothing of who lives there is shown.
    ``constantes``: the communes that are members in every year of the series. ``variantes``: how each rule set
    otherwise moves counts. ``classe_de_l_annee``: the class of age of the requests filed in the year;
    ``classes_anormales``: those of an abnormally long delay, and the one that the delay cuts, or nothing.
    ``sans_ventilation``: the dwellings of the flux that are not broken down. ``conventions``: the landlords and
    réservataires for whom dwellings are reserved; None when nobody says.
    ``regroupements``: classes that gather those of another dimension, such as low scores, the deciles that they are.
    ``morceaux``: classes of different dimensions that overlap, cut into the pieces that they share: a public told by
    the present housing, and the statuses of occupation. ``inclusions``: pairs (class, class that holds all its rows).
    ``objectifs``: what is promised, by which a result tells of counts. ``remplies``: conditions such as « age not
    given » that are taken for no secret, to see what filling them in would show.
    """

    liens: frozenset[tuple[str, str]] = frozenset()
    communes_en_qpv: frozenset[str] | None = None
    communes_sans_parc: frozenset[str] = frozenset()
    membres: frozenset[str] | None = None
    revenus_exclus: bool = False
    mutations_exclues: bool = False
    ru_selon_ressources: bool = False
    constantes: frozenset[str] = frozenset()
    communes_dominees: frozenset[str] = frozenset()
    variantes: Mapping[str, Effet] = field(default_factory=dict)
    classe_de_l_annee: str = ""
    classes_anormales: tuple[frozenset[str], str] = (frozenset(), "")
    sans_ventilation: frozenset[SansVentilation] = frozenset()
    conventions: frozenset[tuple[str, str]] | None = None
    regroupements: tuple[Regroupement, ...] = ()
    morceaux: Mapping[Condition, tuple[str, ...]] = field(default_factory=dict)
    inclusions: frozenset[tuple[Condition, Condition]] = frozenset()
    objectifs: Mapping[Cible, Sequence[Objectif]] = field(default_factory=dict, compare=False)  # It holds NaN.
    remplies: frozenset[Condition] = frozenset()

    def vide(self, case: Case) -> bool:
        """A count that is zero by nature, as every reader knows."""
        return self._sans_logement(case) or self._sans_convention(case)

    def _sans_convention(self, case: Case) -> bool:
        """Dwellings allocated under a convention, where no rate links the landlord and the réservataire."""
        if self.conventions is None or case.classe("convention") != OUI:
            return False
        siens = case.classe(BAILLEUR), case.classe(RESERVATAIRE)
        return not any(
            all(voulu in (None, lu) for voulu, lu in zip(siens, lies, strict=True)) for lies in self.conventions
        )

    def _sans_logement(self, case: Case) -> bool:
        commune = case.classe(COMMUNE)
        if commune is None or extrait_de(case.population) not in _DU_PARC:
            return False
        if commune in self.communes_sans_parc:
            return True
        en_qpv, zone = self.communes_en_qpv, case.classe("zone")
        # D14: nothing is unknown where no QPV stands, as soon as it is known where they stand.
        return en_qpv is not None and commune not in en_qpv and (zone == "QPV" or (zone == "INCONNU" and bool(en_qpv)))

    def sans_menage(self, case: Case) -> bool:
        """A count that tells of dwellings and of no household, which is no secret (D20).

        A place alone is a secret: how many households were housed there. Under P3, the field of the objectives leaves
        out households.
        """
        if case.conditions & self.remplies:
            return True
        lieux = _LIEU - ({"champ"} if self.mutations_exclues else set())
        propre = case.classe("zone") == "INCONNU" or bool(case.dimensions & _LOGEMENT)
        return extrait_de(case.population) in _DES_LOGEMENTS and propre and case.dimensions <= _LOGEMENT | lieux

    def a_part(self, case: Case) -> bool:
        """Households of dwellings whose place is not known, or that objectives leave out.

        A difference alone tells of them, and it tells of the dwellings (D20).
        """
        if case.conditions & self.remplies:
            return True
        hors_champ = not self.mutations_exclues and case.classe("champ") in ("hors", RESTE)
        return hors_champ or case.classe("zone") in ("INCONNU", RESTE)

    def domine(self, case: Case) -> bool:
        """A count of occupants that would tell of one landlord: of such a commune, or of a quarter that is all in them.

        A secret whatever its size (domain, §8.1: the commune sheets of the OPS).
        """
        if not self.communes_dominees or extrait_de(case.population) != "occupation":
            return False
        quartier, siennes = case.classe(QPV), self.communes_dominees
        communes = {commune for qpv, commune in self.liens if qpv == quartier}
        return case.classe(COMMUNE) in siennes or (bool(communes) and communes <= siennes)

    def sans(self, communes: Set[str]) -> Structure:
        """The same, without what is said of some communes and the figures belie."""
        en_qpv = self.communes_en_qpv
        return replace(
            self,
            communes_en_qpv=None if en_qpv is None else en_qpv | communes,
            communes_sans_parc=self.communes_sans_parc - communes,
        )

    def presentes(self, releve: Releve) -> set[Case]:
        """Counts of which a reader knows that they are not zero: a commune that left is listed for what it has."""
        parties = {
            case
            for case, dimension in releve.axes
            if dimension == COMMUNE and self.membres is not None and case.classe(COMMUNE) not in self.membres
            if len(case.conditions) == 1 and case.population == "attributions"
        }
        return releve.presentes | parties
