"""From a project to everything that its bilan publishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from cil_analysis.disclosure.bailleurs import AUCUN_BAILLEUR, Bailleurs, bailleurs
from cil_analysis.disclosure.dementis import AUCUN_DEMENTI, Dementis
from cil_analysis.disclosure.memoire import Memoire
from cil_analysis.disclosure.probleme import Indeductible
from cil_analysis.disclosure.protection import DejaPublie, Examen, motifs
from cil_analysis.disclosure.publies import deja_publie, lire_publications
from cil_analysis.disclosure.published import Publication, avec_derives, publier_ensemble
from cil_analysis.disclosure.regroupements import regroupements_de_la_cotation
from cil_analysis.disclosure.rules import ReglesSecret, regles_secret
from cil_analysis.disclosure.structure import Structure
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts import store
from cil_analysis.indicators.cadre import NOMBRE, Indicateur, cadre_vide
from cil_analysis.indicators.denombrement import absences
from cil_analysis.indicators.dimensions_demande import classe_de_l_annee, classes_anormales
from cil_analysis.indicators.exercice import AUTRES_EXTRAITS, EXTRAITS, Exercice, preparer_baux, preparer_exercice
from cil_analysis.indicators.exigences import exiger_les_references
from cil_analysis.indicators.registry import INDICATEURS, PAR_CODE, calculer_ensemble, par_indicateur
from cil_analysis.indicators.regles import Choix, regles_de_comptage
from cil_analysis.indicators.variantes import alternatives, effet, sensibilite
from cil_analysis.indicators.vocabulaire import EN_NOMBRE, REGLES_DE_COMPTAGE, SENSIBILITE
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References

# V01 is shown over five years (domain, §4.2), even when the convention is younger.
ANNEES_DE_LA_SERIE = 5
# What presentation may know of an import: files and row accounts, no count of households.
IMPORTS = ("extrait", "annee", "importe_le", "fichiers", "comptes", "motifs")


def debut_de_la_convention(references: References, annee: int) -> int:
    """The first year of the CIA in force in a year (governance/documents.csv), or the year itself without one."""
    documents = references.documents
    cia = documents[documents["document"].str.startswith("CIA-") & documents["debut"].notna()]
    fin = date(annee, 12, 31)
    debuts = [d for d in cia["debut"] if d.date() <= fin]
    return max(debuts).year if debuts else annee


def exercices(projet: Projet, references: References, annee: int, choix: Choix | None = None) -> list[Exercice]:
    """The years to count, oldest first: those imported since the convention began, and at least the last five.

    Raises ErreurCIL when ``annee`` itself has no data, or when the reference data lacks what the registry needs.
    """
    exiger_les_references(references)
    debut = min(debut_de_la_convention(references, annee), annee - ANNEES_DE_LA_SERIE + 1)
    importees = store.annees(projet, "attributions")
    if annee not in importees:
        store.lire(projet, "attributions", annee)  # Says what to do.
    annees = [a for a in importees if debut <= a <= annee]
    constantes = communes_constantes(references, annees)
    return [preparer_exercice(references, a, **_lire(projet, a), constantes=constantes, choix=choix) for a in annees]


def _lire(projet: Projet, annee: int) -> dict[str, pd.DataFrame]:
    """The rows of the extracts of a year."""
    extraits = (*EXTRAITS, *AUTRES_EXTRAITS.values())
    return {nom: store.lire(projet, nom, annee) for nom in extraits if annee in store.annees(projet, nom)}


def communes_constantes(references: References, annees: Sequence[int]) -> frozenset[str]:
    """The communes that are members on 31 December of every year of a series (P9)."""
    membres = [references.territoire.membres(date(a, 12, 31))["code_insee"].astype("str") for a in annees]
    return frozenset.intersection(*map(frozenset, membres)) if membres else frozenset()


def publier_annee(projet: Projet, references: References, annee: int, *, interne: bool = False) -> Publication:
    """Count every indicator of the registry and apply disclosure control, on unless ``interne`` asks otherwise.

    The bilans that stand under reports/ count as published. Raises ErreurCIL when they already show what has to be
    masked.
    """
    comptes = compter_annee(projet, references, annee, actif=not interne)
    deja = {} if interne else comptes.deja(projet, annee)
    examens = {} if interne else comptes.examens
    try:
        tables = publier_ensemble(comptes.cadres, comptes.regles, comptes.structures, deja, memoire(projet), examens)
    except Indeductible as erreur:
        raise sans_issue(projet, annee, deja) from erreur
    regles = comptes.regles
    imports = tuple({cle: j[cle] for cle in IMPORTS} for j in store.journaux(projet) if j.get("annee") in regles)
    dementis = AUCUN_DEMENTI if interne else comptes.dementis()
    return Publication(
        annee, tuple(regles), avec_derives(tables), regles[annee], interne, imports, dementis, comptes.absences
    )


def memoire(projet: Projet) -> Memoire:
    """What is remembered of a project's choices, beside its cleaned rows."""
    return Memoire(projet.memoire)


def sans_issue(projet: Projet, annee: int, deja: Mapping[int, DejaPublie]) -> ErreurCIL:
    """What to say when nothing protects a year."""
    if any(d.connues for d in deja.values()):
        return ErreurCIL(
            f"Le secret statistique ne peut plus être assuré pour {annee} : les autres bilans de {projet.rapports} "
            "montrent déjà des effectifs que les règles en vigueur masquent, ou de quoi les calculer. Retirez ces "
            "bilans de la diffusion, déplacez leurs dossiers hors de reports/, puis relancez."
        )
    return ErreurCIL(
        f"Le secret statistique ne peut pas être assuré pour {annee} : une année du bilan a trop peu d’attributions "
        "pour que rien ne s’en déduise. Ne diffusez pas ce bilan ; « --interne » en donne une version interne."
    )


def expliquer_annee(projet: Projet, comptes: Comptes, annee: int) -> pd.DataFrame:
    """The unmasked figures of a bilan, and in ``motif`` why each is masked (a key of ``rules.MOTIFS``), or empty.

    For internal use. Raises ErreurCIL like :func:`publier_annee`.
    """
    cadre, deja = comptes.cadre, comptes.deja(projet, annee)
    try:
        pourquoi = motifs(
            cadre, comptes.indicateurs, comptes.regles, comptes.structures, deja, memoire(projet), comptes.examens
        )
    except Indeductible as erreur:
        raise sans_issue(projet, annee, deja) from erreur
    return cadre.assign(motif=pourquoi)


@dataclass(frozen=True)
class Comptes:
    """The unmasked figures of a bilan, and by year the rules and the structure that protect them.

    ``absences``: by indicator and year, why figures cannot be computed.
    """

    cadres: Sequence[tuple[Indicateur, pd.DataFrame]]
    regles: Mapping[int, ReglesSecret]
    structures: Mapping[int, Structure]
    absences: Mapping[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)

    @property
    def indicateurs(self) -> dict[str, Indicateur]:
        """The indicators by code."""
        return {indicateur.code: indicateur for indicateur, _ in self.cadres}

    @property
    def cadre(self) -> pd.DataFrame:
        """The figures of all the indicators."""
        return pd.concat([cadre for _, cadre in self.cadres], ignore_index=True)

    @cached_property
    def examens(self) -> dict[int, Examen]:
        """By year, what the figures show and the sums that link them."""
        cadre = self.cadre
        return {
            annee: Examen(cadre[cadre["annee"].eq(annee)], self.indicateurs, structure)
            for annee, structure in self.structures.items()
        }

    def deja(self, projet: Projet, bilan: int) -> dict[int, DejaPublie]:
        """What readers already have of each year. Raises ErreurCIL for a bilan under reports/ that cannot be read."""
        publications = lire_publications(projet, remplace=bilan)
        if not publications:
            return {}
        return {
            annee: deja_publie(
                publications, bilan, annee, examen.valeurs, self.indicateurs,
                revenus_exclus=examen.structure.revenus_exclus,
            )
            for annee, examen in self.examens.items()
        }  # fmt: skip

    def dementis(self) -> Dementis:
        """What the counts belie of what everybody takes for true."""
        return Dementis(
            {annee: examen.dementies for annee, examen in self.examens.items()},
            {annee: examen.communes for annee, examen in self.examens.items()},
        )


def compter_annee(projet: Projet, references: References, annee: int, *, actif: bool = True) -> Comptes:
    """Count every indicator of the registry, before any disclosure control."""
    annees = exercices(projet, references, annee)
    _refuser_objectifs_sans_indicateur(references)
    regles = {e.annee: regles_secret(references.parametres, e.annee, actif=actif) for e in annees}
    _refuser_variables_inconnues(references, regles.values())
    comptes = [i for i in INDICATEURS if i.compte.population]
    cadres = par_indicateur(calculer_ensemble(comptes, annees, references.objectifs))
    cadres |= _sensibilites(projet, references, annees[-1])
    return Comptes(
        cadres=[(i, cadres[i.code] if i.code in cadres else cadre_vide()) for i in comptes],
        absences={(i.code, e.annee): manques for i in INDICATEURS for e in annees if (manques := absences(i, e))},
        regles=regles,
        structures={
            e.annee: structure_du_territoire(
                references, e.annee, e.constantes, bailleurs(references, e.annee, e.lignes)
            )
            for e in annees
        },
    )


def _sensibilites(projet: Projet, references: References, exercice: Exercice) -> dict[str, pd.DataFrame]:
    """What each alternative of a counting rule would make of the indicators that have a table of sensitivity."""
    # Objectives are counted over the leases alone.
    baux = store.lire(projet, "attributions", exercice.annee)
    variantes = {
        regle: preparer_baux(references, exercice.annee, baux, constantes=exercice.constantes, choix=choix)
        for regle, choix in alternatives(references, exercice.regles).items()
    }
    return {
        indicateur.code: sensibilite(indicateur, PAR_CODE[indicateur.code.removesuffix(SENSIBILITE)], variantes)
        for indicateur in INDICATEURS
        if indicateur.modalites == REGLES_DE_COMPTAGE
    }


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
        publics_prioritaires=_publics_prioritaires(references),
        constantes=constantes,
        communes_dominees=siens.dominees,
        sans_ventilation=siens.sans_ventilation,
        variantes={
            regle: effet(regles, regles_de_comptage(references, annee, choix))
            for regle, choix in alternatives(references, regles).items()
        },
        classe_de_l_annee=classe_de_l_annee(references.nomenclatures["anciennetes"]),
        classes_anormales=classes_anormales(references.nomenclatures["anciennetes"], regles.delai_anormal_mois),
        regroupements=regroupements_de_la_cotation(references, jour),
    )


def _publics_prioritaires(references: References) -> frozenset[str]:
    """The publics told by a category of L441-1 or a DALO status alone: all their households are priority ones."""
    publics = references.nomenclatures["publics"].table
    return frozenset(publics.loc[publics["logements_actuels"].eq(""), "code"].astype("str"))


def _refuser_objectifs_sans_indicateur(references: References) -> None:
    """An objective that nothing would follow must not be passed over in silence."""
    suivis = {i.code: i for i in INDICATEURS if i.a_objectif}
    en_nombre = {code.removesuffix(EN_NOMBRE) for code, i in suivis.items() if i.unite == NOMBRE}
    en_part = {code for code, i in suivis.items() if i.unite != NOMBRE}
    table = references.objectifs
    for code, unite, modalite in sorted(set(zip(table["indicateur"], table["unite"], table["modalite"], strict=True))):
        possibles, quoi = (en_nombre, "aucun objectif en nombre") if unite == NOMBRE else (en_part, "aucun objectif")
        if code not in possibles:
            raise ErreurCIL(
                f"objectifs.csv : {quoi} ne se suit sur l’indicateur « {code} ». Indicateurs possibles : "
                f"{', '.join(sorted(possibles)) or 'aucun'}."
            )
        nomenclature = references.nomenclatures.get(suivis[code].modalites) if code in suivis else None
        admises = nomenclature.codes(None) if nomenclature else []
        if modalite and modalite not in admises:
            raise ErreurCIL(
                f"objectifs.csv : l’indicateur « {code} » n’a pas de modalité « {modalite} ». Modalités possibles : "
                f"{', '.join(admises) or 'aucune (vider la colonne modalite)'}."
            )


def _refuser_variables_inconnues(references: References, regles: Iterable[ReglesSecret]) -> None:
    """A sensitive variable that nothing would match must not be passed over in silence."""
    for variable in sorted(set().union(*(r.variables_sensibles for r in regles))):
        nom, _, code = variable.partition("/")
        nomenclature = references.nomenclatures.get(nom)
        if nomenclature is None or (code and code not in nomenclature.codes(None)):
            raise ErreurCIL(
                f"secret.yml : la variable sensible « {variable} » n’est ni une nomenclature de data/reference/"
                "nomenclatures, ni l’un de ses codes (nomenclature/code) : corrigez « variables_sensibles »."
            )


def derniere_annee(projet: Projet) -> int:
    """The last year imported. Raises ErreurCIL when the project has no data."""
    connues = store.annees(projet, "attributions")
    if not connues:
        raise ErreurCIL(
            f"Le projet {projet.racine} n’a encore aucune donnée : importez un extrait avec « cil importer FICHIER "
            "--annee AAAA »."
        )
    return connues[-1]
