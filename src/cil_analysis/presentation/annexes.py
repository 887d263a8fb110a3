"""The annexes: one table a commune, with every figure that is published of it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, PUBLIE, SECRET
from cil_analysis.disclosure.published import LignePubliee, PublishedTable
from cil_analysis.grammaire.indicateur import COMMUNE
from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.presentation import cibles
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.formats import RIEN, SECRET_COURT, accorder, echapper, valeur
from cil_analysis.presentation.pages import AUTRES
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences import objectif_en_mots
from cil_analysis.presentation.signes import signe, verdict
from cil_analysis.presentation.tables import Cellule, resultat_html, tableau_libre
from cil_analysis.reference.texte import enumerer, typographie


def constat_des_communes(rapport: Rapport) -> str:
    """In how many communes allocations have grown over a year, among those published in both."""
    avant, apres = (
        rapport.par_commune("V01", annee=annee, statut=PUBLIE).donnees.set_index("perimetre_code")["valeur"]
        for annee in (rapport.annee - 1, rapport.annee)
    )
    ecarts = (apres - avant).dropna()
    if ecarts.empty:
        return f"Chaque commune, avec ses chiffres publiés pour {rapport.annee}."
    sens = {"augmentent": ecarts.gt(0).sum(), "baissent": ecarts.lt(0).sum(), "ne changent pas": ecarts.eq(0).sum()}
    publiees = f"dont les attributions sont publiées en {rapport.annee - 1} et {rapport.annee}, elles"
    verbes = [verbe for verbe, n in sens.items() if n]
    if len(ecarts) == 1:
        return f"Dans la seule commune {publiees} {verbes[0]}."
    dans = enumerer([f"{verbe} dans {sens[verbe]}" for verbe in verbes])
    return typographie(f"Parmi les {accorder(len(ecarts), 'commune', 'communes')} {publiees} {dans}.")


def annexes_par_commune(rapport: Rapport) -> Bloc:
    """Every member commune in report order: its figures of two years, its objectives, the EPCI beside."""
    lignes = list(tables_par_commune(rapport))
    return Bloc("".join(_annexe(rapport, code, nom, lignes) for code, nom in rapport.communes.items()))


def tables_par_commune(rapport: Rapport) -> Iterator[PublishedTable]:
    """The tables that have one figure a commune and a year, with the category that it is of.

    Those of another page than the bilan are there.
    """
    ailleurs = tuple(page.indicateurs for page in AUTRES)
    for code, table in rapport.publication.items():
        if code.startswith(ailleurs):
            continue
        communes = table.ou(perimetre_type=COMMUNE, acteur_type="")
        modalites = list(dict.fromkeys(communes.valeurs("modalite")))
        if len(modalites) == 1:
            yield table.ou(modalite=modalites, acteur_type="")


def _annexe(rapport: Rapport, code: str, nom: str, tables: list[PublishedTable]) -> str:
    annees = [a for a in (rapport.annee - 1, rapport.annee) if a in rapport.annees]
    epci = f"{rapport.projet.epci_nom_court} {rapport.annee}"
    entetes = ["Indicateur", *map(str, annees), "Objectif", epci]
    lignes: list[list[str | Cellule]] = []
    suivis = []
    for table in tables:
        commune = table.ou(perimetre_type=COMMUNE, perimetre_code=code)
        ligne = commune.ligne(annee=rapport.annee)
        if ligne is None:
            continue
        suivis.append(str(ligne["resultat"]))
        ensemble = rapport.epci(table.indicateur.code, annee=rapport.annee, modalite=str(ligne["modalite"])).ligne()
        lignes.append(
            [
                titre_de_ligne(rapport, table, ligne),
                *(chiffre_de_ligne(commune.ligne(annee=annee)) for annee in annees),
                objectif_de_ligne(ligne),
                chiffre_de_ligne(ensemble),
            ]
        )
    legende = f"{nom} : {_constat(rapport, code, suivis)}"
    return (
        f'<section class="annexe" id="commune-{echapper(code)}"><h3>{echapper(typographie(nom))}</h3>'
        f"{tableau_libre(legende, entetes, lignes, [1 + len(annees)])}</section>"
    )


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


def objectif_de_ligne(ligne: LignePubliee) -> Cellule:
    """« au moins 25 % : non atteint, −13,1 points »; « s », or « s atteint », of a masked row that has a target."""
    if ligne["statut"] == SECRET and ligne["resultat"]:
        dit = resultat_html(verdict(str(ligne["statut"]), str(ligne["resultat"])))
        return Cellule(f"{SECRET_COURT} {dit}".strip(), "secret texte", brut=True)
    if isnan(ligne["cible"]) or ligne["statut"] != PUBLIE:
        return Cellule(RIEN, "absent texte")
    mots = [echapper(objectif_en_mots(ligne)), resultat_html(str(ligne["resultat"]))]
    if not isnan(ligne["ecart"]):
        mots.append(cibles.ecart(float(ligne["ecart"]), str(ligne["unite"])))
    return Cellule(" ".join(mots), "texte", brut=True)


def _constat(rapport: Rapport, code: str, resultats: list[str]) -> str:
    """« 312 attributions en 2022, 2 objectifs atteints sur 3 »; results that are not told are not counted."""
    volume = rapport.par_commune("V01", perimetre_code=code).ligne()
    publie = volume is not None and volume["statut"] == PUBLIE
    phrase = f"chiffres de {rapport.annee}"
    if volume is not None and publie:
        phrase = f"{accorder(volume['valeur'], 'attribution', 'attributions')} en {rapport.annee}"
    atteints, mesures = resultats.count(ATTEINT), resultats.count(ATTEINT) + resultats.count(NON_ATTEINT)
    if not mesures:
        return phrase
    mots = accorder(atteints, "objectif atteint", "objectifs atteints") if atteints else "aucun objectif atteint"
    return f"{phrase}, {mots} sur {mesures}{' publiés' if mesures > 1 else ' publié'}"
