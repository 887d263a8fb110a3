"""The tables of a sheet: its objectives, then every other figure, the EPCI beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, SANS_OBJET, SECRET
from cil_analysis.disclosure.published import LignePubliee, PublishedTable
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, EPCI
from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.presentation import cibles
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.fiche_sujet import Sujet
from cil_analysis.presentation.formats import RIEN, SECRET_COURT, accorder, valeur
from cil_analysis.presentation.portee import perimetre
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences import objectif_en_mots
from cil_analysis.presentation.signes import signe
from cil_analysis.presentation.tables import Cellule, cellule, tableau_libre
from cil_analysis.reference.texte import typographie

# Whether the figure of the EPCI measures the same thing as that of the subject.
Comparable = Callable[[str], bool]


def constat_des_objectifs(sujet: Sujet) -> str:
    """How many of its objectives are met, among the results that are published."""
    lignes = [ligne for _, ligne in sujet.objectifs() if ligne["resultat"] != SANS_OBJET]
    atteints = sum(ligne["resultat"] == ATTEINT for ligne in lignes)
    mesures = atteints + sum(ligne["resultat"] == NON_ATTEINT for ligne in lignes)
    secrets = sum(ligne["statut"] == SECRET and signe(ligne, "resultat") != "" for ligne in lignes)
    annee = sujet.rapport.annee
    if not mesures:
        if secrets:
            return f"Les résultats des objectifs de {annee} sont masqués par le secret statistique."
        return f"Aucun objectif ne peut être mesuré en {annee}."
    if mesures == 1:
        phrase = f"Le seul objectif dont le résultat est publié en {annee} {'est' if atteints else 'n’est pas'} atteint"
    elif atteints in (0, mesures):
        quantite = f"Aucun des {mesures}" if not atteints else f"Les {mesures}"
        fin = "n’est atteint" if not atteints else "sont atteints"
        phrase = f"{quantite} objectifs dont le résultat est publié en {annee} {fin}"
    else:
        verbe = "est atteint" if atteints == 1 else "sont atteints"
        phrase = f"{atteints} des {mesures} objectifs dont le résultat est publié en {annee} {verbe}"
    if secrets:
        phrase += f" ; {accorder(secrets, 'résultat est masqué', 'résultats sont masqués')}"
    return typographie(phrase + ".")


def tableau_des_objectifs(sujet: Sujet, comparable: Comparable = lambda code: True) -> Bloc:
    """One row for each objective of the year that can be measured; nothing when there is none."""
    suivis = [(table, ligne) for table, ligne in sujet.objectifs() if ligne["resultat"] != SANS_OBJET]
    if not suivis:
        return Bloc("")
    rapport = sujet.rapport
    entetes = [
        "Objectif", "Concernés", "Ensemble", str(rapport.annee), "Cible", "Écart", "Ménages manquants", "Résultat",
        rapport.projet.epci_nom_court,
    ]  # fmt: skip
    lignes: list[list[str | Cellule]] = []
    for table, ligne in suivis:
        epci = ligne["perimetre_type"] == EPCI or sujet.genre == COMMUNE
        autre = rapport.epci(table.indicateur.code, annee=rapport.annee, modalite=str(ligne["modalite"])).ligne()
        lignes.append(
            [
                _nom(sujet, table, ligne),
                *(cellule(ligne, colonne) for colonne in ("numerateur", "denominateur")),
                chiffre_de_ligne(ligne),
                _ecrire(ligne, "cible", objectif_en_mots),
                _ecrire(ligne, "ecart", lambda x: cibles.ecart(float(x["ecart"]), str(x["unite"]))),
                cellule(ligne, "menages_manquants"),
                cellule(ligne, "resultat"),
                chiffre_de_ligne(autre if epci and comparable(table.indicateur.code) else None),
            ]
        )
    return Bloc(tableau_libre(f"Objectifs suivis, {rapport.annee}", entetes, lignes, [4, 7]))


def _nom(sujet: Sujet, table: PublishedTable, ligne: LignePubliee) -> str:
    nom = titre_de_ligne(sujet.rapport, table, ligne)
    ailleurs = sujet.genre == BAILLEUR and ligne["perimetre_type"] != EPCI
    return typographie(f"{nom} ({perimetre(sujet.rapport, ligne)})") if ailleurs else nom


def _ecrire(ligne: LignePubliee, colonne: str, mots: Callable[[LignePubliee], str]) -> Cellule:
    """A cell that says its unit, or the sign of its absence."""
    absence = signe(ligne, colonne)
    genre = "texte" if colonne == "cible" else ""
    return (
        Cellule(absence, f"{cellule(ligne, colonne).classe} {genre}".strip())
        if absence
        else Cellule(mots(ligne), genre)
    )


def tableau_des_chiffres(sujet: Sujet, comparable: Comparable = lambda code: True, annees_avant: int = 2) -> Bloc:
    """Every figure of the subject but its objectives: the years up to the report's, the EPCI beside."""
    rapport = sujet.rapport
    annees = [a for a in rapport.annees if a >= rapport.annee - annees_avant]
    lignes: list[list[str | Cellule]] = []
    for suite in _tables(sujet):
        ligne = suite.ligne(annee=rapport.annee)
        if ligne is None or ligne["resultat"]:
            continue
        code = suite.indicateur.code
        autre = rapport.epci(code, annee=rapport.annee, modalite=str(ligne["modalite"])).ligne()
        lignes.append(
            [
                titre_de_ligne(rapport, suite, ligne),
                *(chiffre_de_ligne(suite.ligne(annee=annee)) for annee in annees),
                chiffre_de_ligne(autre if comparable(code) else None),
            ]
        )
    if not lignes:
        return Bloc("")
    entetes = ["Indicateur", *map(str, annees), f"{rapport.projet.epci_nom_court} {rapport.annee}"]
    return Bloc(tableau_libre(f"{sujet.nom} et {rapport.projet.epci_nom_court}", entetes, lignes, []))


def _tables(sujet: Sujet) -> Iterator[PublishedTable]:
    """The tables of the bilan that have one figure of the subject a year, with the category that it is of."""
    for code in (indicateur.code for indicateur in sujet.rapport.registre.du_bilan if indicateur.code in sujet.tables):
        table = sujet.tables[code]
        modalites = table.donnees["modalite"].unique().tolist()
        if len(modalites) == 1:
            yield sujet.serie(code, modalites)


def titre_de_ligne(rapport: Rapport, table: PublishedTable, ligne: LignePubliee) -> str:
    """« Mutations : mutation interne »: the indicator, and the category that a commune is given."""
    titre = titre_seul(table.indicateur)
    modalite = rapport.modalites(table.indicateur.code).get(str(ligne["modalite"]), "")
    if modalite[1:2].islower():  # A word, not initials.
        modalite = modalite[0].lower() + modalite[1:]
    return typographie(f"{titre} : {modalite}" if modalite else titre)


def chiffre_de_ligne(ligne: LignePubliee | None) -> Cellule:
    """A figure with its unit: the rows of these tables have not the same."""
    if ligne is None:
        return Cellule(RIEN, "absent")
    absence = signe(ligne, "valeur")
    if absence:
        return Cellule(absence, "secret" if absence == SECRET_COURT else "absent")
    return Cellule(valeur(ligne["valeur"], str(ligne["unite"])))
