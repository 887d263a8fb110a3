"""Quality of the data and method: what stands behind the figures, in tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE, SECRET
from cil_analysis.presentation.bloc import Bloc, a_cote_du_bilan
from cil_analysis.presentation.definitions import REGLES, ancre_de_la_regle, fiche
from cil_analysis.presentation.formats import INSECABLE, RIEN, SECRET_COURT, accorder, echapper, nombre, pourcentage
from cil_analysis.presentation.pages import METHODE
from cil_analysis.presentation.portee import portee
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.suivi import cible_de
from cil_analysis.presentation.tables import Cellule, ColonneLibre, tableau_croise, tableau_libre
from cil_analysis.reference.objectives import en_vigueur
from cil_analysis.reference.texte import typographie

A_RENSEIGNER = "à renseigner"
_PRECISIONS = ("Formule", "Dénominateur", "Unité", "Population")
_COMPTES = (
    ("lues", "Lignes lues"),
    ("conservees", "Conservées"),
    ("rejetees", "Rejetées"),
    ("doublons", "Doublons"),
    ("hors_perimetre", "Hors périmètre"),
    ("ignorees", "Ignorées"),
)


def renvoi(rapport: Rapport) -> Bloc:
    """The way to the page of the method, where it is beside; the documents of a project may lack its notebook."""
    if not (a_cote_du_bilan() and METHODE.a_son_carnet(rapport)):
        return Bloc("")
    return Bloc(f'<p><a href="{METHODE.fichier}">{METHODE.titre}</a></p>')


def constat_des_fichiers(rapport: Rapport) -> str:
    """How many of the rows received for the year are kept, all extracts together."""
    comptes = [j["comptes"] for j in rapport.publication.imports if j["annee"] == rapport.annee]
    lues, gardees, rejetees = (sum(c[cle] for c in comptes) for cle in ("lues", "conservees", "rejetees"))
    if not lues:
        return f"Aucune ligne n’a été reçue pour {rapport.annee}."
    lignes = accorder(lues, "ligne reçue", "lignes reçues")
    phrase = f"Des {lignes} pour {rapport.annee}, {pourcentage(100 * gardees / lues)} sont conservées"
    suite = "aucune n’est rejetée"
    if rejetees:
        suite = accorder(rejetees, "est rejetée, avec son motif", "sont rejetées, chacune avec son motif")
    return typographie(f"{phrase} ; {suite}.")


def compte_des_lignes(rapport: Rapport) -> Bloc:
    """The account of every row of every file: read = kept + rejected + duplicate + out of scope + ignored."""
    lignes = [
        [f"{j['extrait'].capitalize()}{INSECABLE}{j['annee']}", *(nombre(j["comptes"][cle]) for cle, _ in _COMPTES)]
        for j in rapport.publication.imports
    ]
    return Bloc(
        tableau_libre("Compte des lignes importées", ["Extrait", *(titre for _, titre in _COMPTES)], lignes, [])
    )


def completude(rapport: Rapport) -> Bloc:
    """Q01: the share of missing values by column, over the years, one table for each extract received.

    Those that are filled but cannot be read are told apart in the year, where the share is not masked: then all of it
    is known, and what is in it tells nothing of any household.
    """
    morceaux = []
    for indicateur in rapport.registre.themes["qualite"].indicateurs:
        code, nom = indicateur.code, indicateur.compte.population
        table = rapport.publication[code]
        colonnes = {str(a): table.ou(annee=a) for a in rapport.annees if len(table.ou(annee=a))}
        if any(ligne["statut"] != NON_CALCULABLE for partie in colonnes.values() for ligne in partie.lignes()):
            titre = typographie(f"Valeurs manquantes dans les {nom}, en %")
            ajouts = [ColonneLibre(f"dont illisibles {rapport.annee}", "", _illisibles(rapport, code, nom))]
            morceaux.append(
                tableau_croise(colonnes, titre, "modalite", "Colonne", rapport.modalites(code), ajouts=ajouts)
                + _phrase_des_illisibles(rapport, nom)
            )
    return Bloc('<div class="grille-2">' + "".join(f"<div>{morceau}</div>" for morceau in morceaux) + "</div>")


def _illisibles(rapport: Rapport, code: str, extrait: str) -> dict[str, Cellule]:
    """By column: of the rows of the year, the share whose cell is filled and cannot be read."""
    cellules = {}
    comptes = rapport.illisibles(extrait)
    for ligne in rapport.publication[code].ou(annee=rapport.annee).lignes():
        nom = str(ligne["modalite"])
        if ligne["statut"] == SECRET:
            cellules[nom] = Cellule(SECRET_COURT, "secret")
        elif ligne["statut"] == PUBLIE:
            cellules[nom] = Cellule(nombre(100 * comptes.get(nom, 0) / float(ligne["denominateur"]), 1))
    return cellules


def _phrase_des_illisibles(rapport: Rapport, extrait: str) -> str:
    """Which columns have such cells, those that are only used to know others included."""
    colonnes = rapport.references.dictionnaires[extrait].colonnes
    noms = ", ".join(f"« {colonnes[nom].libelle} »" for nom in rapport.illisibles(extrait) if nom in colonnes)
    if not noms:
        return ""
    phrase = (
        f"Colonnes remplies dont des cellules n’ont pu être lues : {noms}. Ces cellules ne sont pas vides : leur "
        "libellé n’est dans aucune liste du projet."
    )
    return f'<p class="note">{echapper(typographie(phrase))}</p>'


def lignes_des_regles(rapport: Rapport) -> list[list[str]]:
    """The counting rules in force: code, question, choice made, where it comes from."""
    lignes = []
    for nom, parametre in rapport.references.parametres.items():
        if nom.startswith("comptage."):
            datee = parametre.au(rapport.jour)
            valeur = datee.valeur if datee else None
            choisies = valeur if isinstance(valeur, tuple) else (valeur,) if valeur is not None else ()
            texte = ", ".join(parametre.libelles.get(v, str(v)) for v in choisies) or A_RENSEIGNER
            sources = " ; ".join(reference.titre for reference in datee.references) if datee else ""
            code = nom.removeprefix("comptage.").split("_")[0].upper()
            lignes.append([code, typographie(parametre.description), typographie(texte), typographie(sources)])
    return lignes


def regles(rapport: Rapport) -> Bloc:
    """The counting rules in force, in a table whose rows are linked to."""
    lignes = lignes_des_regles(rapport)
    ancres = {ligne[0]: ancre_de_la_regle(ligne[0]) for ligne in lignes}
    entetes = ["Règle", "Question", "Choix", "Source"]
    return Bloc(tableau_libre("Règles de comptage", entetes, lignes, [1, 2, 3], ancres=ancres))


def seuils(rapport: Rapport) -> Bloc:
    """The income thresholds of each year."""
    lignes = []
    for annee in rapport.annees:
        ligne = [str(annee)]
        for nom in ("q1", "q2", "q3"):
            datee = rapport.references.parametres[f"seuils_quartiles.{nom}"].au(rapport.jour.replace(year=annee))
            connu = datee is not None and datee.valeur is not None
            ligne.append(nombre(float(str(datee.valeur))) if connu and datee else A_RENSEIGNER)
            if nom == "q1":
                origine = datee.references[0].titre if datee and datee.references else ""
        lignes.append([*ligne, origine])
    entetes = ["Année", "1er quartile (€/UC/an)", "2e quartile (€/UC/an)", "3e quartile (€/UC/an)", "Source"]
    return Bloc(tableau_libre("Seuils de ressources des quartiles", entetes, lignes, [4]))


def _origine_des_seuils(rapport: Rapport) -> str:
    parametres = rapport.references.parametres
    datees = [parametres[nom].au(rapport.jour) for nom in parametres if nom.startswith("secret.")]
    return ". ".join(dict.fromkeys(r.titre for datee in datees if datee for r in datee.references))


def phrases_du_secret(rapport: Rapport) -> list[str]:
    """What disclosure control does here, a paragraph a string."""
    regles = rapport.publication.regles
    masques = sum(table.nb_secrets for table in rapport.publication.values())
    if rapport.publication.interne:
        return ["Version interne : le secret statistique n’est pas appliqué. Ce document ne doit pas être diffusé."]
    sensible = ""
    noms = {variable.partition("/")[0] for variable in regles.variables_sensibles}
    if regles.seuil_sensible > regles.seuil_effectif and noms & {i.modalites for i in rapport.registre.indicateurs}:
        sensible = f" Pour une variable sensible, le seuil est de {regles.seuil_sensible}."
    return [
        f"Un effectif de 1 à {regles.seuil_effectif - 1} est masqué, comme une part dont le complément est si "
        "petit ; une part, un rapport ou une médiane sur moins de "
        f"{accorder(regles.denominateur_minimal, 'ménage', 'ménages')} n’est pas publié. Un zéro est "
        f"{'publié' if regles.zeros_publies else 'masqué'}.{sensible}",
        "D’autres chiffres sont masqués pour qu’aucun ne se retrouve par soustraction : toutes les tables, tous les"
        " périmètres et tous les bilans du projet sont protégés ensemble. Qui les combine hésite entre "
        f"{nombre(regles.largeur + 1)} valeurs au moins pour tout effectif qui peut être petit. Ce "
        "résultat est vérifié sur les fichiers avant toute diffusion. Le signe "
        "« s » est le même partout : il ne dit ni pourquoi un chiffre est masqué, ni qu’il est petit.",
        f"Dans ce bilan, {accorder(masques, 'chiffre est masqué', 'chiffres sont masqués')} (« s »).",
        f"Origine des règles. {_origine_des_seuils(rapport)}. Le responsable des données les fixe.",
    ]


def secret(rapport: Rapport) -> Bloc:
    """What disclosure control does here."""
    phrases = phrases_du_secret(rapport)
    corps = "".join(f"<p>{echapper(typographie(p))}</p>" for p in phrases)
    return Bloc(f'<div class="note-methode">{corps}</div>')


def definitions(rapport: Rapport) -> Bloc:
    """The definition of every indicator that the year has, by page; those of the project last."""
    lignes: list[list[str | Cellule]] = []
    for indicateur in rapport.registre.indicateurs:
        if len(rapport.publication[indicateur.code]):
            termes = dict(fiche(indicateur))
            precisions = [f"{t} : {termes[t]}" for t in _PRECISIONS if t in termes]
            lignes.append([
                typographie(f"{indicateur.code}{INSECABLE}– {indicateur.titre}"),
                _deux_etages(f"{termes['Définition']}.", ". ".join(precisions)),
                typographie(termes.get("Périmètres", RIEN)),
                _deux_etages(termes.get(REGLES, RIEN), termes.get("Source", "")),
            ])  # fmt: skip
    entetes = ["Indicateur", "Définition et formule", "Périmètres", "Règles et source"]
    return Bloc(tableau_libre("Définition des indicateurs", entetes, lignes, [1, 2, 3]))


def _deux_etages(haut: str, bas: str) -> Cellule:
    """A text, and under it what completes it, smaller."""
    haut, bas = (echapper(typographie(texte)) for texte in (haut, bas))
    return Cellule(f"{haut}<br><small>{bas}</small>" if bas else haut, "texte", brut=True)


def objectifs(rapport: Rapport) -> Bloc:
    """The objectives in force, each with its text, validity and source; a value that nobody has is « à renseigner »."""
    lignes: list[list[str | Cellule]] = []
    for o in en_vigueur(rapport.references.objectifs, rapport.annee).to_dict("records"):
        cible = A_RENSEIGNER if pd.isna(o["valeur"]) else cible_de(o)
        source = o["source"] + (f", {_page(o['page'])}" if o["page"] else "")
        texte = _deux_etages(f"{_texte(o)}, {_validite(o)}", source)
        lignes.append([o["indicateur"], portee(rapport, o), typographie(cible), texte])
    entetes = ["Indicateur", "Pour", "Objectif", "Texte et source"]
    return Bloc(tableau_libre("Objectifs en vigueur", entetes, lignes, [1, 2, 3]))


def _texte(objectif: Mapping[Any, Any]) -> str:
    """The document, its version, and what the objective replaces."""
    nom = "Loi" if objectif["origine"] == "loi" else objectif["document"]
    version = f", {objectif['version']}" if objectif["version"] else ""
    return f"{nom}{version}" + (f" ; remplace {objectif['remplace']}" if objectif["remplace"] else "")


def _validite(objectif: Mapping[Any, Any]) -> str:
    """« du 01/01/2018 au 31/12/2023 », « depuis le 01/01/2017 », « pour 2022 seulement »."""
    if objectif["annee"]:
        return f"pour {objectif['annee']} seulement"
    debut, fin = (j.strftime("%d/%m/%Y") if isinstance(j, pd.Timestamp) else "" for j in
                  (objectif["date_effet"], objectif["date_fin"]))  # fmt: skip
    if debut and fin:
        return f"du {debut} au {fin}"
    return f"depuis le {debut}" if debut else f"jusqu’au {fin}" if fin else "sans limite"


def _page(page: str) -> str:
    return f"p. {page}" if page.replace("-", "").isdigit() else page
