"""What a counting rule set otherwise makes of the counts of a year, and the households between two rules."""

from __future__ import annotations

from cil_analysis.grammaire.dimensions import OUI
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.grammaire.termes import change_le_denominateur
from cil_analysis.grammaire.vocabulaire import REGLE
from cil_analysis.secret.preuve.effets import reunir
from cil_analysis.secret.relations.cases import Case
from cil_analysis.secret.relations.structure import CHAMP, Structure
from cil_analysis.secret.relations.systeme import RESTE, Systeme, ajouter, au_plus

# Under this rule alone, the figure is that of the constant perimeter.
_PERIMETRE_CONSTANT = "P9=perimetre_constant"


def changer_les_regles(systeme: Systeme, connues: set[Case], structure: Structure) -> None:
    """A count under another rule, the same count under the rule in force, and the households between the two."""
    for case in connues:
        regle = case.classe(REGLE)
        if regle is None or regle not in structure.variantes:
            continue
        candidats = (case.sans(REGLE), case.sans(REGLE).sans("revenu").sans("revenu_ou_ru"))
        base = next((c for c in candidats if c in connues), None)
        if base is None:
            continue
        sans_revenus = len(base.conditions) < len(candidats[0].conditions)
        constante = base.avec(("constant", OUI))
        if regle == _PERIMETRE_CONSTANT and structure.variantes[regle].lignes == -1 and constante in connues:
            ajouter(systeme, case, [constante], None)
        sens = reunir([structure.variantes[regle].sur(case), -1 if sans_revenus else 0])
        moins, plus = base.avec((REGLE, f"moins {regle}")), base.avec((REGLE, f"plus {regle}"))
        if sens == 0:
            ajouter(systeme, base, [case], None)
            continue
        systeme.restes |= {moins} if sens == -1 else {plus} if sens == 1 else {moins, plus}
        if sens is None:
            reunis = base.avec((REGLE, f"ensemble {regle}"))
            ajouter(systeme, reunis, [case, moins], None)
            ajouter(systeme, reunis, [base, plus], None)
        elif sens == 1:
            ajouter(systeme, case, [base, plus], None)
        else:
            ajouter(systeme, base, [case, moins], None)
            inconnus = base.avec(("quartile", NON_RENSEIGNE))
            if sans_revenus and inconnus in connues:  # Those left out are unknown incomes that a class may show.
                deja = inconnus.avec((REGLE, f"comptés {regle}"))
                systeme.restes.add(deja)
                ajouter(systeme, inconnus, [moins, deja], None)
        if change_le_denominateur(case):
            _detacher_les_publics(systeme, case, connues)
        premier = base.sans("O01").avec(("quartile", "Q1"))
        if structure.variantes[regle].relogements == -1 and base.classe("O01") == OUI and premier in connues:
            ajouter(systeme, premier, [case], None)
    _partager_les_ecarts(systeme)
    _elargir_le_champ(systeme, connues, structure)


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
        ajouter(systeme, case, [tous], None)
        if structure.a_part(tous.avec((CHAMP, RESTE))):
            systeme.restes.discard(case.sans(REGLE).avec((REGLE, f"plus {regle}")))


def _partager_les_ecarts(systeme: Systeme) -> None:
    """The households between two rules are of the public, or not: the others too would be told by two fractions."""
    ecarts = {case for case in systeme.restes if (case.classe(REGLE) or "").startswith(("moins ", "plus "))}
    for case in ecarts:
        for dimension in sorted(nom for nom, classe in case.conditions if classe == OUI):
            ensemble = case.sans(dimension)
            if ensemble in ecarts:
                ajouter(systeme, ensemble, [case], dimension)


def _detacher_les_publics(systeme: Systeme, total: Case, connues: set[Case]) -> None:
    """A denominator that P8 sets otherwise holds the publics of the rule in force, and others."""
    for case in connues:
        for public, revenus in (("O01", "revenu_ou_ru"), ("O02", "revenu")):
            lieu = case.sans(public).sans(revenus)
            if case.classe(public) == OUI and lieu == total.sans(REGLE).sans(revenus):
                systeme.restes.add(total.avec((public, RESTE)))
                ajouter(systeme, total, [case], public)
