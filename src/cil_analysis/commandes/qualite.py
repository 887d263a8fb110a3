"""« cil qualite »."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import MOTS, USAGE_INTERNE, montrer, pour_le_proprietaire_seul
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.commandes.regles import expliquer
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.stockage import extraits_agreges
from cil_analysis.extraits.anomalies import REGLES
from cil_analysis.extraits.inconnus.libelles import dire_les_illisibles
from cil_analysis.extraits.journal import (
    compter_anomalies,
    dire_les_colonnes_absentes,
    evolution,
    par_annee,
    par_bailleur,
    repartir,
)
from cil_analysis.extraits.preparation import CONSTATS
from cil_analysis.extraits.verification import lire_tolerances
from cil_analysis.nombres import accorder, nombre
from cil_analysis.projet import Projet
from cil_analysis.rapport.classeur.anomalies import Envoi, ecrire_anomalies
from cil_analysis.rapport.mots.formats import signer
from cil_analysis.reference.agregats import AGREGATS, nommer_l_extrait
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import typographie

_BAILLEURS = "bailleurs"


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    projet, annee = options.projet, options.annee
    references = References(projet)
    if options.priorites:
        if options.extrait or options.bailleur or options.anomalies:
            options.mal_employee("--priorites va avec --annee, sans autre option")
        montrer(expliquer(references, annee))
        return
    _verifier_options(projet, references, options)
    choisis = [options.extrait] if options.extrait else list(references.dictionnaires)
    importes = [nom for nom in choisis if store.lire_journal(projet, nom, annee) is not None]
    agreges = extraits_agreges(projet, annee)
    if not importes and not set(agreges) & set(choisis):
        store.lire(projet, choisis[0], annee)  # Raises, and says what to import.
    bailleurs = references.nomenclatures[_BAILLEURS].libelles()
    agreges = agreges if set(agreges) & set(choisis) else []
    repondre(
        "qualite",
        annee=annee,
        usage_interne=USAGE_INTERNE,
        bailleur=bailleurs.get(options.bailleur),
        extraits=[_exposer(references, nom, annee, options.bailleur) for nom in importes],
        agreges=_des_agregats(references, agreges, annee) if agreges else None,
        manquants=[references.dictionnaires[nom].libelle for nom in choisis if nom not in (*importes, *agreges)],
    )
    if options.anomalies:
        print()
        with pour_le_proprietaire_seul():
            for nom in importes:
                _ecrire_les_classeurs(references, nom, options)


def _verifier_options(projet: Projet, references: References, options: argparse.Namespace) -> None:
    references.dictionnaires_de(options.extrait)
    codes = references.nomenclatures[_BAILLEURS].codes()
    if options.bailleur is not None and options.bailleur not in codes:
        raise ErreurCIL(f"Le bailleur « {options.bailleur} » est inconnu : attendu {', '.join(codes)}.")
    # What is in the reports is what leaves the service: a landlord's rows are for the landlord alone.
    for interdit in (projet.brut, projet.traite, projet.rapports) if options.anomalies else ():
        if options.anomalies.resolve().is_relative_to(interdit.resolve()):
            raise ErreurCIL(
                f"Les classeurs d’anomalies ne s’écrivent pas dans {interdit} : nommez un autre dossier avec "
                "--anomalies."
            )


def _des_agregats(references: References, extraits: Sequence[str], annee: int) -> Mapping[str, object]:
    """What became of the lines of the aggregated tables of a year, which have no cell of a household."""
    journal = store.lire_journal(references.projet, AGREGATS, annee) or {"comptes": {}, "motifs": {"rejetees": {}}}
    libelles = [references.dictionnaires[nom].libelle for nom in extraits]
    dits = {"titre": nommer_l_extrait(AGREGATS), "libelles": libelles}
    return dits | {"comptes": journal["comptes"], "rejets": journal["motifs"]["rejetees"]}


def _exposer(references: References, extrait: str, annee: int, bailleur: str | None) -> Mapping[str, object]:
    """What there is to say of one extract of the year, or of what one landlord sent."""
    projet, dictionnaire = references.projet, references.dictionnaires[extrait]
    libelles = dictionnaire.libelles_stockes()
    lignes = store.lire(projet, extrait, annee)  # Raises, and says what to import, when only a journal is left.
    annees = [a for a in store.annees(projet, extrait) if a <= annee]
    journaux = {a: journal for a in annees if (journal := store.lire_journal(projet, extrait, a)) is not None}
    journal, anomalies = journaux[annee], store.lire_anomalies(projet, extrait, annee)
    if bailleur is not None:
        anomalies = anomalies[anomalies["bailleur"].eq(bailleur)]
    comptees = compter_anomalies(anomalies).itertuples(index=False)
    constats, fichiers = journal["constats"].items(), _fichiers(projet, journal)
    return {
        "libelle": dictionnaire.libelle,
        "comptes": journal["comptes"],
        **_completude_par_annee(par_annee(journaux).rename(libelles), references, annee),
        **_completude_par_bailleur(par_bailleur(lignes, bailleur).rename(libelles), references),
        "nb_anomalies": len(anomalies),
        "anomalies": [
            (libelles.get(nom, nom), REGLES.get(regle, regle), effet, n) for nom, regle, effet, n in comptees
        ],
        # What is filled and cannot be read is not « non renseigné ».
        "illisibles": dire_les_illisibles(anomalies, journal.get("illisibles", {}), fichiers, dictionnaire, references),
        "absentes": dire_les_colonnes_absentes(journal, dictionnaire),
        "constats": [(CONSTATS.get(regle, regle), n) for regle, n in constats],
        "doublons": journal["motifs"]["doublons"],
    }


def _fichiers(projet: Projet, journal: Mapping[str, Any]) -> list[str]:
    """The raw files of an import as a command takes them, where data/raw holds one of each name."""
    noms = [str(fichier["nom"]) for fichier in journal["fichiers"]]
    gardes = [chemin for chemin in projet.brut.rglob("*") if chemin.name in noms]
    uniques = {c.name: str(c) for c in gardes if [g.name for g in gardes].count(c.name) == 1}
    return [uniques[nom] for nom in dict.fromkeys(noms) if nom in uniques] or ["FICHIER"]


def _completude_par_annee(parts: pd.DataFrame, references: References, annee: int) -> Mapping[str, object]:
    """One line a column, one column a year, then what changed in the last; ``parts``: by label."""
    seuil = lire_tolerances(references.parametres, annee).baisse_completude
    presentes = parts.dropna(how="all")
    lignes = [[str(nom), *(nombre(part, 1) for part in siennes)] for nom, *siennes in presentes.itertuples()]
    if evolue := presentes.shape[1] > 1:
        for ligne, ecart in zip(lignes, evolution(presentes), strict=True):
            ligne.append(f"{signer(ecart, 1)} {'▼' if ecart < -seuil else ' '}")
    return {
        "evolue": evolue,
        "seuil": nombre(seuil, 0 if seuil.is_integer() else 1),
        "entetes": ["Colonne", *map(str, presentes.columns), *(["évolution  "] if evolue else [])],
        "par_annee": lignes,
        "sans_valeur": list(parts.index[parts.isna().all(axis=1)]),
    }


def _completude_par_bailleur(parts: pd.DataFrame, references: References) -> Mapping[str, object]:
    """The same, one column a landlord, and who they are; nothing for an extract without landlords."""
    bailleurs, codes = references.nomenclatures[_BAILLEURS].libelles(), [str(code) for code in parts.columns]
    garnies = parts[parts.gt(0).any(axis=1)]
    return {
        "bailleurs": [] if parts.empty else ["Colonne", *(code or "inconnu" for code in codes)],
        "par_bailleur": [[str(nom), *(nombre(part, 1) for part in siennes)] for nom, *siennes in garnies.itertuples()],
        "noms": [f"{code} : {bailleurs.get(code, code)}" for code in codes if code],
    }


def _ecrire_les_classeurs(references: References, extrait: str, options: argparse.Namespace) -> None:
    """One workbook a landlord that has anomalies, and one for the rows without a landlord; say what was written."""
    projet, dictionnaire = references.projet, references.dictionnaires[extrait]
    bailleurs, libelles = references.nomenclatures[_BAILLEURS].libelles(), dictionnaire.libelles_stockes()
    options.anomalies.mkdir(parents=True, exist_ok=True)
    par_code = repartir(store.lire_anomalies(projet, extrait, options.annee), options.bailleur)
    for code, lignes in par_code.items():
        nom = re.sub(r"[^\w.-]", "_", code) or "sans-bailleur"
        chemin = options.anomalies / f"anomalies-{options.annee}-{extrait}-{nom}.xlsx"
        # Landlords know their own names: only the other lists of codes are told.
        listes = [c for c in dictionnaire.colonnes.values() if c.nomenclature not in ("", _BAILLEURS)]
        envoi = Envoi(
            emetteur=projet.epci_nom,
            extrait=dictionnaire.libelle,
            annee=options.annee,
            destinataire=bailleurs.get(code, code),
            effets=MOTS["effets"],
            fictif=projet.donnees_fictives,
            libelles={
                c.libelle: references.nomenclatures[c.nomenclature].libelles()
                for c in listes
                if c.nom in set(lignes["colonne"])
            },
        )
        dites = {"colonne": lignes["colonne"].replace(libelles), "regle": lignes["regle"].replace(REGLES)}
        ecrire_anomalies(lignes.assign(**dites), envoi, chemin)
        interne = "" if code else ", interne : ne pas envoyer"
        suite = typographie(f"({accorder(len(lignes), 'anomalie', 'anomalies')}{interne})")
        print(f"{chemin} {suite}")  # A path stays as it is.
    if not par_code:
        montrer([f"{dictionnaire.libelle} {options.annee} : aucune anomalie, aucun classeur."])
