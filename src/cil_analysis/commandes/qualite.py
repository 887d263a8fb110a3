"""« cil qualite »."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import MOTS, USAGE_INTERNE, montrer, pour_le_proprietaire_seul, tableau
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
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import typographie

_BAISSE = "▼"
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
    lignes = [f"Qualité des données de {annee} – {USAGE_INTERNE}"]
    for nom in importes:
        lignes += ["", *_exposer(references, nom, annee, options.bailleur)]
    if set(agreges) & set(choisis):
        lignes += ["", *_dire_les_agregats(references, agreges, annee)]
    manquants = [references.dictionnaires[nom].libelle for nom in choisis if nom not in (*importes, *agreges)]
    if manquants:
        lignes += ["", f"Sans import pour {annee} : {', '.join(manquants)}."]
    montrer(lignes)
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


def _dire_les_agregats(references: References, extraits: Sequence[str], annee: int) -> Iterator[str]:
    """What became of the lines of the aggregated tables of a year, which have no cell of a household."""
    journal = store.lire_journal(references.projet, AGREGATS, annee) or {"comptes": {}, "motifs": {"rejetees": {}}}
    comptes, libelles = journal["comptes"], [references.dictionnaires[nom].libelle for nom in extraits]
    conservees = accorder(comptes.get("conservees", 0), "ligne conservée", "lignes conservées")
    yield (
        f"{nommer_l_extrait(AGREGATS)} {annee} ({', '.join(libelles)}) : {conservees} sur "
        f"{nombre(comptes.get('lues', 0))} ; elles comptent des ménages, et n’ont ni complétude ni anomalie."
    )
    yield from (f"  Rejet, {motif} : {nombre(n)}." for motif, n in journal["motifs"]["rejetees"].items())


def _exposer(references: References, extrait: str, annee: int, bailleur: str | None) -> Iterator[str]:
    """What there is to say of one extract of the year, or of what one landlord sent."""
    projet, dictionnaire = references.projet, references.dictionnaires[extrait]
    bailleurs, libelles = references.nomenclatures[_BAILLEURS].libelles(), dictionnaire.libelles_stockes()
    lignes = store.lire(projet, extrait, annee)  # Raises, and says what to import, when only a journal is left.
    annees = [a for a in store.annees(projet, extrait) if a <= annee]
    journaux = {a: journal for a in annees if (journal := store.lire_journal(projet, extrait, a)) is not None}
    journal, comptes = journaux[annee], journaux[annee]["comptes"]
    conservees = accorder(comptes["conservees"], "ligne conservée", "lignes conservées")
    yield f"{dictionnaire.libelle} {annee} : {conservees} sur {nombre(comptes['lues'])}."
    seuil = lire_tolerances(references.parametres, annee).baisse_completude
    yield from _completude_par_annee(par_annee(journaux).rename(libelles), seuil, bailleur is not None)
    yield from _completude_par_bailleur(par_bailleur(lignes, bailleur).rename(libelles), bailleurs)
    anomalies = store.lire_anomalies(projet, extrait, annee)
    if bailleur is not None:
        anomalies = anomalies[anomalies["bailleur"].eq(bailleur)]
    de_qui = f" de {bailleurs[bailleur]}" if bailleur is not None else ""
    yield f"  {accorder(len(anomalies), 'anomalie', 'anomalies')}{de_qui}{' :' if len(anomalies) else '.'}"
    for colonne, regle, effet, n in compter_anomalies(anomalies).itertuples(index=False):
        yield f"    {libelles.get(colonne, colonne)}, {REGLES.get(regle, regle)} : {nombre(n)} ({effet})"
    if bailleur is None:
        yield from _exposer_le_reste(references, dictionnaire, journal, anomalies)


def _completude_par_annee(parts: pd.DataFrame, seuil: float, un_seul: bool) -> Iterator[str]:
    """One line a column, one column a year, then what changed in the last; ``parts``: by label."""
    presentes, evolue = parts.dropna(how="all"), parts.dropna(how="all").shape[1] > 1
    lignes = [[str(nom), *(nombre(part, 1) for part in siennes)] for nom, *siennes in presentes.itertuples()]
    if evolue:
        for ligne, ecart in zip(lignes, evolution(presentes), strict=True):
            ligne.append(f"{signer(ecart, 1)} {_BAISSE if ecart < -seuil else ' '}")
    legende = f" ; {_BAISSE} : baisse de plus de {nombre(seuil, 0 if seuil.is_integer() else 1)} points"
    qui = ", tous bailleurs" if un_seul else ""
    yield f"  Complétude{qui}, en % de valeurs renseignées et lisibles{legende if evolue else ''} :"
    entetes = ["Colonne", *map(str, presentes.columns), *(["évolution  "] if evolue else [])]
    yield from tableau(entetes, lignes, retrait=4)
    if len(absentes := parts.index[parts.isna().all(axis=1)]):
        yield f"  Absentes des fichiers : {', '.join(absentes)}."


def _completude_par_bailleur(parts: pd.DataFrame, bailleurs: Mapping[str, str]) -> Iterator[str]:
    """The same, one column a landlord, and who they are."""
    if parts.empty:
        return
    garnies = parts[parts.gt(0).any(axis=1)]
    lignes = [[str(nom), *(nombre(part, 1) for part in siennes)] for nom, *siennes in garnies.itertuples()]
    codes = [str(code) for code in parts.columns]
    yield "  Complétude par bailleur, en % de valeurs renseignées et lisibles :"
    yield from tableau(["Colonne", *(code or "inconnu" for code in codes)], lignes, retrait=4)
    if noms := [f"{code} : {bailleurs.get(code, code)}" for code in codes if code]:
        yield f"    ({' ; '.join(noms)})"


def _exposer_le_reste(
    references: References, dictionnaire: Dictionnaire, journal: Mapping[str, Any], anomalies: pd.DataFrame
) -> Iterator[str]:
    """What is filled and cannot be read, which is not « non renseigné »; columns that a file lacks; duplicates."""
    # The raw files as a command takes them, where data/raw holds one of each name.
    noms = [str(fichier["nom"]) for fichier in journal["fichiers"]]
    gardes = [chemin for chemin in references.projet.brut.rglob("*") if chemin.name in noms]
    uniques = {c.name: str(c) for c in gardes if [g.name for g in gardes].count(c.name) == 1}
    fichiers = [uniques[nom] for nom in dict.fromkeys(noms) if nom in uniques] or ["FICHIER"]
    illisibles = journal.get("illisibles", {})
    if lignes := dire_les_illisibles(anomalies, illisibles, fichiers, dictionnaire, references):
        yield "  Illisibles : remplies, d’un libellé inconnu, et donc ni renseignées ni « non renseignées » :"
        yield from (f"    {ligne}" for ligne in lignes)
    yield from (f"  À noter : {phrase}" for phrase in dire_les_colonnes_absentes(journal, dictionnaire))
    for regle, n in journal["constats"].items():
        yield f"  À noter, {CONSTATS.get(regle, regle)} : {nombre(n)}."
    if doublons := journal["comptes"]["doublons"]:
        motifs = [f"{motif} ({nombre(n)})" for motif, n in journal["motifs"]["doublons"].items()]
        yield f"  {accorder(doublons, 'doublon écarté', 'doublons écartés')} : {', '.join(motifs)}."


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
