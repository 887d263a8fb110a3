"""Adding to data/reference what a file shows and no list knows: the heading of a column, the label of a code.

A heading goes to the dictionary of its extract. A label of a list of codes is an alias of the list, for every column
and extract. One of a yes or no, of a place, or that says that nothing is given (``VIDE``), is of its column alone: it
goes to the dictionary as well. An organisation that its list lacks becomes a row of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.colonnes import LIBELLES, VIDE, Colonne, charger_dictionnaires
from cil_analysis.reference.ecriture.retouches import ajouter_aux_cellules, forme_ecrite, remplacer_ensemble
from cil_analysis.reference.nomenclatures import charger_nomenclatures
from cil_analysis.reference.texte import normaliser

MILLESIME = "ajoutes"
"""The vintage under which headings are written when none is named."""
USUELS = "usuels"
"""The vintage of the headings delivered with the software."""
_NOM_DE_MILLESIME = re.compile(r"[a-z0-9_]{1,40}")
_SOURCE = "Extrait reçu, où ce nom est écrit ; SIREN à renseigner"
_PROBABLE = "L"


# --- Headings -------------------------------------------------------------------------------------------------------


def verifier_millesime(nom: str) -> None:
    """Raises ErreurCIL for a vintage that cannot end the name of a column."""
    if not _NOM_DE_MILLESIME.fullmatch(nom):
        raise ErreurCIL(
            f"Le millésime « {nom} » n’est pas admis : employez des minuscules sans accent, des chiffres et « _ » "
            "(40 signes au plus), comme sne_2026."
        )


def ajouter_entetes(dossier: Path, ajouts: Mapping[str, Mapping[str, str]], millesime: str = MILLESIME) -> list[Path]:
    """Write headings into the column ``entetes_<millesime>``, made if absent, of the dictionaries of extracts.

    ``dossier``: data/reference. ``ajouts``: for each extract, heading → canonical column, « ignoree » or
    « personnelle ». Returns the files written. All of them are checked, by loading them, before the first is replaced.
    Raises ErreurCIL: nothing is written: the vintage has a bad name, the column is unknown, or the file's encoding has
    no sign for the heading.
    """
    verifier_millesime(millesime)
    nouveaux = {
        dossier / "columns" / f"{extrait}.csv": _ajouter_a_un_dictionnaire(
            dossier / "columns" / f"{extrait}.csv", entetes, millesime
        )
        for extrait, entetes in ajouts.items()
        if entetes
    }
    dictionnaires = remplacer_ensemble(dossier, nouveaux, charger_dictionnaires)
    for extrait, entetes in ajouts.items():
        for entete, nom in entetes.items():
            if dictionnaires[extrait].entetes.get(normaliser(entete)) != nom:
                raise AssertionError(f"heading not written: {extrait}, {nom}")
    return list(nouveaux)


def _ajouter_a_un_dictionnaire(chemin: Path, entetes: Mapping[str, str], millesime: str) -> bytes:
    destinations = {normaliser(entete): nom for entete, nom in entetes.items()}
    a_placer: dict[str, list[str]] = {}
    for entete, nom in entetes.items():
        if not normaliser(entete):
            raise ErreurCIL(
                f"L’en-tête « {forme_ecrite(entete)} » n’a ni lettre ni chiffre : renommez-le dans le fichier."
            )
        a_placer.setdefault(nom, []).append(forme_ecrite(entete))

    def garder(titre: str, nom: str, entete: str) -> bool:
        return not titre.startswith("entetes_") or destinations.get(normaliser(entete), nom) == nom

    return ajouter_aux_cellules(chemin, "colonne", f"entetes_{millesime}", a_placer, garder)


# --- Labels ---------------------------------------------------------------------------------------------------------


def est_un_alias(colonne: Colonne, code: str) -> bool:
    """Whether a choice is written in the list of codes rather than in the dictionary of the extract."""
    return colonne.type in ("code", "codes") and code != VIDE


def lieu(dossier: Path, extrait: str, colonne: Colonne, code: str) -> Path:
    """The file that a choice is written in."""
    if est_un_alias(colonne, code):
        return dossier / "nomenclatures" / f"{colonne.nomenclature}.csv"
    return dossier / "columns" / f"{extrait}.csv"


def code_nouveau(libelle: str, pris: Collection[str]) -> str:
    """A code for an organisation, from its name, that the list has not.

    >>> code_nouveau("Val Habitat (SEM)", []), code_nouveau("Val", ["VAL"])
    ('VAL_HABITAT_SEM', 'VAL_2')
    """
    base = "_".join(normaliser(libelle).upper().split())
    possibles = [base, *(f"{base}_{rang}" for rang in range(2, len(pris) + 3))]
    return next(code for code in possibles if code not in pris)


def ajouter_libelles(
    dossier: Path, ajouts: Mapping[tuple[str, Colonne], Mapping[str, str]], nouveaux: Collection[str] = ()
) -> list[Path]:
    """Write labels, each for its code; a label that led to another code leaves it.

    ``dossier``: data/reference. ``ajouts``: for each extract and column, label → code; ``nouveaux``: the codes that are
    to be added to their list. Returns the files written. All of them are checked, by loading them, before the first is
    replaced. Raises ErreurCIL: nothing is written: the label has no letter nor digit, the code is unknown, the label is
    the very name of another code, or the file's encoding has no sign for it.
    """
    par_fichier: dict[Path, dict[str, dict[str, str]]] = {}
    for (extrait, colonne), libelles in ajouts.items():
        for libelle, code in libelles.items():
            if not normaliser(libelle):
                raise ErreurCIL(
                    f"Le libellé « {forme_ecrite(libelle)} » n’a ni lettre ni chiffre : corrigez le fichier."
                )
            ligne = code if est_un_alias(colonne, code) else colonne.nom
            chemin = lieu(dossier, extrait, colonne, code)
            par_fichier.setdefault(chemin, {}).setdefault(ligne, {})[libelle] = code
            if est_un_alias(colonne, code) and normaliser(libelle) in colonne.libelles:  # That would come first.
                du_dictionnaire = par_fichier.setdefault(lieu(dossier, extrait, colonne, VIDE), {})
                du_dictionnaire.setdefault(colonne.nom, {})[libelle] = ""
    octets = {chemin: _inscrire(chemin, lignes, nouveaux) for chemin, lignes in par_fichier.items()}
    remplacer_ensemble(dossier, octets, _relire)
    return list(octets)


def _relire(dossier: Path) -> None:
    charger_dictionnaires(dossier)
    charger_nomenclatures(dossier / "nomenclatures")


def _inscrire(chemin: Path, lignes: Mapping[str, Mapping[str, str]], nouveaux: Collection[str]) -> bytes:
    if chemin.parent.name == "columns":
        textes = {
            nom: [f"{forme_ecrite(libelle)}={code}" for libelle, code in siens.items() if code]
            for nom, siens in lignes.items()
        }
        formes = {nom: {normaliser(libelle) for libelle in siens} for nom, siens in lignes.items()}

        def rester(titre: str, nom: str, morceau: str) -> bool:
            return titre != LIBELLES or normaliser(morceau.rpartition("=")[0]) not in formes.get(nom, set())

        return ajouter_aux_cellules(chemin, "colonne", LIBELLES, textes, rester)
    ecrits = {code: [forme_ecrite(libelle) for libelle in siens] for code, siens in lignes.items()}
    alias = {code: siens for code, siens in ecrits.items() if code not in nouveaux}
    ajoutees = [
        {"code": code, "libelle": siens[0], "alias": "|".join(siens[1:]), "source": _SOURCE, "confiance": _PROBABLE}
        for code, siens in ecrits.items()
        if code in nouveaux
    ]
    partants = {normaliser(libelle) for siens in lignes.values() for libelle in siens}
    return ajouter_aux_cellules(
        chemin,
        "code",
        "alias",
        alias,
        lambda titre, _, morceau: titre != "alias" or normaliser(morceau) not in partants,
        ajoutees,
    )
