"""What a reader knows, or may know, of a territory before anything is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from cil_analysis.comptage.cibles import Cible
from cil_analysis.grammaire.dimensions import DIMENSIONS, LOGEMENT, MANQUE, MENAGE, OUI, Regroupement
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, QPV, RESERVATAIRE, Condition
from cil_analysis.grammaire.populations import lignes_de
from cil_analysis.grammaire.termes import SECTEUR
from cil_analysis.reference.objectifs import Objectif
from cil_analysis.secret.preuve.effets import Effet
from cil_analysis.secret.relations.cases import RESTE, Case, Releve
from cil_analysis.systemes.preparations import SansVentilation

# The dimension of what counts for the objectives.
CHAMP = "champ"


@dataclass(frozen=True)
class Structure:
    """What everybody knows of a territory in a year, whatever is published, or may be told by who gave the extracts.

    ``liens``: the pairs (QPV, commune) that touch. ``secteurs``: what each holds: (secteur, commune, QPV), « » for what
    is in no QPV; empty when nobody says. ``communes_en_qpv``: the communes with a QPV; None when nobody says.
    ``communes_sans_parc``: those without social dwellings. ``membres``: those that a table lists whatever they have;
    None when nobody says. ``revenus_exclus``: see :func:`cases.relever`. ``mutations_exclues``: rule P3 leaves them out
    of the objectives; ``ru_selon_ressources``: rule P10 counts a household rehoused by urban renewal by its income
    alone. ``communes_dominees``: where one landlord holds nearly all the stock: nothing of who lives there is shown.
    ``constantes``: the communes that are members in every year of the series. ``variantes``: how each rule set
    otherwise moves counts. ``sans_ventilation``: the dwellings that are not broken down. ``conventions``:
    the landlords and réservataires for whom dwellings are reserved; None when nobody says.
    ``regroupements``: classes that gather those of another dimension, such as low scores, the deciles that they are.
    ``morceaux``: classes of different dimensions that overlap, cut into the pieces that they share: a public told by
    the present housing, and the statuses of occupation. ``inclusions``: pairs (class, class that holds all its rows).
    ``objectifs``: what is promised, by which a result tells of counts. ``remplies``: conditions such as « age not
    given » that are taken for no secret, to see what filling them in would show.
    """

    liens: frozenset[tuple[str, str]] = frozenset()
    secteurs: frozenset[tuple[str, str, str]] = frozenset()
    communes_en_qpv: frozenset[str] | None = None
    communes_sans_parc: frozenset[str] = frozenset()
    membres: frozenset[str] | None = None
    revenus_exclus: bool = False
    mutations_exclues: bool = False
    ru_selon_ressources: bool = False
    constantes: frozenset[str] = frozenset()
    communes_dominees: frozenset[str] = frozenset()
    variantes: Mapping[str, Effet] = field(default_factory=dict)
    sans_ventilation: frozenset[SansVentilation] = frozenset()
    conventions: frozenset[tuple[str, str]] | None = None
    regroupements: tuple[Regroupement, ...] = ()
    morceaux: Mapping[Condition, tuple[str, ...]] = field(default_factory=dict)
    inclusions: frozenset[tuple[Condition, Condition]] = frozenset()
    objectifs: Mapping[Cible, Sequence[Objectif]] = field(default_factory=dict, compare=False)  # It holds NaN.
    remplies: frozenset[Condition] = frozenset()

    def vide(self, case: Case) -> bool:
        """A count that is zero by nature, as every reader knows."""
        return self._sans_logement(case) or self._sans_convention(case) or self._sans_lieu(case)

    def _sans_convention(self, case: Case) -> bool:
        """Dwellings allocated under a convention, where no rate links the landlord and the réservataire."""
        if self.conventions is None or case.classe("convention") != OUI:
            return False
        siens = case.classe(BAILLEUR), case.classe(RESERVATAIRE)
        return not any(
            all(voulu in (None, lu) for voulu, lu in zip(siens, lies, strict=True)) for lies in self.conventions
        )

    def _sans_lieu(self, case: Case) -> bool:
        """A secteur that holds nothing of a commune, of a QPV, or of what is inside or outside QPV."""
        secteur = case.classe(SECTEUR)
        if secteur is None or not self.secteurs:
            return False
        commune, quartier, zone = map(case.classe, (COMMUNE, QPV, "zone"))
        return not any(
            commune in (None, c) and quartier in (None, q)
            and (zone is None or ((zone == "QPV") == bool(q) and not self._sans_logement(case.avec((COMMUNE, c)))))
            for c, q in self._lieux.get(secteur, ())
        )  # fmt: skip

    @cached_property
    def _lieux(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """By secteur, the commune and the QPV of what it holds."""
        lieux = defaultdict[str, list[tuple[str, str]]](list)
        for secteur, commune, quartier in self.secteurs:
            lieux[secteur].append((commune, quartier))
        return dict(lieux)

    def _sans_logement(self, case: Case) -> bool:
        commune = case.classe(COMMUNE)
        if commune is None or not lignes_de(case.population).dans_le_parc:
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
        if not lignes_de(case.population).logement:
            return False
        decrits = {self._decrit(nom) for nom, _ in case.conditions}
        if MENAGE in decrits:
            return False
        return LOGEMENT in decrits or any(self._est_neutre(condition) for condition in case.conditions)

    def a_part(self, case: Case) -> bool:
        """Households of dwellings whose place is not known, or that objectives leave out.

        A difference alone tells of them, and it tells of the dwellings (D20).
        """
        if case.conditions & self.remplies:
            return True
        return any(self._decrit(nom) != MENAGE and self._est_neutre((nom, c), RESTE) for nom, c in case.conditions)

    def _est_neutre(self, condition: Condition, *aussi: str) -> bool:
        """Whether a class tells of no household, being the neutral one of its dimension or one of ``aussi``."""
        nom, classe = condition
        neutre = DIMENSIONS[nom].neutre if nom in DIMENSIONS else ""
        return bool(neutre) and classe in (neutre, *aussi)

    def _decrit(self, nom: str) -> str:
        """What a dimension describes: a household, unless it says otherwise.

        A column that is not given describes a dwelling where that is the class of a place that tells of no household.
        """
        if nom == CHAMP and self.mutations_exclues:
            return MENAGE
        if nom.startswith(f"{MANQUE}_"):
            return LOGEMENT if nom.removeprefix(f"{MANQUE}_") in self._colonnes_de_lieux else MENAGE
        return DIMENSIONS[nom].decrit if nom in DIMENSIONS else MENAGE

    @cached_property
    def _colonnes_de_lieux(self) -> Set[str]:
        """The columns that alone tell a place, of which a class tells of no household."""
        lieux = (d for d in DIMENSIONS.values() if d.neutre and d.decrit != MENAGE and len(d.colonnes) == 1)
        return {d.colonnes[0] for d in lieux}

    @property
    def neutres(self) -> frozenset[str]:
        """The dimensions in which what is left over says nothing of a household."""
        neutres = frozenset(nom for nom, dimension in DIMENSIONS.items() if dimension.reste_neutre)
        return neutres - {CHAMP} if self.mutations_exclues else neutres

    def domine(self, case: Case) -> bool:
        """A count of occupants that would tell of one landlord: of such a commune, or of a quarter that is all in them.

        A secret whatever its size (domain, §8.1: the commune sheets of the OPS).
        """
        if not self.communes_dominees or not lignes_de(case.population).si_un_bailleur_domine:
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
