"""What everybody knows of a territory and of its counting rules, by which a reader deduces what is masked."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import pandas as pd

from cil_analysis.comptage.cibles import par_cible
from cil_analysis.grammaire.dimensions import Regroupement
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import alternatives, regles_de_comptage
from cil_analysis.reference.secteurs import HORS_SECTEUR
from cil_analysis.secret.preuve.effets import Effet, effet
from cil_analysis.secret.regles import part_dominante
from cil_analysis.secret.relations.recouvrements import (
    Partages,
    inclusions_des_publics,
    morceaux_des_classes,
    morceaux_partages,
    regroupements_declares,
    regroupements_partages,
)
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.systemes import preparations


def structure_du_territoire(
    references: References,
    annee: int,
    constantes: frozenset[str] = frozenset(),
    lignes: Mapping[str, pd.DataFrame] | None = None,
) -> Structure:
    """What everybody knows of the territory on 31 December of a year, and of its counting rules.

    ``lignes``: the prepared rows, of which some tell of one landlord, or that classes of two dimensions share rows.
    """
    jour, territoire = date(annee, 12, 31), references.territoire
    liens = territoire.communes_des_qpv(jour)
    paires = frozenset(zip(liens["qpv_code"], liens["code_insee"], strict=True))
    parc, regles = territoire.parc_social(annee), regles_de_comptage(references, annee)
    lues, part = lignes or {}, part_dominante(references.parametres, annee)
    partages = preparations.partages(lues, references)
    return Structure(
        liens=paires,
        secteurs=frozenset(lieux_des_secteurs(references, annee, paires)),
        communes_en_qpv=frozenset(liens["code_insee"]),
        communes_sans_parc=frozenset(str(commune) for commune in parc.index[parc.eq(0)]),
        membres=frozenset(territoire.membres(jour)["code_insee"].astype("str")),
        revenus_exclus=regles.p8_ressources_manquantes == "exclues",
        mutations_exclues=regles.p3_mutations == "hors_mutations",
        ru_selon_ressources=regles.p10_relogement_ru == "selon_ressources",
        objectifs=par_cible(references.objectifs),
        inclusions=inclusions_des_publics(references.nomenclatures).union(preparations.inclusions(references, jour)),
        morceaux=morceaux_des_classes(references.nomenclatures) | morceaux_partages(partages),
        constantes=constantes,
        communes_dominees=frozenset() if part is None else preparations.communes_dominees(lues, part),
        sans_ventilation=frozenset(preparations.sans_ventilation(lues)),
        conventions=preparations.conventions(lues),
        variantes=_variantes(references, annee),
        regroupements=tuple(_regroupements(references, annee, partages)),
    )


def _regroupements(references: References, annee: int, partages: Partages) -> Iterator[Regroupement]:
    """The classes that gather others: as nomenclatures and systems say, and by the rows that two dimensions share."""
    mois = {"mois_anormaux": regles_de_comptage(references, annee).delai_anormal_mois}
    yield from regroupements_declares(references.nomenclatures, mois)
    des_systemes = preparations.regroupements(references, date(annee, 12, 31))
    yield from (*des_systemes, *regroupements_partages(des_systemes, partages))


def lieux_des_secteurs(
    references: References, annee: int, paires: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """What each secteur holds: (secteur, commune, QPV), « » for what is in none; nothing where there are no secteurs.

    A QPV without a name may be in any commune; a résidence, inside the QPV of its commune or outside.
    """
    lieux, communes = references.secteurs.au(annee), set(references.territoire.communes["code_insee"].astype("str"))
    if any(lieux):
        for quartier, commune in (*paires, *((sans_nom, c) for c in communes for sans_nom in ("", NON_RENSEIGNE))):
            yield lieux.quartiers.get(quartier, lieux.communes.get(commune, HORS_SECTEUR)), commune, quartier
            for (la_sienne, _), secteur in lieux.residences.items():
                if la_sienne == commune:
                    yield secteur, commune, quartier


def _variantes(references: References, annee: int) -> dict[str, Effet]:
    """By rule set otherwise, in which direction it moves counts."""
    regles = regles_de_comptage(references, annee)
    return {
        regle: effet(regles, regles_de_comptage(references, annee, choix))
        for regle, choix in alternatives(references, regles).items()
    }
