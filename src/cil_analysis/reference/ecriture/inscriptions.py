"""Adding to data/reference what a file shows and no list knows: the heading of a column, the label of a code.

A heading goes to the dictionary of its extract. A label of a list of codes is an alias of the list, for every column
and extract. One of a yes or no, of a place, or that says that nothing is given (``VIDE``), is of its column alone: it
goes to the dictionary as well. An organisation that its list lacks becomes a row of it.
"""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.colonnes import LIBELLES, VIDE, Colonne, charger_dictionnaires
from cil_analysis.reference.ecriture.retouches import (
    Ligne,
    forme_ecrite,
    reecrire,
    remplacer_ensemble,
)
from cil_analysis.reference.nomenclatures import charger_nomenclatures
from cil_analysis.reference.tables import schemas
from cil_analysis.reference.texte import normaliser

MILLESIME = "ajoutes"
"""The vintage under which headings are written when none is named."""
USUELS = "usuels"
"""The vintage of the headings delivered with the software."""
_NOM_DE_MILLESIME = re.compile(r"[a-z0-9_]{1,40}")
_SOURCE = "Extrait reçu, où ce nom est écrit ; SIREN à renseigner"
_PROBABLE = "L"
_ALIAS = "alias"
# Text → code, by extract: of its headings (no column), or of the labels of one of its columns.
Ajouts = dict[tuple[str, Colonne | None], dict[str, str]]


class Inscription(NamedTuple):
    """A text that leaves where it is, to be written in the cell of a row and of a column (``titre``) of a file."""

    ligne: str
    titre: str
    texte: str
    ecrit: str = ""


def _exiger_un_millesime(nom: str) -> None:
    if not _NOM_DE_MILLESIME.fullmatch(nom):
        raise ErreurCIL(
            f"Le millésime « {nom} » n’est pas admis : employez des minuscules sans accent, des chiffres et « _ » "
            "(40 signes au plus), comme sne_2026."
        )


def est_un_alias(colonne: Colonne, code: str) -> bool:
    """Whether a choice is written in the list of codes rather than in the dictionary of the extract."""
    return colonne.type in ("code", "codes") and code != VIDE


def lieu(dossier: Path, extrait: str, colonne: Colonne | None, code: str) -> Path:
    """The file that a choice is written in."""
    if colonne is not None and est_un_alias(colonne, code):
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


def inscrire(dossier: Path, ajouts: Ajouts, nouveaux: Collection[str] = (), millesime: str = MILLESIME) -> list[Path]:
    """Write headings, in the column ``entetes_<millesime>``, and labels; one that led elsewhere leaves it.

    ``dossier``: data/reference. ``nouveaux``: the codes that are to be added to their list. Returns the files written:
    all of them are checked, by loading them, before the first is replaced. Raises ErreurCIL, and nothing is written,
    for a bad vintage, a text without letter or digit, an unknown column or code, the very name of another code.
    """
    _exiger_un_millesime(millesime)
    par_fichier: dict[Path, list[Inscription]] = {}
    for (extrait, colonne), siens in ajouts.items():
        dictionnaire = par_fichier.setdefault(dossier / "columns" / f"{extrait}.csv", [])
        for texte, code in siens.items():
            ecrit = forme_ecrite(texte)
            if not normaliser(texte):
                quoi = "L’en-tête" if colonne is None else "Le libellé"
                raise ErreurCIL(f"{quoi} « {ecrit} » n’a ni lettre ni chiffre : corrigez-le dans le fichier.")
            if colonne is None:
                dictionnaire.append(Inscription(code, f"entetes_{millesime}", texte, ecrit))
            elif not est_un_alias(colonne, code):
                dictionnaire.append(Inscription(colonne.nom, LIBELLES, texte, f"{ecrit}={code}"))
            else:
                liste = par_fichier.setdefault(lieu(dossier, extrait, colonne, code), [])
                liste.append(Inscription(code, _ALIAS, texte, ecrit))
                if normaliser(texte) in colonne.libelles:  # That would come first.
                    dictionnaire.append(Inscription(colonne.nom, LIBELLES, texte))
    octets = {chemin: _octets(chemin, siennes, nouveaux) for chemin, siennes in par_fichier.items() if siennes}

    def relire(copie: Path) -> None:
        dictionnaires = charger_dictionnaires(copie)
        charger_nomenclatures(copie / "nomenclatures")
        for (extrait, colonne), siens in ajouts.items():
            for texte, nom in siens.items() if colonne is None else ():
                if dictionnaires[extrait].entetes.get(normaliser(texte)) != nom:
                    raise AssertionError(f"heading not written: {extrait}, {nom}")

    remplacer_ensemble(dossier, octets, relire)
    return list(octets)


def _octets(chemin: Path, inscriptions: Sequence[Inscription], nouveaux: Collection[str]) -> bytes:
    """A dictionary or a list with its texts; the first one of a new code is its name, and the others its aliases."""
    cle = next(iter(schemas()[f"{chemin.parent.name}/*"].colonnes))
    des_entetes = {normaliser(une.texte): une.ligne for une in inscriptions if une.titre.startswith("entetes_")}
    partants = {(une.titre, une.ligne * (une.titre == LIBELLES), normaliser(une.texte)) for une in inscriptions}

    def reste(titre: str, nom: str, morceau: str) -> bool:
        if titre.startswith("entetes_"):  # Of any vintage.
            return des_entetes.get(normaliser(morceau), nom) == nom
        if titre == LIBELLES:
            return (LIBELLES, nom, normaliser(morceau.rpartition("=")[0])) not in partants
        return (titre, "", normaliser(morceau)) not in partants

    def changer(lignes: list[Ligne]) -> None:
        par_nom: dict[str, Ligne] = {}
        for ligne in lignes:
            nom = par_nom.setdefault(ligne[cle], ligne)[cle]
            for titre, cellule in ligne.items():
                dits = [morceau for morceau in cellule.split("|") if morceau.strip()]
                restants = [morceau for morceau in dits if reste(titre, nom, morceau)]
                ligne[titre] = cellule if restants == dits else "|".join(restants)
        for une in (une for une in inscriptions if une.ecrit):
            if une.ligne in par_nom:
                ligne = par_nom[une.ligne]
                deja = ligne.get(une.titre, "")
                ligne[une.titre] = "|".join(filter(None, (deja, une.ecrit)))
            elif une.titre == _ALIAS and une.ligne in nouveaux:
                dite = {"libelle": une.ecrit, _ALIAS: "", "source": _SOURCE, "confiance": _PROBABLE}
                lignes.append(par_nom.setdefault(une.ligne, {"code": une.ligne} | dite))
            else:
                raise ErreurCIL(f"« {une.ligne} » n’existe pas dans {chemin.name} : vérifiez ce nom.")

    return reecrire(chemin, changer)
