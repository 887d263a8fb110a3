"""Dated parameters: thresholds, counting rules, secrecy (data/reference/parameters/*.yml, OpenFisca form)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_du_logiciel, lire_yaml
from cil_analysis.reference.tables import CONFIANCES, lire_date

_ENTIER, _PCT = "entier", "pct"
# Nothing that a parameter says is larger.
_DEMESURE = 10**9
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
    """One parameter; ``valeurs`` by date; ``choix``: empty when any value is accepted; ``libelles``: in words."""

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
        raise ErreurCIL(
            f"Paramètre « {nom} » introuvable : ajouter la clé « {cle} » à data/reference/parameters/{fichier}.yml."
        )

    def lire(self, nom: str, jour: date) -> Any:
        """The bare value in force on a day; None: « à renseigner ».

        Raises ErreurCIL where definitions/parametres.yml says otherwise of it: no number, out of its bounds, missing.
        """
        valeur, forme = self[nom].valeur(jour), _forme(nom)
        if not forme or (valeur is None and not forme.get("exige")):
            return valeur
        genre = int if forme["genre"] == _ENTIER else int | float
        est_nombre = isinstance(valeur, genre) and not isinstance(valeur, bool)
        if not est_nombre or not forme["minimum"] <= valeur <= forme.get("maximum", _DEMESURE):
            fichier, _, cle = nom.partition(".")
            # As YAML writes it: quotes are often the fault.
            trouve = "n’est pas renseigné" if valeur is None else f"vaut {json.dumps(valeur, ensure_ascii=False)}"
            raise ErreurCIL(
                f"data/reference/parameters/{fichier}.yml : « {cle} » {trouve} pour {jour.year}. Écrire "
                f"{_attendu(forme, en_pct=self[nom].unite == _PCT)}."
            )
        return valeur


def _attendu(forme: Mapping[str, Any], *, en_pct: bool) -> str:
    """« un nombre de 50 à 100, en %, sans guillemets ni espace, la décimale après un point »."""
    bas, haut = forme["minimum"], forme.get("maximum")
    mots = [
        f"un nombre{' entier' if forme['genre'] == _ENTIER else ''} "
        + (f"d’au moins {bas}" if haut is None else f"de {bas} à {haut}"),
        "en %" if en_pct else "",
        "sans guillemets ni espace",
        "" if forme["genre"] == _ENTIER else "la décimale après un point",
        "" if forme.get("exige") else "ou null tant qu’il n’est pas connu",
    ]
    return ", ".join(filter(None, mots))


@cache
def _forme(nom: str) -> Mapping[str, Any]:
    """What a parameter must be; nothing where any value will do."""
    formes = lire_du_logiciel("definitions/parametres.yml")
    return next((forme for motif, forme in formes.items() if fnmatchcase(nom, motif)), {})


def charger_parametres(dossier: Path) -> Parametres:
    """Read and check every ``*.yml`` of the parameters folder. Raises ErreurCIL, naming the file and the key."""
    fichiers = sorted(dossier.glob("*.yml"))
    if not fichiers:
        raise ErreurCIL(f"Aucun fichier .yml dans « {dossier.name} » : restaurer les paramètres.")
    parametres = Parametres()
    for chemin in fichiers:
        for cle, contenu in lire_yaml(chemin, f"parameters/{chemin.name}").items():
            nom = f"{chemin.stem}.{cle}"
            parametres[nom] = _parametre(nom, contenu, f"Fichier « parameters/{chemin.name} », clé « {cle} »")
    return parametres


def _exiger(juste: object, ou: str, message: str) -> None:
    if not juste:
        raise ErreurCIL(f"{ou} : {message}")


def _est_simple(contenu: object) -> bool:
    return not isinstance(contenu, list | dict)


def _cles(contenu: Any, admises: tuple[str, ...], ou: str) -> Mapping[str, Any]:
    _exiger(isinstance(contenu, dict), ou, f"des sous-clés sont attendues ({', '.join(admises)}).")
    for cle, valeur in contenu.items():
        _exiger(cle in admises, ou, f"sous-clé « {cle} » inconnue. Sous-clés admises : {', '.join(admises)}.")
        _exiger(cle not in _TEXTES or _est_simple(valeur), ou, f"« {cle} » doit être un texte. Corriger.")
    cles: Mapping[str, Any] = contenu
    return cles


def _parametre(nom: str, contenu: object, ou: str) -> Parametre:
    champs = _cles(contenu, _CLES_PARAMETRE, ou)
    description, choix, par_date = champs.get("description"), champs.get("choices", {}), champs.get("values")
    dite = isinstance(description, str) and description.strip()
    _exiger(dite, ou, "la description manque. L’écrire en une phrase.")
    choix_en_mots = isinstance(choix, dict) and all(map(_est_simple, choix.values()))
    _exiger(choix_en_mots, ou, "« choices » doit donner un libellé à chaque choix, par exemple « incluses: incluses ».")
    datees = isinstance(par_date, dict) and par_date
    _exiger(datees, ou, "« values » manque. Donner au moins une date (AAAA-MM-JJ) et sa valeur.")
    valeurs = [_valeur(str(jour), brut, tuple(choix), ou) for jour, brut in (datees or {}).items()]
    return Parametre(
        nom, str(dite), str(champs.get("unit") or ""), tuple(sorted(valeurs, key=lambda valeur: valeur.depuis)),
        tuple(choix), {code: str(libelle) for code, libelle in choix.items()},
    )  # fmt: skip


def _valeur(jour: str, contenu: object, choix: tuple[object, ...], ou: str) -> ValeurDatee:
    champs, lu = _cles(contenu, _CLES_VALEUR, f"{ou}, {jour}"), lire_date(jour)
    _exiger(lu and jour == f"{lu:%Y-%m-%d}", ou, f"date « {jour} » illisible. L’écrire AAAA-MM-JJ : 2024-01-01.")
    _exiger("value" in champs, ou, f"« value » manque au {jour}. Écrire null pour « à renseigner ».")
    valeur, confiance = champs["value"], champs.get("confidence")
    datee = ValeurDatee(
        date.fromisoformat(jour), tuple(valeur) if isinstance(valeur, list) else valeur,
        _references(champs.get("reference"), f"{ou}, {jour}"), str(confiance),
    )  # fmt: skip
    for element in datee.choisies:
        _exiger(_est_simple(element), ou, f"« value » au {jour} doit être une valeur, ou une liste. Corriger.")
        admis = ", ".join(map(str, choix))
        quoi = f"valeur « {element} » non admise au {jour}. Valeurs admises : {admis}."
        _exiger(not choix or element is None or element in choix, ou, quoi)
    _exiger(confiance in CONFIANCES, ou, f"« confidence » au {jour} doit valoir {', '.join(CONFIANCES)}.")
    return datee


def _references(contenu: Any, ou: str) -> tuple[Reference, ...]:
    listees = isinstance(contenu, list) and contenu
    _exiger(listees, ou, "« reference » manque. Donner une liste de titres (title) et d’adresses (href).")
    lues = [_cles(brut, _CLES_REFERENCE, ou) for brut in listees or ()]
    _exiger(all(dite.get("title") for dite in lues), ou, "une référence n’a pas de titre (title). L’écrire.")
    return tuple(Reference(str(dite["title"]), str(dite.get("href") or "")) for dite in lues)
