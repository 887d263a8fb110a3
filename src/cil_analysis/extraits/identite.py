"""What tells an import from another: its files, its lists, and what they are read by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from cil_analysis.empreintes import empreinte_du_code
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.atelier import Consigne
from cil_analysis.extraits.journal import VERSION
from cil_analysis.extraits.listes import perdues, sont_lues
from cil_analysis.extraits.lots import Envoi, extraits_voisins, nommer
from cil_analysis.extraits.pseudonymes import empreinte
from cil_analysis.projet import Projet


def journaux(projet: Projet, consigne: Consigne) -> list[dict[str, Any] | None]:
    """Those of the import that one replaces, and of the other extracts that it looks at."""
    voisins = extraits_voisins(consigne.dictionnaire, consigne.annee)
    siens = [(consigne.dictionnaire.extrait, consigne.annee), *voisins]
    return [store.lire_journal(projet, extrait, annee) for extrait, annee in siens]


def deja_fait(projet: Projet, envoi: Envoi, consignes: Sequence[Consigne], *, ajouter: bool) -> dict[str, Any] | None:
    """The journal of the import that these very files would be, by their digests: nothing of them has to be read.

    ``consignes``: one for each extract that they may be of. ``ajouter``: files that are in an import already add
    nothing to it, unless a list is new.
    """
    empreintes = {source.sha256 for source in envoi.sources}
    for consigne in consignes:
        extrait = consigne.dictionnaire.extrait
        ancien = store.lire_journal(projet, extrait, consigne.annee)
        if ancien is None or not empreintes <= {fichier["sha256"] for fichier in ancien["fichiers"]}:
            continue
        identique = ancien.get("identite") == identite(envoi, marques(projet, consigne))
        n_ajoute_rien = ajouter and sont_lues(ancien, envoi.listes)
        if n_ajoute_rien or (identique and store.est_intact(projet, extrait, consigne.annee)):
            return ancien
    return None


def marques(projet: Projet, consigne: Consigne) -> dict[str, str]:
    """What an import depends on besides its files: reference data, key, the other extracts, the code that reads."""
    _, *voisins = journaux(projet, consigne)
    return {
        "references": consigne.references.empreinte(),
        "empreinte_cle": empreinte(consigne.cle),
        "voisins": " ".join(str(journal["identite"]) for journal in voisins if journal is not None),
        "code": empreinte_du_code("extraits", "reference"),
    }


def identite(envoi: Envoi, marques: Mapping[str, str], uni_a: Sequence[str] = ()) -> str:
    """The digest of an import: these files under these marks, united with the one before if there is one."""
    condense = hashlib.sha256()
    listes = sorted(f"{code} {source.sha256}" for code, siennes in envoi.listes.items() for source in siennes)
    for morceau in (VERSION, *marques.values(), *uni_a, *sorted(s.sha256 for s in envoi.sources), *listes):
        condense.update(morceau.encode() + b"\n")
    return condense.hexdigest()


def verifier_l_ajout(ancien: Mapping[str, Any], envoi: Envoi, consigne: Consigne, siennes: Mapping[str, str]) -> None:
    """Refuse a union in which a row could count twice, or in which two readings of the same labels would mix.

    So would one whose rows were not all looked for in the same lists. ``siennes``: its marks.
    """
    noms = ", ".join(fichier["nom"] for fichier in ancien["fichiers"])
    ensemble = f"Importez ensemble, sans --ajouter, tous les fichiers de l’année ({noms}, {nommer(envoi.sources)})."
    connus = {fichier["sha256"] for fichier in ancien["fichiers"]}
    doubles = [source for source in envoi.sources if source.sha256 in connus]
    if doubles:
        suite = f" Pour lire une liste de plus : {ensemble}" if envoi.listes else ""
        raise ErreurCIL(f"{nommer(doubles)} est déjà importé : ne nommez que les fichiers à ajouter.{suite}")
    if manquent := perdues(ancien, envoi.listes):
        raise ErreurCIL(
            f"L’import précédent a lu des listes que celui-ci ne nomme pas : {', '.join(manquent)}. Nommez-les aussi "
            f"(--liste CODE=FICHIER), pour que les lignes de {nommer(envoi.sources)} y soient cherchées."
        )
    if ancien.get("references") != siennes["references"]:
        raise ErreurCIL(f"Les référentiels (data/reference) ont changé depuis l’import précédent. {ensemble}")
    dictionnaire = consigne.dictionnaire
    gardees = {c.nom for c in dictionnaire.colonnes.values() if c.conservation != "transitoire"}
    if not set(dictionnaire.doublon) <= gardees:
        raise ErreurCIL(
            f"Les doublons de l’extrait « {dictionnaire.extrait} » ne se reconnaissent que dans les fichiers reçus. "
            + ensemble
        )
