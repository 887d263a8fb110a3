"""The chapters on the trial (C08, C09) and on the simulation (C11, C12)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.presentation import charts
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import avec_chiffres, descriptions, illustration
from cil_analysis.presentation.chapitres_cotation import classes
from cil_analysis.presentation.cotation_mots import grille_simulee, mois_en_mots
from cil_analysis.presentation.figures import a_des_chiffres, non_calculable
from cil_analysis.presentation.formats import pourcentage
from cil_analysis.presentation.publics import PLUSIEURS
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.ruptures import Rupture
from cil_analysis.presentation.sentences_classes import PROCHES
from cil_analysis.presentation.sentences_cotation import deciles_en_mots
from cil_analysis.presentation.series import decrire_ruptures, joindre, note_des_ruptures
from cil_analysis.presentation.tables import Colonne, tableau_croise
from cil_analysis.reference.texte import typographie
from cil_analysis.systemes.cotation import BAISSE, HAUSSE, STABLE

_TESTEURS, _AUTRES = "Bailleurs testeurs", "Autres bailleurs"
_GRILLE = "cotation"


def constat_de_l_essai(rapport: Rapport) -> str:
    """The share of high scores, test landlords beside the others."""
    testeurs, autres = rapport.chiffre("C08H"), rapport.chiffre("C09H")
    if not rapport.references.cotation.testeurs:
        return "Aucun bailleur testeur n’est nommé : tous les bailleurs sont réunis."
    if testeurs is None or autres is None:
        return f"Les scores élevés de {rapport.annee} ne sont pas publiés pour les deux groupes de bailleurs."
    if abs(testeurs - autres) < PROCHES:
        return typographie(
            f"Les ménages au score élevé ont des parts proches chez les bailleurs testeurs ({pourcentage(testeurs)} de "
            f"leurs attributions) et chez les autres ({pourcentage(autres)})."
        )
    return typographie(
        f"Les ménages au score élevé comptent pour {pourcentage(testeurs)} des attributions des bailleurs testeurs, "
        f"{pourcentage(autres)} de celles des autres."
    )


def essai_par_annee(rapport: Rapport) -> Bloc:
    """C08H and C09H over the years, with the day when the cotation begins."""
    _, hauts = deciles_en_mots(rapport)
    codes = {"C08H": _TESTEURS, "C09H": _AUTRES}
    tables = {nom: rapport.epci(code) for code, nom in codes.items()}
    marques = _reperes(rapport)
    titre = _titre_de_l_essai(rapport)
    if not any(a_des_chiffres(table) for table in tables.values()):
        return non_calculable("essai-annees", list(tables.values()), rapport.manques(*codes))
    texte = decrire_ruptures(descriptions(rapport, tables, "annee"), marques)
    dessin = charts.courbes_annees(
        list(tables.values()), "essai-annees", titre, texte, par="indicateur", libelles=codes, accent="C08H",
        ruptures=marques,
    )  # fmt: skip
    colonnes: dict[str, Colonne] = {
        f"{nom}, {mot}": rapport.epci(code + suffixe)
        for code, nom in (("C08", _TESTEURS), ("C09", _AUTRES))
        for suffixe, mot in (("", "score médian"), ("B", "scores bas"), ("H", "scores élevés"))
    }
    donnees = tableau_croise(
        avec_chiffres(colonnes), f"Scores des ménages logés, selon le bailleur, {rapport.periode}", "annee", "Année", {}
    )
    sous_titre = f"Part des attributions dont le score est dans {hauts} des demandes, en %, {rapport.periode}"
    note = joindre(
        note_des_ruptures(marques).replace("Rupture de série", "Repère").replace("Ruptures de série", "Repères"),
        "Un écart entre les deux groupes ne dit pas que la grille en est la cause : leurs logements et leurs secteurs "
        "diffèrent aussi.",
    )
    return illustration(
        rapport,
        "essai-annees",
        titre,
        sous_titre,
        dessin,
        donnees,
        list(tables.values()),
        periode=rapport.periode,
        note=note,
    )


def avant_et_depuis(rapport: Rapport) -> Bloc:
    """The last leases before the cotation and those since, lease by lease, in a table."""
    if rapport.references.cotation.debut is None:
        return Bloc("")
    blocs = []
    for code, nom in (("C08", _TESTEURS), ("C09", _AUTRES)):
        colonnes: dict[str, Colonne] = {}
        for moment, mot in (("AVANT", "avant"), ("DEPUIS", "depuis")):
            colonnes |= {
                f"Score médian, {mot}": rapport.epci(code, modalite=moment),
                f"Scores bas, {mot}": rapport.epci(code + "B", modalite=moment),
                f"Scores élevés, {mot}": rapport.epci(code + "H", modalite=moment),
            }
        debut = mois_en_mots(rapport.references.cotation.debut)
        legende = f"{nom} : scores des ménages logés avant et depuis le début de la cotation ({debut})"
        if retenues := avec_chiffres(colonnes):
            blocs.append(tableau_croise(retenues, legende, "annee", "Année du bail", {}))
    return Bloc("".join(blocs))


def _titre_de_l_essai(rapport: Rapport) -> str:
    debut = rapport.references.cotation.debut
    avant = [a for a in rapport.annees if debut is not None and a < debut.year]
    if not avant or rapport.annee <= avant[-1]:
        return "Scores élevés parmi les attributions, bailleurs testeurs et autres bailleurs"
    parts = [rapport.chiffre("C08H", annee) for annee in (avant[-1], rapport.annee)]
    if None in parts:
        return "Scores élevés parmi les attributions, bailleurs testeurs et autres bailleurs"
    debut_, fin = (pourcentage(part) for part in parts)
    return typographie(f"Bailleurs testeurs : {debut_} de scores élevés en {avant[-1]}, {fin} en {rapport.annee}")


def _reperes(rapport: Rapport) -> list[Rupture]:
    """The start of the cotation, before its first whole year, and each change of grid."""
    cotation, annees, debut = rapport.references.cotation, sorted(rapport.annees), rapport.references.cotation.debut
    reperes = []
    if debut is not None:
        premiere = debut.year if (debut.month, debut.day) == (1, 1) else debut.year + 1
        if premiere - 1 in annees and premiere in annees:
            mois = mois_en_mots(debut)
            phrase = f"la cotation commence en {mois} ; les années qui précèdent sont notées par la même grille"
            reperes.append(Rupture(premiere, premiere - 1, _GRILLE, f"Début : {mois}", phrase))
    for avant, annee in pairwise(annees):
        grilles = [cotation.grille_au(date(a, 12, 31)) for a in (avant, annee)]
        if grilles[0] is not None and grilles[1] is not None and grilles[0].code != grilles[1].code:
            phrase = f"la grille change en {annee} ({grilles[1].code})"
            reperes.append(Rupture(annee, avant, _GRILLE, "Autre grille", phrase))
    return reperes


def constat_de_la_simulation(rapport: Rapport) -> str:
    """What the simulated grid would change."""
    grille = grille_simulee(rapport)
    if grille is None:
        return f"Aucune grille n’est simulée sur les demandes de {rapport.annee}."
    parts = {sens: rapport.chiffre("C11", modalite=sens) for sens in (HAUSSE, BAISSE, STABLE)}
    monte, descend, reste = (parts[sens] for sens in (HAUSSE, BAISSE, STABLE))
    fictive = " Cette grille est fictive." if grille.est_fictive else ""
    if monte is None or descend is None or reste is None:
        return typographie(f"Grille simulée : « {grille.intitule} ».{fictive}")
    return typographie(
        f"Avec « {grille.intitule} », {pourcentage(monte)} des demandes montent d’un décile ou plus, "
        f"{pourcentage(descend)} descendent et {pourcentage(reste)} restent à leur rang.{fictive}"
    )


def simulation_par_public(rapport: Rapport) -> Bloc:
    """C11H beside C11B, by public."""
    return _hausses_et_baisses(rapport, "C11", "simulation-publics", "Public", PLUSIEURS)


def simulation_par_type(rapport: Rapport) -> Bloc:
    """C12H beside C12B, by type of dwelling."""
    return _hausses_et_baisses(rapport, "C12", "simulation-types", "Type de logement demandé", "")


def simulation(rapport: Rapport) -> Bloc:
    """C11: the requests that rise, fall or stay."""
    sous_titre = (
        f"Part des demandes actives selon ce que la grille simulée ferait de leur décile, en %, {rapport.annee}"
    )
    return classes(
        rapport, rapport.classes("C11"), rapport.modalites("C11"), "simulation-rangs", "Effet de la grille simulée "
        "sur le rang des demandes", sous_titre, "Rang de la demande", note="", noms=("Demandes", "Ensemble"),
    )  # fmt: skip


def _hausses_et_baisses(rapport: Rapport, code: str, identifiant: str, entete: str, note: str) -> Bloc:
    hausses, baisses = (rapport.classes(code + sens) for sens in "HB")
    dessinees = {
        str(ligne["modalite"])
        for table in (hausses, baisses)
        for ligne in table.lignes()
        if ligne["statut"] in (PUBLIE, SECRET) and ligne["modalite"] != NON_RENSEIGNE
    }
    hautes, basses = (
        table.ou(modalite=[m for m in rapport.modalites(code + "H") if m in dessinees]) for table in (hausses, baisses)
    )
    noms = ("Montent", "Descendent")
    libelles = rapport.modalites(code + "H")
    tables = dict(zip(noms, (hautes, basses), strict=True))
    titre = _titre_de_la_simulation(rapport, code, entete)
    texte = descriptions(rapport, tables, "modalite")
    dessin = charts.barres_paires(hautes, basses, identifiant, titre, texte, libelles=libelles, noms=noms)
    colonnes: dict[str, Colonne] = {
        "Demandes": (hausses, "denominateur", baisses), "Qui montent": hausses, "Qui descendent": baisses,
    }  # fmt: skip
    donnees = tableau_croise(
        avec_chiffres(colonnes), _legende(entete, rapport), "modalite", entete,
        libelles,
    )  # fmt: skip
    sous_titre = f"Part des demandes qui montent et qui descendent d’un décile ou plus, en %, {rapport.annee}"
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [hausses, baisses], note=note)


def _legende(entete: str, rapport: Rapport) -> str:
    return f"Effet de la grille simulée, par {entete[:1].lower()}{entete[1:]}, {rapport.annee}"


def _titre_de_la_simulation(rapport: Rapport, code: str, entete: str) -> str:
    """The class where rises exceed falls the most, and the other way round."""
    hausses, baisses = (
        rapport.classes(code + sens).ou(statut=PUBLIE).donnees.set_index("modalite")["valeur"] for sens in "HB"
    )
    soldes = (hausses - baisses).dropna().drop(index=NON_RENSEIGNE, errors="ignore")
    sinon = f"Demandes qui montent et qui descendent, selon le {'public' if code == 'C11' else 'type de logement'}"
    if len(soldes) < 2 or soldes.max() - soldes.min() < PROCHES:
        return sinon
    extreme = str(soldes.abs().idxmax())
    nom = rapport.modalites(code + "H").get(extreme, extreme)
    monte, descend = (pourcentage(float(serie[extreme])) for serie in (hausses, baisses))
    return typographie(f"{nom} : {monte} montent, {descend} descendent, le plus grand écart publié")
