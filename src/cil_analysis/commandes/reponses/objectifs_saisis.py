"""« cil objectifs --modele » and « cil objectifs --importer »: the workbook of objectives, written and read back."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from cil_analysis.a_coller import argument
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.objectifs import Connus, lire_objectifs_saisis
from cil_analysis.grammaire.registre import registre
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE
from cil_analysis.rapport.classeur.objectifs import ecrire_modele
from cil_analysis.reference.ecriture.objectifs import (
    ATTRIBUTS,
    FEUILLES,
    TITRES,
    Colonne,
    Ecriture,
    ecrire_matrices,
    lire_matrices,
)
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.objectifs import NOMBRE, PCT, PLANCHER, TOUS

Lignes = Mapping[str, Mapping[str, str]]

# The sheets that have a blank column for each indicator on which nothing local is set yet.
_A_PROPOSER = ("Communes", "Bailleurs")


def saisir(options: argparse.Namespace) -> None:
    """Write the workbook to fill in, or record what one changes."""
    references = References(options.projet)
    len(references.objectifs)  # Read first: a reference at fault is said before anything is written.
    parametres = references.projet.reference / "parameters"
    colonnes = lire_matrices(parametres)
    lignes = _lignes(references, colonnes)
    if options.modele is not None:
        _ecrire_le_modele(references, colonnes, lignes, options.modele)
        ecriture = Ecriture((), 0, len(references.objectifs) - sum(len(colonne.ids) for colonne in colonnes))
    else:
        lues = lire_objectifs_saisis(options.importer, Connus(lignes, _indicateurs(references)))
        ecriture = ecrire_matrices(parametres, lues, references.codes_des_objectifs, retirer=options.retirer)
    changements, comptes = ecriture.changements, Counter(c.quoi for c in ecriture.changements)
    repondre(
        "objectifs_saisis",
        modele=options.modele,
        argument=argument,
        ecriture=ecriture,
        changements=changements,
        lignes=lignes,
        cible=lambda bornes: " à ".join(borne.replace(".", ",") for borne in bornes if borne),
        redites=Counter((c.colonne.feuille.nom, c.colonne.nom, c.attributs) for c in changements if c.attributs),
        titres=TITRES,
        comptes={mot: comptes[mot] for mot in ("ajouté", "changé", "retiré") if comptes[mot]},
        retouche=any(c.avant[0] and c.avant != c.apres for c in changements),
    )


def _ecrire_le_modele(references: References, colonnes: Sequence[Colonne], lignes: Lignes, chemin: Path) -> None:
    """Write the workbook to fill in, with the objectives that the project has."""
    if chemin.exists():
        raise ErreurCIL(f"{chemin} existe déjà : donnez un autre nom au modèle, pour ne pas perdre ce qui y est saisi.")
    if chemin.suffix.lower() != ".xlsx":
        raise ErreurCIL(f"Le modèle est un classeur : donnez-lui un nom en .xlsx, et non {chemin.name}.")
    fictif = " – données fictives" if references.projet.donnees_fictives else ""
    titre = f"Objectifs de {references.projet.epci_nom_court}{fictif}"
    ecrire_modele([*colonnes, *_a_proposer(references, colonnes)], lignes, titre, chemin)


def _lignes(references: References, colonnes: Sequence[Colonne]) -> Lignes:
    """For each sheet, the rows that it has: code → name, what holds for all of them first."""
    territoire, epci = references.territoire, references.projet
    quartiers = territoire.table_qpv[["code", "nom", "generation"]].astype("str").itertuples(index=False)
    nommes = {code for c in colonnes for code in c.cibles if c.feuille.nom == "Intercommunalité"}
    noms = {
        "Communes": dict(territoire.communes[["code_insee", "nom"]].itertuples(index=False)),
        "Bailleurs": references.nomenclatures["bailleurs"].libelles(),
        "Réservataires": references.nomenclatures["reservataires"].libelles(),
        "Quartiers": {code: f"{nom} (QPV de {generation})" for code, nom, generation in quartiers},
        "Intercommunalité": dict.fromkeys(nommes - {TOUS}, epci.epci_nom_court),
    }
    chaque = {f.nom: f"Chaque {f.un} sans objectif à son nom" for f in FEUILLES} | {
        "Intercommunalité": epci.epci_nom_court
    }
    return {feuille: {TOUS: chaque[feuille]} | siennes for feuille, siennes in noms.items()}


def _a_proposer(references: References, colonnes: Sequence[Colonne]) -> list[Colonne]:
    """A blank column for each indicator that a sheet can follow and on which only the law has set something."""
    locales = {(c.feuille.nom, c.attributs["indicateur"]) for c in colonnes if c.attributs["origine"] != "loi"}
    vide = dict.fromkeys(ATTRIBUTS, "") | {"sens": PLANCHER, "unite": PCT, "origine": "CIA", "confiance": "C"}
    return [
        Colonne(feuille, f"{indicateur.code} – à ajouter", vide | {"indicateur": indicateur.code}, {})
        for feuille in FEUILLES
        if feuille.nom in _A_PROPOSER
        for indicateur in registre(references).indicateurs
        if indicateur.a_objectif and indicateur.unite == PCT and (feuille.nom, indicateur.code) not in locales
        if any((v.perimetre, v.acteur) == feuille[1:3] and not v.modalites for v in indicateur.ventilations)
    ]


def _indicateurs(references: References) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """For each unit, the indicators that an objective may be set on, by the code that it has there → categories."""
    admis: dict[str, dict[str, Sequence[str]]] = {PCT: {}, NOMBRE: {}}
    for indicateur in registre(references).indicateurs:
        if indicateur.a_objectif:
            unite = NOMBRE if indicateur.unite == NOMBRE else PCT
            liste = references.nomenclatures[indicateur.modalites].codes() if indicateur.modalites else []
            admis[unite][indicateur.code.removesuffix(EN_NOMBRE) if unite == NOMBRE else indicateur.code] = liste
    return admis
