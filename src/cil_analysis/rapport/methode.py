"""Ce qui est derrière les chiffres, en tables : fichiers reçus, règles, seuils, définitions, autres règles.

Rien que des faits publics, des comptes de lignes de fichiers (qui ne sont pas des ménages) et des chiffres publiés.
"""

import pandas as pd

from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE
from cil_analysis.comptage.cibles import choisir, par_cible
from cil_analysis.grammaire.vocabulaire import SENSIBILITE
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.mots.definitions import REGLES, ancre_de_la_regle, fiche
from cil_analysis.rapport.mots.formats import SECRET_COURT, imprime, points, pourcentage, valeur
from cil_analysis.rapport.mots.signes import signe
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.suivi import cible
from cil_analysis.reference.agregats import nommer_l_extrait
from cil_analysis.reference.objectifs import Bornes
from cil_analysis.reference.regles import regles_en_mots
from cil_analysis.typographie import INSECABLE, RIEN

EN_VIGUEUR = "Règles en vigueur"
_PRECISIONS = ("Formule", "Dénominateur", "Unité", "Population")


def fichiers(rapport: Rapport) -> pd.DataFrame:
    """Le compte des lignes de chaque fichier reçu : « nom », « annee », « lues », « conservees », « rejetees ».

    >>> methode.fichiers(rapport)[["nom", "lues", "conservees"]]  # doctest: +SKIP
    """
    colonnes = ["lues", "conservees", "rejetees", "doublons", "hors_perimetre", "ignorees"]
    lignes = [
        {"nom": f"{nommer_l_extrait(j['extrait'])}{INSECABLE}{j['annee']}", "annee": j["annee"], **j["comptes"]}
        for j in rapport.publication.imports
    ]
    return pd.DataFrame(lignes, columns=["nom", "annee", *colonnes]).astype(
        dict.fromkeys(["annee", *colonnes], "int64")
    )


def completude(rapport: Rapport, code: str) -> pd.DataFrame:
    """Les valeurs manquantes d’un extrait : une ligne par « colonne », un chiffre par année ; vide s’il n’est pas reçu.

    « illisibles » : la part des lignes de l’année dont la cellule, remplie, n’a pu être lue ; ou le même masque.
    """
    lus = rapport[code].par("classe", "annee")
    if all(c.ligne["statut"] == NON_CALCULABLE for c in lus):
        return pd.DataFrame()
    par_colonne = pd.Series({c.noms: c for c in lus}, dtype="object").unstack(sort=False).fillna(RIEN)
    illisibles = rapport.illisibles(lus.indicateur.compte.population)
    annee = {c.nom: c for c in rapport[code].par("classe")}
    dits = {nom: _illisible(c, illisibles.get(c.cle[0], 0)) for nom, c in annee.items()}
    dites = par_colonne.index.map(lambda nom: dits.get(nom, RIEN))
    return par_colonne.assign(illisibles=dites).rename_axis("colonne").reset_index()


def _illisible(c: Chiffre, combien: int | None) -> str | Chiffre:
    """Of the rows of the year, in percent, or masked; the figure itself says that it is masked or missing."""
    if not c.est_publie:
        return c
    return SECRET_COURT if combien is None else pourcentage(100 * combien / c.denominateur)


def regles(rapport: Rapport) -> pd.DataFrame:
    """Les règles de comptage en vigueur : « code », « question », « choix », « origine » ; « ancre » : de sa ligne."""
    lignes = regles_en_mots(rapport.references, rapport.jour)
    table = pd.DataFrame(lignes, columns=["code", "question", "choix", "origine"])
    return table.assign(ancre=[ancre_de_la_regle(code) for code in table["code"]])


def comparateurs(rapport: Rapport) -> pd.DataFrame:
    """Les chiffres d’autres territoires : « nom » de l’indicateur, « perimetre », « annee », « valeur », « origine ».

    >>> methode.comparateurs(rapport)[["nom", "perimetre", "valeur"]]  # doctest: +SKIP
    """
    table = rapport.references.comparateurs
    indicateurs = [rapport.registre.par_code[code] for code in table["indicateur"]]
    return table.assign(
        nom=[f"{i.code}{INSECABLE}– {i.titre}" for i in indicateurs],
        annee=table["annee"].astype("str"),
        valeur=[valeur(x, i.unite) for x, i in zip(table["valeur"], indicateurs, strict=True)],
        origine=[", ".join(filter(None, (x["source"], x["lien"]))) for x in table.to_dict("records")],
    )


def definitions(rapport: Rapport) -> pd.DataFrame:
    """Ce que compte chaque indicateur de l’année : « nom », « definition », « perimetres », « regles », « origine »."""
    lignes = []
    for indicateur in rapport.registre.indicateurs:
        if len(rapport.publication[indicateur.code]):
            termes = dict(fiche(indicateur))
            precisions = [f"{t} : {termes[t]}." for t in _PRECISIONS if t in termes]
            lignes.append((
                f"{indicateur.code}{INSECABLE}– {indicateur.titre}",
                " ".join([f"{termes['Définition']}.", *precisions]),
                *(termes.get(terme, RIEN) for terme in ("Périmètres", REGLES, "Source")),
            ))  # fmt: skip
    return pd.DataFrame(lignes, columns=["nom", "definition", "perimetres", "regles", "origine"])


def autres_regles(rapport: Rapport, code: str) -> pd.DataFrame:
    """L’indicateur avec les règles en vigueur, puis avec chaque autre choix d’une règle ; vide sans autre choix.

    « part », « menages », « ensemble » : des chiffres publiés ; « ecart » en mots ; « sans_effet » : les effectifs
    des règles en vigueur ; « objectif » (en mots), « tenu » : s’il le serait (vide : on ne le sait pas).

    >>> methode.autres_regles(rapport, "O01")[["nom", "part", "tenu"]]  # doctest: +SKIP
    """
    base = rapport[code].seul
    if code + SENSIBILITE not in rapport.publication or not (autres := list(rapport[code + SENSIBILITE].par("classe"))):
        return pd.DataFrame()
    suivi = next(iter(choisir(rapport[code].publiee.donnees, par_cible(rapport.references.objectifs))), None)
    bornes = Bornes.de(suivi) if suivi else None
    return pd.DataFrame(
        {
            "nom": [EN_VIGUEUR, *(c.nom for c in autres)],
            "part": [base, *autres],
            "menages": [Chiffre(c.cle, c.noms, c.ligne, "numerateur") for c in (base, *autres)],
            "ensemble": [Chiffre(c.cle, c.noms, c.ligne, "denominateur") for c in (base, *autres)],
            "ecart": [RIEN, *(_ecart(c, base) for c in autres)],
            "sans_effet": [False, *(_comptes(c) == _comptes(base) != () for c in autres)],
            "objectif": cible(suivi) if suivi else "",
            "tenu": [bornes.tenu(*_comptes(c)) if bornes and _comptes(c) else None for c in (base, *autres)],
        }
    )


def _comptes(c: Chiffre) -> tuple[int, int] | tuple[()]:
    return (int(c.numerateur), int(c.denominateur)) if c.ligne["statut"] == PUBLIE else ()


def _ecart(c: Chiffre, base: Chiffre) -> str:
    """A difference of what is written: « +0,5 point »; the sign of what is masked or missing of either."""
    absence = signe(c.ligne, "valeur") or signe(base.ligne, "valeur")
    return absence or points(imprime(c.valeur) - imprime(base.valeur))
