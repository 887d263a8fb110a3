"""One import: files of one extract and one year, from raw to stored, with its journal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts import matching, store
from cil_analysis.extracts.anomalies import COLONNES
from cil_analysis.extracts.preparation import Tri, preparer
from cil_analysis.extracts.pseudonyms import ecrire_cle, empreinte, lire_cle, tirer_cle
from cil_analysis.extracts.reading import Brut, lire
from cil_analysis.extracts.schemas import PSEUDONYME, dtypes, schema, valider
from cil_analysis.project import Projet
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.ensemble import References

# Above this share of rejected rows the file is refused: it is more likely misread than bad (architecture, D2).
PART_REJETEE_MAXIMALE = 0.20
# Above this share of requests filed after 31 December, the stock is that of another year.
PART_DEPOSEE_APRES_MAXIMALE = 0.20
VERSION = version("cil-analysis")
ANNEE_MINIMALE, ANNEE_MAXIMALE = 1900, 2200


@dataclass(frozen=True)
class Bilan:
    """What the caller shows: the journal, and whether the import was already there (then nothing changed).

    ``anomalies``: those of this import, one row each; none when it was already there. ``remplace``: when the import
    that this one replaces was made (ISO), or None.
    """

    journal: dict[str, Any]
    deja_fait: bool
    anomalies: pd.DataFrame
    remplace: str | None


def importer(
    projet: Projet,
    references: References,
    fichiers: Sequence[Path],
    annee: int,
    *,
    extrait: str | None = None,
    aujourd_hui: date | None = None,
) -> Bilan:
    """Import the files of one extract and year; a previous import of the same year and extract is replaced.

    Raises ErreurCIL, and changes nothing on disk, when a file is unusable, a required column is missing, more than a
    fifth of the rows are rejected, or more than a fifth of the requests are filed after the year. The same files under
    the same reference data change nothing.
    """
    if not fichiers:
        raise ErreurCIL("Nommez au moins un fichier à importer.")
    if extrait is not None and extrait not in references.dictionnaires:
        connus = ", ".join(references.dictionnaires)
        raise ErreurCIL(f"L’extrait « {extrait} » est inconnu : attendu {connus}.")
    if not ANNEE_MINIMALE <= annee <= ANNEE_MAXIMALE:
        raise ErreurCIL(f"L’année {annee} n’est pas possible : donnez une année de quatre chiffres, comme 2022.")
    _refuser_fichier_repete(fichiers)
    possibles = references.dictionnaires if extrait is None else {extrait: references.dictionnaires[extrait]}
    connus_par_extrait = [frozenset(d.entetes) for d in possibles.values()]
    bruts = [lire(fichier, connus_par_extrait) for fichier in fichiers]
    extrait = extrait or _reconnaitre(bruts, references)
    dictionnaire = references.dictionnaires[extrait]

    cle = _cle_verifiee(projet)
    identite = _identite(fichiers, references, cle)
    ancien = store.lire_journal(projet, extrait, annee)
    if ancien is not None and ancien.get("identite") == identite:
        return Bilan(ancien, deja_fait=True, anomalies=pd.DataFrame(columns=COLONNES), remplace=None)

    texte, origine, colonnes = _reunir(bruts, dictionnaire)
    if texte.empty:
        raise ErreurCIL(f"{_noms(fichiers)} : aucune ligne de données sous les en-têtes. Vérifiez le fichier.")
    tri = preparer(
        texte,
        origine,
        dictionnaire,
        references,
        annee=annee,
        aujourd_hui=aujourd_hui or date.today(),
        cle=cle,
        loges=_loges(projet, annee) if extrait == "demandes" else frozenset(),
    )
    _refuser_si_trop_de_rejets(tri, len(texte), fichiers)
    if extrait == "demandes":
        _refuser_si_autre_annee(tri, len(texte), fichiers, annee)
    if tri.donnees.empty:
        raise ErreurCIL(
            f"{_noms(fichiers)} : aucune ligne de {annee} dans le périmètre de l’intercommunalité. Vérifiez l’année "
            f"demandée et le fichier. {_detail(tri)}"
        )
    communes = references.territoire.communes["code_insee"].tolist()
    attendus = dtypes(dictionnaire)
    valider(tri.donnees, schema(dictionnaire, references.nomenclatures, annee, communes), attendus)
    journal = _journal(extrait, annee, fichiers, bruts, tri, colonnes)
    journal |= {"identite": identite, "empreinte_cle": empreinte(cle)}
    fiches = [fiche for fichier in fichiers if (fiche := _fiche(projet, fichier, extrait, annee))]
    if not projet.cle.exists():  # Only now: an import that is refused leaves no key behind.
        ecrire_cle(projet.cle, cle)
    store.enregistrer(projet, store.Import(extrait, annee, tri.donnees, tri.anomalies, journal))
    for chemin, texte_de_fiche in fiches:
        provisoire = chemin.with_name(chemin.name + ".tmp")
        provisoire.write_text(texte_de_fiche, encoding="utf-8")
        provisoire.replace(chemin)
    remplace = None if ancien is None else str(ancien.get("importe_le", ""))
    return Bilan(journal, deja_fait=False, anomalies=tri.anomalies, remplace=remplace)


def _loges(projet: Projet, annee: int) -> frozenset[str]:
    """The pseudonyms of the year's leases, when they are already imported."""
    if annee not in store.annees(projet, "attributions"):
        return frozenset()
    return frozenset(store.lire(projet, "attributions", annee)[PSEUDONYME].dropna())


def _noms(fichiers: Sequence[Path]) -> str:
    return ", ".join(fichier.name for fichier in fichiers)


def _refuser_fichier_repete(fichiers: Sequence[Path]) -> None:
    """The same content twice in one call would count twice the rows that have no N° unique."""
    deja: dict[str, str] = {}
    for fichier in (f for f in fichiers if f.is_file()):
        somme = _sha256(fichier)
        if somme in deja:
            raise ErreurCIL(f"{deja[somme]} et {fichier.name} sont le même fichier : ne le nommez qu’une fois.")
        deja[somme] = fichier.name


def _reconnaitre(bruts: Sequence[Brut], references: References) -> str:
    trouves = {
        matching.reconnaitre(list(brut.donnees.columns), references.dictionnaires, brut.fichier.name) for brut in bruts
    }
    if len(trouves) > 1:
        raise ErreurCIL(
            f"Ces fichiers sont de plusieurs extraits ({', '.join(sorted(trouves))}) : importez-les séparément."
        )
    return trouves.pop()


def _cle_verifiee(projet: Projet) -> bytes:
    """The key, checked against the one that earlier imports used: another would break the link between years.

    A new one is in memory only: the import writes it when it succeeds.
    """
    anciennes = {journal.get("empreinte_cle") for journal in store.journaux(projet)}
    if anciennes and not projet.cle.exists():
        raise ErreurCIL(
            f"La clé de pseudonymisation {projet.cle} a disparu, alors que des données ont été importées avec elle : "
            "remettez-en la copie de sauvegarde, ou videz data/processed et réimportez toutes les années."
        )
    cle = lire_cle(projet.cle) or tirer_cle()
    if anciennes and empreinte(cle) not in anciennes:
        raise ErreurCIL(
            f"La clé de pseudonymisation {projet.cle} n’est pas celle des imports précédents : remettez la bonne, ou "
            "videz data/processed et réimportez toutes les années."
        )
    return cle


def _identite(fichiers: Sequence[Path], references: References, cle: bytes) -> str:
    condense = hashlib.sha256()
    for morceau in (VERSION, references.empreinte(), empreinte(cle), *sorted(_sha256(f) for f in fichiers)):
        condense.update(morceau.encode() + b"\n")
    return condense.hexdigest()


def _sha256(fichier: Path) -> str:
    with fichier.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _reunir(
    bruts: Sequence[Brut], dictionnaire: Dictionnaire
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, list[str]]]:
    """One frame of canonical text columns for all files, the origin of each row, and what became of each heading."""
    textes, origines = [], []
    sort: dict[str, list[str]] = {"reconnues": [], "ignorees": [], "personnelles": [], "inconnues": []}
    for brut in bruts:
        appariement = matching.apparier(list(brut.donnees.columns), dictionnaire)
        matching.verifier(appariement, dictionnaire, brut.fichier.name)
        textes.append(pd.DataFrame({nom: brut.donnees[entete] for nom, entete in appariement.colonnes.items()}))
        origines.append(
            pd.DataFrame({"fichier": brut.fichier.name, "feuille": brut.feuille, "ligne": brut.donnees.index})
        )
        for categorie, entetes in (
            ("reconnues", sorted(appariement.colonnes)),
            ("ignorees", appariement.ignorees),
            ("personnelles", appariement.personnelles),
            ("inconnues", appariement.inconnues),
        ):
            sort[categorie] += [entete for entete in entetes if entete not in sort[categorie]]
    texte = pd.concat(textes, ignore_index=True).fillna("").astype("str")
    return texte, pd.concat(origines, ignore_index=True), sort


def _refuser_si_trop_de_rejets(tri: Tri, lignes: int, fichiers: Sequence[Path]) -> None:
    rejetees = sum(tri.rejetees.values())
    if lignes and rejetees / lignes > PART_REJETEE_MAXIMALE:
        raise ErreurCIL(
            f"{_noms(fichiers)} : {rejetees} lignes sur {lignes} seraient rejetées, plus de "
            f"{PART_REJETEE_MAXIMALE * 100:.0f} %. Le fichier est sans doute mal compris : vérifiez ses colonnes et le "
            f"territoire (data/reference). {_detail(tri)}"
        )


def _refuser_si_autre_annee(tri: Tri, lignes: int, fichiers: Sequence[Path], annee: int) -> None:
    apres = int(tri.anomalies["regle"].eq("depot_apres").sum())
    if apres / lignes > PART_DEPOSEE_APRES_MAXIMALE:
        raise ErreurCIL(
            f"{_noms(fichiers)} : {apres} demandes sur {lignes} sont déposées après le 31 décembre {annee}, plus de "
            f"{PART_DEPOSEE_APRES_MAXIMALE * 100:.0f} %. Ce stock est sans doute celui d’une autre année : vérifiez "
            "l’année demandée (--annee) et le fichier."
        )


def _detail(tri: Tri) -> str:
    motifs = [f"{motif} ({n})" for motif, n in {**tri.rejetees, **tri.hors_perimetre}.items()]
    return f"Détail : {' ; '.join(motifs)}." if motifs else ""


def _journal(
    extrait: str,
    annee: int,
    fichiers: Sequence[Path],
    bruts: Sequence[Brut],
    tri: Tri,
    colonnes: dict[str, list[str]],
) -> dict[str, Any]:
    """The account of the import (D1): lues = conservees + rejetees + doublons + hors_perimetre + ignorees."""
    ignorees: dict[str, int] = {}
    for brut in bruts:
        for motif, n in brut.ignorees.items():
            ignorees[motif] = ignorees.get(motif, 0) + n
    comptes = {
        "lues": sum(brut.lues for brut in bruts),
        "conservees": len(tri.donnees),
        "rejetees": sum(tri.rejetees.values()),
        "doublons": tri.doublons,
        "hors_perimetre": sum(tri.hors_perimetre.values()),
        "ignorees": sum(ignorees.values()),
    }
    if comptes["lues"] != sum(n for nom, n in comptes.items() if nom != "lues"):
        raise AssertionError(f"row account does not balance: {comptes}")
    return {
        "extrait": extrait,
        "annee": annee,
        "importe_le": datetime.now().astimezone().isoformat(timespec="seconds"),
        "version": VERSION,
        "fichiers": [
            {"nom": f.name, "sha256": _sha256(f), "octets": f.stat().st_size, "feuille": b.feuille, "lignes": b.lues}
            for f, b in zip(fichiers, bruts, strict=True)
        ],
        "comptes": comptes,
        "motifs": {
            "rejetees": tri.rejetees,
            "hors_perimetre": tri.hors_perimetre,
            "ignorees": ignorees,
        },
        "anomalies": len(tri.anomalies),
        "colonnes": colonnes,
        "manquants": {str(nom): int(n) for nom, n in tri.donnees.isna().sum().items()},
    }


def _fiche(projet: Projet, fichier: Path, extrait: str, annee: int) -> tuple[Path, str] | None:
    """The sidecar to write beside a raw file kept in the project. What a person filled in there is kept.

    None when there is nothing to write. Raises ErreurCIL for a damaged one, before anything is stored.
    """
    if projet.brut.resolve() not in fichier.resolve().parents:
        return None
    chemin = fichier.with_name(fichier.name + ".meta.yml")
    somme = _sha256(fichier)
    fiche: dict[str, Any] = {"source": None, "producteur": None, "licence_ou_convention": None}
    if chemin.is_file():
        try:
            lu = yaml.safe_load(chemin.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as erreur:
            raise ErreurCIL(f"{chemin} n’est pas un fichier YAML lisible : corrigez-le ou supprimez-le.") from erreur
        fiche |= lu if isinstance(lu, dict) else {}
        if fiche.get("sha256") == somme:
            return None
        precedents = fiche.get("sha256_precedents")
        fiche["sha256_precedents"] = [*(precedents if isinstance(precedents, list) else []), fiche.get("sha256")]
    fiche |= {
        "fichier": fichier.name,
        "extrait": extrait,
        "annee": annee,
        "sha256": somme,
        "recu_le": date.fromtimestamp(fichier.stat().st_mtime).isoformat(),
    }
    return chemin, yaml.safe_dump(fiche, allow_unicode=True, sort_keys=False)
