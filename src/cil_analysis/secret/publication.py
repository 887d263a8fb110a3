"""Everything that a bilan publishes: from the counts of a project, or read back from the bilan under reports/."""

import json
from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.empreintes import empreinte_du_fichier
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.stockage import annees
from cil_analysis.extraits.anomalies import citer_entete
from cil_analysis.grammaire.dimensions import MANQUE
from cil_analysis.grammaire.registre import registre
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.repartition import reveiller
from cil_analysis.secret.comptage import Comptes, compter_ensemble, preparer
from cil_analysis.secret.memoire import Memoire
from cil_analysis.secret.preuve.probleme import Indeductible
from cil_analysis.secret.preuve.programme import Contradiction
from cil_analysis.secret.preuve.protection import DejaPublie, Moyens, est_charge, proteger
from cil_analysis.secret.publies import FICHIER, JOURNAL
from cil_analysis.secret.regles import ReglesSecret, regles_secret
from cil_analysis.secret.table_publiee import Publication, PublishedTable, avec_derives, publier_ensemble, relire_tables

_IMPORTS = ("extrait", "annee", "importe_le", "fichiers", "comptes", "motifs")
# A landlord that sends a file of its own has so many leases; other sheets may be called by the name of a person.
_TUS = ("lignes", "octets", "feuilles_non_lues", "masquees", "incalculees")


def publier_annee(
    references: References, annee: int, *, interne: bool = False, equipe: Executor | None = None
) -> Publication:
    """Count every indicator of the registry and apply disclosure control, on unless ``interne`` asks otherwise.

    The bilans that stand under reports/ count as published. ``equipe``: what protects several years at once. Raises
    ErreurCIL when they already show what has to be masked.
    """
    projet = references.projet
    prepare = preparer(projet, references, annee, actif=not interne)
    if equipe is not None and not interne:
        reveiller(equipe, est_charge, len(prepare.exercices))  # A processor is idle while this process counts.
    return publier(projet, next(compter_ensemble([prepare])), annee, interne=interne, equipe=equipe)


def publier(
    projet: Projet, comptes: Comptes, annee: int, *, interne: bool, equipe: Executor | None = None
) -> Publication:
    """The same, once everything is counted."""
    deja = {} if interne else comptes.deja(projet, annee)
    examens = {} if interne else comptes.examens
    try:
        moyens = Moyens(Memoire(projet.memoire), equipe)
        tables = publier_ensemble(comptes.cadres, comptes.regles, comptes.structures, deja, moyens, examens)
    except (Indeductible, Contradiction) as erreur:
        raise sans_issue(projet, annee, comptes.regles, deja) from erreur
    regles = comptes.regles
    siennes = {} if projet.partition else tables  # The journal of a project of several EPCI counts the rows of all.
    imports = tuple(
        import_dit(j)
        | {"extraits": j.get("extraits", []), "illisibles": illisibles_dits(j, siennes, regles[j["annee"]])}
        for j in store.journaux(projet)
        if j.get("annee") in regles
    )
    return Publication(
        annee,
        tuple(regles),
        avec_derives(tables, comptes.registre),
        regles[annee],
        interne,
        imports,
        None if interne else comptes.lecteurs,
        comptes.absences,
    )


def import_dit(journal: Mapping[str, Any]) -> dict[str, Any]:
    """What a report may know of an import: its files and the account of all their rows, not that of each file."""
    fichiers = [_fichier_dit(fichier, rang) for rang, fichier in enumerate(journal["fichiers"], 1)]
    return {cle: journal[cle] for cle in _IMPORTS} | {"fichiers": fichiers}


def _fichier_dit(fichier: Mapping[str, Any], rang: int) -> dict[str, Any]:
    """Without a name that holds an address or a number, nor the digest of a file that has no number of households.

    Of a table of counts, all but a few published, the digest is found again by whoever tries the masked ones.
    """
    tus = _TUS if "numero_unique" in fichier.get("colonnes", ()) else (*_TUS, "sha256")
    noms = {nom for nom in ("nom", "feuille") if citer_entete(fichier.get(nom, "")) != fichier.get(nom, "")}
    return {nom: f"(masqué) {rang}" if nom in noms else dit for nom, dit in fichier.items() if nom not in tus}


def illisibles_dits(
    journal: Mapping[str, Any], tables: Mapping[str, PublishedTable], regles: ReglesSecret
) -> dict[str, int | None]:
    """The columns of an import that have filled cells which cannot be read → how many kept rows lack their value.

    None where they are few, or leave few that are empty: these rows are households. Nor is it told where the figure of
    the missing values is masked. Those of rejected rows are told by the account of the rows.
    """
    manquantes = {
        ligne["modalite"]: ligne["numerateur"]
        for table in tables.values()
        if (table.indicateur.compte.population, table.indicateur.compte.axe) == (journal["extrait"], MANQUE)
        for ligne in table.ou(annee=journal["annee"]).lignes()
    }

    def se_dit(nom: str, combien: int) -> bool:
        comptes = (combien, manquantes.get(nom, float("nan")) - combien)
        seuil = regles.seuil_de_la_colonne(journal["extrait"], nom)
        return not regles.actif or all(n == 0 or n >= seuil for n in comptes)

    lues = {n: c["conservees"] for n, c in journal.get("illisibles", {}).items() if c["illisibles"] > c["rejetees"]}
    return {nom: combien if se_dit(nom, combien) else None for nom, combien in lues.items()}


def sans_issue(projet: Projet, annee: int, annees: Collection[int], deja: Mapping[int, DejaPublie]) -> ErreurCIL:
    """What to say when nothing protects a year. ``annees``: those of its bilan."""
    if any(d.connues for d in deja.values()):
        return ErreurCIL(
            f"Le secret statistique ne peut plus être assuré pour {annee} : les autres bilans de {projet.rapports} "
            "montrent déjà des effectifs que les règles en vigueur masquent, ou de quoi les calculer. Retirez ces "
            "bilans de la diffusion, déplacez leurs dossiers hors de reports/, puis relancez."
        )
    baux = [j for j in store.journaux(projet) if j["extrait"] == "attributions" and j["annee"] in annees]
    petite = min(baux, key=lambda j: int(j["comptes"]["conservees"]), default={"annee": annee})["annee"]
    return ErreurCIL(
        f"Le secret statistique ne peut pas être assuré pour {annee} : une année du bilan, {petite} sans doute, a trop "
        f"peu d’attributions pour que rien ne s’en déduise. Vérifiez son import (« cil qualite --annee {petite} »). Ne "
        "diffusez pas ce bilan ; « --interne » en donne une version interne."
    )


def expliquer_annee(projet: Projet, comptes: Comptes, annee: int) -> pd.DataFrame:
    """The unmasked figures of a bilan, and in ``motif`` why each is masked (a key of ``rules.MOTIFS``), or empty.

    For internal use. Raises ErreurCIL like :func:`publier_annee`.
    """
    cadre, deja = comptes.cadre, comptes.deja(projet, annee)
    try:
        protection = proteger(comptes.examens, comptes.regles, deja, Moyens(Memoire(projet.memoire)))
    except Indeductible as erreur:
        raise sans_issue(projet, annee, comptes.regles, deja) from erreur
    return cadre.assign(motif=protection.motifs)


def derniere_annee(projet: Projet) -> int:
    """The last year imported. Raises ErreurCIL when the project has no data."""
    connues = annees(projet, "attributions")
    if not connues:
        raise ErreurCIL(
            f"Le projet {projet.racine} n’a encore aucune donnée : importez un extrait avec « cil importer FICHIER "
            "--annee AAAA »."
        )
    return connues[-1]


def relire_publication(references: References, annee: int, *, exiger_a_jour: bool = True) -> Publication:
    """What the bilan of a year publishes, from its own files: quicker than to count, and no other figure can appear.

    Raises ErreurCIL when there is none, when it is an internal version, when the file of figures has changed since, or
    when the extracts or the reference data have, unless not ``exiger_a_jour``.
    """
    projet = references.projet
    dossier = projet.rapports / str(annee)
    journal = _lire_journal(dossier, annee)
    if empreinte_du_fichier(dossier / FICHIER) != journal["sha256_indicateurs"]:
        raise ErreurCIL(
            f"{dossier / FICHIER} manque, ou n’est plus tel que « cil bilan » l’a écrit avec {JOURNAL} : relancez "
            f"« cil bilan --annee {annee} », puis cette commande."
        )
    if journal["interne"]:
        raise ErreurCIL(
            f"{dossier} est une version interne, sans secret statistique : relancez « cil bilan --annee {annee} »."
        )
    annees = tuple(int(a) for a in journal["annees"])
    actuels = [import_dit(j) for j in store.journaux(projet) if j.get("annee") in annees]
    change = actuels != journal["entrees"] or references.empreinte() != journal["empreinte_references"]
    if change and exiger_a_jour:
        raise ErreurCIL(
            f"Les extraits ou les référentiels ont changé depuis le bilan {annee} : relancez « cil bilan --annee "
            f"{annee} », puis cette commande."
        )
    regles = regles_secret(references.parametres, annee)
    return Publication(
        annee, annees, relire_tables(dossier, registre(references)), regles, False, tuple(journal["entrees"])
    )


def _lire_journal(dossier: Path, annee: int) -> dict[str, Any]:
    try:
        journal: dict[str, Any] = json.loads((dossier / JOURNAL).read_text(encoding="utf-8"))
        _ = journal["interne"], journal["annees"], journal["empreinte_references"], journal["sha256_indicateurs"]
        max(datetime.fromisoformat(entree["importe_le"]) for entree in journal["entrees"])
    except FileNotFoundError:
        raise ErreurCIL(
            f"Le bilan {annee} n’est pas encore produit, ou n’a plus de {JOURNAL} : lancez « cil bilan --annee {annee} "
            "», puis cette commande."
        ) from None
    except (ValueError, KeyError, TypeError) as erreur:
        raise ErreurCIL(
            f"{dossier / JOURNAL} est abîmé : relancez « cil bilan --annee {annee} », puis cette commande."
        ) from erreur
    return journal
