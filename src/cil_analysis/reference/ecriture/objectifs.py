"""The objectives as matrices, a place or an actor a row and an objective a column; comparing and recording them.

objectifs.csv has one row an objective. Rows of one kind of place or actor that share all that is said of them (text,
dates, sense, source…) are one column; each differs by its code, its value and its upper bound.
"""

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.ecriture.retouches import Ligne, ecrire_valeur, modifier, reecrire, remplacer_ensemble
from cil_analysis.reference.lecture import lire
from cil_analysis.reference.objectifs import TOUS, Codes, charger_objectifs
from cil_analysis.reference.tables import schemas
from cil_analysis.reference.texte import enumerer, une_ligne

FICHIER = "objectifs.csv"
_FAUTES_DITES = 10
# The sheet that describes the columns, and its headings.
DESCRIPTION = "Colonnes"
TITRES: Mapping[str, str] = lire_du_logiciel("reference/ecriture/objectifs.yml")["titres"]
# What the objectives of a column have in common.
ATTRIBUTS = tuple(TITRES)[2:-1]
# The headings of a matrix before its objectives, and what ends that of the upper bounds of intervals.
CODE, NOM, AU_PLUS = "Code", "Nom", " (au plus)"

Objectif = dict[str, str]
"""A row of objectifs.csv as text, with where it is in the matrices: ``feuille``; ``colonne``, its heading; ``repere``,
a short name for all that is said of that column; ``code``, of its row. One that a workbook says has no ``id`` yet, and
``ou``: where its column is described."""


class Feuille(NamedTuple):
    """A matrix: what its rows are, and the objectives that it holds. ``un``: one of its rows, in words."""

    nom: str
    perimetre_type: str
    acteur_type: str
    un: str

    @property
    def axe(self) -> str:
        """The column of objectifs.csv that says the row."""
        return "acteur_code" if self.acteur_type else "perimetre_code"

    def contient(self, ligne: Mapping[str, str]) -> bool:
        """Whether an objective is in this matrix."""
        types = ligne["perimetre_type"], ligne["acteur_type"]
        return types == self[1:3] and (not self.acteur_type or ligne["perimetre_code"] == TOUS)

    def place(self, code: str) -> dict[str, str]:
        """What a row of this matrix says of an objective, in the columns of objectifs.csv."""
        types = {"perimetre_type": self.perimetre_type, "acteur_type": self.acteur_type}
        return {**types, "perimetre_code": TOUS, "acteur_code": "", self.axe: code}


FEUILLES = tuple(Feuille(**dite) for dite in lire_du_logiciel("reference/ecriture/objectifs.yml")["feuilles"])


class Changement(NamedTuple):
    """What differs of one objective: how (``quoi``), its bounds ``avant``, the ``attributs`` said otherwise."""

    quoi: str  # « ajouté », « changé » or « retiré »
    objectif: Objectif
    avant: tuple[str, str]
    attributs: tuple[str, ...] = ()

    @property
    def apres(self) -> tuple[str, str]:
        """The bounds that it is to have."""
        return bornes(self.objectif)


def bornes(objectif: Objectif) -> tuple[str, str]:
    """The value of an objective and its upper bound; blank « à renseigner »."""
    return objectif["valeur"], objectif["valeur_max"]


def en_texte(ligne: Mapping[Any, Any]) -> Objectif:
    """A row whose cells are in their type, as text."""
    return {str(nom): ecrire_valeur(valeur) for nom, valeur in ligne.items()}


def lire_matrices(parametres: Path) -> tuple[list[Objectif], int]:
    """The objectives of the matrices, sheet by sheet in the order of the file, and how many have another form."""
    table = lire(parametres / FICHIER, schemas()["parameters/objectifs"])
    lignes = [en_texte(ligne) for ligne in table.to_dict("records")]
    objectifs = [
        ligne | {"feuille": feuille.nom, "code": ligne[feuille.axe], "repere": repere(feuille.nom, ligne)}
        for feuille in FEUILLES
        for ligne in lignes
        if feuille.contient(ligne)
    ]
    noms, rangs = dict[str, str](), Counter[tuple[str, str]]()
    for objectif in objectifs:
        nom = " – ".join(filter(None, (objectif["indicateur"], objectif["document"], objectif["annee"])))
        if objectif["repere"] not in noms:
            rangs[objectif["feuille"], nom] += 1
            rang = rangs[objectif["feuille"], nom]
            noms[objectif["repere"]] = nom if rang == 1 else f"{nom} ({rang})"
        objectif["colonne"] = noms[objectif["repere"]]
    return objectifs, len(lignes) - len(objectifs)


def repere(feuille: str, attributs: Mapping[str, str]) -> str:
    """A short name for a column, which depends on all that is said of it."""
    texte = "\x1f".join([feuille, *(attributs[nom] for nom in ATTRIBUTS)])
    return hashlib.blake2b(texte.encode(), digest_size=4).hexdigest()


def ecrire_matrices(
    parametres: Path, classeur: str, lus: Sequence[Objectif], codes: Codes, *, retirer: bool = False
) -> tuple[list[Changement], int]:
    """Record what the workbook of that name says of each of its cells, blank ones included: all of it or nothing.

    Returns what changes, and how many objectives of the matrices do not.
    A cell that is blank removes its objective, unless it was « à renseigner » already: ``retirer`` allows it.
    """
    chemin = parametres / FICHIER
    connus, _ = lire_matrices(parametres)
    avant = {(objectif["repere"], objectif["code"]): objectif for objectif in connus}
    apres, fautes, reperes = dict[tuple[str, str], Objectif](), list[str](), {objectif["repere"] for objectif in connus}
    for lu in lus:
        # What is said of it may have been changed by it already: the same workbook, read again.
        cle = (lu["repere"] if lu["repere"] in reperes else repere(lu["feuille"], lu)), lu["code"]
        perime = bool(lu["repere"]) and not {lu["repere"], cle[0]} & reperes
        faute = _faute(avant.get(cle), lu, perime=perime, retirer=retirer)
        if apres.setdefault(cle, lu) is not lu:
            faute = "une autre colonne dit la même chose. N’en gardez qu’une."
        fautes += [f"{_cellule(lu)} : {faute}"] if faute else []
    fautes += [
        f"{_cellule(connu)} : cette cellule manque. Remettez sa ligne et sa colonne, ou refaites le modèle et "
        "reportez-y vos valeurs ; pour retirer l’objectif, videz-la et ajoutez --retirer."
        for cle, connu in avant.items()
        if cle not in apres
    ]
    exiger_sans_faute(classeur, fautes)
    possibles = (_comparer(avant.get(cle), lu) for cle, lu in apres.items())
    changements = [changement for changement in possibles if changement]
    if changements:
        octets = reecrire(chemin, lambda lignes: _modifier(lignes, changements))
        relire = partial(charger_objectifs, codes=codes)
        try:
            remplacer_ensemble(parametres.parent, {chemin: octets}, lambda copie: relire(copie / parametres.name))
        except ErreurCIL as erreur:
            cites = [_cellule(c.objectif) for c in changements if f"« {c.objectif['id']} »" in str(erreur)]
            raise ErreurCIL("\n  ".join([f"{classeur} : {erreur}", *cites])) from None
    return changements, len(connus) - sum(c.quoi != "ajouté" for c in changements)


def exiger_sans_faute(fichier: str, fautes: Sequence[str]) -> None:
    """Raises ErreurCIL for the faults of a file, the first ones in full."""
    if fautes:
        suite = len(fautes) - _FAUTES_DITES
        autres = [f"Et {suite} autre{'s' if suite > 1 else ''}."] if suite > 0 else []
        raise ErreurCIL("\n  ".join([f"{fichier} : rien n’a été écrit.", *fautes[:_FAUTES_DITES], *autres]))


def _cellule(o: Objectif) -> str:
    return f"Feuille « {o['feuille']} », ligne « {o['code']} », colonne « {o['colonne']} »"


def _faute(connu: Objectif | None, lu: Objectif, *, perime: bool, retirer: bool) -> str:
    """What keeps a cell from being recorded, and what to do; nothing where it may be.

    A cell may be blank by mistake, and the row « * » stands for every place; a value that is entered says where it was
    read. ``perime``: its column is no longer that of an objective of the project.
    """
    if not lu["valeur"]:
        remede = "Remettez sa valeur ; pour retirer les objectifs de celles qui restent vides, relancez avec --retirer."
        return f"cette cellule a été vidée. {remede}" if connu and connu["valeur"] and not retirer else ""
    if perime:
        return f"sa colonne n’est plus dans {FICHIER}. Refaites le modèle, et reportez-y vos valeurs."
    vides = [TITRES[nom] for nom in ("indicateur", "document", "date_effet", "origine", "source") if not lu[nom]]
    if vides and connu is None:
        return f"sa colonne est décrite sans {enumerer([f'« {titre} »' for titre in vides])}. Remplissez ({lu['ou']})."
    if lu["confiance"] == "NF" and (connu is None or bornes(connu) != bornes(lu)):
        return f"sa confiance est NF (texte non trouvé). Donnez sa source, et la confiance C ou L ({lu['ou']})."
    return ""


def _comparer(connu: Objectif | None, lu: Objectif) -> Changement | None:
    if connu is None:
        return Changement("ajouté", lu, ("", "")) if lu["valeur"] else None
    differents = tuple(nom for nom in ATTRIBUTS if connu[nom] != lu[nom])
    quoi = "retiré" if connu["valeur"] and not lu["valeur"] else "changé"
    if bornes(connu) == bornes(lu) and not differents:
        return None
    return Changement(quoi, lu | {"id": connu["id"]}, bornes(connu), differents if quoi == "changé" else ())


def _modifier(lignes: list[Ligne], changements: Iterable[Changement]) -> None:
    """Change, remove and add rows of objectifs.csv in place."""
    changees: dict[Hashable, Ligne | None] = {}
    pris = {une_ligne(ligne["id"]) for ligne in lignes}
    for c in changements:
        cellules = {nom: c.objectif[nom] for nom in ("valeur", "valeur_max", *c.attributs)}
        if c.quoi == "ajouté":
            pris.add(nom := _id(c.objectif, pris))
            cellules = {titre: c.objectif.get(titre, "") for titre in schemas()["parameters/objectifs"].colonnes}
            c.objectif["id"] = nom
            changees[nom] = cellules | {"id": nom}
        else:
            changees[c.objectif["id"]] = None if c.quoi == "retiré" else cellules
    modifier(lignes, lambda ligne: une_ligne(ligne["id"]), changees)


def _id(o: Objectif, pris: Set[str]) -> str:
    """A name for a new objective, that no other has."""
    morceaux = (o["document"], o["indicateur"], o["modalite"], o["annee"], "TOUS" if o["code"] == TOUS else o["code"])
    base = "-".join("-".join(morceau.split()) for morceau in morceaux if morceau)
    return next(nom for nom in (base, *(f"{base}-{rang}" for rang in range(2, len(pris) + 3))) if nom not in pris)
