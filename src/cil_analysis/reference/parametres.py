"""Dated parameters: thresholds, counting rules, secrecy (data/reference/parameters/*.yml, OpenFisca form)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_yaml

CONFIANCES = ("C", "L", "NF", "FICTIF")
"""Read in its source; likely; not found; made up for the example project."""

_CLES_PARAMETRE = ("description", "unit", "values", "choices")
_CLES_VALEUR = ("value", "reference", "confidence")
_CLES_REFERENCE = ("title", "href")
_TEXTES = ("description", "unit", "confidence", "title", "href")


@dataclass(frozen=True)
class Reference:
    """Where a value was read."""

    titre: str
    href: str


@dataclass(frozen=True)
class ValeurDatee:
    """A value in force from a day on, until the next one; ``valeur`` None is « à renseigner », a list is a tuple."""

    depuis: date
    valeur: object | None
    references: tuple[Reference, ...]
    confiance: str

    @property
    def choisies(self) -> tuple[object, ...]:
        """The values one by one: none « à renseigner », several of a list."""
        return self.valeur if isinstance(self.valeur, tuple) else () if self.valeur is None else (self.valeur,)


@dataclass(frozen=True)
class Parametre:
    """One parameter; ``valeurs`` by ascending date, ``choix`` empty when any value is accepted.

    ``libelles`` says each choice in words.
    """

    nom: str
    description: str
    unite: str
    valeurs: tuple[ValeurDatee, ...]
    choix: tuple[object, ...]
    libelles: Mapping[object, str]

    def au(self, jour: date) -> ValeurDatee | None:
        """The value in force on a day; None before the first one. A null value ends the one before it."""
        actives = [valeur for valeur in self.valeurs if valeur.depuis <= jour]
        return actives[-1] if actives else None

    def valeur(self, jour: date) -> object | None:
        """The bare value in force on a day; None when nothing is, or when it is « à renseigner »."""
        datee = self.au(jour)
        return None if datee is None else datee.valeur


class Parametres(dict[str, Parametre]):
    """The parameters of a project, by full name (``comptage.p3_mutations``); one that it lacks is asked for."""

    def __missing__(self, nom: str) -> Parametre:
        """Raises ErreurCIL: a project made by an earlier version lacks the parameters added since."""
        fichier, _, cle = nom.partition(".")
        raise ErreurCIL(f"Paramètre « {nom} » introuvable : ajouter la clé « {cle} » à parameters/{fichier}.yml.")


def charger_parametres(dossier: Path) -> Parametres:
    """Read and check every ``*.yml`` of the parameters folder.

    Raises ErreurCIL, naming the file and the key, for an unknown or double key, a missing description, a value outside
    its choices, a date or a confidence that cannot be read.
    """
    fichiers = sorted(dossier.glob("*.yml"))
    if not fichiers:
        raise ErreurCIL(f"Aucun fichier .yml dans « {dossier.name} » : restaurer les paramètres.")
    parametres = Parametres()
    for chemin in fichiers:
        for cle, contenu in lire_yaml(chemin, f"parameters/{chemin.name}").items():
            nom = f"{chemin.stem}.{cle}"
            parametres[nom] = _parametre(nom, contenu, chemin)
    return parametres


def _faute(chemin: Path, cle: str, message: str) -> ErreurCIL:
    return ErreurCIL(f"Fichier « parameters/{chemin.name} », clé « {cle} » : {message}")


def _cles(contenu: object, admises: tuple[str, ...], chemin: Path, cle: str) -> dict[str, object]:
    if not isinstance(contenu, dict):
        raise _faute(chemin, cle, f"des sous-clés sont attendues ({', '.join(admises)}).")
    for inconnue in contenu:
        if inconnue not in admises:
            raise _faute(chemin, cle, f"sous-clé « {inconnue} » inconnue. Sous-clés admises : {', '.join(admises)}.")
    for nom in set(_TEXTES).intersection(contenu):
        if isinstance(contenu[nom], list | dict):
            raise _faute(chemin, cle, f"« {nom} » doit être un texte. Corriger.")
    return contenu


def _parametre(nom: str, contenu: object, chemin: Path) -> Parametre:
    cle = nom.partition(".")[2]
    champs = _cles(contenu, _CLES_PARAMETRE, chemin, cle)
    description = champs.get("description")
    if not isinstance(description, str) or not description.strip():
        raise _faute(chemin, cle, "la description manque. L’écrire en une phrase.")
    choix = champs.get("choices", {})
    if not isinstance(choix, dict) or any(isinstance(libelle, list | dict) for libelle in choix.values()):
        raise _faute(
            chemin, cle, "« choices » doit donner un libellé à chaque choix, par exemple « incluses: incluses »."
        )
    par_date = champs.get("values")
    if not isinstance(par_date, dict) or not par_date:
        raise _faute(chemin, cle, "« values » manque. Donner au moins une date (AAAA-MM-JJ) et sa valeur.")
    valeurs = [_valeur(str(jour), brut, tuple(choix), chemin, cle) for jour, brut in par_date.items()]
    return Parametre(
        nom=nom,
        description=description.strip(),
        unite=str(champs.get("unit") or ""),
        valeurs=tuple(sorted(valeurs, key=lambda valeur: valeur.depuis)),
        choix=tuple(choix),
        libelles={code: str(libelle) for code, libelle in choix.items()},
    )


def _valeur(jour: str, contenu: object, choix: tuple[object, ...], chemin: Path, cle: str) -> ValeurDatee:
    champs = _cles(contenu, _CLES_VALEUR, chemin, f"{cle}, {jour}")
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", jour):
            raise ValueError(jour)
        depuis = date.fromisoformat(jour)
    except ValueError:
        raise _faute(chemin, cle, f"date « {jour} » illisible. L’écrire AAAA-MM-JJ, par exemple 2024-01-01.") from None
    if "value" not in champs:
        raise _faute(chemin, cle, f"« value » manque au {jour}. Écrire null pour « à renseigner ».")
    valeur = champs["value"]
    if isinstance(valeur, list):
        valeur = tuple(valeur)
    for element in valeur if isinstance(valeur, tuple) else (valeur,):
        if isinstance(element, list | dict):
            raise _faute(chemin, cle, f"« value » au {jour} doit être une valeur, ou une liste de valeurs. Corriger.")
        if choix and element is not None and element not in choix:
            admis = ", ".join(str(c) for c in choix)
            raise _faute(chemin, cle, f"valeur « {element} » non admise au {jour}. Valeurs admises : {admis}.")
    confiance = champs.get("confidence")
    if confiance not in CONFIANCES:
        raise _faute(chemin, cle, f"« confidence » au {jour} doit valoir {', '.join(CONFIANCES)}.")
    return ValeurDatee(depuis, valeur, _references(champs.get("reference"), chemin, f"{cle}, {jour}"), str(confiance))


def _references(contenu: object, chemin: Path, cle: str) -> tuple[Reference, ...]:
    if not isinstance(contenu, list) or not contenu:
        raise _faute(chemin, cle, "« reference » manque. Donner une liste de titres (title) et d’adresses (href).")
    references = []
    for brut in contenu:
        champs = _cles(brut, _CLES_REFERENCE, chemin, cle)
        if not champs.get("title"):
            raise _faute(chemin, cle, "une référence n’a pas de titre (title). L’écrire.")
        references.append(Reference(str(champs["title"]), str(champs.get("href") or "")))
    return tuple(references)
