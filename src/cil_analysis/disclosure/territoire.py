"""What everybody knows of a territory and of its counting rules, by which a reader deduces what is masked."""

from __future__ import annotations

from datetime import date

from cil_analysis.disclosure.bailleurs import AUCUN_BAILLEUR, Bailleurs
from cil_analysis.disclosure.recouvrements import inclusions_des_publics, morceaux_des_logements
from cil_analysis.disclosure.regroupements import regroupements_de_la_cotation
from cil_analysis.disclosure.structure import Structure
from cil_analysis.indicators.cibles import par_cible
from cil_analysis.indicators.regles import regles_de_comptage
from cil_analysis.indicators.variantes import alternatives, effet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import Nomenclature

_MOIS_PAR_AN = 12


def structure_du_territoire(
    references: References,
    annee: int,
    constantes: frozenset[str] = frozenset(),
    siens: Bailleurs = AUCUN_BAILLEUR,
) -> Structure:
    """What everybody knows of the territory on 31 December of a year, and of its counting rules.

    ``siens``: what the extracts of the landlords tell of one of them.
    """
    jour = date(annee, 12, 31)
    territoire = references.territoire
    liens = territoire.qpv_communes
    en_vigueur = liens[liens["qpv_code"].isin(territoire.qpv(jour)["code"])]
    parc, regles = territoire.parc_social(annee), regles_de_comptage(references, annee)
    return Structure(
        liens=frozenset(zip(en_vigueur["qpv_code"], en_vigueur["code_insee"], strict=True)),
        communes_en_qpv=frozenset(en_vigueur["code_insee"]),
        communes_sans_parc=frozenset(str(commune) for commune in parc.index[parc.eq(0)]),
        membres=frozenset(territoire.membres(jour)["code_insee"].astype("str")),
        revenus_exclus=regles.p8_ressources_manquantes == "exclues",
        mutations_exclues=regles.p3_mutations == "hors_mutations",
        ru_selon_ressources=regles.p10_relogement_ru == "selon_ressources",
        objectifs=par_cible(references.objectifs),
        inclusions=inclusions_des_publics(references.nomenclatures),
        morceaux=morceaux_des_logements(references.nomenclatures),
        constantes=constantes,
        communes_dominees=siens.dominees,
        sans_ventilation=siens.sans_ventilation,
        conventions=siens.conventions,
        variantes={
            regle: effet(regles, regles_de_comptage(references, annee, choix))
            for regle, choix in alternatives(references, regles).items()
        },
        classe_de_l_annee=classe_de_l_annee(references.nomenclatures["anciennetes"]),
        classes_anormales=classes_anormales(references.nomenclatures["anciennetes"], regles.delai_anormal_mois),
        regroupements=regroupements_de_la_cotation(references, jour),
    )


def classes_anormales(anciennetes: Nomenclature, mois: float | None) -> tuple[frozenset[str], str]:
    """The classes of anciennetes.csv that are wholly of the abnormal delay, and the one that it cuts, or nothing."""
    entieres, coupee = set(), ""
    for code, bas, haut in anciennetes.bornes:
        if mois is None:
            continue
        if max(bas, 0) * _MOIS_PAR_AN >= mois:
            entieres.add(code)
        elif (haut + 1) * _MOIS_PAR_AN > mois:
            coupee = code
    return frozenset(entieres), coupee


def classe_de_l_annee(anciennetes: Nomenclature) -> str:
    """The class of the requests filed in the year, and of them alone; nothing when no class is."""
    return next((code for code, bas, haut in anciennetes.bornes if bas == haut == 0), "")
