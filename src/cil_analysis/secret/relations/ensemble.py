"""The sums that link the cases of a year: what a reader may subtract.

Every relation says « a total is the sum of its parts »: margins of a table, communes of the EPCI, QPV and outside,
actors, classes, a share and what it leaves, and figures of other tables that rest on the same rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from cil_analysis.grammaire.dimensions import DIMENSIONS, NON, OUI, TERRITOIRE
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, NON_RENSEIGNE, QPV, RESERVATAIRE, Condition, Indicateur
from cil_analysis.grammaire.populations import lignes_de
from cil_analysis.grammaire.termes import HORS_EPCI, SECTEUR
from cil_analysis.grammaire.vocabulaire import REGLE
from cil_analysis.secret.relations.cases import RESTE, Case, Releve, Systeme, au_plus, cle_de, par_dimension
from cil_analysis.secret.relations.classes import lier_les_classes
from cil_analysis.secret.relations.liens import Somme, sommes_declarees
from cil_analysis.secret.relations.regles import changer_les_regles
from cil_analysis.secret.relations.structure import Structure

# Every dwelling is of one of these (D14).
_ZONES = ("QPV", "HORS_QPV", "INCONNU")
_AUTRES_LIEUX = (COMMUNE, QPV, "zone")


def relier(releve: Releve, cases: Iterable[Case], indicateurs: Iterable[Indicateur], structure: Structure) -> Systeme:
    """Every relation between cases that a reader may know of, in one order."""
    connues = set(cases)
    systeme = Systeme(structure.neutres)
    zones = _croiser_les_zones(releve, connues)
    lier_les_classes(systeme, connues, indicateurs, structure, zones)
    _additionner_les_extraits(systeme, connues, structure)
    _contenir(systeme, connues)
    _rassembler_les_provenances(systeme, releve, connues)
    _tenir_le_perimetre(systeme, releve, connues, structure)
    changer_les_regles(systeme, connues, structure)
    for total, parties, restes in (*sommes_declarees(connues, structure), *sommes_ventilees(connues, structure)):
        systeme.restes |= restes
        systeme.ajouter(total, parties)
    systeme.nulles |= _sans_acteur_inconnu(releve)
    secteurs = _croiser_les_secteurs(systeme, connues, zones, structure)
    quartiers = _croiser(systeme, connues | secteurs, structure)
    # A difference tells of them where all the quarters are in one commune, or a commune has part of one quarter only.
    systeme.restes |= {case for case in (zones | quartiers) - connues if not structure.vide(case)}
    croisees = quartiers | zones | secteurs
    _sommes(systeme, releve, connues, croisees, structure)
    sommees = {case for r in systeme.relations for case in (r.total, *r.parties)}
    systeme.nulles |= {case for case in sommees - connues if structure.vide(case)}
    systeme.restes -= {case for case in systeme.restes if structure.a_part(case)}
    ordre = {case: rang for rang, case in enumerate(sorted(sommees, key=cle_de))}
    systeme.relations.sort(key=lambda r: (ordre[r.total], [ordre[partie] for partie in r.parties]))
    systeme.inegalites.sort(key=lambda i: (tuple((case.cle, poids) for case, poids in i.termes), i.minimum))
    return systeme


def _sommes(systeme: Systeme, releve: Releve, connues: set[Case], croisees: set[Case], structure: Structure) -> None:
    """A case is the sum of its classes in each dimension, those that no table shows included."""
    listees: dict[tuple[str, str], set[str]] = defaultdict(set)
    noeuds = connues | croisees
    for case, dimension in releve.axes:
        if case in connues:
            noeuds.add(case.sans(dimension))
            listees[case.population, dimension].add(case.classe(dimension) or "")
    for case in connues:
        # No table lists the zones of the stock: a reader takes it for in a quarter or outside (or is belied).
        for dimension, connues_de_tous in lignes_de(case.population).classes_connues.items():
            if case.classe(dimension) is not None:
                listees[case.population, dimension].update(connues_de_tous)
    classees, nouvelles = defaultdict[tuple[Case, str], dict[str, Case]](dict), noeuds
    while True:
        _classer(classees, nouvelles)
        parties = {cle: cases for cle, cases in classees.items() if cle[0] in noeuds}
        nouvelles = set[Case]()
        for (total, dimension), classes in parties.items():
            muettes = listees[total.population, dimension] - classes.keys()
            siennes = {total.avec((dimension, classe)) for classe in muettes}
            if muettes == {NON_RENSEIGNE} and not connues.isdisjoint(classes.values()):
                systeme.nulles |= siennes  # Not listed beside the others: there is none.
            nouvelles |= siennes - noeuds
        if not nouvelles:
            break
        noeuds |= nouvelles
    for (total, dimension), classes in parties.items():
        cases = set(classes.values())
        zonees = dimension == "zone" and classes.keys() == set(_ZONES)
        if not listees[total.population, dimension] and not zonees:
            systeme.ajouter(total, cases, reste=dimension)
            continue
        systeme.ajouter(total, cases)
        caches = cases - connues
        if caches and cases & connues and total in connues and dimension not in systeme.neutres:
            reste = total.avec((dimension, RESTE))
            systeme.restes.add(reste)
            systeme.ajouter(reste, caches)


def _sans_acteur_inconnu(releve: Releve) -> set[Case]:
    """The rows that name no landlord, or no contingent, where a table lists the actors of all: none, unless listed."""
    listes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case, dimension in releve.axes:
        if dimension in (BAILLEUR, RESERVATAIRE) and len(case.conditions) == 1:
            listes[case.population, dimension].add(case.classe(dimension) or "")
    return {
        Case(population, frozenset([(dimension, NON_RENSEIGNE)]))
        for (population, dimension), classes in listes.items()
        if NON_RENSEIGNE not in classes
    }


def _classer(classees: dict[tuple[Case, str], dict[str, Case]], cases: Iterable[Case]) -> None:
    """Add some cases to the classes of what they are parts of, by dimension. Pairs of a QPV and a commune are apart."""
    # These are linked to the others by rules of their own.
    a_part = {"constant", REGLE, *(nom for nom, dimension in DIMENSIONS.items() if dimension.suite)}
    for case in cases:
        croisee = case.classe(QPV) is not None and case.classe(COMMUNE) is not None
        for dimension, classe in case.conditions:
            if dimension not in a_part and not (croisee and dimension in (QPV, COMMUNE)):
                classees[case.sans(dimension), dimension][classe] = case


def _additionner_les_extraits(systeme: Systeme, connues: set[Case], structure: Structure) -> None:
    """Leases and requests counted together. What one extract leaves of both is households of the other."""
    for case in connues:
        if "+" in case.population:
            systeme.ajouter(case, case.parties)
            systeme.restes |= {partie for partie in case.parties if not structure.sans_menage(partie)} - connues


def _contenir(systeme: Systeme, connues: set[Case]) -> None:
    """A part is no larger than its whole, where no sum says so: it distinguishes two dimensions more, or several.

    Only the nearest wholes: they are within the others.
    """
    for case in sorted(connues, key=cle_de):
        if len(case.conditions) < 2 or case.classe(REGLE) is not None:
            continue
        touts: list[frozenset[Condition]] = []
        for taille in range(len(case.conditions) - 1, -1, -1):
            for conditions in map(frozenset, combinations(sorted(case.conditions), taille)):
                if Case(case.population, conditions) in connues and not any(conditions < t for t in touts):
                    touts.append(conditions)
        systeme.inegalites += [
            au_plus(case, Case(case.population, t)) for t in touts if len(t) < len(case.conditions) - 1
        ]


def _rassembler_les_provenances(systeme: Systeme, releve: Releve, connues: set[Case]) -> None:
    """The households that come from the EPCI are those of its communes, and those who stay, the diagonal.

    Those who leave the commune that they come from are households too.
    """
    communes = sorted(
        {str(case.classe("origine")) for case, dimension in releve.axes if dimension == "origine"}
        - {HORS_EPCI, NON_RENSEIGNE}
    )
    for case in connues:
        if case.classe("vient_de_l_epci") == OUI and communes:
            base = case.sans("vient_de_l_epci").sans("meme_commune")
            restent = case.classe("meme_commune") == OUI
            siennes = [base.avec(("origine", c), *([(COMMUNE, c)] if restent else [])) for c in communes]
            systeme.ajouter(case, siennes)
        sur_place = case.avec((COMMUNE, case.classe("origine") or ""))
        if case.classe("origine") in communes and case.classe(COMMUNE) is None and sur_place in connues:
            systeme.ajouter(case, [sur_place], case.avec(("meme_commune", NON)))


def _tenir_le_perimetre(systeme: Systeme, releve: Releve, connues: set[Case], structure: Structure) -> None:
    """The EPCI is its constant perimeter and the communes that joined or left it."""
    mobiles = releve.communes - (structure.constantes or releve.communes)
    for case in connues:
        if case.classe("constant") == OUI:
            ensemble, autres = completer_le_perimetre(case, mobiles)
            systeme.ajouter(ensemble, [case, *autres])


def completer_le_perimetre(case: Case, mobiles: Iterable[str]) -> tuple[Case, list[Case]]:
    """The case of the EPCI, of a case of a constant perimeter, and those of the communes that are out of it."""
    ensemble = case.sans("constant")
    return ensemble, [ensemble.avec((COMMUNE, commune)) for commune in sorted(mobiles)]


def _croiser(systeme: Systeme, connues: set[Case], structure: Structure) -> set[Case]:
    """QPV straddle communes: the allocations of a QPV are those of its communes, and the other way round.

    Returns the cases of each pair that touches.
    """
    croisees: set[Case] = set()
    en_qpv = (case for case in connues if case.classe("zone") == "QPV")
    for ensemble, classes in par_dimension(en_qpv, (QPV, COMMUNE)).items():
        paires = {
            (qpv, commune)
            for qpv in classes[QPV]
            for commune in classes[COMMUNE]
            if qpv == NON_RENSEIGNE or (qpv, commune) in structure.liens
        }
        for rang, dimension in enumerate((QPV, COMMUNE)):
            for classe, case in classes[dimension].items():
                siennes = [ensemble.avec((QPV, p[0]), (COMMUNE, p[1])) for p in paires if p[rang] == classe]
                if siennes:
                    croisees.update(siennes)
                    systeme.ajouter(case, siennes)
    return croisees


def _croiser_les_zones(releve: Releve, connues: Iterable[Case]) -> set[Case]:
    """The cases of each commune, or actor, in each zone, where the same rows are counted by it and by zone.

    And those of each zone: what is of no known zone in the EPCI is what is so in its communes.
    """
    # A table that lists the zones says which there are.
    zones = {str(case.classe("zone")) for case, dimension in releve.axes if dimension == "zone"} or set(_ZONES)
    lieux = (COMMUNE, BAILLEUR, RESERVATAIRE)
    return {
        ensemble.avec(("zone", zone), *siennes)
        for ensemble, classes in par_dimension(connues, (*lieux, "zone")).items()
        if {COMMUNE, QPV}.isdisjoint(ensemble.dimensions) and classes["zone"] and len(classes) > 1
        for siennes in ([], *([(nom, classe)] for nom in lieux for classe in classes.get(nom, ())))
        for zone in sorted(zones)
    }


def _croiser_les_secteurs(systeme: Systeme, connues: set[Case], zones: set[Case], structure: Structure) -> set[Case]:
    """The cases of each secteur in each commune, quarter or zone, where the same rows are counted by both.

    ``zones``: the cases of each commune in each zone. What several secteurs share of a place, no table shows, and a
    difference would tell.
    """
    croisees: set[Case] = set()
    if all(case.classe(SECTEUR) is None for case in connues):
        return croisees
    for _ in range(2):  # In a commune, or in a zone; then in a zone of a commune.
        for base, siennes in par_dimension(connues | zones | croisees, (SECTEUR, *_AUTRES_LIEUX)).items():
            for lieu in ((d, classe) for d in _AUTRES_LIEUX if SECTEUR in siennes for classe in siennes[d]):
                parts = {base.avec(lieu, (SECTEUR, secteur)) for secteur in siennes[SECTEUR]}
                parts = {part for part in parts if not structure.vide(part)}
                croisees |= parts
                systeme.restes |= parts - connues if len(parts) > 1 else set()
    return croisees


def sommes_ventilees(connues: Collection[Case], structure: Structure) -> Iterator[Somme]:
    """What a breakdown that not everybody gives leaves out: the dwellings of those that do not give it.

    Places leave them out, classes list them as « non renseigné », and the totals say who that is: their own counts then
    tell the rest. Under a constant perimeter (P9), the communes that moved are left out too.
    """
    classes: dict[tuple[Case, str], list[Case]] = defaultdict(list)
    for case in connues:
        for nom in lignes_de(case.population).ventilations:
            if case.classe(nom) is not None and case.classe(BAILLEUR) is None:
                classes[case.sans(nom), nom].append(case)
    for (total, nom), siennes in sorted(classes.items(), key=lambda e: (e[0][0].cle, e[0][1])):
        muets = _muets(total, nom, structure)
        if DIMENSIONS[nom].decrit != TERRITOIRE:
            inconnue = total.avec((nom, NON_RENSEIGNE))
            if muets and inconnue in connues:
                yield inconnue, muets, frozenset()
        elif total in connues:
            listees = {case.classe(nom) for case in siennes}
            restes = frozenset[Case]()
            if DIMENSIONS[nom].comme == COMMUNE and not (structure.membres or set()) <= listees:
                restes = frozenset({total.avec((nom, "autres"))})
            yield total, (*siennes, *muets, *restes), restes


def _muets(total: Case, nom: str, structure: Structure) -> tuple[Case, ...]:
    """The dwellings of a total that are not broken down, by landlord and réservataire."""
    reservataire, cases = total.classe(RESERVATAIRE), set()
    for muet in structure.sans_ventilation:
        if muet.dimension == nom and reservataire in (None, muet.reservataire):
            siens = total.avec((BAILLEUR, muet.bailleur), (RESERVATAIRE, muet.reservataire))
            cases.add(siens.avec((nom, NON_RENSEIGNE)) if muet.en_partie else siens)
    return tuple(sorted(cases, key=cle_de))
