"""Adding to data/reference what a file shows and no list knows: the heading of a column, the label of a code.

A heading goes to the dictionary of its extract. A label of a list of codes is an alias of the list, for every column
and extract. One of a yes or no, of a place, or that says that nothing is given (``VIDE``), is of its column alone: it
goes to the dictionary as well. An organisation that its list lacks becomes a row of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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
# The row that a label is written in, the label, and its code.
Inscription = tuple[str, str, str]


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
    chemins = {dossier / "columns" / f"{extrait}.csv": entetes for extrait, entetes in ajouts.items() if entetes}
    nouveaux = {c: _ajouter_a_un_dictionnaire(c, entetes, millesime) for c, entetes in chemins.items()}
    dictionnaires = remplacer_ensemble(dossier, nouveaux, charger_dictionnaires)
    for extrait, entetes in ajouts.items():
        for entete, nom in entetes.items():
            if dictionnaires[extrait].entetes.get(normaliser(entete)) != nom:
                raise AssertionError(f"heading not written: {extrait}, {nom}")
    return list(nouveaux)


def _ajouter_a_un_dictionnaire(chemin: Path, entetes: Mapping[str, str], millesime: str) -> bytes:
    destinations = {normaliser(entete): nom for entete, nom in entetes.items()}
    if "" in destinations:
        vide = next(entete for entete in entetes if not normaliser(entete))
        raise ErreurCIL(f"L’en-tête « {forme_ecrite(vide)} » n’a ni lettre ni chiffre : renommez-le dans le fichier.")
    a_placer = _par_ligne((nom, forme_ecrite(entete)) for entete, nom in entetes.items())

    def garder(titre: str, nom: str, entete: str) -> bool:
        return not titre.startswith("entetes_") or destinations.get(normaliser(entete), nom) == nom

    return ajouter_aux_cellules(chemin, f"entetes_{millesime}", a_placer, garder)


def _par_ligne(paires: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    textes: dict[str, list[str]] = {}
    for nom, texte in paires:
        textes.setdefault(nom, []).append(texte)
    return textes


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
    par_fichier: dict[Path, list[Inscription]] = {}
    for (extrait, colonne), libelles in ajouts.items():
        for libelle, code in libelles.items():
            if not normaliser(libelle):
                raise ErreurCIL(
                    f"Le libellé « {forme_ecrite(libelle)} » n’a ni lettre ni chiffre : corrigez le fichier."
                )
            alias = est_un_alias(colonne, code)
            ligne = code if alias else colonne.nom
            par_fichier.setdefault(lieu(dossier, extrait, colonne, code), []).append((ligne, libelle, code))
            if alias and normaliser(libelle) in colonne.libelles:  # That would come first.
                du_dictionnaire = par_fichier.setdefault(lieu(dossier, extrait, colonne, VIDE), [])
                du_dictionnaire.append((colonne.nom, libelle, ""))
    octets = {
        chemin: _dans_un_dictionnaire(chemin, siennes)
        if chemin.parent.name == "columns"
        else _dans_une_liste(chemin, siennes, nouveaux)
        for chemin, siennes in par_fichier.items()
    }
    remplacer_ensemble(dossier, octets, _relire)
    return list(octets)


def _relire(dossier: Path) -> None:
    charger_dictionnaires(dossier)
    charger_nomenclatures(dossier / "nomenclatures")


def _dans_un_dictionnaire(chemin: Path, inscriptions: Sequence[Inscription]) -> bytes:
    """Each label with its code, on the row of its column; one without a code only leaves."""
    partants = {(nom, normaliser(libelle)) for nom, libelle, _ in inscriptions}
    textes = _par_ligne((nom, f"{forme_ecrite(libelle)}={code}") for nom, libelle, code in inscriptions if code)

    def garder(titre: str, nom: str, morceau: str) -> bool:
        return titre != LIBELLES or (nom, normaliser(morceau.rpartition("=")[0])) not in partants

    return ajouter_aux_cellules(chemin, LIBELLES, textes, garder)


def _dans_une_liste(chemin: Path, inscriptions: Sequence[Inscription], nouveaux: Collection[str]) -> bytes:
    """Each label as an alias of its code, or as the name of a new one."""
    partants = {normaliser(libelle) for _, libelle, _ in inscriptions}
    ecrits = _par_ligne((code, forme_ecrite(libelle)) for code, libelle, _ in inscriptions)
    ajoutees = [
        {"code": code, "libelle": nom, "alias": "|".join(autres), "source": _SOURCE, "confiance": _PROBABLE}
        for code, (nom, *autres) in ecrits.items()
        if code in nouveaux
    ]
    alias = {code: siens for code, siens in ecrits.items() if code not in nouveaux}

    def garder(titre: str, _: str, morceau: str) -> bool:
        return titre != "alias" or normaliser(morceau) not in partants

    return ajouter_aux_cellules(chemin, "alias", alias, garder, ajoutees)
