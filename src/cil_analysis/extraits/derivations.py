"""What the cells imply together: communes, QPV, age, household size, income per UC, delay.

Each function of the first part completes the clean frame in place: one row is one line of the files, canonical columns.
Those below are pure, over aligned series: missing in, missing out.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from cil_analysis.extraits.anomalies import VALEUR_ECARTEE
from cil_analysis.extraits.atelier import Atelier
from cil_analysis.extraits.cellules.textes import distinctes, est_absent
from cil_analysis.extraits.controles import ecarter_hors_bornes
from cil_analysis.extraits.lecteurs import HORS_QPV
from cil_analysis.grammaire.vocabulaire import JOURS_PAR_MOIS
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

# Codes of data/reference/nomenclatures/decisions_caleol.csv.
_DATES_DE_DECISION = {"date_accord_commission": "ATTRIBUTION", "date_refus_commission": "NON_ATTRIBUTION"}
# Codes of data/reference/nomenclatures/types_mutation.csv.
_TYPES_DE_MUTATION = ("INTERNE", "EXTERNE", "NON")


def completer_communes(propres: pd.DataFrame) -> None:
    """Each commune from its name, where its code is not given."""
    for nom, code in (("commune_libelle", "commune_insee"), ("commune_origine_libelle", "commune_origine_insee")):
        if nom in propres:
            _completer(propres, code, propres[nom])


def situer_en_qpv(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series, epci: pd.Series) -> None:
    """Resolve the QPV in the generation of the row's day (P5) and in its EPCI, and make the two QPV columns agree."""
    if "est_en_qpv" not in atelier.dictionnaire.colonnes:
        return
    if "est_en_qpv" not in propres:
        propres["est_en_qpv"] = pd.Series(pd.NA, index=propres.index, dtype="boolean")
    if "qpv" not in propres:
        return
    texte = propres["qpv"].fillna("")
    trouve = _chercher_qpv(atelier, texte, jour, epci)
    libelles = distinctes(texte)
    dehors = libelles.ou(lambda libelle: normaliser(libelle) in HORS_QPV)
    donne = ~libelles.ou(est_absent)
    colonne = atelier.colonne("qpv")
    atelier.dites["qpv"] = donne
    atelier.noter(
        donne & ~dehors & trouve.eq(""),
        "qpv",
        "illisible",
        VALEUR_ECARTEE,
        f"« {colonne.libelle} » : attendu un quartier de la génération en vigueur à la date de la ligne.",
        texte,
    )
    propres["qpv"] = trouve.where(trouve.ne(""), None).astype("str")
    deduit = pd.Series(pd.NA, index=propres.index, dtype="boolean")
    deduit = deduit.mask(dehors, False).mask(trouve.ne(""), True)
    contredit = (deduit != propres["est_en_qpv"]).fillna(False).astype(bool)
    message = "Le quartier et l’indicateur QPV se contredisent : la situation est comptée comme inconnue."
    atelier.ecarter(propres, "est_en_qpv", contredit, "contradiction", message)
    propres["est_en_qpv"] = propres["est_en_qpv"].fillna(deduit.mask(contredit))
    propres["qpv"] = propres["qpv"].mask(contredit)


def _chercher_qpv(atelier: Atelier, texte: pd.Series, jour: pd.Series, epci: pd.Series) -> pd.Series:
    """The code of each QPV label, or empty: one lookup per period of the zoning rather than per day."""
    zonage = atelier.references.territoire.table_qpv
    debuts = pd.concat([zonage["valide_du"], zonage["valide_au"] + pd.Timedelta(days=1)]).dropna().sort_values()
    periode = debuts.searchsorted(jour.fillna(pd.Timestamp(0)), side="right")
    trouve = pd.Series("", index=texte.index, dtype="str")
    for numero in set(periode):
        lignes = periode == numero
        premier = jour[lignes].min()
        if pd.isna(premier):
            continue
        trouve[lignes] = _codes_des_qpv(atelier.references, premier.date(), texte[lignes], epci[lignes])
    return trouve


def _codes_des_qpv(references: References, jour: date, texte: pd.Series, epci: pd.Series) -> pd.Series:
    """The code of each label on a day, or empty."""
    if not references.projet.plusieurs_epci:
        vers_qpv = references.territoire.vers_qpv(jour)
        return texte.map({libelle: vers_qpv.get(normaliser(libelle), "") for libelle in texte.unique()})
    vers_les_leurs = references.territoire.vers_qpv_par_epci(jour)
    formes = texte.map({libelle: normaliser(libelle) for libelle in texte.unique()})
    codes = [vers_les_leurs.get(paire, "") for paire in zip(epci, formes, strict=True)]
    return pd.Series(codes, index=texte.index, dtype="str")


def completer_menage(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """Age at the row's day from the birth date; size, UC and yearly income per UC from what is given (D7)."""
    if "date_naissance" in propres:
        _completer(propres, "age", annees_revolues(propres["date_naissance"], jour))
    for nom in ("nb_adultes", "nb_enfants", "nb_14_ans_ou_plus", "nb_moins_de_14_ans"):
        ecarter_hors_bornes(atelier, propres, nom)
    for grands, petits in (("nb_adultes", "nb_enfants"), ("nb_14_ans_ou_plus", "nb_moins_de_14_ans")):
        if {grands, petits} <= set(propres.columns):
            _completer(propres, "taille_menage", taille_menage(propres[grands], propres[petits]))
    if {"nb_14_ans_ou_plus", "nb_moins_de_14_ans"} <= set(propres.columns):
        uc = unites_de_consommation(propres["nb_14_ans_ou_plus"], propres["nb_moins_de_14_ans"])
        _completer(propres, "nb_uc", uc)
    for nom in ("nb_uc", "revenu_mensuel_eur", "revenu_uc_mensuel_eur"):
        ecarter_hors_bornes(atelier, propres, nom)
    if "revenu_uc_mensuel_eur" in propres:
        _completer(propres, "revenu_uc_annuel_eur", propres["revenu_uc_mensuel_eur"] * 12)
    if {"revenu_mensuel_eur", "nb_uc"} <= set(propres.columns):
        revenu = revenu_par_uc(propres["revenu_mensuel_eur"], propres["nb_uc"])
        _completer(propres, "revenu_uc_annuel_eur", revenu)


def _completer(propres: pd.DataFrame, nom: str, calcule: pd.Series) -> None:
    """What the file gives prevails; the rest is computed."""
    propres[nom] = propres[nom].fillna(calcule) if nom in propres else calcule


def dater_la_construction(atelier: Atelier, propres: pd.DataFrame) -> None:
    """The period in which the dwelling was built, from its year."""
    periode = atelier.dictionnaire.colonnes.get("periode_construction")
    if periode is not None and "annee_construction" in propres:
        periodes = atelier.references.nomenclatures[periode.nomenclature]
        _completer(propres, periode.nom, periodes.classer(propres["annee_construction"]))


def deduire_decision(propres: pd.DataFrame) -> None:
    """The decision of a commission, where it is given by the date of its agreement or of its refusal."""
    for nom, decision in _DATES_DE_DECISION.items():
        if nom in propres:
            deduite = pd.Series(decision, index=propres.index, dtype="str").where(propres[nom].notna())
            _completer(propres, "decision", deduite)


def deduire_mutation(propres: pd.DataFrame) -> None:
    """Whether a move is within one landlord's stock: the indicator of a move alone does not tell, unless it says no."""
    if "type_mutation" in propres:
        dit = {code: propres["type_mutation"].eq(code).astype("boolean") for code in _TYPES_DE_MUTATION}
        connu = dit["INTERNE"] | dit["EXTERNE"] | dit["NON"]
        _completer(propres, "est_mutation_interne", dit["INTERNE"].where(connu))
        _completer(propres, "est_mutation", (dit["INTERNE"] | dit["EXTERNE"]).where(connu))
    if "est_mutation" in propres:
        oui = propres["est_mutation"].eq(True).fillna(False).astype(bool)
        _completer(propres, "est_mutation_interne", propres["est_mutation"].mask(oui, pd.NA))


def deduire_travailleur_essentiel(atelier: Atelier, propres: pd.DataFrame, jour: pd.Series) -> None:
    """Whether a profession is on the list of the essential ones, as it is on the row's day; an empty list says nothing.

    Raises ErreurCIL where the project lacks the list.
    """
    if "est_travailleur_essentiel" not in atelier.dictionnaire.colonnes or "profession" not in propres:
        return
    liste = atelier.references.nomenclatures[atelier.colonne("profession").nomenclature]
    if not liste.codes():
        return
    dites, vers_code = propres["profession"], liste.vers_code()
    codes = dites.map({dite: vers_code.get(normaliser(dite), "") for dite in dites.dropna().unique()})
    essentiel = pd.Series(False, index=propres.index)
    for code, du, au in liste.table[["code", "valide_du", "valide_au"]].itertuples(index=False):
        essentiel |= codes.eq(code) & ~jour.lt(du) & ~jour.gt(au)
    _completer(propres, "est_travailleur_essentiel", essentiel.astype("boolean").where(dites.notna()))


def calculer_delai(atelier: Atelier, propres: pd.DataFrame) -> None:
    """Months from the first filing to the lease (D10), when both dates are there."""
    if "delai_mois" in atelier.dictionnaire.colonnes and {"date_depot_demande", "date_signature_bail"} <= set(propres):
        propres["delai_mois"] = delai_mois(propres["date_depot_demande"], propres["date_signature_bail"])


def unites_de_consommation(personnes_14_ou_plus: pd.Series, enfants_moins_14: pd.Series) -> pd.Series:
    """Consumption units: 1 for the applicant, 0.5 per other person of 14 or more, 0.3 per child under 14.

    Source: domain, §1.3. The co-applicant is one of the other persons. Missing when either count is, or when the
    counts are no household (nobody of 14 or more, a negative count). The weight of a child in shared custody is not
    known: it counts as the extract counts it.

    >>> unites_de_consommation(pd.Series([1, 2, 2, None]), pd.Series([0, 0, 3, 1])).tolist()
    [1.0, 1.5, 2.4, <NA>]
    """
    grands, enfants = personnes_14_ou_plus.astype("Float64"), enfants_moins_14.astype("Float64")
    menage = (grands.ge(1) & enfants.ge(0)).fillna(False).astype(bool)
    unites: pd.Series = ((10 + 5 * (grands - 1) + 3 * enfants) / 10).where(menage)
    return unites


def taille_menage(adultes: pd.Series, enfants: pd.Series) -> pd.Series:
    """Persons to house (D7). Missing when either count is missing or negative.

    >>> taille_menage(pd.Series([1, 2, None]), pd.Series([0, 3, 1])).tolist()
    [1, 5, <NA>]
    """
    grands, petits = adultes.astype("Int64"), enfants.astype("Int64")
    comptes = (grands.ge(0) & petits.ge(0)).fillna(False).astype(bool)
    taille: pd.Series = (grands + petits).where(comptes)
    return taille


def revenu_par_uc(mensuel: pd.Series, uc: pd.Series) -> pd.Series:
    """Yearly income per consumption unit, in euros and cents: monthly household income × 12 ÷ UC (domain, §1.3).

    Missing when either is missing, or when there is not a single consumption unit to divide by.

    >>> revenu_par_uc(pd.Series([1000.0, 0.0, 800.0]), pd.Series([1.8, 1.0, 0.0])).tolist()
    [6666.67, 0.0, <NA>]
    """
    unites = uc.astype("Float64")
    divisible = unites.gt(0).fillna(False).astype(bool)
    revenu: pd.Series = (mensuel.astype("Float64") * 12 / unites.where(divisible)).round(2)
    return revenu


def delai_mois(depot: pd.Series, bail: pd.Series) -> pd.Series:
    """Months from the first filing to the lease: days / 30.4375 (D10). Negative when the filing comes after.

    >>> jours = pd.to_datetime(pd.Series(["2020-01-01", None]))
    >>> delai_mois(jours, pd.to_datetime(pd.Series(["2024-01-01", "2024-01-01"]))).tolist()
    [48.0, <NA>]
    """
    delai: pd.Series = ((bail - depot).dt.days / JOURS_PAR_MOIS).astype("Float64")
    return delai


def annees_revolues(naissance: pd.Series, jour: pd.Series) -> pd.Series:
    """Age in completed years at a day, both datetime64. Who is born on 29 February ages on 1 March of other years.

    >>> annees_revolues(*(pd.to_datetime(pd.Series([j])) for j in ("2000-02-29", "2022-02-28"))).tolist()
    [21]
    """
    pas_encore = (jour.dt.month * 100 + jour.dt.day) < (naissance.dt.month * 100 + naissance.dt.day)
    ages: pd.Series = (jour.dt.year - naissance.dt.year - pas_encore.astype("int64")).astype("Float64").astype("Int64")
    return ages
