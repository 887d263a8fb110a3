"""The content of the open data of a bilan: CSV, Table Schemas, a Data Package descriptor and its notice.

Nothing is counted here, and no date is today's: the same bilan gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from string import Template
from typing import Any

import pandas as pd

from cil_analysis.classeurs import commence_une_formule
from cil_analysis.comptage.cadre import CHIFFRES, CLES, COLONNES, SECRET
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.registre import Registre, registre
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import typographie, une_ligne
from cil_analysis.rendu.indicateurs import ecrire_cellule
from cil_analysis.rendu.notebooks import ACTIFS, actif

# The columns of the tables, their code lists, the licences that a producer may choose.
_DECRIT: Any = lire_yaml(ACTIFS / "opendata.yml", "opendata.yml", du_logiciel=True)
TABLES, LIBELLES = _DECRIT["tables"], _DECRIT["libelles"]
LICENCES: Mapping[str, Mapping[str, str]] = {nom: {"name": nom, **dite} for nom, dite in _DECRIT["licences"].items()}
_TABLE_SCHEMA = "https://specs.frictionlessdata.io/schemas/table-schema.json"
_LICENCE_A_RENSEIGNER = "à renseigner par le producteur avant toute diffusion (« cil opendata --licence … »)."
_FICTIF = "Données fictives : rien ici ne décrit la situation réelle du territoire."


@dataclass(frozen=True)
class Jeu:
    """A data set about to be written: the published figures of a bilan, and the journal of that bilan."""

    references: References
    annee: int
    chiffres: pd.DataFrame
    journal: Mapping[str, Any]
    licence: str | None = None

    def fichiers(self) -> dict[str, bytes]:
        """Name → content of every file."""
        tables = {"indicateurs": self._indicateurs(), "definitions": self._definitions()}
        textes = {f"{nom}.csv": _en_csv(table) for nom, table in tables.items()}
        textes |= {TABLES[nom]["schema"]: _en_json(self._schema(nom, table)) for nom, table in tables.items()}
        octets = {nom: texte.encode("utf-8") for nom, texte in textes.items()}
        octets["datapackage.json"] = _en_json(self._descripteur(octets)).encode("utf-8")
        octets["LISEZMOI.md"] = self._lisezmoi().encode("utf-8")
        return octets

    @property
    def _titre(self) -> str:
        fictif = "Données fictives – " if self.references.projet.donnees_fictives else ""
        return f"{fictif}Bilan des attributions de logements sociaux {self.annee}, {self.references.projet.epci_nom}"

    @property
    def _description(self) -> str:
        phrase = (
            "Attributions et demandes de logements sociaux : volumes, délais, profils, objectifs de la loi et de la "
            "convention intercommunale d’attribution. Chiffres agrégés, après secret statistique."
        )
        return typographie(f"{_FICTIF} {phrase}" if self.references.projet.donnees_fictives else phrase)

    @property
    def _producteur(self) -> str:
        projet = self.references.projet
        return "Exemple fictif de cil-analysis" if projet.donnees_fictives else projet.epci_nom

    @property
    def _registre(self) -> Registre:
        return registre(self.references)

    @property
    def _annees(self) -> list[int]:
        return sorted({int(annee) for annee in self.chiffres["annee"]})

    @property
    def _instant(self) -> datetime:
        """When the last of the extracts behind the bilan was imported."""
        return max(datetime.fromisoformat(entree["importe_le"]) for entree in self.journal["entrees"])

    def _indicateurs(self) -> pd.DataFrame:
        """The published rows in the order of the bilan, as text, each code with its label beside it."""
        lieux, acteurs = libelles.perimetres(self.references), libelles.acteurs(self.references)
        modalites = {code: libelles.modalites(self.references, i) for code, i in self._registre.par_code.items()}
        table = pd.DataFrame(
            {nom: [ecrire_cellule(str(nom), x) for x in serie] for nom, serie in self.chiffres.items()}
        )
        table["indicateur_libelle"] = [typographie(self._registre.par_code[code].titre) for code in table["indicateur"]]
        table["perimetre_libelle"] = [lieux.get(code, code) for code in table["perimetre_code"]]
        table["acteur_libelle"] = [acteurs.get(code, code) if code else "" for code in table["acteur_code"]]
        table["modalite_libelle"] = [
            modalites[indicateur].get(code, code) if code else ""
            for indicateur, code in zip(table["indicateur"], table["modalite"], strict=True)
        ]
        colonnes = ([nom, LIBELLES[nom]] if nom in LIBELLES else [nom] for nom in COLONNES)
        return table[list(itertools.chain(*colonnes))]

    def _definitions(self) -> pd.DataFrame:
        publies = set(self.chiffres["indicateur"])
        lignes = [
            (i.code, *map(typographie, (i.titre, i.formule)), i.unite, *map(typographie, (i.population, i.source)))
            for i in self._registre.indicateurs
            if i.code in publies
        ]
        return pd.DataFrame(lignes, columns=list(TABLES["definitions"]["champs"]), dtype="str")

    def _schema(self, nom: str, table: pd.DataFrame) -> dict[str, Any]:
        """A Table Schema with the metadata that schema.data.gouv.fr asks for, but for addresses that nobody has."""
        titre = TABLES[nom]["titre"]
        jour = self._instant.date().isoformat()
        return {
            "$schema": _TABLE_SCHEMA,
            "name": f"bilan-attributions-{nom}",
            "title": f"{titre} du bilan des attributions de logements sociaux",
            "description": self._description,
            "countryCode": "FR",
            **self._licences(),
            "resources": [{"title": titre, "name": nom, "path": f"{nom}.csv"}],
            "sources": [
                {"title": titre} for titre in dict.fromkeys(typographie(i.source) for i in self._registre.indicateurs)
            ],
            "created": jour,
            "lastModified": jour,
            "version": version("cil-analysis"),
            "contributors": self._contributeurs(),
            "fields": [self._champ(colonne, TABLES[nom]["champs"][str(colonne.name)]) for _, colonne in table.items()],
            "missingValues": [""],
            "primaryKey": list(CLES) if nom == "indicateurs" else "code",
        }

    def _champ(self, colonne: pd.Series, dit: Mapping[str, Any]) -> dict[str, Any]:
        """The field of a column, with the first value that it has for example."""
        nom = str(colonne.name)
        contraintes = dict(dit.get("constraints", {}))
        if nom in ("indicateur", "code"):
            contraintes["enum"] = [i.code for i in self._registre.indicateurs]
        description = typographie(dit["description"])
        champ: dict[str, Any] = {"name": nom, "title": dit["title"], "description": description, "type": dit["type"]}
        remplies = colonne[colonne.ne("")]
        if len(remplies):
            champ["example"] = remplies.iloc[0]
        if contraintes:
            champ["constraints"] = contraintes
        return champ

    def _descripteur(self, octets: Mapping[str, bytes]) -> dict[str, Any]:
        dictionnaires = self.references.dictionnaires
        extraits = {(e["extrait"], int(e["annee"])) for e in self.journal["entrees"]}
        return {
            "profile": "tabular-data-package",
            "name": f"bilan-attributions-{self.references.projet.identifiant}-{self.annee}",
            "title": self._titre,
            "description": self._description,
            "keywords": ["logement social", "attributions", "demande de logement", "quartiers prioritaires"],
            "created": self._instant.isoformat(),
            "temporal": {"start": f"{self._annees[0]}-01-01", "end": f"{self._annees[-1]}-12-31"},
            **self._licences(),
            "sources": [
                {"title": f"Extrait {dictionnaires[nom].libelle if nom in dictionnaires else nom}, {annee}"}
                for nom, annee in sorted(extraits)
            ],
            "contributors": self._contributeurs(),
            "resources": [
                {
                    "name": nom,
                    "path": f"{nom}.csv",
                    "profile": "tabular-data-resource",
                    "title": table["titre"],
                    "format": "csv",
                    "mediatype": "text/csv",
                    "encoding": "utf-8",
                    "bytes": len(octets[f"{nom}.csv"]),
                    "hash": f"sha256:{hashlib.sha256(octets[f'{nom}.csv']).hexdigest()}",
                    "schema": table["schema"],
                }
                for nom, table in TABLES.items()
            ],
        }

    def _licences(self) -> dict[str, Any]:
        """The licence that the producer chose; without a choice, no licence is declared."""
        return {"licenses": [dict(LICENCES[self.licence])]} if self.licence else {}

    def _contributeurs(self) -> list[dict[str, str]]:
        return [
            {"title": self._producteur, "organisation": self._producteur, "role": "publisher"},
            {"title": f"cil-analysis {version('cil-analysis')}", "role": "wrangler"},
        ]

    def _lisezmoi(self) -> str:
        fictives = self.references.projet.donnees_fictives
        licence = LICENCES[self.licence] if self.licence else None
        texte = Template(actif("lisezmoi-opendata.md")).substitute(
            titre=self._titre,
            mention=f"**{_FICTIF}**\n\n" if fictives else "",
            description=self._description.removeprefix(typographie(_FICTIF)).strip(),
            producteur=self._producteur,
            annee=self.annee,
            annees=", ".join(map(str, self._annees)),
            jour=f"{self._instant:%d/%m/%Y}",
            licence=f"{licence['title']} ({licence['path']})." if licence else _LICENCE_A_RENSEIGNER,
            version=version("cil-analysis"),
            lignes=len(self.chiffres),
            masques=int(self.chiffres["statut"].eq(SECRET).sum()),
            cles=", ".join(f"`{cle}`" for cle in CLES),
            citation="Ce sont des données fictives : ne les citez pas comme un fait." if fictives else "",
        )
        return typographie(texte.rstrip() + "\n")


def _en_csv(table: pd.DataFrame) -> str:
    """The cells as they are: nothing may be added to a value that others read by program.

    Raises ErreurCIL for a text that a spreadsheet would compute: it is a fault of the reference data.
    """
    for texte in (x for nom in table.columns if nom not in CHIFFRES for x in table[nom]):
        if commence_une_formule(texte):
            raise ErreurCIL(
                f"« {une_ligne(texte, 60)} » commence par un signe qu’un tableur prend pour le début d’une formule. "
                "Dans data/reference, écrivez ce libellé autrement (« plus de » pour « + de »), puis relancez « cil "
                "bilan » et « cil opendata »."
            )
    flux = io.StringIO()
    ecrivain = csv.writer(flux, lineterminator="\n")
    ecrivain.writerow(table.columns)
    ecrivain.writerows(table.itertuples(index=False))
    return flux.getvalue()


def _en_json(descripteur: Mapping[str, Any]) -> str:
    return json.dumps(descripteur, ensure_ascii=False, indent=2) + "\n"
