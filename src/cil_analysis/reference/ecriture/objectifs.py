"""The objectives as matrices, a place or an actor a row and an objective a column; comparing and recording them.

objectifs.csv has one row an objective. Rows of one kind of place or actor that share all that is said of them (text,
dates, sense, source…) are one column; each differs by its code, its value and its upper bound.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ecriture.retouches import Ligne, ecrire_nombre, reecrire, remplacer_ensemble
from cil_analysis.reference.lecture import lire
from cil_analysis.reference.objectifs import TOUS, Codes, charger_objectifs
from cil_analysis.reference.tables import schemas
from cil_analysis.reference.texte import enumerer, une_ligne

FICHIER = "objectifs.csv"
_DATES, _NOMBRES = ("date_effet", "date_fin"), ("valeur", "valeur_max", "tolerance")
# The sheet that describes the columns, and its headings.
DESCRIPTION = "Colonnes"
TITRES: Mapping[str, str] = {
    "feuille": "Feuille", "nom": "Colonne", "indicateur": "Indicateur", "document": "Document", "version": "Version",
    "date_effet": "Valable du", "date_fin": "Valable au", "annee": "Année seule", "modalite": "Public",
    "sens": "Sens", "unite": "Unité", "tolerance": "Tolérance", "origine": "Origine", "source": "Source",
    "page": "Page", "confiance": "Confiance", "repere": "Repère",
}  # fmt: skip
# What the rows of a column have in common.
ATTRIBUTS = tuple(TITRES)[2:-1]
# The headings of a matrix before its objectives, and what ends that of the upper bounds of intervals.
CODE, NOM, AU_PLUS = "Code", "Nom", " (au plus)"


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


FEUILLES = (
    Feuille("Communes", "commune", "", "commune"),
    Feuille("Bailleurs", "epci", "bailleur", "bailleur"),
    Feuille("Réservataires", "epci", "reservataire", "réservataire"),
    Feuille("Quartiers", "qpv", "", "quartier"),
    Feuille("Intercommunalité", "epci", "", "intercommunalité"),
)


@dataclass(frozen=True)
class Colonne:
    """One column of a matrix. ``cibles``: by code, value and upper bound as texts, blank « à renseigner ».

    ``repere`` names the column of the reference that this one stands for; blank for a new one. ``ids``: by code, the
    row of objectifs.csv. ``vus``: the codes whose rows were read. ``ou``: where it is described, for messages.
    """

    feuille: Feuille
    nom: str
    attributs: Mapping[str, str]
    cibles: Mapping[str, tuple[str, str]]
    repere: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    vus: frozenset[str] = frozenset()
    ou: str = ""


class Changement(NamedTuple):
    """What differs of one objective: « ajouté », « changé » or « retiré », of which row, from what to what.

    ``attributs``: what is said of it otherwise, its date or its source.
    """

    quoi: str
    colonne: Colonne
    code: str
    avant: tuple[str, str]
    apres: tuple[str, str]
    attributs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ecriture:
    """What changes, how many objectives of the matrices do not, and how many have another form (they stay)."""

    changements: tuple[Changement, ...]
    inchanges: int
    hors_matrice: int


def lire_matrices(parametres: Path) -> list[Colonne]:
    """The columns that the project has, sheet by sheet, in the order of the file."""
    lignes = _lignes(parametres / FICHIER)
    colonnes: list[Colonne] = []
    for feuille in FEUILLES:
        groupes: dict[tuple[str, ...], list[dict[str, str]]] = {}
        for ligne in lignes:
            if feuille.contient(ligne):
                groupes.setdefault(tuple(ligne[nom] for nom in ATTRIBUTS), []).append(ligne)
        noms: Counter[str] = Counter()
        for valeurs, groupe in groupes.items():
            attributs = dict(zip(ATTRIBUTS, valeurs, strict=True))
            nom = " – ".join(v for v in (attributs["indicateur"], attributs["document"], attributs["annee"]) if v)
            noms[nom] += 1
            colonnes.append(
                Colonne(
                    feuille,
                    nom if noms[nom] == 1 else f"{nom} ({noms[nom]})",
                    attributs,
                    {ligne[feuille.axe]: (ligne["valeur"], ligne["valeur_max"]) for ligne in groupe},
                    repere(feuille, attributs),
                    {ligne[feuille.axe]: ligne["id"] for ligne in groupe},
                )
            )
    return colonnes


def repere(feuille: Feuille, attributs: Mapping[str, str]) -> str:
    """A short name for a column, which depends on all that is said of it."""
    texte = "\x1f".join([feuille.nom, *(attributs[nom] for nom in ATTRIBUTS)])
    return hashlib.blake2b(texte.encode(), digest_size=4).hexdigest()


def ecrire_matrices(parametres: Path, lues: Sequence[Colonne], codes: Codes, *, retirer: bool = False) -> Ecriture:
    """Record the columns that were read: what changes in objectifs.csv, all of it or nothing.

    A cell that is blank removes its objective, unless it was « à renseigner » already: ``retirer`` allows it. Raises
    ErreurCIL: a column or a row with objectives is not in what was read, an objective would be removed and must not be,
    or the objectives would not be valid together. Nothing is written.
    """
    chemin = parametres / FICHIER
    connues = lire_matrices(parametres)
    total = sum(len(colonne.ids) for colonne in connues)
    hors_matrice = len(_lignes(chemin)) - total
    changements = [c for ancienne, lue in _apparier(connues, lues) for c in _comparer(ancienne, lue)]
    if not retirer:
        _refuser_les_retraits([c for c in changements if c.quoi == "retiré"])
    for c in changements:
        _exiger_une_source(c)
    if changements:
        octets = reecrire(chemin, lambda lignes: _modifier(lignes, changements))
        try:
            remplacer_ensemble(parametres, {chemin: octets}, lambda copie: charger_objectifs(copie, codes))
        except ErreurCIL as erreur:
            raise ErreurCIL(f"Ces objectifs ne vont pas ensemble, rien n’a été écrit. {erreur}") from None
    return Ecriture(tuple(changements), total - sum(c.quoi != "ajouté" for c in changements), hors_matrice)


def _modifier(lignes: list[Ligne], changements: Sequence[Changement]) -> None:
    """Change, remove and add rows of objectifs.csv in place."""
    par_id = {une_ligne(ligne["id"]): ligne for ligne in lignes}
    ids = set(par_id)
    for c in changements:
        if c.quoi == "ajouté":
            lignes.append(_ligne(c, ids))
        elif c.quoi == "retiré":
            lignes.remove(par_id[c.colonne.ids[c.code]])
        else:
            cibles = {"valeur": c.apres[0], "valeur_max": c.apres[1]}
            par_id[c.colonne.ids[c.code]].update(cibles | {nom: c.colonne.attributs[nom] for nom in c.attributs})


def _lignes(chemin: Path) -> list[dict[str, str]]:
    """The rows of objectifs.csv as text, dates and numbers in one form."""
    table = lire(chemin, schemas()["parameters/objectifs"])
    for nom in _DATES:
        table[nom] = table[nom].dt.strftime("%Y-%m-%d").fillna("")
    for nom in _NOMBRES:
        table[nom] = ["" if n != n else ecrire_nombre(n) for n in table[nom].tolist()]
    return [{str(nom): une_ligne(str(cellule)) for nom, cellule in ligne.items()} for ligne in table.to_dict("records")]


def _apparier(connues: Sequence[Colonne], lues: Sequence[Colonne]) -> list[tuple[Colonne, Colonne]]:
    """Each column that was read after the one of the reference that it stands for, without targets for a new one."""
    paires, actuelles = list[tuple[Colonne, Colonne]](), {colonne.repere: colonne for colonne in connues}
    restent = dict(actuelles)
    for lue in lues:
        # What is said of it may have been changed by it already: the same workbook, read again.
        trouve = lue.repere if lue.repere in actuelles else repere(lue.feuille, lue.attributs)
        if trouve not in actuelles and lue.repere and lue.cibles:
            raise ErreurCIL(
                f"{lue.ou} : la colonne « {lue.nom} » n’est plus dans data/reference/parameters/{FICHIER}, qui a "
                "changé depuis ce classeur. Rien n’a été écrit : refaites le modèle, et reportez-y vos valeurs."
            )
        if trouve in actuelles and trouve not in restent:
            raise ErreurCIL(f"{lue.ou} : « {lue.nom} » et une autre colonne disent la même chose. N’en gardez qu’une.")
        paires.append((restent.pop(trouve, replace(lue, cibles={})), lue))
    if restent:
        colonne = next(iter(restent.values()))
        raise ErreurCIL(
            f"Feuille « {colonne.feuille.nom} » : la colonne « {colonne.nom} » manque, alors que le projet a ces "
            "objectifs. Rien n’a été écrit : refaites le modèle ; pour les retirer, videz leurs cellules et "
            "ajoutez --retirer."
        )
    return paires


def _comparer(ancienne: Colonne, lue: Colonne) -> list[Changement]:
    differents = tuple(nom for nom in ATTRIBUTS if ancienne.attributs[nom] != lue.attributs[nom])
    # The rows are those of the reference; what is said of them is what was read.
    connue = replace(lue, repere=ancienne.repere, ids=ancienne.ids)
    changements = []
    for code in [*ancienne.cibles, *(code for code in lue.cibles if code not in ancienne.cibles)]:
        avant, apres = ancienne.cibles.get(code), lue.cibles.get(code, ("", ""))
        if avant is not None and avant[0] and code not in lue.vus:
            raise ErreurCIL(
                f"Feuille « {lue.feuille.nom} » : la ligne de « {code} » manque, alors qu’elle a un objectif (colonne "
                f"« {lue.nom} »). Rien n’a été écrit : remettez-la ; pour retirer l’objectif, videz sa cellule et "
                "ajoutez --retirer."
            )
        if avant is None:
            changements.append(Changement("ajouté", connue, code, ("", ""), apres))
        elif not apres[0] and avant[0]:
            changements.append(Changement("retiré", connue, code, avant, apres))
        elif avant != apres or differents:
            changements.append(Changement("changé", connue, code, avant, apres, differents))
    return changements


def _refuser_les_retraits(retraits: Sequence[Changement]) -> None:
    """A cell may be blank by mistake, and the row « * » stands for every place. Raises ErreurCIL naming the cells."""
    if not retraits:
        return
    noms = [f"{c.colonne.feuille.nom}, ligne « {c.code} », {c.colonne.nom}" for c in retraits]
    combien = f"{len(retraits)} objectifs seraient retirés" if len(retraits) > 1 else "Un objectif serait retiré"
    raise ErreurCIL(
        f"{combien}, dont la cellule est vide dans ce classeur : {' ; '.join(noms)}. Rien n’a été écrit : remettez "
        "les valeurs à garder ; pour retirer toutes celles qui restent vides, relancez avec --retirer."
    )


def _exiger_une_source(c: Changement) -> None:
    """A value that is entered says where it was read. Raises ErreurCIL naming what is missing."""
    a = c.colonne.attributs
    if c.quoi == "retiré" or c.avant == c.apres:
        return
    faute = ""
    vides = [TITRES[nom] for nom in ("indicateur", "document", "date_effet", "origine", "source") if not a[nom]]
    if vides and c.quoi == "ajouté":
        faute = f"sans {enumerer([f'« {titre} »' for titre in vides])}. Remplissez ces cellules."
    elif a["confiance"] == "NF":
        faute = "avec la confiance NF (texte non trouvé). Donnez leur source, et la confiance C ou L."
    if faute:
        raise ErreurCIL(
            f"{c.colonne.ou} : rien n’a été écrit. Des objectifs sont saisis dans la colonne « {c.colonne.nom} » de la "
            f"feuille « {c.colonne.feuille.nom} » {faute}"
        )


def _ligne(c: Changement, ids: set[str]) -> dict[str, str]:
    """A new row, with a name of its own, which is added to ``ids``."""
    colonne, a = c.colonne, c.colonne.attributs
    morceaux = (a["document"], a["indicateur"], a["modalite"], a["annee"], "TOUS" if c.code == TOUS else c.code)
    base = "-".join("-".join(morceau.split()) for morceau in morceaux if morceau)
    nom, rang = base, 1
    while nom in ids:
        rang += 1
        nom = f"{base}-{rang}"
    ids.add(nom)
    feuille = colonne.feuille
    return {
        "id": nom, **a, "perimetre_type": feuille.perimetre_type, "acteur_type": feuille.acteur_type,
        "perimetre_code": TOUS, feuille.axe: c.code, "valeur": c.apres[0], "valeur_max": c.apres[1],
    }  # fmt: skip
