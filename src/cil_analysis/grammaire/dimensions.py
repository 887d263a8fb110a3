"""The classes that rows are counted by, read from ``definitions/<theme>/dimensions.yml``: an expression of SQL each.

A dimension is a partition of the rows of an extract (``typologie``: T1, T2… and « NR »), or a yes or no
(``prioritaire``). Its columns are stored ones: when none of them has a value in the year, nothing of it is known.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import isinf
from pathlib import Path
from string import Template
from typing import NamedTuple

from cil_analysis.blocs import DEFINITIONS, GRAMMAIRE, Bloc, blocs_des_themes, exiger_parmi
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Condition
from cil_analysis.reference.nomenclatures import Nomenclature

# The name of a list, before its point, is no column.
_TEXTE, _MOT = re.compile(r"'[^']*'"), re.compile(r"\b[A-Za-z_]\w*\b(?!\.)")
OUI, NON, CONNU, MANQUE = "oui", "non", "connu", "manque"
# What a dimension of one answer says, by its form.
REPONSES = {OUI: (OUI, NON), CONNU: (CONNU, "inconnu")}
# What a dimension describes.
MENAGE, LOGEMENT, TERRITOIRE = "menage", "logement", "territoire"
# The last of classes that each hold the one before it.
TOUT = "tout"
Nomenclatures = Mapping[str, Nomenclature]
# The parameters that a threshold may be told by.
_PARAMETRES_DES_SEUILS = ("mois_anormaux",)
# « dès 1 », « dès mois_anormaux / 12 ».
_SEUIL = re.compile(r"dès (\w+)(?: / (\d+))?")
# Where the classes of a dimension come from; one of them, and no more.
_FORMES = ("colonne", "nombre", "code", "oui", "connu", "sql")


class Seuil(NamedTuple):
    """Where a class begins: a number, or a parameter, divided."""

    classe: str
    nombre: str
    diviseur: int

    def valeur(self, parametres: Mapping[str, float | None]) -> float | None:
        """The number; None where the parameter is not known."""
        nombre = float(self.nombre) if self.nombre.isdecimal() else parametres[self.nombre]
        return None if nombre is None else nombre / self.diviseur


class Regroupement(NamedTuple):
    """A class (dimension and code) that is the union of classes of another dimension, and of a part of ``coupees``."""

    classe: Condition
    dimension: str
    classes: tuple[str, ...]
    coupees: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dimension:
    """How rows are classed: ``expression``, in the terms of ``forme``; the rest as docs/definitions.md says of keys.

    ``colonnes``: stored columns of which one at least must have values (none: always known). ``liste``: the code list
    of its classes; empty for a yes or no. ``muettes``: by stored column that has values and yet does not answer, where
    an aggregate holds. ``fichier``: where it is written. From ``decrit`` on, what disclosure control reads.
    """

    nom: str
    forme: str
    expression: str
    colonnes: tuple[str, ...] = ()
    liste: str = ""
    aussi: tuple[str, ...] = ()
    bornes: str = ""
    codes: str = ""
    selon: str = ""
    muettes: Mapping[str, str] = field(default_factory=dict)
    manque: str = ""
    parametres: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False
    famille: str = ""
    colonnes_par_champ: Mapping[str, Sequence[str]] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    fichier: str = ""
    decrit: str = MENAGE
    neutre: str = ""
    comme: str = ""
    dans: tuple[Condition, ...] = ()
    suite: str = ""
    coupe: str = ""
    seuils: tuple[Seuil, ...] = ()
    reunit: Mapping[str, Sequence[str]] = field(default_factory=dict)
    partage: tuple[tuple[str, str], ...] = ()

    @property
    def contenants(self) -> tuple[Condition, ...]:
        """The classes that hold all its « oui »."""
        return (*self.dans, *([(self.suite, OUI)] if self.suite not in ("", TOUT) else []))

    @property
    def reste_neutre(self) -> bool:
        """Whether what its classes leave out tells of no household, as what the file does not give."""
        return bool(self.neutre) or self.forme == CONNU

    @property
    def mots(self) -> frozenset[str]:
        """The words that it reads, columns among them."""
        return mots_de(self.expression).union(self.colonnes, self.aussi)

    def sql(self, nomenclatures: Nomenclatures) -> str:
        """The class of a row, in SQL. Raises ErreurCIL for a code list that does not say the classes."""
        if self.forme == "colonne":
            return f"coalesce({self.expression}, '{NON_RENSEIGNE}')"
        if self.forme == "nombre":
            return _par_bornes(self.expression, nomenclatures[self.bornes])
        if self.forme == "code":
            return _par_groupe(self.expression, nomenclatures[self.codes], nomenclatures[self.liste])
        if self.forme in REPONSES:
            vrai, faux = REPONSES[self.forme]
            return f"CASE WHEN {self.expression} THEN '{vrai}' ELSE '{faux}' END"
        return self.expression


def _par_bornes(nombre: str, nomenclature: Nomenclature) -> str:
    """The class of a number, from the bounds of a code list (columns minimum and maximum, both included)."""
    cas = []
    # Of classes that overlap, the last of the list.
    for code, bas, haut in reversed(nomenclature.bornes):
        bouts = [f"({nombre}) {signe} {borne}" for signe, borne in ((">=", bas), ("<=", haut)) if not isinf(borne)]
        cas.append(f"WHEN {' AND '.join(bouts) or f'({nombre}) IS NOT NULL'} THEN {texte(code)}")
    return f"CASE {' '.join(cas)} ELSE '{NON_RENSEIGNE}' END"


def _par_groupe(colonne: str, codes: Nomenclature, groupes: Nomenclature) -> str:
    """The class of a code: the code, in the list of classes, of its ``groupe``."""
    vers = {libelle: code for code, libelle in groupes.libelles().items()}
    cas = []
    for code in codes.codes():
        groupe = codes.groupe(code)
        if groupe not in vers:
            raise ErreurCIL(
                f"nomenclatures/{codes.nom}.csv : le groupe « {groupe} » n’est le libellé d’aucune ligne "
                f"de nomenclatures/{groupes.nom}.csv. Écrire le même des deux côtés."
            )
        cas.append(f"WHEN {texte(code)} THEN {texte(vers[groupe])}")
    return f"CASE {colonne} {' '.join(cas)} ELSE '{NON_RENSEIGNE}' END"


@cache  # The same in each EPCI of a project.
def mots_de(sql: str) -> frozenset[str]:
    """The words of an expression, in small letters as columns are.

    Those between apostrophes are left out, and the name before a dot, which is that of a list or of a table.
    """
    return frozenset(mot.lower() for mot in _MOT.findall(_TEXTE.sub("", sql)))


def texte(valeur: str) -> str:
    """A text, in SQL."""
    return "'" + valeur.replace("'", "''") + "'"


def lire_les_dimensions(dossier: Path = DEFINITIONS) -> dict[str, Dimension]:
    """Every dimension of the folders of the themes, in their order, families included.

    Raises ErreurCIL for what is not understood, and a name that two blocks have.
    """
    return lire_dimensions(blocs_des_themes("dimensions.yml", dossier))


def lire_dimensions(blocs: Iterable[Bloc]) -> dict[str, Dimension]:
    """The dimensions of blocks, by name. Raises ErreurCIL for a name that is taken, and a link to one unknown."""
    dimensions: dict[str, Dimension] = {}
    for bloc in blocs:
        if bloc.nom in dimensions:
            bloc.refuser("une autre dimension a ce nom", f"En choisir un autre, tel que x_{bloc.nom}")
        dimensions[bloc.nom] = _dimension(bloc)
    toutes = ("", TOUT, *dimensions)
    for une in dimensions.values():  # A link to a dimension that no file defines would be no link at all.
        liens = [(cle, getattr(une, cle)) for cle in ("selon", "comme", "suite", "coupe")]
        liens += [("reunit", nom) for nom in une.reunit]
        liens += [(cle, nom) for cle in ("dans", "partage") for nom, _ in getattr(une, cle)]
        for cle, nom in liens:
            exiger_parmi(une, f"clé « {cle} » : dimension inconnue", nom, toutes)
    return dimensions


def _dimension(bloc: Bloc) -> Dimension:
    lu = bloc.lire(GRAMMAIRE["dimensions"])
    formes = {forme: dite for forme in _FORMES if (dite := lu.pop(forme))}
    if len(formes) != 1:
        bloc.refuser("on ne sait pas d’où viennent les classes", f"Écrire une seule de ces clés : {', '.join(_FORMES)}")
    [(forme, expression)] = formes.items()
    for cle in {"nombre": ("bornes",), "code": ("codes", "liste")}.get(forme, ()):
        bloc.texte(cle)
    if not bloc.a("colonnes") and forme in ("colonne", "nombre", "code"):
        lu["colonnes"] = (expression,)
    lu |= {"muettes": dict(lu.pop("muette")), "parametres": dict(lu["parametres"]), "decrit": lu["decrit"] or MENAGE}
    lu["seuils"] = tuple(_seuil(bloc, classe, texte) for classe, texte in lu["seuils"])
    if bool(lu["seuils"]) != bool(lu["coupe"]):
        bloc.refuser("« coupe » et « seuils » vont ensemble", "Écrire les deux, ou aucune")
    return Dimension(bloc.nom, forme, expression, fichier=bloc.fichier, **lu)


def _seuil(bloc: Bloc, classe: str, texte: str) -> Seuil:
    lu = _SEUIL.fullmatch(texte)
    if lu is None or not (lu[1].isdecimal() or lu[1] in _PARAMETRES_DES_SEUILS):
        quoi, remede = f"« {texte} » n’est pas un seuil", f"dès {_PARAMETRES_DES_SEUILS[0]} / 12"
        bloc.refuser(quoi, f"Écrire « dès 1 », ou « {remede} »")
    return Seuil(classe, lu[1], int(lu[2] or 1))


_TOUTES = lire_les_dimensions()
DIMENSIONS: Mapping[str, Dimension] = {nom: d for nom, d in _TOUTES.items() if not d.famille}
_PUBLIC, _MANQUE = _TOUTES["public"], _TOUTES[MANQUE]
FAMILLES = (_PUBLIC.nom, _MANQUE.nom)
SOURCES_DES_PUBLICS, CONTENANTS_DES_PUBLICS = _PUBLIC.colonnes_par_champ, _PUBLIC.dans


def dimension(nom: str, nomenclatures: Nomenclatures) -> Dimension:
    """A dimension by name: one of those known, « public_X » of publics.csv, or « manque_colonne »."""
    if nom in DIMENSIONS:
        return DIMENSIONS[nom]
    genre, _, reste = nom.partition("_")
    if genre == _PUBLIC.nom:
        return _un_public(nom, nomenclatures[_PUBLIC.famille].rangees[reste])
    if genre == MANQUE:
        return Dimension(nom, _MANQUE.forme, Template(_MANQUE.expression).substitute(colonne=f'"{reste}"'), (reste,))
    raise KeyError(nom)


def _un_public(nom: str, public: Mapping[str, str]) -> Dimension:
    champs = _PUBLIC.colonnes_par_champ
    listes = {
        champ: f"[{', '.join(map(texte, filter(None, public[champ].split('|'))))}]::VARCHAR[]" for champ in champs
    }
    colonnes = dict.fromkeys(c for champ, siennes in champs.items() if public[champ] for c in siennes)
    return Dimension(nom, _PUBLIC.forme, Template(_PUBLIC.expression).substitute(listes), tuple(colonnes))


# Where a missing value is a class of a partition: the two are one count. Stored column → dimension and class. A blank
# situation of quarter may be an answer (D14), and is counted apart.
CLASSES_MANQUANTES: Mapping[str, Condition] = {
    d.colonnes[0]: (nom, NON_RENSEIGNE)
    for nom, d in DIMENSIONS.items()
    if d.liste and len(d.colonnes) == 1 and nom != "zone"
} | {"commune_origine_insee": ("origine", NON_RENSEIGNE)}
