"""The import of aggregated tables: the sheets of workbooks, from raw to stored, with their journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.empreintes import condenser, empreinte_du_code
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import journal as comptes_rendus
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.feuilles import Feuille, Lecture, Lu, cellules_en_mots
from cil_analysis.extraits.agregats.stockage import COLONNES, refuser_s_il_y_a_des_lignes
from cil_analysis.extraits.importation import Bilan
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import est_remplie, lire_feuilles
from cil_analysis.extraits.lots import ouvrir_tout
from cil_analysis.grammaire.dimensions import dimension
from cil_analysis.grammaire.registre import registre
from cil_analysis.grammaire.verification import classes_possibles, listes_des_colonnes
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import AGREGATS, COMMUNE, IGNOREE, TOTAL, Tableau, tableaux
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.tables import erreur
from cil_analysis.reference.texte import normaliser

_CARTE = "data/reference/agregats.csv"


def importer_les_agregats(projet: Projet, references: References, fichiers: Sequence[Path], annee: int) -> Bilan:
    """Import the sheets of workbooks, which replace the aggregated tables of the year.

    Raises ErreurCIL, and changes nothing on disk, for a sheet, a heading, a commune or a cell that is not what
    ``agregats.csv`` says, for tables of one extract that do not count the same households, and for an extract whose
    rows are imported.
    """
    if projet.plusieurs_epci:
        raise ErreurCIL(
            "Un projet de plusieurs EPCI n’admet pas de tableaux agrégés : créez un projet de ce seul EPCI "
            "(« cil nouveau »)."
        )
    sources = ouvrir_tout(fichiers)
    identite = condenser(
        comptes_rendus.VERSION, references.empreinte(), empreinte_du_code("extraits", "reference", "grammaire"),
        *sorted(source.sha256 for source in sources),
    )  # fmt: skip
    fiches = comptes_rendus.fiches(projet, AGREGATS, annee, sources, {})
    ancien = store.lire_journal(projet, AGREGATS, annee)
    if ancien is not None and ancien.get("identite") == identite and store.est_intact(projet, AGREGATS, annee):
        return Bilan(ancien, deja_fait=True, fiches_manquantes=comptes_rendus.ecrire_fiches(fiches))
    lus, laissees = _lire_tout(sources, references, annee)
    donnees = _donnees(lus)
    fichiers_lus = [
        {"nom": s.nom, "sha256": s.sha256, "octets": s.taille}
        | {"lignes": sum(lu.lues for lu in lus if lu.feuille.fichier == s.nom)}
        | {"feuilles_non_lues": [f.nom for f in laissees if f.fichier == s.nom]}
        for s in sources
    ]
    journal = _journal(lus, annee) | {"fichiers": fichiers_lus, "identite": identite}
    bilan = Bilan(journal, ancien=ancien)
    with store.verrou(projet):
        refuser_s_il_y_a_des_lignes(projet, donnees["extrait"].unique(), annee)
        store.enregistrer(projet, journal, donnees, bilan.anomalies)
    return replace(bilan, fiches_manquantes=comptes_rendus.ecrire_fiches(fiches))


# --- What sheets hold -----------------------------------------------------------------------------------------------


def _lire_tout(sources: Sequence[Source], references: References, annee: int) -> tuple[list[Lu], list[Feuille]]:
    """Every sheet that is to be read, checked against the others, and those that are left."""
    dites = tableaux(references.tables, annee)
    if not dites:
        raise ErreurCIL(
            f"{_CARTE} ne dit pas ce que contiennent les tableaux agrégés de {annee} : remplissez cette table, une "
            "ligne par en-tête de chaque feuille, d’après le classeur reçu (docs/dictionnaire/tables.md)."
        )
    for dite in dites.values():
        _verifier_les_classes(dite, references)
    trouvees = _attribuer(sources, dites)
    projet, territoire, jour = references.projet, references.territoire, date(annee, 12, 31)
    membres = territoire.membres(jour)
    lecture = Lecture(
        territoire.vers_commune,
        dict(zip(membres["code_insee"], membres["nom"], strict=True)),
        frozenset(map(normaliser, (projet.epci_nom, projet.epci_nom_court))),
    )
    lus = [lecture.lire(feuille, dites[forme]) for forme, feuille in trouvees.items() if dites[forme].colonnes]
    _refuser_les_doubles(lus)
    _comparer_les_totaux([lu for lu in lus if not lu.masquees])
    return lus, [feuille for forme, feuille in trouvees.items() if not dites[forme].colonnes]


def _verifier_les_classes(dite: Tableau, references: References) -> None:
    """Raises ErreurCIL for a dimension that nobody defines, and a class that is none of its own."""
    if not dite.colonnes:
        return
    chemin, listes = references.tables.chemin(AGREGATS), references.nomenclatures
    try:
        une = dimension(dite.dimension, listes, registre(references).dimensions)
    except KeyError:
        message = f"« {dite.dimension} » n’est pas une dimension. Voir leurs noms dans docs/definitions.md."
        raise erreur(chemin, message, dite.ligne) from None
    # Classes that gather others of the list (« au-dessus du premier quartile ») would be counted in none of them.
    regroupees = une.classes if une.liste else ()
    possibles = [c for c in classes_possibles(une, listes, listes_des_colonnes(references)) if c not in regroupees]
    if not possibles:
        message = f"la dimension « {dite.dimension} » n’a pas de liste de classes. En choisir une qui en a."
        raise erreur(chemin, message, dite.ligne)
    for entete, contenu in dite.colonnes.items():
        if contenu not in (*possibles, COMMUNE, TOTAL, IGNOREE):
            message = (
                f"feuille « {dite.feuille} », en-tête « {entete} » : « {contenu} » n’est pas une classe de "
                f"« {dite.dimension} ». Écrire l’une de celles-ci : {', '.join(possibles)} ; ou {COMMUNE}, {TOTAL}, "
                f"{IGNOREE}."
            )
            raise erreur(chemin, message, dite.ligne)


def _attribuer(sources: Sequence[Source], dites: dict[str, Tableau]) -> dict[str, Feuille]:
    """The sheets by their names in comparison form. Raises ErreurCIL for one unknown, missing, or there twice."""
    trouvees: dict[str, Feuille] = {}
    for source in sources:
        if not source.est_classeur:
            raise ErreurCIL(f"{source.nom} n’est pas un classeur : enregistrez les tableaux agrégés au format .xlsx.")
        for lue in filter(lambda lue: est_remplie(lue.table), lire_feuilles(source)):
            feuille, forme = Feuille(**vars(lue), fichier=source.nom), normaliser(lue.nom)
            if forme not in dites:
                feuille.refuser(
                    f"{_CARTE} ne dit pas ce qu’elle contient. Y ajouter ses en-têtes ou, pour ne pas la lire, une "
                    f"ligne sans en-tête dont le contenu est « {IGNOREE} »."
                )
            if forme in trouvees:
                feuille.refuser(f"{trouvees[forme].fichier} a une feuille du même nom. N’en garder qu’une.")
            trouvees[forme] = feuille
    for forme, dite in dites.items():
        if forme not in trouvees and dite.colonnes:
            raise ErreurCIL(
                f"{', '.join(source.nom for source in sources)} : la feuille « {dite.feuille} », que dit {_CARTE} "
                f"(ligne {dite.ligne}), n’y est pas. Nommer aussi le fichier qui l’a, ou retirer ses lignes de cette "
                "table."
            )
    return trouvees


def _refuser_les_doubles(lus: Sequence[Lu]) -> None:
    """Raises ErreurCIL when two sheets count the same extract by the same classes, and when no count is left."""
    connues: dict[tuple[str, str], Lu] = {}
    for lu in lus:
        autre = connues.setdefault((lu.dite.extrait, lu.dite.dimension), lu)
        if autre is not lu:
            lu.feuille.refuser(
                f"la feuille « {autre.feuille.nom} » compte déjà les {lu.dite.extrait} par « {lu.dite.dimension} ». "
                f"N’en garder qu’une dans {_CARTE}."
            )
        if lu.effectifs.empty:
            lu.feuille.refuser("aucune ligne d’une commune de l’EPCI. Vérifier la feuille.")
    if all(lu.masquees for lu in lus):
        cachees = " ; ".join(f"feuille « {lu.feuille.nom} », {cellules_en_mots(lu.masquees)}" for lu in lus)
        raise ErreurCIL(
            f"Chaque tableau a des effectifs masqués ou vides ({cachees}), qui ne sont pas des zéros : aucun "
            "indicateur ne s’en calcule. Demandez des tableaux sans masque, et écrivez 0 là où il n’y a personne."
        )


def _comparer_les_totaux(lus: Sequence[Lu]) -> None:
    """Raises ErreurCIL when two tables of one extract do not count the same households in a commune."""
    premiers: dict[str, Lu] = {}
    for lu in lus:
        premier = premiers.setdefault(lu.dite.extrait, lu)
        comptes = pd.DataFrame({"lu": lu.effectifs.sum(axis=1), "premier": premier.effectifs.sum(axis=1)}).fillna(0)
        for commune, ici, la in comptes[comptes["lu"].ne(comptes["premier"])].sort_index().itertuples():
            lu.feuille.refuser(
                f"elle compte {ici} {lu.dite.extrait} dans la commune {commune}, et la feuille "
                f"« {premier.feuille.nom} » {la}. Les tableaux d’une année comptent les "
                "mêmes ménages : corriger celle qui se trompe, ou dire à qui l’a envoyée la classe qui manque."
            )


# --- What is stored -------------------------------------------------------------------------------------------------


def _donnees(lus: Sequence[Lu]) -> pd.DataFrame:
    """The counts of the tables that hide none."""
    lignes = [
        (lu.dite.extrait, lu.dite.dimension, commune, classe, effectif)
        for lu in lus
        if not lu.masquees
        for commune, comptes in lu.effectifs.iterrows()
        for classe, effectif in comptes.items()
    ]
    return pd.DataFrame(lignes, columns=list(COLONNES)).astype(COLONNES)


def _journal(lus: Sequence[Lu], annee: int) -> dict[str, Any]:
    """The account of the lines (D1): those of a table that hides counts are rejected, with the cells that do."""
    motifs: dict[str, Counter[str]] = {
        sort: Counter() for sort in ("rejetees", "hors_perimetre", "doublons", "ignorees")
    }
    for lu in lus:
        for sort, siens in lu.motifs.items():
            motifs[sort].update(siens)
        if lu.masquees:
            motif = (
                f"feuille « {lu.feuille.nom} » écartée : un effectif masqué ou vide n’est pas un zéro "
                f"({cellules_en_mots(lu.masquees)})"
            )
            motifs["rejetees"][motif] += len(lu.effectifs)
    gardes = [lu for lu in lus if not lu.masquees]
    conservees = sum(len(lu.effectifs) for lu in gardes)
    return comptes_rendus.ouvrir(AGREGATS, annee, sum(lu.lues for lu in lus), conservees, motifs) | {
        "extraits": sorted({lu.dite.extrait for lu in gardes}),
        "constats": {},
        "anomalies": 0,
        "colonnes": {"reconnues": [], "entetes": {}, "inconnues": []},
        "illisibles": {},
        "manquants": {},
    }
