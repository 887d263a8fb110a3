"""The dictionary of an extract: its canonical columns, and the headings under which they arrive.

One CSV per extract in data/reference/columns. One row is one canonical column; each column named ``entetes_<vintage>``
lists the headings of one vintage of the file, separated by « | » (empty: absent from that vintage). A new year with
renamed headings is one new CSV column. Two special rows list known headings that are set aside: ``ignoree`` and
``personnelle``.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference import tables
from cil_analysis.reference.texte import normaliser

IGNOREE, PERSONNELLE = "ignoree", "personnelle"
TYPES = ("identifiant", "date", "commune", "qpv", "oui_non", "code", "codes", "nombre", "entier")
OBLIGATIONS = ("", "entete", "ligne")
CONSERVATIONS = ("gardee", "pseudonyme", "transitoire")
CITABLE = ("", "oui")
COLONNES = ("colonne", "libelle", "type", "unite", "nomenclature", "obligatoire", "alternative_de", "minimum",
            "maximum", "conservation", "citable", "definition", "source")  # fmt: skip


@dataclass(frozen=True)
class Colonne:
    """A canonical column.

    ``obligatoire``: « entete » (the file is refused without it), « ligne » (a row without a value is rejected too), or
    empty. ``alternative_de``: the canonical column that this one can stand for. ``conservation``: « gardee »,
    « pseudonyme » (replaced before anything is written) or « transitoire » (used to derive, never written).
    ``citable``: an unreadable value may be quoted, because it is a label and not somebody's words.
    """

    nom: str
    libelle: str
    type: str
    unite: str
    nomenclature: str
    obligatoire: str
    alternative_de: str
    minimum: float | None
    maximum: float | None
    conservation: str
    citable: bool
    definition: str
    source: str


@dataclass(frozen=True)
class Dictionnaire:
    """The columns of one extract and its headings.

    ``entetes`` maps the normalised heading to a canonical column, to « ignoree » or to « personnelle ».
    """

    extrait: str
    colonnes: dict[str, Colonne]
    entetes: dict[str, str]

    def obligatoires(self) -> list[Colonne]:
        """The columns without which the file is refused."""
        return [colonne for colonne in self.colonnes.values() if colonne.obligatoire]

    def alternatives(self, nom: str) -> list[str]:
        """The column and those that can stand for it."""
        return [nom, *(c.nom for c in self.colonnes.values() if c.alternative_de == nom)]


def charger_dictionnaire(dossier: Path, extrait: str) -> Dictionnaire:
    """Read ``columns/<extrait>.csv``, as a spreadsheet set to French may have rewritten it.

    Raises ErreurCIL for a missing column of the dictionary, an unknown type, or a heading claimed by two columns.
    """
    chemin = dossier / "columns" / f"{extrait}.csv"
    if not chemin.is_file():
        raise ErreurCIL(f"Le dictionnaire de l’extrait « {extrait} » est introuvable : {chemin}.")
    colonnes: dict[str, Colonne] = {}
    entetes: dict[str, str] = {}
    table = tables.lire_table(chemin, COLONNES)
    tables.exiger_rempli(table, ("colonne",), chemin)
    tables.exiger_unique(table, "colonne", chemin)
    tables.exiger(table, "citable", CITABLE, chemin)
    tables.convertir_nombres(table, ("minimum", "maximum"), chemin)
    listes = [nom for nom in table.columns if nom.startswith("entetes_")]
    for numero, ligne in zip(table.index, table.to_dict("records"), strict=True):
        nom = str(ligne["colonne"])
        if nom not in (IGNOREE, PERSONNELLE):
            colonnes[nom] = _colonne(ligne, f"{chemin.name}, ligne {numero}")
        for entete in (e for liste in listes for e in str(ligne[liste]).split("|") if e.strip()):
            deja = entetes.setdefault(normaliser(entete), nom)
            if deja != nom:
                raise ErreurCIL(
                    f"{chemin.name} : l’en-tête « {entete} » désigne à la fois « {deja} » et « {nom} ». "
                    "Gardez-le dans une seule ligne."
                )
    return Dictionnaire(extrait, colonnes, entetes)


def _colonne(ligne: Mapping[Hashable, Any], ou: str) -> Colonne:
    for champ, permis in (("type", TYPES), ("obligatoire", OBLIGATIONS), ("conservation", CONSERVATIONS)):
        if ligne[champ] not in permis:
            raise ErreurCIL(f"{ou} : « {champ} » vaut « {ligne[champ]} » ; valeurs admises : {', '.join(permis)}.")
    return Colonne(
        nom=ligne["colonne"],
        libelle=ligne["libelle"],
        type=ligne["type"],
        unite=ligne["unite"],
        nomenclature=ligne["nomenclature"],
        obligatoire=ligne["obligatoire"],
        alternative_de=ligne["alternative_de"],
        minimum=_borne(ligne["minimum"]),
        maximum=_borne(ligne["maximum"]),
        conservation=ligne["conservation"],
        citable=ligne["citable"] == "oui",
        definition=ligne["definition"],
        source=ligne["source"],
    )


def _borne(nombre: float) -> float | None:
    return None if math.isnan(nombre) else nombre


def extraits_connus(dossier: Path) -> list[str]:
    """The extracts that have a dictionary."""
    return sorted(chemin.stem for chemin in (dossier / "columns").glob("*.csv"))
