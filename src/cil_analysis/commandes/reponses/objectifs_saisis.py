"""« cil objectifs --modele » and « cil objectifs --importer »: the workbook of objectives, written and read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.objectifs import Connus, lire_objectifs_saisis
from cil_analysis.grammaire.registre import registre
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE
from cil_analysis.rapport.classeur.objectifs import ecrire_modele
from cil_analysis.reference.ecriture.objectifs import (
    ATTRIBUTS,
    FEUILLES,
    FICHIER,
    TITRES,
    Changement,
    Colonne,
    Ecriture,
    ecrire_matrices,
    lire_matrices,
)
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.objectifs import NOMBRE, PCT, PLANCHER, TOUS
from cil_analysis.reference.texte import enumerer

Lignes = Mapping[str, Mapping[str, str]]

# The sheets that have a blank column for each indicator on which nothing local is set yet.
_A_PROPOSER = ("Communes", "Bailleurs")


def ecrire_le_modele(references: References, chemin: Path) -> list[str]:
    """Write the workbook to fill in, with the objectives that the project has; what to say of it."""
    if chemin.exists():
        raise ErreurCIL(f"{chemin} existe déjà : donnez un autre nom au modèle, pour ne pas perdre ce qui y est saisi.")
    if chemin.suffix.lower() != ".xlsx":
        raise ErreurCIL(f"Le modèle est un classeur : donnez-lui un nom en .xlsx, et non {chemin.name}.")
    total = len(references.objectifs)  # Read first: a reference at fault is said before anything is written.
    colonnes = lire_matrices(references.projet.reference / "parameters")
    dans = sum(len(colonne.ids) for colonne in colonnes)
    titre = f"Objectifs de {references.projet.epci_nom_court}"
    if references.projet.donnees_fictives:
        titre += " – données fictives"
    ecrire_modele([*colonnes, *_a_proposer(references, colonnes)], _lignes(references, colonnes), titre, chemin)
    return [str(chemin), *_hors_matrice(total - dans), f"Remplissez-le, puis : cil objectifs --importer {chemin}"]


def importer_les_objectifs(references: References, fichier: Path, *, retirer: bool = False) -> Iterator[str]:
    """Record what the workbook changes; what to say of it."""
    parametres = references.projet.reference / "parameters"
    len(references.objectifs)
    lignes = _lignes(references, lire_matrices(parametres))
    colonnes = lire_objectifs_saisis(fichier, Connus(lignes, _indicateurs(references)))
    ecriture = ecrire_matrices(parametres, colonnes, references.codes_des_objectifs, retirer=retirer)
    yield from _dire(ecriture, lignes)
    if ecriture.changements:
        yield f"data/reference/parameters/{FICHIER} : mis à jour."
        if any(c.avant[0] and c.avant != c.apres for c in ecriture.changements):
            yield (
                "Une valeur changée ou retirée l’est pour toutes les années où l’objectif est en vigueur : pour ne "
                "changer que la suite, gardez-la et ajoutez une colonne (un avenant)."
            )
        yield "Vérifiez-les par « cil objectifs --annee AAAA », puis relancez le bilan des années touchées."


def _dire(ecriture: Ecriture, lignes: Lignes) -> Iterator[str]:
    comptes = Counter(c.quoi for c in ecriture.changements)
    if not comptes:
        yield f"Rien ne change : les objectifs du classeur ({ecriture.inchanges}) sont déjà ceux du projet."
    redites: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for c in ecriture.changements:
        if c.attributs:
            redites[c.colonne.feuille.nom, c.colonne.nom, c.attributs] += 1
        if c.avant != c.apres:
            yield f"  {c.colonne.feuille.nom}, {lignes[c.colonne.feuille.nom][c.code]}, {_phrase(c)}"
    for (feuille, nom, attributs), nombre in redites.items():
        yield from _redite(feuille, nom, attributs, nombre)
    if comptes:
        mots = ("ajouté", "changé", "retiré")
        dits = [f"{comptes[mot]} {mot}{'s' if comptes[mot] > 1 else ''}" for mot in mots if comptes[mot]]
        yield f"Objectifs : {', '.join(dits)}, {ecriture.inchanges} sans changement."
    yield from _hors_matrice(ecriture.hors_matrice)


def _phrase(c: Changement) -> str:
    if c.quoi == "changé" and c.avant[0]:
        return f"{c.colonne.nom} : {_cible(c.avant)} devient {_cible(c.apres)}."
    if c.quoi == "retiré":
        return f"{c.colonne.nom} : {_cible(c.avant)} est retiré."
    return f"{c.colonne.nom} : {_cible(c.apres)}."


def _cible(cible: tuple[str, str]) -> str:
    return " à ".join(borne.replace(".", ",") for borne in cible if borne)


def _redite(feuille: str, nom: str, attributs: Sequence[str], nombre: int) -> Iterator[str]:
    quoi = enumerer([f"« {TITRES[attribut]} »" for attribut in attributs])
    yield f"  {feuille}, {nom} : {quoi} de {nombre} objectif{'s' if nombre > 1 else ''}."


def _hors_matrice(nombre: int) -> Iterator[str]:
    if nombre:
        yield (
            f"Hors de ce classeur, dans parameters/objectifs.csv : {nombre} objectif{'s' if nombre > 1 else ''} d’une "
            "autre forme (par bailleur dans une commune, par exemple) ; rien n’y touche."
        )


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
