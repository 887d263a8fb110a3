"""The dictionary of an extract: its canonical columns, and the headings under which they arrive.

One CSV per extract in data/reference/columns. One row is one canonical column; each column named ``entetes_<vintage>``
lists the headings of one vintage of the file, separated by « | » (empty: absent from that vintage). A new year with
renamed headings is one new CSV column. Two special rows list known headings that are set aside: ``ignoree`` and
``personnelle``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.texte import normaliser

IGNOREE, PERSONNELLE = "ignoree", "personnelle"
TYPES = ("identifiant", "date", "commune", "qpv", "oui_non", "code", "codes", "nombre", "entier")
OBLIGATIONS = ("", "entete", "ligne")
CONSERVATIONS = ("gardee", "pseudonyme", "transitoire")


@dataclass(frozen=True)
class Colonne:
    """A canonical column.

    ``obligatoire``: « entete » (the file is refused without it), « ligne » (a row without a value is rejected too), or
    empty. ``alternative_de``: the canonical column that this one can stand for. ``conservation``: « gardee »,
    « pseudonyme » (replaced before anything is written) or « transitoire » (used to derive, never written).
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


def _nombre(texte: str) -> float | None:
    return float(texte) if texte else None


def charger_dictionnaire(dossier: Path, extrait: str) -> Dictionnaire:
    """Read ``columns/<extrait>.csv``. Raises ErreurCIL for an unknown type, or a heading claimed by two columns."""
    chemin = dossier / "columns" / f"{extrait}.csv"
    if not chemin.is_file():
        raise ErreurCIL(f"Le dictionnaire de l’extrait « {extrait} » est introuvable : {chemin}.")
    colonnes: dict[str, Colonne] = {}
    entetes: dict[str, str] = {}
    with chemin.open(encoding="utf-8-sig", newline="") as flux:
        for numero, ligne in enumerate(csv.DictReader(flux), start=2):
            nom = ligne["colonne"]
            if nom not in (IGNOREE, PERSONNELLE):
                colonnes[nom] = _colonne(ligne, f"{chemin.name}, ligne {numero}")
            for vintage, liste in ligne.items():
                if not vintage.startswith("entetes_") or not liste:
                    continue
                for entete in liste.split("|"):
                    deja = entetes.setdefault(normaliser(entete), nom)
                    if deja != nom:
                        raise ErreurCIL(
                            f"{chemin.name} : l’en-tête « {entete} » désigne à la fois « {deja} » et « {nom} ». "
                            "Gardez-le dans une seule ligne."
                        )
    return Dictionnaire(extrait, colonnes, entetes)


def _colonne(ligne: dict[str, str], ou: str) -> Colonne:
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
        minimum=_nombre(ligne["minimum"]),
        maximum=_nombre(ligne["maximum"]),
        conservation=ligne["conservation"],
        definition=ligne["definition"],
        source=ligne["source"],
    )


def extraits_connus(dossier: Path) -> list[str]:
    """The extracts that have a dictionary."""
    return sorted(chemin.stem for chemin in (dossier / "columns").glob("*.csv"))
