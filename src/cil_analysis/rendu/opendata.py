"""``reports/<année>/opendata``: the published figures as open data, audited once more, all or nothing.

CSV, Table Schemas, a Data Package descriptor and its notice. Nothing is counted here, and no date is today's: the same
bilan gives the same bytes.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import Any

import pandas as pd

from cil_analysis.classeurs import commence_une_formule
from cil_analysis.comptage.cadre import CHIFFRES, CLES, SECRET
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.registre import registre
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.projet import Projet
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.agregats import nommer_l_extrait
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import typographie, une_ligne
from cil_analysis.rendu.accueil import ecrire_l_accueil
from cil_analysis.rendu.indicateurs import en_csv
from cil_analysis.rendu.mise_en_place import a_cote, mettre_en_place, seul_a_ecrire
from cil_analysis.rendu.notebooks import ACTIFS, actif
from cil_analysis.rendu.suivi import OUVERTES, Suivi, empreinte_du_bilan
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.preuve.preuve import chiffres_diffusables
from cil_analysis.secret.publication import relire_publication

DOSSIER = "opendata"
# The columns of the tables, their code lists, the licences that a producer may choose, the words of all.
_DECRIT: Any = lire_yaml(ACTIFS / "opendata.yml", "opendata.yml", du_logiciel=True)
TABLES, LIBELLES = _DECRIT["tables"], _DECRIT["libelles"]
LICENCES: Mapping[str, Mapping[str, str]] = {nom: {"name": nom, **dite} for nom, dite in _DECRIT["licences"].items()}
_FICTIF, _DESCRIPTION, _SANS_LICENCE = (_DECRIT["mots"][nom] for nom in ("fictif", "description", "sans_licence"))


def produire_opendata(projet: Projet, annee: int, *, licence: str | None = None) -> Path:
    """Write reports/<année>/opendata whole, in the place of the previous one, and return it; index.html links it.

    Raises ErreurCIL without a public bilan as it was written, for a label that a spreadsheet would compute, when the
    audit fails, and when an import has ended meanwhile.
    """
    dossier = projet.rapports / str(annee)
    with seul_a_ecrire(projet):
        with MemesEntrees(projet, annee):
            references = References(projet)
            publication = relire_publication(projet, references, annee, exiger_a_jour=False)
            chiffres = chiffres_diffusables(projet, references, annee)
            fichiers = Jeu(references, annee, chiffres, publication.imports, licence).fichiers()
        ouvertes = dossier / DOSSIER
        with a_cote(dossier, ouvertes) as etape:
            for nom, octets in fichiers.items():
                (etape / nom).write_bytes(octets)
            ouvertes.mkdir(exist_ok=True)
            mettre_en_place(etape, ouvertes, [ancien.name for ancien in ouvertes.iterdir() if ancien.is_file()])
        notes = Suivi(dossier, OUVERTES)
        for nom in fichiers:
            notes.noter(f"{DOSSIER}/{nom}", ouvertes / nom, empreinte_du_bilan(dossier))
        notes.ecrire()
        ecrire_l_accueil(Rapport(projet, references, publication))
    return ouvertes


class Jeu:
    """A data set about to be written: the published figures of a bilan, and the imports that they are of."""

    def __init__(
        self,
        references: References,
        annee: int,
        chiffres: pd.DataFrame,
        imports: Sequence[Mapping[str, Any]],
        licence: str | None = None,
    ) -> None:
        projet = references.projet
        self.references, self.annee, self.chiffres = references, annee, chiffres
        self.registre = registre(references)
        self.imports, self.licence = imports, LICENCES[licence] if licence else None
        # When the last of the extracts behind the bilan was imported.
        self.instant = max(datetime.fromisoformat(importe["importe_le"]) for importe in imports)
        self.annees = sorted({int(annee) for annee in chiffres["annee"]})
        self.producteur = "Exemple fictif de cil-analysis" if projet.donnees_fictives else projet.epci_nom
        self.titre = f"Bilan des attributions de logements sociaux {annee}, {projet.epci_nom}"
        self.description = typographie(_DESCRIPTION)
        if projet.donnees_fictives:
            self.titre = f"Données fictives – {self.titre}"
            self.description = typographie(f"{_FICTIF} {_DESCRIPTION}")
        # Without a choice of the producer, no licence is declared.
        self.licences = {"licenses": [dict(self.licence)]} if self.licence else {}
        self.contributeurs = [
            {"title": self.producteur, "organisation": self.producteur, "role": "publisher"},
            {"title": f"cil-analysis {version('cil-analysis')}", "role": "wrangler"},
        ]

    def fichiers(self) -> dict[str, bytes]:
        """Name → content of every file."""
        tables = {"indicateurs": self._indicateurs(), "definitions": self._definitions()}
        textes = {f"{nom}.csv": _en_csv(table) for nom, table in tables.items()}
        textes |= {TABLES[nom]["schema"]: _en_json(self._schema(nom, table)) for nom, table in tables.items()}
        octets = {nom: texte.encode("utf-8") for nom, texte in textes.items()}
        octets["datapackage.json"] = _en_json(self._descripteur(octets)).encode("utf-8")
        octets["LISEZMOI.md"] = self._lisezmoi().encode("utf-8")
        return octets

    def _indicateurs(self) -> pd.DataFrame:
        """The published rows in the order of the bilan, as text, each code with its label beside it."""
        indicateurs = self.registre.par_code
        noms: dict[str, Mapping[str, str]] = {
            "indicateur": {code: typographie(i.titre) for code, i in indicateurs.items()},
            "perimetre_code": libelles.perimetres(self.references),
            "acteur_code": libelles.acteurs(self.references),
        }
        modalites = {code: libelles.modalites(self.references, i) for code, i in indicateurs.items()}
        ecrits = pd.read_csv(io.StringIO(en_csv(self.chiffres)), dtype="str", keep_default_na=False)
        for nom, libelle in LIBELLES.items():
            siens = [noms[nom] if nom in noms else modalites[code] for code in ecrits["indicateur"]]
            dits = [s.get(code, code) for s, code in zip(siens, ecrits[nom], strict=True)]
            ecrits.insert(list(ecrits).index(nom) + 1, libelle, dits)
        return ecrits

    def _definitions(self) -> pd.DataFrame:
        publies = set(self.chiffres["indicateur"])
        lignes = [
            (i.code, *map(typographie, (i.titre, i.formule)), i.unite, *map(typographie, (i.population, i.source)))
            for i in self.registre.indicateurs
            if i.code in publies
        ]
        return pd.DataFrame(lignes, columns=list(TABLES["definitions"]["champs"]), dtype="str")

    def _schema(self, nom: str, table: pd.DataFrame) -> dict[str, Any]:
        """A Table Schema with the metadata that schema.data.gouv.fr asks for, but for addresses that nobody has."""
        titre = TABLES[nom]["titre"]
        jour = self.instant.date().isoformat()
        return {
            "$schema": _DECRIT["table_schema"],
            "name": f"bilan-attributions-{nom}",
            "title": f"{titre} du bilan des attributions de logements sociaux",
            "description": self.description,
            "countryCode": "FR",
            **self.licences,
            "resources": [{"title": titre, "name": nom, "path": f"{nom}.csv"}],
            "sources": [
                {"title": titre} for titre in dict.fromkeys(typographie(i.source) for i in self.registre.indicateurs)
            ],
            "created": jour,
            "lastModified": jour,
            "version": version("cil-analysis"),
            "contributors": self.contributeurs,
            "fields": [self._champ(colonne, TABLES[nom]["champs"][str(colonne.name)]) for _, colonne in table.items()],
            "missingValues": [""],
            "primaryKey": list(CLES) if nom == "indicateurs" else "code",
        }

    def _champ(self, colonne: pd.Series, dit: Mapping[str, Any]) -> dict[str, Any]:
        """The field of a column, with the first value that it has for example."""
        nom = str(colonne.name)
        contraintes = dict(dit.get("constraints", {}))
        if nom in ("indicateur", "code"):
            contraintes["enum"] = [i.code for i in self.registre.indicateurs]
        description = typographie(dit["description"])
        champ: dict[str, Any] = {"name": nom, "title": dit["title"], "description": description, "type": dit["type"]}
        remplies = colonne[colonne.ne("")]
        if len(remplies):
            champ["example"] = remplies.iloc[0]
        if contraintes:
            champ["constraints"] = contraintes
        return champ

    def _descripteur(self, octets: Mapping[str, bytes]) -> dict[str, Any]:
        titres = {nom: f"Extrait {d.libelle}" for nom, d in self.references.dictionnaires.items()}
        extraits = {(e["extrait"], int(e["annee"])) for e in self.imports}
        return {
            "profile": "tabular-data-package",
            "name": f"bilan-attributions-{self.references.projet.identifiant}-{self.annee}",
            "title": self.titre,
            "description": self.description,
            "keywords": ["logement social", "attributions", "demande de logement", "quartiers prioritaires"],
            "created": self.instant.isoformat(),
            "temporal": {"start": f"{self.annees[0]}-01-01", "end": f"{self.annees[-1]}-12-31"},
            **self.licences,
            "sources": [
                {"title": f"{titres.get(nom) or nommer_l_extrait(nom)}, {annee}"} for nom, annee in sorted(extraits)
            ],
            "contributors": self.contributeurs,
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

    def _lisezmoi(self) -> str:
        fictives = self.references.projet.donnees_fictives
        texte = Template(actif("lisezmoi-opendata.md")).substitute(
            titre=self.titre,
            mention=f"**{_FICTIF}**\n\n" if fictives else "",
            description=typographie(_DESCRIPTION),
            producteur=self.producteur,
            annee=self.annee,
            annees=", ".join(map(str, self.annees)),
            jour=f"{self.instant:%d/%m/%Y}",
            licence=f"{self.licence['title']} ({self.licence['path']})." if self.licence else _SANS_LICENCE,
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
    return str(table.to_csv(index=False, lineterminator="\n"))


def _en_json(descripteur: Mapping[str, Any]) -> str:
    return json.dumps(descripteur, ensure_ascii=False, indent=2) + "\n"
