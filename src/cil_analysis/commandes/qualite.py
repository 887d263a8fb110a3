"""« cil qualite »."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import MOTS, montrer, pour_le_proprietaire_seul
from cil_analysis.commandes.console.tableaux import (
    USAGE_INTERNE,
    dire_les_colonnes_absentes,
    libelles_des_colonnes,
    tableau,
)
from cil_analysis.commandes.reponses.priorites import expliquer
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.stockage import extraits_agreges
from cil_analysis.extraits.anomalies import REGLES
from cil_analysis.extraits.inconnus.libelles import dire_les_illisibles
from cil_analysis.extraits.journal import compter_anomalies, evolution, par_annee, par_bailleur, repartir
from cil_analysis.extraits.preparation import CONSTATS
from cil_analysis.extraits.verification import lire_tolerances
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.rapport.classeur.anomalies import Envoi, ecrire_anomalies
from cil_analysis.rapport.mots.formats import accorder, nombre
from cil_analysis.reference.agregats import AGREGATS, nommer_l_extrait
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import typographie

_BAISSE = "▼"
_SANS_BAILLEUR = "sans-bailleur"
_BAILLEURS = "bailleurs"


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    projet = ouvrir_projet(options.projet)
    references = References(projet)
    if options.priorites:
        return _priorites(references, options)
    _verifier_options(projet, references, options)
    choisis = [options.extrait] if options.extrait else list(references.dictionnaires)
    importes = [nom for nom in choisis if store.lire_journal(projet, nom, options.annee) is not None]
    agreges = extraits_agreges(projet, options.annee)
    if not importes and not set(agreges) & set(choisis):
        store.lire(projet, choisis[0], options.annee)  # Raises, and says what to import.
    seuil = lire_tolerances(references.parametres, options.annee).baisse_completude
    exposes = [_exposer(projet, references, nom, options, seuil) for nom in importes]
    montrer([f"Qualité des données de {options.annee} – {USAGE_INTERNE}"])
    for phrases in exposes:
        montrer(["", *phrases])
    if set(agreges) & set(choisis):
        montrer(["", *_dire_les_agregats(projet, references, agreges, options.annee)])
    manquants = [references.dictionnaires[nom].libelle for nom in choisis if nom not in (*importes, *agreges)]
    if manquants:
        montrer(["", f"Sans import pour {options.annee} : {', '.join(manquants)}."])
    if options.anomalies:
        print()
        with pour_le_proprietaire_seul():
            for nom in importes:
                for phrase in _ecrire_classeurs(projet, references, nom, options):
                    print(phrase)
    return 0


def _dire_les_agregats(projet: Projet, references: References, extraits: Sequence[str], annee: int) -> list[str]:
    """What became of the lines of the aggregated tables of a year, which have no cell of a household."""
    journal = store.lire_journal(projet, AGREGATS, annee) or {"comptes": {}, "motifs": {"rejetees": {}}}
    comptes, libelles = journal["comptes"], [references.dictionnaires[nom].libelle for nom in extraits]
    conservees = accorder(comptes.get("conservees", 0), "ligne conservée", "lignes conservées")
    return [
        f"{nommer_l_extrait(AGREGATS)} {annee} ({', '.join(libelles)}) : {conservees} sur "
        f"{nombre(comptes.get('lues', 0))} ; elles comptent des ménages, et n’ont ni complétude ni anomalie.",
        *(f"  Rejet, {motif} : {nombre(n)}." for motif, n in journal["motifs"]["rejetees"].items()),
    ]


def _priorites(references: References, options: argparse.Namespace) -> int:
    if options.extrait or options.bailleur or options.anomalies:
        options.mal_employee("--priorites va avec --annee, sans autre option")
    montrer(expliquer(references, options.annee))
    return 0


def _verifier_options(projet: Projet, references: References, options: argparse.Namespace) -> None:
    references.dictionnaires_de(options.extrait)
    codes = references.nomenclatures[_BAILLEURS].codes()
    if options.bailleur is not None and options.bailleur not in codes:
        raise ErreurCIL(f"Le bailleur « {options.bailleur} » est inconnu : attendu {', '.join(codes)}.")
    if options.anomalies is not None:
        dossier = options.anomalies.resolve()
        for interdit in (projet.brut.resolve(), projet.traite.resolve()):
            if interdit in (dossier, *dossier.parents):
                raise ErreurCIL(
                    f"Les classeurs d’anomalies ne s’écrivent pas dans {interdit} : nommez un autre dossier "
                    "avec --anomalies."
                )


def _exposer(
    projet: Projet, references: References, extrait: str, options: argparse.Namespace, seuil: float
) -> list[str]:
    """What there is to say of one extract of the year."""
    dictionnaire, annee = references.dictionnaires[extrait], options.annee
    libelles = libelles_des_colonnes(dictionnaire)
    bailleurs = references.nomenclatures[_BAILLEURS].libelles()
    lignes = store.lire(projet, extrait, annee)  # Raises, and says what to import, when only a journal is left.
    annees = [a for a in store.annees(projet, extrait) if a <= annee]
    journaux = {a: journal for a in annees if (journal := store.lire_journal(projet, extrait, a)) is not None}
    journal, comptes = journaux[annee], journaux[annee]["comptes"]
    conservees = accorder(comptes["conservees"], "ligne conservée", "lignes conservées")
    phrases = [f"{dictionnaire.libelle} {annee} : {conservees} sur {nombre(comptes['lues'])}."]
    phrases += _completude_par_annee(par_annee(journaux), libelles, seuil, options.bailleur is not None)
    parts = par_bailleur(lignes, options.bailleur)
    phrases += _completude_par_bailleur(parts, libelles, bailleurs)
    anomalies = store.lire_anomalies(projet, extrait, annee)
    if options.bailleur is not None:
        anomalies = anomalies[anomalies["bailleur"].eq(options.bailleur)]
    phrases += _anomalies(anomalies, libelles, bailleurs.get(options.bailleur, ""))
    if options.bailleur is None:
        phrases += _illisibles(anomalies, journal, dictionnaire, references, projet)
        phrases += [f"  À noter : {phrase}" for phrase in dire_les_colonnes_absentes(journal, dictionnaire)]
        phrases += _constats_et_doublons(journal)
    return phrases


def _completude_par_annee(parts: pd.DataFrame, libelles: Mapping[str, str], seuil: float, un_seul: bool) -> list[str]:
    absentes = [libelles.get(str(nom), str(nom)) for nom in parts.index[parts.isna().all(axis=1)]]
    presentes = parts.dropna(how="all")
    evolue = presentes.shape[1] > 1
    lignes = []
    for nom, valeurs, ecart in zip(presentes.index, presentes.to_numpy(), evolution(presentes), strict=True):
        suite = [_ecart(float(ecart), seuil)] if evolue else []
        lignes.append([libelles.get(str(nom), str(nom)), *(nombre(valeur, 1) for valeur in valeurs), *suite])
    entetes = ["Colonne", *(str(annee) for annee in presentes.columns), *(["évolution  "] if evolue else [])]
    legende = f" ; {_BAISSE} : baisse de plus de {nombre(seuil, 0 if seuil.is_integer() else 1)} points"
    qui = ", tous bailleurs" if un_seul else ""
    phrases = [
        f"  Complétude{qui}, en % de valeurs renseignées et lisibles{legende if evolue else ''} :",
        *tableau(entetes, lignes, retrait=4),
    ]
    if absentes:
        phrases.append(f"  Absentes des fichiers : {', '.join(absentes)}.")
    return phrases


def _ecart(points: float, seuil: float) -> str:
    """A signed number of points, and a mark when it is a drop beyond the threshold."""
    texte = nombre(points, 1)
    return f"{'+' if points > 0 and texte != '0,0' else ''}{texte} {_BAISSE if points < -seuil else ' '}"


def _completude_par_bailleur(
    parts: pd.DataFrame, libelles: Mapping[str, str], bailleurs: Mapping[str, str]
) -> list[str]:
    if parts.empty:
        return []
    lignes = [
        [libelles.get(str(nom), str(nom)), *(nombre(part, 1) for part in valeurs)]
        for nom, valeurs in parts[parts.gt(0).any(axis=1)].iterrows()
    ]
    codes = [str(code) for code in parts.columns]
    noms = [f"{code} : {bailleurs.get(code, code)}" for code in codes if code]
    return [
        "  Complétude par bailleur, en % de valeurs renseignées et lisibles :",
        *tableau(["Colonne", *(code or "inconnu" for code in codes)], lignes, retrait=4),
        *([f"    ({' ; '.join(noms)})"] if noms else []),
    ]


def _anomalies(anomalies: pd.DataFrame, libelles: Mapping[str, str], bailleur: str) -> list[str]:
    de_qui = f" de {bailleur}" if bailleur else ""
    fin = " :" if len(anomalies) else "."
    phrases = [f"  {accorder(len(anomalies), 'anomalie', 'anomalies')}{de_qui}{fin}"]
    for colonne, regle, effet, n in compter_anomalies(anomalies).itertuples(index=False):
        phrases.append(f"    {libelles.get(colonne, colonne)}, {REGLES.get(regle, regle)} : {nombre(n)} ({effet})")
    return phrases


def _fichiers_recus(projet: Projet, journal: Mapping[str, Any]) -> list[str]:
    """The raw files of an import as a command takes them, where data/raw holds one of each name; else « FICHIER »."""
    noms = [str(fichier["nom"]) for fichier in journal["fichiers"]]
    gardes = [chemin for chemin in projet.brut.rglob("*") if chemin.name in noms]
    trouves = {nom: [str(chemin) for chemin in gardes if chemin.name == nom] for nom in noms}
    return [chemin for chemins in trouves.values() for chemin in chemins if len(chemins) == 1] or ["FICHIER"]


def _illisibles(
    anomalies: pd.DataFrame,
    journal: Mapping[str, Any],
    dictionnaire: Dictionnaire,
    references: References,
    projet: Projet,
) -> list[str]:
    """What is filled and cannot be read: it is not « non renseigné »."""
    fichiers, illisibles = _fichiers_recus(projet, journal), journal.get("illisibles", {})
    lignes = dire_les_illisibles(anomalies, illisibles, fichiers, dictionnaire, references)
    titre = "  Illisibles : remplies, d’un libellé inconnu, et donc ni renseignées ni « non renseignées » :"
    return [titre, *(f"    {ligne}" for ligne in lignes)] if lignes else []


def _constats_et_doublons(journal: Mapping[str, Any]) -> list[str]:
    phrases = [f"  À noter, {CONSTATS.get(regle, regle)} : {nombre(n)}." for regle, n in journal["constats"].items()]
    doublons = journal["comptes"]["doublons"]
    motifs = [f"{motif} ({nombre(n)})" for motif, n in journal["motifs"]["doublons"].items()]
    if doublons:
        phrases.append(f"  {accorder(doublons, 'doublon écarté', 'doublons écartés')} : {', '.join(motifs)}.")
    return phrases


def _ecrire_classeurs(projet: Projet, references: References, extrait: str, options: argparse.Namespace) -> list[str]:
    """One workbook a landlord that has anomalies, and one for the rows without a landlord; what was written."""
    dictionnaire = references.dictionnaires[extrait]
    bailleurs = references.nomenclatures[_BAILLEURS].libelles()
    options.anomalies.mkdir(parents=True, exist_ok=True)
    phrases = []
    par_code = repartir(store.lire_anomalies(projet, extrait, options.annee), options.bailleur)
    for code, lignes in par_code.items():
        dites = lignes.assign(
            colonne=lignes["colonne"].map(libelles_des_colonnes(dictionnaire)).fillna(lignes["colonne"]),
            regle=lignes["regle"].map(REGLES).fillna(lignes["regle"]),
        )
        nom = re.sub(r"[^\w.-]", "_", code) or _SANS_BAILLEUR
        chemin = options.anomalies / f"anomalies-{options.annee}-{extrait}-{nom}.xlsx"
        envoi = Envoi(
            emetteur=projet.epci_nom,
            extrait=dictionnaire.libelle,
            annee=options.annee,
            destinataire=bailleurs.get(code, code),
            effets=MOTS["effets"],
            fictif=projet.donnees_fictives,
            libelles=_libelles_admis(references, dictionnaire, set(lignes["colonne"])),
        )
        ecrire_anomalies(dites, envoi, chemin)
        interne = "" if code else ", interne : ne pas envoyer"
        suite = typographie(f"({accorder(len(lignes), 'anomalie', 'anomalies')}{interne})")
        phrases.append(f"{chemin} {suite}")  # A path stays as it is.
    return phrases or [typographie(f"{dictionnaire.libelle} {options.annee} : aucune anomalie, aucun classeur.")]


def _libelles_admis(
    references: References, dictionnaire: Dictionnaire, colonnes: Set[str]
) -> dict[str, Mapping[str, str]]:
    """For those of the columns that have a list of codes, by label: code → label. Landlords know their own names."""
    return {
        colonne.libelle: references.nomenclatures[colonne.nomenclature].libelles()
        for colonne in dictionnaire.colonnes.values()
        if colonne.nom in colonnes and colonne.nomenclature not in ("", _BAILLEURS)
    }
