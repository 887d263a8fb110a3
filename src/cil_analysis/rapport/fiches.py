"""Ce que les fiches ont en propre : tous les chiffres d’un sujet à côté de ceux de l’ensemble."""

import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, COLONNES, SANS_OBJET
from cil_analysis.comptage.cibles import choisir, par_cible
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import COMMUNE, EPCI
from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.rapport.bloc import Bloc, paragraphe
from cil_analysis.rapport.chiffre import Chiffre, non_atteints
from cil_analysis.rapport.figure import lacunes
from cil_analysis.rapport.mots.definitions import MOTS
from cil_analysis.rapport.mots.gabarits import Gabarits
from cil_analysis.rapport.mots.lignes import cellule
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.suivi import cible
from cil_analysis.rapport.tableaux import lire
from cil_analysis.rapport.usages import AXES, ZONES
from cil_analysis.rapport.vignettes import de_l_ensemble
from cil_analysis.reference.sujets import Sujet
from cil_analysis.reference.texte import etendue_en_annees
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable
from cil_analysis.typographie import minuscule, typographie


def objectifs(fiche: Rapport) -> list[Chiffre]:
    """Ses chiffres de l’année qui ont un objectif, et de quoi le mesurer ; d’un bailleur, dans chaque lieu.

    >>> [c.nom for c in fiches.objectifs(fiche) if c.verdict == "non_atteint"]  # doctest: +SKIP
    """
    trouves = []
    for table in fiche.publication.values():
        siens = _siens(fiche, table).ou(annee=fiche.annee).lignes() if table.indicateur.a_objectif else []
        for ligne in siens:
            if ligne["resultat"] and ligne["resultat"] != SANS_OBJET:
                chiffres = fiche[table.indicateur.code]
                chiffres = chiffres.ou(classe=ligne["modalite"]) if ligne["modalite"] else chiffres
                de = None if _est_ailleurs(fiche, ligne) else chiffres
                trouves.append(Chiffre((), (_nom(fiche, table, ligne),), ligne, de=de))
    return trouves


def constat_des_objectifs(fiche: Rapport) -> Bloc:
    """De combien est manqué, ou dépassé, l’objectif de l’année qui touche le plus de ménages ; sinon, ce qui est tenu.

    >>> fiches.constat_des_objectifs(fiche)  # doctest: +SKIP
    """
    suivis = objectifs(fiche)
    manque, tenus = next(iter(non_atteints(suivis)), None), [c for c in suivis if c.verdict == ATTEINT]
    constat = fiche.constat(MOTS["fiche"], x=manque, tenus=tenus)
    note = paragraphe(typographie(lacunes(fiche, [str(c.ligne["indicateur"]) for c in suivis])), "note")
    return constat + note if constat.html and note.html else constat


def tableau_des_objectifs(fiche: Rapport, legende: Gabarits) -> Bloc:
    """Un tableau de ses objectifs de l’année, un par ligne ; rien quand aucun ne se mesure."""
    suivis = objectifs(fiche)
    lignes = pd.DataFrame([c.ligne for c in suivis], columns=list(COLONNES))
    # The target of a masked figure is no secret: it is in objectifs.csv.
    vises = choisir(lignes, par_cible(fiche.references.objectifs))
    dites = lignes.assign(
        nom=[c.nom for c in suivis],
        vise=[
            cible(vise) if c.est_secret and vise else cellule(c.ligne, "cible", avec_unite=True).texte
            for c, vise in zip(suivis, vises, strict=True)
        ],
        ensemble=pd.Series([lire(None if c.de is None else de_l_ensemble(c.de)) for c in suivis], dtype="object"),
    )
    colonnes = {
        "Objectif": "nom", "Concernés": "numerateur", "Ensemble": "denominateur", str(fiche.annee): "valeur",
        "Cible": "vise", "Écart": "ecart", "Ménages manquants ou de trop": "menages_manquants", "Résultat": "resultat",
        fiche.projet.epci_nom_court: "ensemble",
    }  # fmt: skip
    return _tabuler(fiche, dites, legende, colonnes, fiche.source([str(code) for code in lignes["indicateur"]]))


def tableau_des_chiffres(fiche: Rapport, legende: Gabarits) -> Bloc:
    """Tous ses autres chiffres, un par ligne : les trois dernières années, et l’intercommunalité à côté."""
    annees = [annee for annee in fiche.annees if annee > fiche.annee - 3]
    lignes, codes = [], []
    for indicateur in fiche.registre.du_bilan:
        table = fiche.publication.get(indicateur.code)
        classes = [] if table is None else list(dict.fromkeys(_siens(fiche, table).valeurs("modalite")))
        if table is None or len(classes) != 1:  # Not one figure of the subject a year, of the class that it is of.
            continue
        chiffres = fiche[indicateur.code].ou(classe=classes[0]) if classes[0] else fiche[indicateur.code]
        seul = chiffres.seul
        if len(chiffres) and not seul.ligne["resultat"]:
            par_annee = {c.cle[0]: c for c in chiffres.par("annee")}
            cases = {str(annee): lire(par_annee.get(str(annee))) for annee in annees}
            ensemble = lire(de_l_ensemble(chiffres))
            lignes.append({"nom": _nom(fiche, table, seul.ligne), **cases, "ensemble": ensemble})
            if table.a_des_chiffres:  # No source is an extract that was not received.
                codes.append(indicateur.code)
    par_an = {str(annee): str(annee) for annee in annees}
    colonnes = {"Indicateur": "nom", **par_an, f"{fiche.projet.epci_nom_court} {fiche.annee}": "ensemble"}
    source = fiche.source(codes, etendue_en_annees(annees))
    return _tabuler(fiche, pd.DataFrame(lignes), legende, colonnes, source)


def _sujet(fiche: Rapport) -> Sujet:
    if fiche.sujet is None:
        raise ErreurCIL("Une fiche est celle d’un sujet : écrire rapport.commune(…), .bailleur(…) ou .reservataire(…).")
    return fiche.sujet


def _siens(fiche: Rapport, table: PublishedTable) -> PublishedTable:
    """The figures of the subject in a table, of every year and class; of an actor, in every place."""
    sujet = _sujet(fiche)
    axe = AXES[sujet.genre]
    place = {"acteur_type": ""} if sujet.genre == COMMUNE else {}
    return table.ou(**axe.lignes, **{axe.colonne: sujet.code}, **place)


def _nom(fiche: Rapport, table: PublishedTable, ligne: LignePubliee) -> str:
    """« Mutations : mutation interne (la commune-centre) »: the indicator, the class that it is of, and where."""
    nom, classe = titre_seul(table.indicateur), fiche.modalites(table.indicateur.code).get(str(ligne["modalite"]), "")
    lieu = ""
    if _est_ailleurs(fiche, ligne):
        lieu = ZONES.get(str(ligne["perimetre_type"])) or fiche.perimetres[str(ligne["perimetre_code"])]
    return typographie(f"{nom}{f' : {minuscule(classe)}' if classe else ''}{f' ({lieu})' if lieu else ''}", noms=True)


def _est_ailleurs(fiche: Rapport, ligne: LignePubliee) -> bool:
    """Whether a row is of an actor in one place only, which is not the whole that it is read beside."""
    return _sujet(fiche).genre != COMMUNE and ligne["perimetre_type"] != EPCI


def _tabuler(fiche: Rapport, table: pd.DataFrame, legende: Gabarits, colonnes: dict[str, str], source: str) -> Bloc:
    """The table and its source; nothing without a row."""
    ligne = paragraphe(typographie(source), "source")
    return fiche.tableau_de(table, legende, colonnes) + ligne if len(table) else Bloc("")
