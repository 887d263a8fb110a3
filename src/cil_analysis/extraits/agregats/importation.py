"""The import of aggregated tables: the sheets of workbooks, from raw to stored, with their journal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.empreintes import condenser, empreinte_du_code
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import journal as comptes_rendus
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.feuilles import (
    AUTRE,
    COMMUNE,
    IGNOREE,
    MEMBRE,
    REFUS,
    SANS_CLASSE,
    SANS_COMMUNE,
    SOUS_TOTAL,
    TOTAL,
    Lecture,
    additionner,
    exiger,
    lignes_cachees,
    sont_d_une_classe,
)
from cil_analysis.extraits.agregats.stockage import COLONNES, refuser_s_il_y_a_des_lignes
from cil_analysis.extraits.importation import Bilan
from cil_analysis.extraits.lecture.classeurs import Feuille
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import est_remplie, lire_feuilles
from cil_analysis.extraits.lots import ouvrir_tout
from cil_analysis.grammaire.dimensions import dimension
from cil_analysis.grammaire.verification import classes_possibles, listes_des_colonnes
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import AGREGATS
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.lecture import refusees
from cil_analysis.reference.tables import en_vigueur, erreur
from cil_analysis.reference.texte import enumerer, normaliser

_CARTE = "data/reference/agregats.csv"


def importer_les_agregats(projet: Projet, references: References, fichiers: Sequence[Path], annee: int) -> Bilan:
    """Import the sheets of workbooks, which replace the aggregated tables of the year. Raises ErreurCIL."""
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
    ancien = store.lire_journal(projet, AGREGATS, annee)
    if ancien is not None and ancien.get("identite") == identite and store.est_intact(projet, AGREGATS, annee):
        return Bilan(ancien, deja_fait=True)
    carte = _lire_la_carte(references, annee)
    trouvees = _attribuer(sources, carte)
    feuilles, cellules = _lire_tout(trouvees, carte, references, annee)
    donnees = _compter(cellules, feuilles, list(COLONNES)[:-1]).astype(COLONNES)
    lues, laissees = feuilles.groupby("fichier")[["lues", "cachees"]].sum(), {*carte.loc[carte["laissee"], "forme"]}
    fichiers_lus = [
        {"nom": s.nom, "sha256": s.sha256, "octets": s.taille}
        | {"lignes": int(lues["lues"].get(s.nom, 0)), "masquees": int(lues["cachees"].get(s.nom, 0))}
        | {"feuilles_non_lues": [f.nom for nom, f in trouvees if nom == s.nom and normaliser(f.nom) in laissees]}
        for s in sources
    ]
    journal = _journal(feuilles, cellules, annee) | {"fichiers": fichiers_lus, "identite": identite}
    bilan = Bilan(journal, ancien=ancien)
    with store.verrou(projet):
        refuser_s_il_y_a_des_lignes(projet, donnees["extrait"].unique(), annee)
        store.enregistrer(projet, journal, donnees, bilan.anomalies)
    return bilan


# --- What sheets hold -----------------------------------------------------------------------------------------------


def _lire_la_carte(references: References, annee: int) -> pd.DataFrame:
    """What ``agregats.csv`` says on 31 December of a year: one row is a heading, whose index is its line in the file.

    ``forme`` and ``titre``: its sheet and itself in comparison form; ``laissee``: the whole sheet is not to be read.
    """
    table = references.tables[AGREGATS]
    table = table[en_vigueur(table, "valide_du", "valide_au", pd.Timestamp(annee, 12, 31))]
    carte = table.assign(forme=table["feuille"].map(normaliser), titre=table["entete"].map(normaliser))
    seule = ~carte["forme"].duplicated(keep=False)
    carte = carte.assign(laissee=seule & carte["entete"].eq("") & carte["contenu"].eq(IGNOREE))
    if carte["laissee"].all():
        raise ErreurCIL(
            f"{_CARTE} ne dit pas ce que contiennent les tableaux agrégés de {annee} : remplissez cette table, une "
            "ligne par en-tête de chaque feuille, d’après le classeur reçu (docs/dictionnaire/tables.md)."
        )
    lues = carte[~carte["laissee"]]
    est_une_classe, par = ~lues["contenu"].isin(SANS_CLASSE), lues["forme"]
    classes = {nom: _classes(nom, references) for nom in lues["dimension"].unique()}
    contenus = zip(lues["dimension"], lues["contenu"], strict=True)
    dites = lues.assign(
        possibles=lues["dimension"].map(lambda nom: ", ".join(classes[nom])),
        admis=[contenu in (*classes[nom], *SANS_CLASSE) for nom, contenu in contenus],
        deja=lues.duplicated(["forme", "titre"]),
        communes=lues["contenu"].eq(COMMUNE).groupby(par).transform("sum"),
        classes=est_une_classe.groupby(par).transform("sum"),
        extraits=lues["extrait"].groupby(par).transform("nunique"),
        dimensions=lues["dimension"].groupby(par).transform("nunique"),
    )
    for ligne, message in refusees(dites, REFUS["carte"]):
        raise erreur(references.tables.chemin(AGREGATS), message, int(ligne))
    return carte


def _classes(nom: str, references: References) -> list[str]:
    """The classes that a table may count along a dimension; none of one that nobody defines, or without a list."""
    listes = references.nomenclatures
    try:
        une = dimension(nom, listes)
    except KeyError:
        return []
    # Classes that gather others of the list (« au-dessus du premier quartile ») would be counted in none of them.
    regroupees = une.classes if une.liste else ()
    return [c for c in classes_possibles(une, listes, listes_des_colonnes(references)) if c not in regroupees]


def _attribuer(sources: Sequence[Source], carte: pd.DataFrame) -> list[tuple[str, Feuille]]:
    """The sheets that are not blank, each with its file. Raises ErreurCIL for what ``refus.yml`` refuses of them."""
    for source in (source for source in sources if not source.est_classeur):
        raise ErreurCIL(f"{source.nom} n’est pas un classeur : enregistrez les tableaux agrégés au format .xlsx.")
    trouvees = [(s.nom, feuille) for s in sources for feuille in lire_feuilles(s) if est_remplie(feuille.table)]
    table = pd.DataFrame([(fichier, feuille.nom) for fichier, feuille in trouvees], columns=["fichier", "feuille"])
    formes = table["feuille"].map(normaliser)
    exiger(table.assign(dite=formes.isin(carte["forme"]), deja=formes.duplicated()), "classeur")
    absentes = carte[~carte["laissee"] & ~carte["forme"].isin(formes)].rename_axis(index="numero").reset_index()
    exiger(absentes.assign(fichier=", ".join(source.nom for source in sources)), "absentes")
    return trouvees


def _lire_tout(
    trouvees: Sequence[tuple[str, Feuille]], carte: pd.DataFrame, references: References, annee: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sheets that are to be read, one a row (``lues``: all its lines), and the cells of all of them."""
    projet, territoire = references.projet, references.territoire
    communes = territoire.membres(date(annee, 12, 31))
    membres = dict(zip(communes["code_insee"], communes["nom"], strict=True))
    epci = frozenset(map(normaliser, (projet.epci_nom, projet.epci_nom_court)))
    lecture = Lecture(territoire.vers_commune, membres, epci)
    dites = {str(forme): siennes for forme, siennes in carte[~carte["laissee"]].groupby("forme")}
    lues = [(nom, f, dites[normaliser(f.nom)]) for nom, f in trouvees if normaliser(f.nom) in dites]
    cellules = pd.concat([lecture.lire(feuille, fichier, dite) for fichier, feuille, dite in lues], ignore_index=True)
    feuilles = pd.DataFrame([
        {"fichier": fichier, "feuille": feuille.nom, **dite[["extrait", "dimension"]].iloc[0]}
        | {"lues": feuille.table.num_rows, "cachees": lignes_cachees(feuille, cellules)}
        for fichier, feuille, dite in lues
    ])  # fmt: skip
    return _verifier(feuilles, cellules, membres), cellules


def _verifier(feuilles: pd.DataFrame, cellules: pd.DataFrame, membres: Mapping[str, str]) -> pd.DataFrame:
    """The sheets, with what they say beside one another. Raises ErreurCIL for what ``refus.yml`` refuses."""
    exiger(additionnees := additionner(cellules), "cellules")
    cachees = cellules[sont_d_une_classe(cellules) & cellules["effectif"].isna()].groupby("feuille")["cellule"]
    masquees = {nom: _citer(siennes.tolist()) for nom, siennes in cachees}
    communes = {nom: {*siennes} for nom, siennes in cellules[cellules["sort"].eq(MEMBRE)].groupby("feuille")["commune"]}
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
