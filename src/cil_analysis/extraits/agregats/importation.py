"""The import of aggregated tables: the sheets of workbooks, from raw to stored, with their journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from cil_analysis.empreintes import condenser, empreinte_du_code
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import journal as comptes_rendus
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.feuilles import (
    AUTRE,
    MEMBRE,
    SANS_COMMUNE,
    SOUS_TOTAL,
    Lecture,
    additionner,
    exiger,
    sont_d_une_classe,
)
from cil_analysis.extraits.agregats.stockage import COLONNES, refuser_s_il_y_a_des_lignes
from cil_analysis.extraits.importation import Bilan
from cil_analysis.extraits.lecture.classeurs import Feuille
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
from cil_analysis.reference.texte import enumerer, normaliser

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
    trouvees = _attribuer(sources, _lire_la_carte(references, annee))
    feuilles, cellules = _lire_tout(trouvees, references, annee)
    donnees = _compter(cellules, feuilles, list(COLONNES)[:-1]).astype(COLONNES)
    lues = feuilles.groupby("fichier")["lues"].sum()
    laissees = [(t.fichier, t.feuille.nom) for t in trouvees if not t.dite.colonnes]
    fichiers_lus = [
        {"nom": s.nom, "sha256": s.sha256, "octets": s.taille, "lignes": int(lues.get(s.nom, 0))}
        | {"feuilles_non_lues": [nom for fichier, nom in laissees if fichier == s.nom]}
        for s in sources
    ]
    journal = _journal(feuilles, cellules, annee) | {"fichiers": fichiers_lus, "identite": identite}
    bilan = Bilan(journal, ancien=ancien)
    with store.verrou(projet):
        refuser_s_il_y_a_des_lignes(projet, donnees["extrait"].unique(), annee)
        store.enregistrer(projet, journal, donnees, bilan.anomalies)
    return replace(bilan, fiches_manquantes=comptes_rendus.ecrire_fiches(fiches))


# --- What sheets hold -----------------------------------------------------------------------------------------------


class Trouvee(NamedTuple):
    """A sheet, the name of its file, and what it holds."""

    fichier: str
    feuille: Feuille
    dite: Tableau


def _lire_la_carte(references: References, annee: int) -> dict[str, Tableau]:
    """What each sheet holds. Raises ErreurCIL where nobody said it, or what is said is of no dimension."""
    dites = tableaux(references.tables, annee)
    if not any(dite.colonnes for dite in dites.values()):
        raise ErreurCIL(
            f"{_CARTE} ne dit pas ce que contiennent les tableaux agrégés de {annee} : remplissez cette table, une "
            "ligne par en-tête de chaque feuille, d’après le classeur reçu (docs/dictionnaire/tables.md)."
        )
    for dite in dites.values():
        _verifier_les_classes(dite, references)
    return dites


def _attribuer(sources: Sequence[Source], dites: Mapping[str, Tableau]) -> list[Trouvee]:
    """The sheets that are not blank. Raises ErreurCIL for one that is unknown, missing, or there twice."""
    trouvees: dict[str, Trouvee] = {}
    for source in sources:
        if not source.est_classeur:
            raise ErreurCIL(f"{source.nom} n’est pas un classeur : enregistrez les tableaux agrégés au format .xlsx.")
        for feuille in filter(lambda lue: est_remplie(lue.table), lire_feuilles(source)):
            forme, ou = normaliser(feuille.nom), f"{source.nom}, feuille « {feuille.nom} »"
            if forme not in dites:
                raise ErreurCIL(
                    f"{ou} : {_CARTE} ne dit pas ce qu’elle contient. Y ajouter ses en-têtes ou, pour ne pas la lire, "
                    f"une ligne sans en-tête dont le contenu est « {IGNOREE} »."
                )
            if forme in trouvees:
                raise ErreurCIL(f"{ou} : {trouvees[forme].fichier} a une feuille du même nom. N’en garder qu’une.")
            trouvees[forme] = Trouvee(source.nom, feuille, dites[forme])
    for forme, dite in dites.items():
        if forme not in trouvees and dite.colonnes:
            raise ErreurCIL(
                f"{', '.join(source.nom for source in sources)} : la feuille « {dite.feuille} », que dit {_CARTE} "
                f"(ligne {dite.ligne}), n’y est pas. Nommer aussi le fichier qui l’a, ou retirer ses lignes de cette "
                "table."
            )
    return list(trouvees.values())


def _lire_tout(trouvees: Sequence[Trouvee], references: References, annee: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sheets that are to be read, checked against one another, and the cells of all of them.

    One row is a sheet: ``extrait`` and ``dimension``, ``lues``, all its lines, and what ``refus.yml`` says of
    « feuilles ».
    """
    projet, territoire, lues = references.projet, references.territoire, [t for t in trouvees if t.dite.colonnes]
    communes = territoire.membres(date(annee, 12, 31))
    membres = dict(zip(communes["code_insee"], communes["nom"], strict=True))
    epci = frozenset(map(normaliser, (projet.epci_nom, projet.epci_nom_court)))
    lecture = Lecture(territoire.vers_commune, membres, epci)
    cellules = pd.concat([lecture.lire(t.feuille, t.fichier, t.dite) for t in lues], ignore_index=True)
    feuilles = pd.DataFrame([
        {"fichier": t.fichier, "feuille": t.feuille.nom, "extrait": t.dite.extrait, "dimension": t.dite.dimension}
        | {"lues": t.feuille.table.num_rows}
        for t in lues
    ])  # fmt: skip
    return _verifier(feuilles, cellules, membres), cellules


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


def _verifier(feuilles: pd.DataFrame, cellules: pd.DataFrame, membres: Mapping[str, str]) -> pd.DataFrame:
    """The sheets, with what they say beside one another. Raises ErreurCIL for what ``refus.yml`` refuses."""
    exiger(additionnees := additionner(cellules), "cellules")
    cachees = cellules[sont_d_une_classe(cellules) & cellules["effectif"].isna()].groupby("feuille")["cellule"]
    masquees = {nom: _citer(siennes.tolist()) for nom, siennes in cachees}
    siennes = cellules[cellules["sort"].eq(MEMBRE)].groupby("feuille")["commune"]
    communes = {nom: {*lues} for nom, lues in siennes}
    ici = [communes.get(nom, set[str]()) for nom in feuilles["feuille"]]
    feuilles = feuilles.assign(
        premiere=feuilles.groupby(["extrait", "dimension"])["feuille"].transform("first"),
        masquees=[masquees.get(nom, "") for nom in feuilles["feuille"]],
        communes=[*map(len, ici)],
        absentes=[_citer([f"{nom} ({code})" for code, nom in membres.items() if code not in lues]) for lues in ici],
    )
    exiger(feuilles, "feuilles")
    exiger(additionnees, "colonnes")
    if feuilles["masquees"].ne("").all():
        dites = " ; ".join(f"feuille « {nom} », {ou}" for nom, ou in feuilles[["feuille", "masquees"]].to_numpy())
        raise ErreurCIL(
            f"Chaque tableau a des effectifs masqués ou vides ({dites}), qui ne sont pas des zéros : aucun indicateur "
            "ne s’en calcule. Demandez des tableaux sans masque, et écrivez 0 là où il n’y a personne."
        )
    totaux = _compter(cellules, feuilles, ["fichier", "extrait", "feuille", "commune"])
    premiers = totaux.groupby(["extrait", "commune"])[["feuille", "effectif"]].transform("first")
    exiger(totaux.assign(premiere=premiers["feuille"], attendu=premiers["effectif"]), "totaux")
    return feuilles


def _citer(cellules: Sequence[str]) -> str:
    """« C4, D7, D9 et 12 autres »."""
    suite = len(cellules) - 3
    return enumerer([*cellules[:3], *([f"{suite} autre{'s' * (suite > 1)}"] if suite > 0 else [])])


# --- What is stored -------------------------------------------------------------------------------------------------


def _compter(cellules: pd.DataFrame, feuilles: pd.DataFrame, par: Sequence[str]) -> pd.DataFrame:
    """The counts of the sheets that hide none, by some columns of theirs and of their cells."""
    gardees = feuilles.loc[feuilles["masquees"].eq(""), ["feuille", "extrait", "dimension"]]
    comptes = cellules[sont_d_une_classe(cellules)].rename(columns={"contenu": "classe"}).merge(gardees, on="feuille")
    return comptes.groupby([*par], sort=False)["effectif"].sum().reset_index()


def _journal(feuilles: pd.DataFrame, cellules: pd.DataFrame, annee: int) -> dict[str, Any]:
    """The account of the lines (D1): those of a sheet that hides counts are rejected, with the cells that do."""
    sorts = Counter(cellules.drop_duplicates(["feuille", "ligne"])["sort"].replace(SOUS_TOTAL, TOTAL).tolist())
    lues, entetes, gardees = int(feuilles["lues"].sum()), len(feuilles), feuilles[feuilles["masquees"].eq("")]
    titres = Counter({"titre": lues - entetes - sorts.total(), "en_tete": entetes})
    rejetees = Counter({"commune non renseignée": sorts.pop(SANS_COMMUNE, 0)})
    ailleurs = Counter({"commune hors de l’EPCI": sorts.pop(AUTRE, 0)})
    del sorts[MEMBRE]
    for nom, ou, communes in feuilles[["feuille", "masquees", "communes"]].itertuples(index=False):
        if ou:
            rejetees[f"feuille « {nom} » écartée : un effectif masqué ou vide n’est pas un zéro ({ou})"] += communes
    motifs = {"rejetees": +rejetees, "hors_perimetre": +ailleurs, "doublons": {}, "ignorees": titres + sorts}
    return comptes_rendus.ouvrir(AGREGATS, annee, lues, int(gardees["communes"].sum()), motifs) | {
        "extraits": sorted(gardees["extrait"].unique()),
        "constats": {},
        "anomalies": 0,
        "colonnes": {"reconnues": [], "entetes": {}, "inconnues": []},
        "illisibles": {},
        "manquants": {},
    }
