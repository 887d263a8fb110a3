"""The tables of data/reference, read by their schemas: each cell in its type, or refused with its line and a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from math import isfinite, nan
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.tables import Champ, Schema, en_vigueur, erreur, lire_date, lire_table, schemas
from cil_analysis.reference.texte import PERSONNE, normaliser

if TYPE_CHECKING:
    from cil_analysis.reference.nomenclatures import Nomenclatures

_NOMENCLATURES = "nomenclatures/"
_TOUJOURS = pd.Timestamp("1000-01-01"), pd.Timestamp("9999-12-31")
_DTYPES = {"date": "datetime64[us]", "nombre": "float64", "entier": "float64"}
# Of each type of text: how it is written, what it is, and what to do with a cell that is not one.
_FORMES: Mapping[str, tuple[str, str, str]] = {
    "code": (r"[^\W_][\w+.-]*", "un code", "Commencer par une lettre ou un chiffre, sans espace"),
    "annee": ("[12][0-9]{3}", "une année", "L’écrire AAAA"),
    "insee": ("[0-9][0-9AB][0-9]{3}", "un code de commune", "L’écrire en cinq signes : 01004, 2A004"),
    "departement": ("[0-9]{2}|2[AB]|97[0-9]", "un code de département", "L’écrire 01, 72, 2A ou 971"),
    "adresse": (r"https?://\S+", "une adresse", "La commencer par https://, ou laisser vide"),
}


class Tables(dict[str, pd.DataFrame]):
    """The tables of a project by name, « governance/membres »: ``definitions/tables.yml`` says what each holds."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # Two are never compared: what is derived from one is kept.

    def __init__(self, reference: Path) -> None:
        super().__init__()
        self.reference = reference

    @cached_property
    def nomenclatures(self) -> Nomenclatures:
        """Code lists by name."""
        from cil_analysis.reference import nomenclatures  # They are tables too.

        return nomenclatures.charger_nomenclatures(self.reference / "nomenclatures")

    def __missing__(self, nom: str) -> pd.DataFrame:
        """The rows of a table, the index being their line in the file; none where the project may lack the file."""
        self[nom] = lire(self.chemin(nom), schemas()[nom], self)
        return self[nom]

    def chemin(self, nom: str) -> Path:
        """Where a table is."""
        return self.reference / f"{nom}.csv"

    def codes(self, nom: str) -> Collection[str]:
        """What another table may name in a table: its first column; every code of a list."""
        if nom.startswith(_NOMENCLATURES):
            return self.nomenclatures[nom.removeprefix(_NOMENCLATURES)].codes()
        return self[nom][next(iter(schemas()[nom].colonnes))].tolist()


class Faute(Exception):
    """What is wrong in a cell, and what to do."""

    def __init__(self, quoi: str, remede: str) -> None:
        super().__init__()
        self.quoi, self.remede = quoi, remede


def lire(chemin: Path, schema: Schema, tables: Tables | None = None) -> pd.DataFrame:
    """The rows of a file by the schema of its table; the index is the line number in the file.

    Dates are datetime64 (NaT: empty), numbers float64 (NaN), all the rest text, stripped; so are columns that the
    schema does not have. ``tables``: the others of the project, whose codes it may name. Raises ErreurCIL.
    """
    if schema.facultative and not chemin.exists():
        table = pd.DataFrame(columns=schema.exigees, index=pd.Index([], dtype="int64"), dtype="str")
    else:
        table = lire_table(chemin, schema.exigees)
    for nom, champ in schema.colonnes.items():
        if nom not in table:
            table[nom] = pd.Series("", index=table.index, dtype="str")
        table[nom] = lire_colonne(table[nom], champ, chemin, tables)
    exiger(table, schema, chemin)
    return table


def lire_colonne(textes: pd.Series, champ: Champ, chemin: Path, tables: Tables | None = None) -> pd.Series:
    """The cells of a column in its type. Raises ErreurCIL naming the first line at fault."""
    lues: dict[str, object] = {}  # Thousands of communes have few dates.
    cellules = textes.tolist()
    admis = _admis(champ, tables) if any(cellules) else ({}, "")
    for ligne, texte in zip(textes.index, cellules, strict=True):
        if texte not in lues:
            try:
                lues[texte] = lire_cellule(texte, champ, *admis)
            except Faute as faute:
                message = f"{faute.quoi} (colonne {champ.nom}). {faute.remede}."
                raise erreur(chemin, message, int(ligne)) from None
    if champ.type not in _DTYPES and all(texte == lu for texte, lu in lues.items()):
        return textes
    return pd.Series([lues[t] for t in cellules], index=textes.index, dtype=_DTYPES.get(champ.type, "str"))


def en_table(lignes: Sequence[Mapping[str, Any]], schema: Schema) -> pd.DataFrame:
    """Rows whose cells are in their type, as :func:`lire` gives those of a file; the index is their rank."""
    vides = {nom: None if champ.type in _DTYPES else "" for nom, champ in schema.colonnes.items()}
    return pd.DataFrame({
        nom: pd.Series([ligne.get(nom, vide) for ligne in lignes], dtype=_DTYPES.get(schema.colonnes[nom].type, "str"))
        for nom, vide in vides.items()
    })  # fmt: skip


def _admis(champ: Champ, tables: Tables | None) -> tuple[Mapping[str, str], str]:
    """Of a column that names a list (then in comparison form) or a table: text admitted → code; how to write one."""
    if tables is not None and champ.liste:
        nomenclature = tables.nomenclatures[champ.liste]
        return nomenclature.vers_code, f"Valeurs admises : {', '.join(nomenclature.libelles().values())}"
    if tables is not None and champ.renvoi:
        remede = f"Donner le code, et non le nom, ou l’ajouter à {champ.renvoi}.csv"
        return {code: code for code in tables.codes(champ.renvoi)}, remede
    return {}, ""


def lire_cellule(texte: str, champ: Champ, codes: Mapping[str, str] = MappingProxyType({}), remede: str = "") -> Any:
    """What a cell says, in its type. ``codes``, ``remede``: see :func:`_admis`. Raises :class:`Faute`."""
    if champ.valeurs:
        admises = ", ".join(valeur or "(vide)" for valeur in champ.valeurs)
        _exiger(texte in champ.valeurs, f"« {texte} » inconnu", f"Valeurs admises : {admises}")
    if not texte:
        _exiger(not champ.obligatoire, "cellule vide", "La remplir")
        return None if champ.type in _DTYPES else ""
    if champ.liste:
        _exiger(normaliser(texte) in codes, f"« {texte} » inconnu", remede)
        return codes[normaliser(texte)]
    valeur = _LECTEURS[champ.type](texte, champ)
    if champ.renvoi:
        for code in morceaux(texte) if champ.plusieurs else [valeur]:
            _exiger(code in codes, f"« {code} » n’est pas un code de {champ.renvoi}.csv", remede)
    return valeur


def _exiger(juste: bool, quoi: str, remede: str) -> None:
    if not juste:
        raise Faute(quoi, remede)


def _date(texte: str, _: Champ) -> datetime:
    lue = lire_date(texte)
    if lue is None:
        raise Faute(f"« {texte} » n’est pas une date", "L’écrire AAAA-MM-JJ")
    return lue


def _nombre(texte: str, champ: Champ) -> float:
    try:
        nombre = float(chiffres(texte))
    except ValueError:
        nombre = nan
    _exiger(isfinite(nombre), f"« {texte} » n’est pas un nombre", "Corriger, ou laisser vide")
    if champ.minimum is not None:
        _exiger(nombre >= champ.minimum, f"« {texte} » est inférieur à {champ.minimum:.10g}", "Le corriger")
    if champ.maximum is not None:
        _exiger(nombre <= champ.maximum, f"« {texte} » dépasse {champ.maximum:.10g}", "Le corriger")
    return nombre


def _entier(texte: str, champ: Champ) -> float:
    nombre = _nombre(texte, champ)
    # « 17.422 » is the 17 422 of another tongue.
    _exiger(nombre.is_integer(), f"« {texte} » n’est pas un nombre entier", "L’écrire sans point ni virgule")
    return nombre


def _sans_personne(texte: str, _: Champ) -> str:
    remede = "Écrire l’organisation ou la fonction : aucun nom de personne n’est conservé ni publié"
    _exiger(not PERSONNE.search(texte), "une personne semble nommée, ou jointe par téléphone", remede)
    return texte


def _forme(texte: str, champ: Champ) -> str:
    if champ.type == "insee" and re.fullmatch("[0-9]{4}", texte):  # A spreadsheet took it for a number.
        texte = f"0{texte}"
    motif, quoi, remede = _FORMES[champ.type]
    _exiger(re.fullmatch(motif, texte) is not None, f"« {texte} » n’est pas {quoi}", remede)
    return texte


_LECTEURS: Mapping[str, Callable[[str, Champ], object]] = {
    "texte": lambda texte, _: texte, "libre": _sans_personne, "date": _date, "nombre": _nombre,
    "entier": _entier,
    **dict.fromkeys(_FORMES, _forme),
}  # fmt: skip


def chiffres(texte: str) -> str:
    """A number as Python writes it, from one in the French way."""
    return "".join(texte.split()).replace(",", ".").replace("\u2212", "-")


def morceaux(cellule: str) -> tuple[str, ...]:
    """What a cell has between its bars."""
    return tuple(morceau.strip() for morceau in cellule.split("|") if morceau.strip())


# --- What rows must be beside one another -----------------------------------------------------------------------------


def refuser_la_premiere(fautes: Iterable[tuple[Any, str]], chemin: Path) -> None:
    """Refuse the first row of which something is said: its line, what is wrong and what to do, or nothing."""
    for ligne, faute in fautes:
        if faute:
            raise erreur(chemin, faute, int(ligne))


def exiger_hors_refus(table: pd.DataFrame, quoi: str, chemin: Path) -> None:
    """Refuse the first row at fault beside those of other tables: ``reference/refus.yml`` says of what, and how."""
    refuser_la_premiere(refusees(table, lire_du_logiciel("reference/refus.yml")[quoi]), chemin)


def exiger(table: pd.DataFrame, schema: Schema, chemin: Path) -> None:
    """Refuse a table that is not what its schema says of its rows: keys, periods and totals."""
    refuser_la_premiere(fautes_des_lignes(table, schema), chemin)


def fautes_des_lignes(table: pd.DataFrame, schema: Schema) -> Iterator[tuple[Any, str]]:
    """The line of each row at fault, what is wrong and what to do."""
    if schema.cle:
        for ligne, codes in table.loc[table.duplicated([*schema.cle]), [*schema.cle]].iterrows():
            remplis = {nom: code for nom, code in codes.items() if code != ""}
            dits = ", ".join(f"« {code} »" for code in remplis.values())
            yield ligne, f"{dits} figure déjà ({', '.join(map(str, remplis))}). Garder une seule ligne."
    if schema.periode:
        debut, fin = schema.periode
        for ligne in table.index[((table[fin] < table[debut]) & table[fin].ne("")).fillna(False)]:
            yield ligne, f"{fin} précède {debut}. Corriger l’une des deux."
    if schema.sans_chevauchement and table.duplicated(list(schema.sans_chevauchement)).any():
        yield from _chevauchements(table, schema)
    if schema.total:
        yield from _depassements(table, schema)
    yield from refusees(table, schema.refus)


def _chevauchements(table: pd.DataFrame, schema: Schema) -> Iterator[tuple[Any, str]]:
    """Rows of one key that are in force on a day when another is: the later of the two."""
    cle, (debut, fin) = list(schema.sans_chevauchement), schema.periode
    datees = table.assign(**{debut: table[debut].fillna(_TOUJOURS[0]), fin: table[fin].fillna(_TOUJOURS[1])})
    for _, groupe in datees.sort_values(debut, kind="stable").groupby(cle):
        for ligne in groupe.index[groupe[debut] <= groupe[fin].shift()]:
            qui = f"cette ligne et une autre de mêmes {', '.join(cle)}"
            yield ligne, f"{qui} valent le même jour. Clore l’ancienne ({fin})."


def refusees(table: pd.DataFrame, refus: Sequence[Mapping[str, str]]) -> Iterator[tuple[Any, str]]:
    """Rows that conditions refuse, and what is said of each: see the head of ``reference/refus.yml``."""
    if table.empty or not refus or table.query(" or ".join(f"({un['si']})" for un in refus), engine="python").empty:
        return
    for un in refus:
        for ligne, dite in table.query(un["si"], engine="python").iterrows():
            yield ligne, un["dire"].format(**dite)


def _depassements(table: pd.DataFrame, schema: Schema) -> Iterator[tuple[Any, str]]:
    """Rows of one key that exceed a total together, on one of the days on which a row begins."""
    (debut, fin), (colonne, cle, maximum) = schema.periode, (schema.total[nom] for nom in ("colonne", "par", "maximum"))
    for codes, siennes in table.groupby(cle):
        for ligne, jour in siennes[debut].fillna(_TOUJOURS[0]).items():
            total = siennes.loc[en_vigueur(siennes, debut, fin, jour), colonne].sum()
            if total > maximum:
                quand = "sans date de début" if jour == _TOUJOURS[0] else f"au {jour:%d/%m/%Y}"
                qui = ", ".join(f"{nom} {code}" for nom, code in zip(cle, codes, strict=True))
                quoi = f"les lignes de {qui}, {quand}, font {total:g} au total, au-delà de {maximum}"
                yield ligne, f"{quoi} (colonne {colonne}). Corriger {colonne}, ou clore une ligne ({fin})."
