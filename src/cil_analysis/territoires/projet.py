"""The folder of a new project: what the law and the State set is copied, what is local is left to fill in."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from cil_analysis.empreintes import empreinte_du_fichier
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import dossier_a_cote
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.tables import ecrire_lignes, lire_table, schemas
from cil_analysis.reference.texte import departement, normaliser
from cil_analysis.territoires.contours import en_geojson
from cil_analysis.territoires.etude import Etude

A_RENSEIGNER = "À renseigner"
# What is the territory's own, and is not taken from the model.
_LOCAL: Mapping[str, Any] = lire_du_logiciel("territoires/projet.yml")


def creer_projet(modele: Projet, dossier: Path, etude: Etude, aujourd_hui: date) -> Projet:
    """Write the project, read all of it back, then put it in place: a failure leaves nothing behind."""
    refuser_dossier_occupe(dossier)
    ancetre = next(parent for parent in dossier.resolve().parents if parent.is_dir())
    atelier = dossier_a_cote(ancetre, ".nouveau-")
    try:
        chantier = atelier / "projet"
        for sous_dossier in ("data/raw", "data/processed", "reports"):
            (chantier / sous_dossier).mkdir(parents=True)
        (chantier / ".gitignore").write_text(_LOCAL["gitignore"], encoding="utf-8")
        ecrire_reference(modele, chantier / "data" / "reference", etude, aujourd_hui)
        references = References(ouvrir_projet(chantier))
        for nom in (nom for nom, partie in vars(References).items() if isinstance(partie, cached_property)):
            getattr(references, nom)
        references.territoire.contours()
        if not any((parent / "notebooks" / "bilan_annuel.qmd").is_file() for parent in dossier.resolve().parents):
            ignores = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
            shutil.copytree(modele.carnets, chantier / "notebooks", ignore=ignores)
        dossier.parent.mkdir(parents=True, exist_ok=True)
        if dossier.is_dir():
            dossier.rmdir()
        chantier.rename(dossier)
    finally:
        shutil.rmtree(atelier, ignore_errors=True)
    return ouvrir_projet(dossier)


def refuser_dossier_occupe(dossier: Path) -> None:
    """Raise ErreurCIL when there is something at the place of the new project."""
    if dossier.exists() and (not dossier.is_dir() or any(dossier.iterdir())):
        raise ErreurCIL(f"{dossier} existe déjà et n’est pas vide : choisissez un autre dossier.")


def ecrire_reference(modele: Projet, reference: Path, etude: Etude, aujourd_hui: date) -> None:
    """Copy the model's reference data without what is its own, and write the territory's."""
    shutil.copytree(modele.reference, reference, ignore=shutil.ignore_patterns("*.geojson*", ".*", "~$*"))
    _ecrire_reglages(reference / "projet.yml", etude)
    for nom, schema in schemas().items():
        chemin = reference / f"{nom}.csv"
        if (schema.facultative or nom.startswith(tuple(_LOCAL["tables"]))) and chemin.is_file():
            ecrire_lignes(chemin, [])
    for chemin in (reference / "nomenclatures").glob("*.csv"):
        if chemin.stem in _LOCAL["listes"]:
            ecrire_lignes(chemin, [])
        else:
            _renommer_l_epci(chemin, (modele.epci_nom, modele.epci_nom_court), etude.nom)
    for chemin in (reference / "parameters").glob("*.yml"):
        if chemin.stem in _LOCAL["parametres"]:
            _vider_les_valeurs(chemin, _LOCAL["parametres"][chemin.stem])
    _garder_les_objectifs_de_la_loi(reference / "parameters" / "objectifs.csv")
    _ecrire_territoire(reference / "territory", etude, aujourd_hui)


def _ecrire_reglages(chemin: Path, etude: Etude) -> None:
    reglages = {
        "identifiant": f"{normaliser(etude.nom).replace(' ', '-')}-{etude.epci}",
        "epci_siren": etude.epci,
        "epci_nom": etude.nom,
        "epci_nom_court": etude.nom,
        "departement": departement(etude.commune_centre),
        "donnees_fictives": False,
        "commune_centre": etude.commune_centre,
    }
    texte = "# Le territoire que ce projet décrit. epci_nom_court est le nom imprimé dans le bilan : abrégez-le ici.\n"
    chemin.write_text(texte + yaml.safe_dump(reglages, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _renommer_l_epci(chemin: Path, anciens: Sequence[str], nouveau: str) -> None:
    """An alias that is the name of the model's EPCI becomes that of the new one; the file is else left as it is."""
    formes = {normaliser(nom) for nom in anciens}
    table = lire_table(chemin, ("alias",))
    alias = [[nouveau if normaliser(a) in formes else a for a in cellule.split("|")] for cellule in table["alias"]]
    remplaces = ["|".join(dict.fromkeys(cellule)) for cellule in alias]
    if remplaces != table["alias"].tolist():
        ecrire_lignes(chemin, table.assign(alias=remplaces).to_dict("records"))


def _vider_les_valeurs(chemin: Path, noms: Sequence[str]) -> None:
    """Empty parameters (``noms``, or all) from the first day that the model knows; the comments at the top stay."""
    texte = chemin.read_text(encoding="utf-8")
    en_tete = "".join(ligne for ligne in texte.splitlines(keepends=True) if ligne.startswith("#"))
    parametres = yaml.safe_load(texte)
    for parametre in (parametres[nom] for nom in noms or parametres):
        vide = {"value": None, "reference": [{"title": A_RENSEIGNER, "href": ""}], "confidence": "NF"}
        parametre["values"] = {min(map(str, parametre["values"])): vide}
    corps = yaml.safe_dump(parametres, allow_unicode=True, sort_keys=False, width=120)
    chemin.write_text(en_tete + corps, encoding="utf-8")


def _garder_les_objectifs_de_la_loi(chemin: Path) -> None:
    """The rows of the law; and one for each target that every commune, landlord or QPV has locally, still unset."""
    objectifs = lire_table(chemin, ("origine",))
    de_la_loi, cible = objectifs["origine"].eq("loi"), [nom for nom in _LOCAL["cible"] if nom in objectifs]
    de_tous = objectifs["perimetre_code"].eq("*") & objectifs["acteur_code"].isin(["", "*"])
    locales = objectifs.loc[~de_la_loi & de_tous, ["id", *cible]].drop_duplicates(cible).assign(**_LOCAL["non_fixe"])
    ecrire_lignes(chemin, pd.concat([objectifs[de_la_loi], locales]).fillna("").to_dict("records"))


def _ecrire_territoire(dossier: Path, etude: Etude, aujourd_hui: date) -> None:
    parc = {"annee": etude.annee, "source": f"{A_RENSEIGNER} (RPLS au 1er janvier)", "confiance": "NF"}
    tables: dict[str, list[dict[str, object]]] = {
        "communes": [adhesion._asdict() | {"confiance": "L"} for adhesion in etude.adhesions],
        "communes_connues": [
            {"code_insee": code, "nom": nom, "source": fichier, "confiance": "C"}
            for code, (nom, fichier) in etude.connues.items()
        ],
        "parc_social": [{"code_insee": code} | parc for code in etude.membres],
    }
    for nom, lignes in tables.items():
        ecrire_lignes(dossier / f"{nom}.csv", lignes)
    _ecrire_contours(dossier, etude, aujourd_hui)


def _ecrire_contours(dossier: Path, etude: Etude, aujourd_hui: date) -> None:
    geojson = en_geojson(etude.noms, etude.formes)
    (dossier / "communes.geojson").write_text(geojson, encoding="utf-8", newline="")
    fiche = {
        "fichier": "communes.geojson",
        "contenu": "Contours simplifiés des communes membres ou anciennes membres de l’EPCI, WGS84 (EPSG:4326)",
        "source": etude.contours.name,
        "licence": A_RENSEIGNER,
        "credit": etude.contours.name,
        "traitement": "« cil nouveau » : extraction, simplification sans interstice, coordonnées arrondies",
        "sha256_source": empreinte_du_fichier(etude.contours),
        "sha256": sha256(geojson.encode()).hexdigest(),
        "date": aujourd_hui.isoformat(),
    }
    texte = yaml.safe_dump(fiche, allow_unicode=True, sort_keys=False, width=120)
    (dossier / "communes.geojson.meta.yml").write_text(texte, encoding="utf-8", newline="")
