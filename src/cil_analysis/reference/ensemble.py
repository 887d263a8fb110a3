"""All the reference data of a project, read and checked once."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from importlib.metadata import version

import pandas as pd

from cil_analysis.empreintes import empreinte_des_references
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_texte
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.colonnes import Dictionnaire, charger_dictionnaires
from cil_analysis.reference.comparateurs import charger_comparateurs
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import Nomenclatures
from cil_analysis.reference.objectifs import Codes, charger_objectifs, lieux, objectifs_de
from cil_analysis.reference.parametres import Parametres, charger_parametres
from cil_analysis.reference.regles import RegleDePriorite, charger_priorites
from cil_analysis.reference.secteurs import SECTEURS, Secteurs, charger_secteurs
from cil_analysis.reference.seuils import TABLE, Seuils, charger_seuils
from cil_analysis.reference.systemes.cotation import Cotation, charger_cotation
from cil_analysis.reference.territoire import Territoire, charger_epci, charger_territoire
from cil_analysis.reference.texte import departement

# What the EPCI of a project have together.
_DE_TOUS = (
    "tables", "parametres", "cotation", "dictionnaires", "comparateurs", "definitions", "priorites",
)  # fmt: skip
# The files of what a project counts of its own, absent from most.
DEFINITIONS = "indicateurs.yml"
# What has to be the same for the results to be the same.
_LOGICIELS = ("cil-analysis", "duckdb", "pandas", "numpy", "pyarrow")

_RAMASSAGE = (50_000, 20, 50)


@dataclass(frozen=True)
class References:
    """The reference data of one project. Each part is read at its first use."""

    projet: Projet

    @cached_property
    def tables(self) -> Tables:
        """The tables by name, « governance/membres », as ``definitions/tables.yml`` declares them."""
        return Tables(self.projet.reference)

    @cached_property
    def parametres(self) -> Parametres:
        """Dated parameters."""
        return charger_parametres(self.projet.reference / "parameters")

    @cached_property
    def seuils(self) -> Seuils:
        """The income thresholds of its EPCI by year; those of each are in :meth:`de_l_epci` where it has several."""
        return self._seuils.get(self.projet.epci_siren, {})

    @cached_property
    def objectifs(self) -> pd.DataFrame:
        """One row is one objective of the law or of the CIA."""
        return charger_objectifs(self.projet.reference / "parameters", self.codes_des_objectifs)

    @cached_property
    def codes_des_objectifs(self) -> Codes:
        """The places and actors that an objective may name."""
        return {
            "perimetre": lieux(self.territoire, set(self.epci["siren"])),
            "acteur": {genre: set(self.nomenclatures[f"{genre}s"].codes()) for genre in ("bailleur", "reservataire")},
        }

    @cached_property
    def priorites(self) -> tuple[RegleDePriorite, ...]:
        """The rules that make a household a priority one."""
        return charger_priorites(self.tables, self.dictionnaires["attributions"])

    @cached_property
    def comparateurs(self) -> pd.DataFrame:
        """One row is the figure of another territory in a year, to be read beside ours."""
        return charger_comparateurs(self.tables)

    @cached_property
    def nomenclatures(self) -> Nomenclatures:
        """Code lists by name; that of the secteurs is told by their table."""
        return Nomenclatures(self.tables.nomenclatures | {SECTEURS: self.secteurs.liste})

    @cached_property
    def secteurs(self) -> Secteurs:
        """The places that an objective is set on together."""
        return charger_secteurs(self.tables, self.territoire)

    @cached_property
    def territoire(self) -> Territoire:
        """Communes, QPV, social stock and boundaries."""
        lu = charger_territoire(self.tables, self.projet.commune_centre)
        if self.projet.plusieurs_epci:
            return lu
        return replace(lu, communes=lu.communes.assign(epci_siren=self.projet.epci_siren))

    @cached_property
    def epci(self) -> pd.DataFrame:
        """One row is one EPCI of the project (siren, nom, nom_court, commune_centre): most projects have one."""
        if self.projet.plusieurs_epci:
            return charger_epci(self.tables, self.territoire.communes)
        p = self.projet
        seul = {"siren": p.epci_siren, "nom": p.epci_nom, "nom_court": p.epci_nom_court}
        return pd.DataFrame([seul | {"commune_centre": p.commune_centre}])

    @cached_property
    def departements(self) -> Mapping[str, str]:
        """The département of each EPCI, by its SIREN: in a project of several, that of its central commune."""
        if self.projet.plusieurs_epci:
            return dict(zip(self.epci["siren"], self.epci["commune_centre"].map(departement), strict=True))
        return {self.projet.epci_siren: self.projet.departement}

    @classmethod
    def de(cls, projet: Projet) -> References:
        """Those of a project, or of the EPCI that it is opened for: read once by process, until a file changes."""
        empreinte = empreinte_des_references(projet)
        if not projet.partition:
            return _lues(projet, empreinte)
        return _ouvrir(str(projet.racine), empreinte).de_l_epci(projet.partition)

    def de_l_epci(self, siren: str) -> References:
        """That of one EPCI, whose partition its project reads; itself where the project has one. Raises ErreurCIL."""
        connus = self.epci.set_index("siren")
        if siren not in connus.index:
            raise ErreurCIL(f"L’EPCI « {siren} » n’est pas de ce projet : donnez le SIREN de l’un des siens.")
        if not self.projet.plusieurs_epci:
            return self
        nom, nom_court, centre = (str(connus.at[siren, cle]) for cle in ("nom", "nom_court", "commune_centre"))
        projet = replace(self.projet, epci_siren=siren, epci_nom=nom, epci_nom_court=nom_court, commune_centre=centre)
        projet = replace(projet, departement=self.departements[siren], partition=siren)
        vue, territoire = References(projet), self.territoire.de_l_epci(siren, centre)
        # What is read already is not read again: cached_property looks here first.
        vars(vue).update(
            epci=self.epci,
            territoire=territoire,
            seuils=self._seuils[siren],
            objectifs=objectifs_de(self.objectifs, siren, territoire),
            **{nom: getattr(self, nom) for nom in _DE_TOUS},
        )
        return vue

    @cached_property
    def _seuils(self) -> Mapping[str, Seuils]:
        return charger_seuils(self.tables.chemin(TABLE), self.epci["siren"].tolist())

    def debut_de_la_convention(self, annee: int) -> int | None:
        """The first year of the CIA in force in a year (governance/documents.csv); None without one."""
        documents = self.tables["governance/documents"]
        cia = documents[documents["document"].str.startswith("CIA-") & documents["debut"].notna()]
        debuts = [d for d in cia["debut"] if d.date() <= date(annee, 12, 31)]
        return max(debuts).year if debuts else None

    @cached_property
    def cotation(self) -> Cotation:
        """The scoring grids of requests."""
        return charger_cotation(self.tables, self.dictionnaires)

    @cached_property
    def dictionnaires(self) -> dict[str, Dictionnaire]:
        """Columns and headings by extract."""
        return charger_dictionnaires(self.projet.reference)

    @cached_property
    def definitions(self) -> str:
        """The text of indicateurs.yml, or empty. Raises ErreurCIL for a file nearly called so."""
        for autre in sorted(chemin.name for chemin in self.projet.reference.glob("*")):
            vrai = f"{autre.casefold().partition('.')[0].removesuffix('s')}s.yml"
            if vrai == DEFINITIONS and autre != vrai and autre.casefold().endswith((".yaml", ".yml", ".yml.txt")):
                raise ErreurCIL(
                    f"Le fichier data/reference/{autre} n’est pas lu : ce qu’il définit ne serait pas compté. "
                    f"Renommez-le « {vrai} », ou retirez-le."
                )
        chemin = self.projet.reference / DEFINITIONS
        return lire_texte(chemin, f"data/reference/{DEFINITIONS}") if chemin.is_file() else ""

    def dictionnaires_de(self, extrait: str | None) -> dict[str, Dictionnaire]:
        """The dictionary of an extract that the user named, or every one. Raises ErreurCIL for an unknown name."""
        if extrait is None:
            return self.dictionnaires
        if extrait not in self.dictionnaires:
            raise ErreurCIL(f"L’extrait « {extrait} » est inconnu : attendu {', '.join(self.dictionnaires)}.")
        return {extrait: self.dictionnaires[extrait]}

    def empreinte(self) -> str:
        """A digest of every reference file: it changes when any of them does."""
        return empreinte_des_references(self.projet)


@lru_cache(maxsize=1)
def _lues(projet: Projet, _empreinte: str) -> References:
    return References(projet)


# --- A project as another process opens it: the same folder, reference data and software, or nothing ------------------


@dataclass(frozen=True)
class Partage:
    """Where a project is, the digest of its reference data, and the versions of the software that shares it out."""

    racine: str
    empreinte: str
    versions: tuple[tuple[str, str], ...]

    @classmethod
    def de(cls, references: References) -> Partage:
        """That of a project that this process has opened."""
        versions = tuple((nom, version(nom)) for nom in _LOGICIELS)
        return cls(str(references.projet.racine), references.empreinte(), versions)

    def references(self) -> References:
        """The reference data, read once by process. Raises ErreurCIL where results would be others."""
        for nom, attendue in self.versions:
            if (ici := version(nom)) != attendue:
                raise ErreurCIL(
                    f"Un travailleur a la version {ici} de {nom}, et non {attendue} : installez partout la même."
                )
        return _ouvrir(self.racine, self.empreinte)


@lru_cache(maxsize=2)
def _ouvrir(racine: str, empreinte: str) -> References:
    references = References(ouvrir_projet(racine, plusieurs_epci=True))
    if references.empreinte() != empreinte:
        raise ErreurCIL(
            f"Un travailleur lit d’autres référentiels dans {racine} : partagez le dossier du projet, au même chemin, "
            "entre toutes les machines."
        )
    gc.collect()
    gc.freeze()  # The software lives as long as the worker: what to free is not looked for in it at every EPCI,
    gc.set_threshold(*_RAMASSAGE)  # nor in what is counted every time that it has grown by a thousand objects.
    return references
