"""What a counting rule set otherwise makes of the counts of a year, and the households between two rules."""

from functools import reduce

from cil_analysis.grammaire.dimensions import OUI
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.grammaire.termes import change_le_denominateur
from cil_analysis.grammaire.vocabulaire import REGLE
from cil_analysis.secret.preuve.effets import publics_des_revenus, reunir
from cil_analysis.secret.relations.cases import RESTE, Case, Systeme, au_plus
from cil_analysis.secret.relations.structure import CHAMP, Structure

# Under this rule alone, the figure is that of the constant perimeter.
PERIMETRE_CONSTANT = "P9=perimetre_constant"


def changer_les_regles(systeme: Systeme, connues: set[Case], structure: Structure) -> None:
    """A count under another rule, the same count under the rule in force, and the households between the two."""
    for case in connues:
        regle = case.classe(REGLE)
        if regle is None or regle not in structure.variantes:
            continue
        candidats = (case.sans(REGLE), _sans_revenus(case.sans(REGLE)))
        base = next((c for c in candidats if c in connues), None)
        if base is None:
            continue
        effet, sans_revenus = structure.variantes[regle], len(base.conditions) < len(candidats[0].conditions)
        constante = base.avec(("constant", OUI))
        if regle == PERIMETRE_CONSTANT and effet.lignes == -1 and constante in connues:
            systeme.ajouter(case, [constante])
        sens = reunir([effet.sur(case), -1 if sans_revenus else 0])
        _lier(systeme, case, base, sens)
        if sens == -1 and sans_revenus:
            _montrer_les_inconnus(systeme, case, base, connues)
        if sens != 0 and change_le_denominateur(case):
            _detacher_les_publics(systeme, case, connues)
        if sens != 0 and effet.relogements == -1:
            _laisser_la_classe(systeme, case, base, connues)
    _partager_les_ecarts(systeme)
    _elargir_le_champ(systeme, connues, structure)


def _lier(systeme: Systeme, case: Case, base: Case, sens: int | None) -> None:
    """The same count under a rule and under the one in force: one holds the other, or each has what the other has not.

    ``sens``: see :class:`~cil_analysis.secret.preuve.effets.Effet`.
    """
    regle = case.classe(REGLE)
    moins, plus = base.avec((REGLE, f"moins {regle}")), base.avec((REGLE, f"plus {regle}"))
    if sens == 0:
        systeme.ajouter(base, [case])
    elif sens == 1:
        systeme.ajouter(case, [base], plus)
    elif sens == -1:
        systeme.ajouter(base, [case], moins)
    else:
        reunis = base.avec((REGLE, f"ensemble {regle}"))
        systeme.ajouter(reunis, [case], moins)
        systeme.ajouter(reunis, [base], plus)


def _montrer_les_inconnus(systeme: Systeme, case: Case, base: Case, connues: set[Case]) -> None:
    """Those that a rule leaves out are unknown incomes, which a class may show."""
    regle = case.classe(REGLE)
    for dimension in sorted({public.reunion.dimension for public in publics_des_revenus()}):
        inconnus = base.avec((dimension, NON_RENSEIGNE))
        if inconnus in connues:
            deja = inconnus.avec((REGLE, f"comptés {regle}"))
            systeme.ajouter(inconnus, [base.avec((REGLE, f"moins {regle}"))], deja)


def _laisser_la_classe(systeme: Systeme, case: Case, base: Case, connues: set[Case]) -> None:
    """Without those that are counted whatever their income, a public is the classes that it gathers."""
    for public in publics_des_revenus():
        classes = [base.sans(public.nom).avec((public.reunion.dimension, nom)) for nom in public.reunion.valeurs]
        if public.reunion.avec and base.classe(public.nom) == OUI and {*classes} <= connues:
            systeme.ajouter(case, classes)


def _elargir_le_champ(systeme: Systeme, connues: set[Case], structure: Structure) -> None:
    """A rule that leaves nothing out of the field counts what is counted without it; any other, no more than that.

    What the first adds is then all that objectives leave out, which is no secret where they leave out dwellings.
    """
    for case in connues:
        regle = case.classe(REGLE) or ""
        tous = case.sans(REGLE).sans(CHAMP)
        if regle not in structure.variantes or tous not in connues:
            continue
        if not structure.variantes[regle].champ_entier:
            if structure.variantes[regle].lignes not in (0, -1):  # What it counts may be outside « tous ».
                continue
            systeme.inegalites.append(au_plus(case, tous))
            continue
        systeme.ajouter(case, [tous])
        if structure.a_part(tous.avec((CHAMP, RESTE))):
            systeme.restes.discard(case.sans(REGLE).avec((REGLE, f"plus {regle}")))


def _partager_les_ecarts(systeme: Systeme) -> None:
    """The households between two rules are of the public, or not: the others too would be told by two fractions."""
    ecarts = {case for case in systeme.restes if (case.classe(REGLE) or "").startswith(("moins ", "plus "))}
    for case in ecarts:
        for dimension in sorted(nom for nom, classe in case.conditions if classe == OUI):
            ensemble = case.sans(dimension)
            if ensemble in ecarts:
                systeme.ajouter(ensemble, [case], reste=dimension)


def _detacher_les_publics(systeme: Systeme, total: Case, connues: set[Case]) -> None:
    """A denominator that P8 sets otherwise holds the publics of the rule in force, and others."""
    for case in connues:
        for public in publics_des_revenus():
            if case.classe(public.nom) != OUI:
                continue
            if case.sans(public.nom).sans(public.revenus) == total.sans(REGLE).sans(public.revenus):
                systeme.ajouter(total, [case], reste=public.nom)


def _sans_revenus(case: Case) -> Case:
    """The count whatever is known of incomes."""
    return reduce(Case.sans, sorted({public.revenus for public in publics_des_revenus()}), case)
