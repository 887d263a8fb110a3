"""What links the classes of a dimension to those of others: unions, classes that another holds, that overlap or gather.

What they are is said by the dimensions and code lists (``Structure``), or by an indicator (``Reunion``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Set

from cil_analysis.grammaire.dimensions import CONNU, DIMENSIONS, NON, OUI, TOUT, Regroupement
from cil_analysis.grammaire.indicateur import BAILLEUR, NON_RENSEIGNE, Indicateur
from cil_analysis.secret.relations.cases import RESTE, Case, Systeme, au_plus, cle_de
from cil_analysis.secret.relations.structure import Structure

# The dimension of the pieces of classes that overlap.
_MORCEAU = "morceau"


def lier_les_classes(
    systeme: Systeme,
    connues: set[Case],
    indicateurs: Iterable[Indicateur],
    structure: Structure,
    zones: Set[Case] = frozenset(),
) -> None:
    """Add the sums between the known cases, and the parts of them that no table shows.

    ``zones``: the cases of each commune, or actor, in each zone.
    """
    ordonnees = dict.fromkeys(sorted(connues, key=cle_de))
    for indicateur in indicateurs:
        _reunir(systeme, indicateur, ordonnees, structure, zones)
        _completer(systeme, indicateur, ordonnees, structure)
    _ajouter_les_inconnus(systeme, ordonnees, structure)
    _emboiter(systeme, connues, structure)
    _morceler(systeme, connues, structure)
    _regrouper(systeme, connues, structure)


def _reunir(
    systeme: Systeme, indicateur: Indicateur, connues: Collection[Case], structure: Structure, zones: Set[Case]
) -> None:
    """A numerator that is a union of classes, and a denominator of known incomes, which is one too (P8)."""
    reunion, compte = indicateur.compte.reunion, indicateur.compte
    if reunion is None:
        return
    public = compte.public[0][0] if compte.public else indicateur.code
    for case in connues:
        if case.classe(public) is not None:
            valeurs: Iterable[str] = reunion.valeurs
            complete = reunion.complete or structure.ru_selon_ressources
        elif compte.revenus and case.classe(compte.revenus) is not None:
            listees = {autre.classe(reunion.dimension) or "" for autre in connues}
            valeurs, complete = sorted(listees - {"", NON_RENSEIGNE}), reunion.complete
        else:
            continue
        base = case.sans(compte.revenus).sans(public)
        classes = [base.avec((reunion.dimension, valeur)) for valeur in valeurs]
        presentes = [classe for classe in classes if classe in connues]
        if case.classe(public) is None:  # A table that shows the first quartile alone does not show the others.
            complete = complete and len(presentes) == len(classes)
        if presentes:
            systeme.ajouter(case, presentes, reste=None if complete else reunion.dimension)
        if reunion.avec and not complete and case.classe(public) is not None:
            aussi, classe = base.avec(reunion.avec), base.avec((reunion.dimension, reunion.valeurs[0]))
            if aussi not in connues and aussi not in zones:
                continue
            # What the union holds besides its classes is known apart: those of it that are of a class, and the rest.
            deja, autres = classe.avec(reunion.avec), classe.avec((reunion.avec[0], NON))
            systeme.ajouter(classe, [], deja, autres)
            systeme.ajouter(aussi, [deja, case.avec((reunion.dimension, RESTE))])
            systeme.ajouter(case, [aussi, autres])


def _completer(systeme: Systeme, indicateur: Indicateur, connues: Collection[Case], structure: Structure) -> None:
    """What a share of known incomes leaves out: its part is one count with that which says nothing of the others."""
    for dimension, classe in indicateur.compte.public:
        for nom, valeur in indicateur.compte.champ:
            if valeur != CONNU or DIMENSIONS[nom].selon != dimension:
                continue
            for case in connues:
                if case.classe(nom) != CONNU:
                    continue
                partie = case.sans(nom).avec((dimension, classe))
                if case.classe(dimension) is None and partie in connues:
                    systeme.ajouter(case, [partie], reste=dimension)


def _ajouter_les_inconnus(systeme: Systeme, connues: Collection[Case], structure: Structure) -> None:
    """Known incomes and missing ones make all: of one extract, or of several counted together, which no table lists.

    How many are missing is a secret where a table says it (Q01), as a difference it tells of nobody.
    """
    for nom, dimension in DIMENSIONS.items():
        if dimension.selon not in dict(dimension.partage):
            continue
        for case in connues:
            if case.classe(nom) != CONNU:
                continue
            tous = case.sans(nom)
            inconnus = tous.avec((dimension.selon, NON_RENSEIGNE))
            systeme.ajouter(tous, [case, inconnus])
            for ensemble in (tous, inconnus):
                if "+" in ensemble.population and ensemble not in connues:
                    systeme.ajouter(ensemble, ensemble.parties)


def _emboiter(systeme: Systeme, connues: set[Case], structure: Structure) -> None:
    """A class of households that another holds, and the others of it (``Structure.inclusions``, and dimensions)."""
    inclusions = structure.inclusions | {
        ((nom, OUI), dehors) for nom, dimension in DIMENSIONS.items() for dehors in dimension.contenants
    }
    derniers = [nom for nom, dimension in DIMENSIONS.items() if dimension.suite == TOUT]
    hors_des_morceaux: dict[Case, set[Case]] = defaultdict(set)
    for case in connues:
        for dedans, dehors in inclusions:
            if dedans not in case.conditions:
                continue
            base = case.sans(dedans[0])
            ensemble = base.avec(dehors)
            if ensemble in connues:
                systeme.ajouter(ensemble, [case], ensemble.avec((dedans[0], NON)))
                for morceau in structure.morceaux.get(dedans, ()):  # Those of several classes have a remainder too.
                    autres = ensemble.avec((_MORCEAU, f"sauf {morceau.partition(':')[0]}"))
                    hors_des_morceaux[autres].add(base.avec((_MORCEAU, morceau)))
        for nom in derniers:
            if case.classe(nom) == OUI and (tous := case.sans(nom)) in connues:
                systeme.ajouter(tous, [case])
    for autres, morceaux in hors_des_morceaux.items():
        systeme.ajouter(autres.sans(_MORCEAU), morceaux, autres)


def _morceler(systeme: Systeme, connues: set[Case], structure: Structure) -> None:
    """Classes that overlap are the pieces that they share; a piece tells of households, and no table shows it.

    Those of the objectives' field are pieces of all.
    """
    bases: dict[Case, set[str]] = defaultdict(set)
    for case in sorted((c for c in connues if not structure.sans_menage(c)), key=cle_de):
        for classe in sorted(case.conditions & structure.morceaux.keys()):
            base = case.sans(classe[0])
            bases[base].update(structure.morceaux[classe])
            systeme.ajouter(case, [], *(base.avec((_MORCEAU, m)) for m in structure.morceaux[classe]))
    for base, morceaux in bases.items():
        tous = base.sans("champ")
        if tous == base or tous not in bases:
            continue
        for morceau in sorted(morceaux & bases[tous]):
            du_champ, hors = base.avec((_MORCEAU, morceau)), tous.avec((_MORCEAU, morceau), ("champ", RESTE))
            systeme.ajouter(tous.avec((_MORCEAU, morceau)), [du_champ, hors])
            if tous in connues and base in connues:
                systeme.ajouter(tous, [base], reste="champ")
                systeme.inegalites.append(au_plus(hors, tous.avec(("champ", RESTE))))


def _regrouper(systeme: Systeme, connues: set[Case], structure: Structure) -> None:
    """A class that gathers those of another dimension: the households of its deciles, of its landlords.

    Extracts that are counted together have theirs too. A landlord that no table lists has no rows.
    """
    connues = connues | _rassemblees(systeme, connues, structure)
    cases = connues | {Case(nom, case.conditions) for case in connues for nom in case.population.split("+")}
    reunions = (
        Regroupement((nom, OUI), autre, tuple(classes))
        for nom, dimension in DIMENSIONS.items()
        for autre, classes in dimension.reunit.items()
    )
    for groupe in (*structure.regroupements, *reunions):
        for case in cases:
            if groupe.classe in case.conditions:
                _additionner(systeme, case, groupe, connues)


def _rassemblees(systeme: Systeme, connues: set[Case], structure: Structure) -> set[Case]:
    """The cases that no table shows, and of which tables show each class of a dimension that leaves nobody out."""
    rassemblees = set()
    for nom, dimension in DIMENSIONS.items():
        if not dimension.complete or not dimension.classes:
            continue
        for tous in {case.sans(nom) for case in connues if case.classe(nom) is not None} - connues:
            parties = [tous.avec((nom, classe)) for classe in dimension.classes]
            if connues.issuperset(parties):
                systeme.ajouter(tous, parties)
                rassemblees.add(tous)
    return rassemblees


def _additionner(systeme: Systeme, case: Case, groupe: Regroupement, connues: set[Case]) -> None:
    base = case.sans(groupe.classe[0])
    classes, coupees = (
        [base.avec((groupe.dimension, classe)) for classe in noms] for noms in (groupe.classes, groupe.coupees)
    )
    presentes = [classe for classe in classes if classe in connues]
    if not presentes and connues.isdisjoint(coupees):
        return
    complete = len(presentes) == len(classes) or groupe.dimension == BAILLEUR
    dedans = [classe.avec(groupe.classe) for classe in coupees]
    systeme.ajouter(case, [*presentes, *dedans], reste=None if complete else groupe.dimension)
    for classe, partie in zip(coupees, dedans, strict=True):
        nom, sienne = groupe.classe
        systeme.ajouter(classe, [], partie, classe.avec((nom, NON if sienne == OUI else f"sauf {sienne}")))
