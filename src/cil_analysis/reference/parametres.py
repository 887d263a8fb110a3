"""Dated parameters: thresholds, counting rules, secrecy (data/reference/parameters/*.yml, OpenFisca form)."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from cil_analysis.blocs import GRAMMAIRE, Bloc, exiger_parmi
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_du_logiciel, lire_yaml
from cil_analysis.reference.lecture import Faute, lire_cellule
from cil_analysis.reference.tables import Champ, lire_date

# Nothing that a parameter says is larger.
_DEMESURE = 10**9


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
        valeur: Any = self[nom].valeur(jour)
        champ = _champ(nom)
        if champ is None or (valeur is None and not champ.obligatoire):
            return valeur
        try:  # As YAML writes it: quotes are often the fault.
            lire_cellule(json.dumps(valeur, ensure_ascii=False), champ)
        except Faute as faute:
            fichier, _, cle = nom.partition(".")
            sinon = "" if champ.obligatoire else ", ou null tant qu’il n’est pas connu"
            raise ErreurCIL(
                f"data/reference/parameters/{fichier}.yml : « {cle} » pour {jour.year} : {faute.quoi}. Écrire un "
                f"nombre de {champ.minimum:.10g} à {champ.maximum:.10g}, sans guillemets ni espace, la décimale après "
                f"un point{sinon}."
            ) from None
        return int(valeur) if champ.type == "entier" else valeur


@cache
def _champ(nom: str) -> Champ | None:
    """What a parameter must be, as a cell of a table; None where any value will do."""
    formes = lire_du_logiciel("definitions/parametres.yml").items()
    dite = next((forme for motif, forme in formes if fnmatchcase(nom, motif)), None)
    return dite and Champ(nom, **{"maximum": _DEMESURE, **dite})


def charger_parametres(dossier: Path) -> Parametres:
    """Read and check every ``*.yml`` of the parameters folder. Raises ErreurCIL, naming the file and the key."""
    fichiers = sorted(dossier.glob("*.yml"))
    if not fichiers:
        raise ErreurCIL(f"Aucun fichier .yml dans « {dossier.name} » : restaurer les paramètres.")
    parametres = Parametres()
    for chemin in fichiers:
        for cle, contenu in lire_yaml(chemin, f"parameters/{chemin.name}").items():
            nom, fichier = f"{chemin.stem}.{cle}", f"Fichier « parameters/{chemin.name} »"
            parametres[nom] = _parametre(nom, Bloc(fichier, f"clé « {cle} »", contenu))
    return parametres


def _parametre(nom: str, bloc: Bloc) -> Parametre:
    lu = bloc.lire(GRAMMAIRE["parametres"])
    if not lu["values"]:
        bloc.refuser("clé « values » absente ou mal écrite", "Donner au moins une date (AAAA-MM-JJ) et sa valeur")
    libelles = dict(lu["choices"])
    valeurs = [_valeur(jour, datee, libelles) for jour, datee in lu["values"].items()]
    valeurs.sort(key=lambda valeur: valeur.depuis)
    return Parametre(nom, lu["description"], lu["unit"], tuple(valeurs), tuple(libelles), libelles)


def _valeur(jour: str, bloc: Bloc, choix: Collection[str]) -> ValeurDatee:
    depuis, lu = lire_date(jour), bloc.lire(GRAMMAIRE["valeurs"])
    if depuis is None or jour != f"{depuis:%Y-%m-%d}":
        bloc.refuser(f"date « {jour} » illisible", "L’écrire AAAA-MM-JJ : 2024-01-01")
    if not bloc.a("value"):
        bloc.refuser("clé « value » absente", "Écrire null pour « à renseigner »")
    if not lu["reference"]:
        bloc.refuser(
            "clé « reference » absente ou mal écrite", "Donner une liste de titres (title) et d’adresses (href)"
        )
    dites = (dite.lire(GRAMMAIRE["references"]) for dite in lu["reference"].values())
    references = tuple(Reference(dite["title"], dite["href"]) for dite in dites)
    datee = ValeurDatee(depuis.date(), lu["value"], references, lu["confidence"])
    for choisie in datee.choisies if choix else ():
        exiger_parmi(bloc, "clé « value » : choix inconnu", str(choisie), choix)
    return datee
