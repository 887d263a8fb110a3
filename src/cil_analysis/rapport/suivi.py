"""Les objectifs d’une année, en tables : ceux en vigueur, des faits publics, et les chiffres qui en suivent un.

>>> suivi.suivis(rapport).query("resultat == 'non_atteint'")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, COLONNES, NON_ATTEINT, PUBLIE
from cil_analysis.comptage.cibles import choisir, par_cible, suivre
from cil_analysis.grammaire.indicateur import EN_QPV, EPCI, HORS_QPV
from cil_analysis.grammaire.vocabulaire import SENSIBILITE
from cil_analysis.rapport.mots.formats import imprime, points
from cil_analysis.rapport.mots.lignes import dire_l_ecart, dire_l_objectif
from cil_analysis.reference import objectifs as objectives
from cil_analysis.typographie import RIEN, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.rapport import Rapport

_TYPES = {"commune": "Commune", "qpv": "Quartier", "bailleur": "Bailleur", "reservataire": "Réservataire"}
_ENSEMBLES = {EN_QPV: "Quartiers prioritaires", HORS_QPV: "Hors quartier prioritaire"}
_TOUS = "*"


def suivis(rapport: Rapport) -> pd.DataFrame:
    """Les chiffres publiés de l’année qui ont un objectif : un par ligne, les masqués vides.

    À côté des colonnes d’indicateurs.csv : « titre » (de l’indicateur), « pour » (qui s’engage, en mots), « objectif »
    (en mots), « id » et « tolerance » (de l’objectif, dans objectifs.csv).

    >>> suivi.suivis(rapport)[["titre", "pour", "objectif", "valeur", "resultat"]]  # doctest: +SKIP
    """
    chiffres = a_suivre(rapport)
    choisis = pd.Series(choisir(chiffres, par_cible(rapport.references.objectifs)), chiffres.index, "object").dropna()
    suivies = chiffres.loc[choisis.index]
    mots = suivies.assign(
        titre=[rapport.publication[code].indicateur.titre for code in suivies["indicateur"]],
        pour=[portee(rapport, ligne) for ligne in suivies.to_dict("records")],
        objectif=[cible(objectif) for objectif in choisis],
        tolerance=[objectif["tolerance"] for objectif in choisis],
        id=[objectif["id"] for objectif in choisis],
    )
    return mots.astype(dict.fromkeys(("titre", "pour", "objectif", "id"), "str"))  # of none too


def a_suivre(rapport: Rapport) -> pd.DataFrame:
    """The published figures of the year on which objectives may be set, with one or not."""
    tables = [t.ou(annee=rapport.annee).donnees for t in rapport.publication.values() if t.indicateur.a_objectif]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLONNES))


def en_vigueur(rapport: Rapport) -> pd.DataFrame:
    """Les objectifs en vigueur au 31 décembre, un par ligne, suivis d’un chiffre ou non.

    « pour », « objectif » (vide : à renseigner), « texte » (le document, ce qu’il remplace, sa durée) en mots.
    """
    vigueur = objectives.en_vigueur(rapport.references.objectifs, rapport.annee)
    lignes = vigueur.to_dict("records")
    mots = vigueur.assign(
        pour=[portee(rapport, o) for o in lignes],
        objectif=["" if pd.isna(o["valeur"]) else cible(o) for o in lignes],
        texte=[f"{_document(o)}, {_validite(o)}" for o in lignes],
    )
    return mots.astype(dict.fromkeys(("indicateur", "pour", "objectif", "texte"), "str"))


def selon_les_regles(rapport: Rapport, code: str) -> pd.DataFrame:
    """Un objectif selon les règles de comptage en vigueur, puis selon chaque autre choix d’une règle ; vide sans choix.

    À côté des colonnes d’indicateurs.csv : « nom » (du choix), « part » (le chiffre), « objectif » et « difference »
    (avec les règles en vigueur) en mots, « suite » (le résultat qu’aurait l’objectif ; vide : on ne le sait pas),
    « sans_effet » (les mêmes effectifs que les règles en vigueur).

    >>> suivi.selon_les_regles(rapport, "O01")[["nom", "valeur", "suite"]]  # doctest: +SKIP
    """
    autres = list(rapport[code + SENSIBILITE].par("classe")) if code + SENSIBILITE in rapport.publication else []
    if not autres:
        return pd.DataFrame()
    base, objectifs = rapport[code].seul, par_cible(rapport.references.objectifs)
    essais = pd.DataFrame([c.ligne for c in (base, *autres)])
    essayes = essais.assign(indicateur=code, modalite="")
    suites = pd.Series(suivre({str(nom): essayes[nom].tolist() for nom in essayes}, objectifs)["resultat"])
    vise, comptes = choisir(essais, objectifs)[0], essais[["numerateur", "denominateur"]]
    comptes = comptes.where(essais["statut"].eq(PUBLIE))  # Of what is masked, nothing is read.
    return essais.assign(
        nom=["Règles en vigueur", *(c.nom for c in autres)],
        part=pd.Series([base, *autres], dtype="object"),
        objectif="" if vise is None else cible(vise),
        suite=suites.where(suites.isin([ATTEINT, NON_ATTEINT]), ""),
        difference=[RIEN, *(_difference(c, base) for c in autres)],
        sans_effet=comptes.eq(comptes.iloc[0]).all(axis=1) & (essais.index > 0),
    )


def _difference(c: Chiffre, base: Chiffre) -> str:
    """What a reader finds between two shares as they are written; the sign of what either lacks."""
    absent = next((x.texte for x in (c, base) if not x.est_publie), "")
    return absent or points(imprime(c.valeur) - imprime(base.valeur))


def cible(objectif: Mapping[Any, Any]) -> str:
    """The target of an objective that has a value, with its tolerance: « au moins 25 %, à 2 points près »."""
    unite = str(objectif["unite"])
    mots = dire_l_objectif(str(objectif["sens"]), float(objectif["valeur"]), float(objectif["valeur_max"]), unite)
    tolerance = float(objectif["tolerance"])
    return f"{mots}, à {dire_l_ecart(tolerance, unite).removeprefix('+')} près" if tolerance else mots


def _document(objectif: Mapping[Any, Any]) -> str:
    nom = "Loi" if objectif["origine"] == "loi" else objectif["document"]
    version, page = str(objectif["version"]), str(objectif["page"])
    ou = [f"p. {page}" if page.replace("-", "").isdigit() else page]
    if nom == "Loi" and version.lower().startswith("loi "):  # « Loi 3DS », not « Loi, loi 3DS ».
        nom, version = version[:1].upper() + version[1:], ""
    mots = ", ".join(filter(None, [nom, *([] if version in page else [version]), *ou]))
    return f"{mots} ; remplace {objectif['remplace']}" if objectif["remplace"] else mots


def _validite(objectif: Mapping[Any, Any]) -> str:
    """« du 01/01/2018 au 31/12/2023 », « depuis le 01/01/2017 », « pour 2022 seulement »."""
    if objectif["annee"]:
        return f"pour {objectif['annee']} seulement"
    debut, fin = (j.strftime("%d/%m/%Y") if isinstance(j, pd.Timestamp) else "" for j in
                  (objectif["date_effet"], objectif["date_fin"]))  # fmt: skip
    if debut and fin:
        return f"du {debut} au {fin}"
    return f"depuis le {debut}" if debut else f"jusqu’au {fin}" if fin else "sans limite"


# --- Whom it is about ------------------------------------------------------------------------------------------------


def portee(rapport: Rapport, cles: Mapping[Any, Any]) -> str:
    """All of it: « Commune : Fay · Bailleur : Alpha · DALO »; the EPCI goes without saying beside an actor."""
    genre, classe = str(cles["perimetre_type"]), str(cles["modalite"])
    qui = _nommer(str(cles["acteur_type"]), str(cles["acteur_code"]), rapport.acteurs)
    ou = _ENSEMBLES.get(genre) or _nommer(genre, str(cles["perimetre_code"]), rapport.perimetres)
    if genre == EPCI:
        ou = "" if qui else rapport.projet.epci_nom_court
    if classe and str(cles["indicateur"]) in rapport.publication:
        classe = rapport.modalites(str(cles["indicateur"])).get(classe, classe)
    return typographie(" · ".join(filter(None, (ou, qui, classe))))


def _nommer(genre: str, code: str, libelles: Mapping[str, str]) -> str:
    """« Bailleur : Alpha », « Chaque bailleur »; nothing of the kinds that are not named."""
    nom = _TYPES.get(genre, "")
    return f"Chaque {nom.lower()}" if nom and code == _TOUS else f"{nom} : {libelles.get(code, code)}" if nom else ""
