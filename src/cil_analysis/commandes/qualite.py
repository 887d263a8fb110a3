"""« cil qualite »."""

import argparse
import re
from collections.abc import Mapping
from glob import escape
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import MOTS, USAGE_INTERNE, montrer, pour_le_proprietaire_seul
from cil_analysis.commandes.importer import dire_l_envoi
from cil_analysis.commandes.regles import expliquer
from cil_analysis.commandes.reponses import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.stockage import extraits_agreges
from cil_analysis.extraits.anomalies import COLONNES, REGLES
from cil_analysis.extraits.journal import parts_remplies
from cil_analysis.extraits.preparation import CONSTATS
from cil_analysis.extraits.verification import lire_tolerances
from cil_analysis.projet import Projet
from cil_analysis.rapport.classeur.anomalies import Envoi, ecrire_anomalies
from cil_analysis.rapport.mots.formats import signer
from cil_analysis.reference.agregats import AGREGATS, nommer_l_extrait
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE, LISTES_LUES
from cil_analysis.reference.ensemble import References
from cil_analysis.typographie import accorder, nombre, typographie

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
    choisis, bailleurs = references.dictionnaires_de(options.extrait), references.nomenclatures[_BAILLEURS].libelles()
    _verifier_options(projet, bailleurs, options)
    journaux = {nom: lu for nom in choisis if (lu := store.lire_journal(projet, nom, annee)) is not None}
    agreges = extraits_agreges(projet, annee)
    if choisis.keys().isdisjoint((*journaux, *agreges)):
        store.lire(projet, next(iter(choisis)), annee)  # Raises, and says what to import.
    repondre(
        "qualite",
        annee=annee,
        usage_interne=USAGE_INTERNE,
        bailleur=bailleurs.get(options.bailleur),
        bailleurs=bailleurs,
        extraits=[_exposer(references, nom, annee, options.bailleur) for nom in journaux],
        agreges=[] if choisis.keys().isdisjoint(agreges) else [references.dictionnaires[nom] for nom in agreges],
        agregats=store.lire_journal(projet, AGREGATS, annee),
        nom_des_agregats=nommer_l_extrait(AGREGATS),
        manquants=[d.libelle for nom, d in choisis.items() if nom not in (*journaux, *agreges)],
        regles=REGLES,
        constats=CONSTATS,
    )
    if options.anomalies:
        print()
        with pour_le_proprietaire_seul():
            for nom in journaux:
                _ecrire_les_classeurs(references, nom, options)


def _verifier_options(projet: Projet, bailleurs: Mapping[str, str], options: argparse.Namespace) -> None:
    if options.bailleur is not None and options.bailleur not in bailleurs:
        raise ErreurCIL(f"Le bailleur « {options.bailleur} » est inconnu : attendu {', '.join(bailleurs)}.")
    # What is in the reports is what leaves the service: a landlord's rows are for the landlord alone.
    for interdit in (projet.brut, projet.traite, projet.rapports) if options.anomalies else ():
        if options.anomalies.resolve().is_relative_to(interdit.resolve()):
            raise ErreurCIL(
                f"Les classeurs d’anomalies ne s’écrivent pas dans {interdit} : nommez un autre dossier avec "
                "--anomalies."
            )


def _exposer(references: References, extrait: str, annee: int, bailleur: str | None) -> Mapping[str, object]:
    projet, dictionnaire = references.projet, references.dictionnaires[extrait]
    libelles = dictionnaire.libelles_stockes()
    lignes = store.lire(projet, extrait, annee)  # Raises, and says what to import, when only a journal is left.
    # A year may have rows and no journal: one that was lost, or is of another place.
    lus = {a: store.lire_journal(projet, extrait, a) for a in store.annees(projet, extrait) if a <= annee}
    journaux = {a: lu for a, lu in lus.items() if lu is not None}
    journal, anomalies = journaux[annee], store.lire_anomalies(projet, extrait, annee)
    # Columns of the newest year first.
    parts = pd.DataFrame({a: parts_remplies(lu) for a, lu in reversed(journaux.items())}, dtype="float64")[[*journaux]]
    des_bailleurs = _completude_par_bailleur(lignes)
    if bailleur is not None:
        anomalies, des_bailleurs = anomalies[anomalies["bailleur"].eq(bailleur)], des_bailleurs.filter([bailleur])
    groupes = anomalies.groupby(["colonne", "regle", "effet"])
    absentes, seuil = parts.isna().all(axis=1), lire_tolerances(references.parametres, annee).baisse_completude
    remplies, deux = _en_lignes(parts[~absentes].rename(libelles)), parts[~absentes].iloc[:, -2:]
    # Points since the year before: a column that was or is in no file counts as empty, unless it is in neither.
    ecarts = deux.fillna(0).diff(axis=1).iloc[:, -1].mask(deux.isna().all(axis=1))
    for ligne, ecart in zip(remplies, ecarts, strict=True) if len(journaux) > 1 else ():
        ligne.append(f"{signer(ecart, 1)} {'▼' if ecart < -seuil else ' '}")
    return {
        "journal": journal,
        "libelles": libelles,
        "annees": list(journaux),
        "seuil": nombre(seuil, 0 if seuil.is_integer() else 1),
        "par_annee": remplies,
        "sans_valeur": [libelles.get(str(nom), nom) for nom in parts.index[absentes]],
        "bailleurs": list(map(str, des_bailleurs.columns)),
        "par_bailleur": _en_lignes(des_bailleurs[des_bailleurs.gt(0).any(axis=1)].rename(libelles)),
        "nb_anomalies": len(anomalies),
        "anomalies": list(groupes.size().reset_index(name="nombre").itertuples(index=False)),
        **dire_l_envoi(journal, anomalies, _fichiers(projet, journal), references),
    }


def _completude_par_bailleur(lignes: pd.DataFrame) -> pd.DataFrame:
    """One row is a stored column, one column a landlord, the unknown one last: the share of its rows with a value."""
    if "bailleur" not in lignes or lignes.empty:
        return pd.DataFrame()
    a_part = ["bailleur", LISTES_DU_MENAGE, LISTES_LUES]  # A household that is on no list lacks nothing.
    remplies = lignes.drop(columns=a_part, errors="ignore").notna()
    parts = remplies.groupby(lignes["bailleur"].fillna("")).mean().mul(100).T
    return parts[sorted(parts, key=_sans_bailleur_en_dernier)]


def _sans_bailleur_en_dernier(code: object) -> tuple[bool, str]:
    return code == "", str(code)


def _en_lignes(parts: pd.DataFrame) -> list[list[str]]:
    return [[str(nom), *(nombre(part, 1) for part in siennes)] for nom, *siennes in parts.itertuples()]


def _fichiers(projet: Projet, journal: Mapping[str, Any]) -> list[str]:
    """The raw files of an import as a command takes them, where data/raw holds one of each name."""
    noms = dict.fromkeys(str(fichier["nom"]) for fichier in journal["fichiers"])
    gardes = {nom: list(projet.brut.rglob(escape(nom))) for nom in noms}
    return [str(lieux[0]) for lieux in gardes.values() if len(lieux) == 1] or ["FICHIER"]


def _ecrire_les_classeurs(references: References, extrait: str, options: argparse.Namespace) -> None:
    """One workbook a landlord that has anomalies, and one for the rows without a landlord; say what was written."""
    projet, dictionnaire = references.projet, references.dictionnaires[extrait]
    bailleurs, libelles = references.nomenclatures[_BAILLEURS].libelles(), dictionnaire.libelles_stockes()
    options.anomalies.mkdir(parents=True, exist_ok=True)
    anomalies = store.lire_anomalies(projet, extrait, options.annee)[COLONNES]
    siennes = [(str(code), s) for code, s in anomalies.groupby("bailleur") if options.bailleur in (None, code)]
    for code, lignes in sorted(siennes, key=lambda paire: _sans_bailleur_en_dernier(paire[0])):
        nom = re.sub(r"[^\w.-]", "_", code) or "sans-bailleur"
        chemin = options.anomalies / f"anomalies-{options.annee}-{extrait}-{nom}.xlsx"
        envoi = Envoi(
            emetteur=projet.epci_nom,
            extrait=dictionnaire.libelle,
            annee=options.annee,
            destinataire=bailleurs.get(code, code),
            effets=MOTS["effets"],
            fictif=projet.donnees_fictives,
        )
        dites = {"colonne": lignes["colonne"].replace(libelles), "regle": lignes["regle"].replace(REGLES)}
        ecrire_anomalies(lignes.assign(**dites), envoi, chemin)
        interne = "" if code else ", interne : ne pas envoyer"
        suite = typographie(f"({accorder(len(lignes), 'anomalie', 'anomalies')}{interne})")
        print(f"{chemin} {suite}")  # A path stays as it is.
    if not siennes:
        montrer([f"{dictionnaire.libelle} {options.annee} : aucune anomalie, aucun classeur."])
