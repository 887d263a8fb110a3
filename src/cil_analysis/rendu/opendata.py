"""``reports/<année>/opendata``: the published figures as open data, audited once more, all or nothing.

CSV, its Table Schema and a Data Package descriptor. Nothing is counted here, and no date is today's: the same
bilan gives the same bytes.
"""

import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.classeurs import commence_une_formule
from cil_analysis.comptage.cadre import CHIFFRES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.registre import registre
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.projet import Projet
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.agregats import nommer_l_extrait
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import une_ligne
from cil_analysis.rendu.accueil import ecrire_l_accueil
from cil_analysis.rendu.indicateurs import en_csv
from cil_analysis.rendu.mise_en_place import a_cote, mettre_en_place, seul_a_ecrire
from cil_analysis.rendu.notebooks import ACTIFS
from cil_analysis.rendu.suivi import OUVERTES, Suivi, empreinte_du_bilan
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.preuve.preuve import chiffres_diffusables
from cil_analysis.secret.publication import relire_publication
from cil_analysis.typographie import typographie

DOSSIER = "opendata"
# The columns of the tables, their code lists, the licences that a producer may choose, the words of all.
_DECRIT: Any = lire_yaml(ACTIFS / "opendata.yml", "opendata.yml", du_logiciel=True)
CHAMPS, LIBELLES = _DECRIT["champs"], _DECRIT["libelles"]
LICENCES: Mapping[str, Mapping[str, str]] = {nom: {"name": nom, **dite} for nom, dite in _DECRIT["licences"].items()}
_MOTS: Mapping[str, str] = _DECRIT["mots"]


def produire_opendata(projet: Projet, annee: int, *, licence: str | None = None) -> Path:
    """Write reports/<année>/opendata whole, in the place of the previous one, and return it; index.html links it.

    Raises ErreurCIL without a public bilan as it was written, for a label that a spreadsheet would compute, when the
    audit fails, and when an import has ended meanwhile.
    """
    dossier = projet.rapports / str(annee)
    with seul_a_ecrire(projet):
        with MemesEntrees(projet, annee):
            references = References(projet)
            publication = relire_publication(references, annee, exiger_a_jour=False)
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
        ecrire_l_accueil(Rapport(references, publication))
    return ouvertes


@dataclass(frozen=True)
class Jeu:
    """A data set about to be written: the published figures of a bilan, and the imports that they are of."""

    references: References
    annee: int
    chiffres: pd.DataFrame
    imports: Sequence[Mapping[str, Any]]
    licence: str | None = None

    def fichiers(self) -> dict[str, bytes]:
        """Name → content of every file."""
        table, faits = self._indicateurs(), self._faits()
        contenu = _en_csv(table).encode("utf-8")
        faits["champs"] = [self._champ(colonne, CHAMPS[str(colonne.name)]) for _, colonne in table.items()]
        faits |= {"taille": len(contenu), "condense": hashlib.sha256(contenu).hexdigest()}
        documents = {f"{nom}.json": _en_json(nom, faits) for nom in ("schema", "datapackage")}
        return {"indicateurs.csv": contenu, **documents}

    def _faits(self) -> dict[str, Any]:
        """What the descriptions of the set say of it; without a choice of the producer, no licence is declared."""
        projet, licence = self.references.projet, LICENCES[self.licence] if self.licence else None
        # When the last of the extracts behind the bilan was imported.
        instant = max(datetime.fromisoformat(importe["importe_le"]) for importe in self.imports)
        annees = sorted({int(annee) for annee in self.chiffres["annee"]})
        extraits = {nom: f"Extrait {d.libelle}" for nom, d in self.references.dictionnaires.items()}
        sources = sorted({(e["extrait"], int(e["annee"])) for e in self.imports})
        textes = (typographie(i.source) for i in registre(self.references).indicateurs)
        fictif = projet.donnees_fictives
        return {
            "titre": f"{'Données fictives – ' if fictif else ''}{_MOTS['titre']} {self.annee}, {projet.epci_nom}",
            "description": typographie(f"{_MOTS['fictif']} {_MOTS['description']}" if fictif else _MOTS["description"]),
            "producteur": _MOTS["producteur_fictif"] if fictif else projet.epci_nom,
            "identifiant": projet.identifiant,
            "annee": self.annee,
            "debut": annees[0],
            "fin": annees[-1],
            "instant": instant,
            "importe_le": instant.isoformat(),
            "licences": [dict(licence)] if licence else None,
            "version": version("cil-analysis"),
            "sources": [{"title": f"{extraits.get(nom) or nommer_l_extrait(nom)}, {an}"} for nom, an in sources],
            "textes": [{"title": texte} for texte in dict.fromkeys(textes)],
        }

    def _indicateurs(self) -> pd.DataFrame:
        """The published rows in the order of the bilan, as text, each code with its label beside it."""
        indicateurs = registre(self.references).par_code
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

    def _champ(self, colonne: pd.Series, dit: Mapping[str, Any]) -> dict[str, Any]:
        """The field of a column, with the first value that it has for example."""
        nom = str(colonne.name)
        contraintes = dict(dit.get("constraints", {}))
        if nom == "indicateur":
            contraintes["enum"] = [i.code for i in registre(self.references).indicateurs]
        description = typographie(dit["description"])
        champ: dict[str, Any] = {"name": nom, "title": dit["title"], "description": description, "type": dit["type"]}
        remplies = colonne[colonne.ne("")]
        if len(remplies):
            champ["example"] = remplies.iloc[0]
        if contraintes:
            champ["constraints"] = contraintes
        return champ


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


def _en_json(document: str, faits: Mapping[str, Any]) -> bytes:
    """A document that opendata.yml declares."""
    return (json.dumps(_remplir(_DECRIT[document], faits), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _remplir(modele: Any, faits: Mapping[str, Any]) -> Any:
    """What is declared, with the facts in their « {…} »: one that stands alone is as it is, and no key has None."""
    if isinstance(modele, dict):
        dits = {cle: _remplir(dit, faits) for cle, dit in modele.items()}
        return {cle: dit for cle, dit in dits.items() if dit is not None}
    if isinstance(modele, list):
        return [_remplir(dit, faits) for dit in modele]
    seul = re.fullmatch(r"{(\w+)}", modele)
    return faits[seul[1]] if seul else modele.format_map(faits)
