"""What was decided and what became of it; the actions of the PPGDLSID beside the figures that measure them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.formats import RIEN, accorder, echapper, enumerer, valeur
from cil_analysis.presentation.gouvernance import (
    A_RENSEIGNER,
    a_part,
    jour_en_mots,
    mention,
    minuscule,
    nom_court,
    nombre_de,
    reserve,
    sources,
)  # fmt: skip
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.signes import signe
from cil_analysis.presentation.tables import Cellule, tableau_libre
from cil_analysis.reference.etats import CLOSES, est_en_retard, etats_des_actions, etats_des_decisions
from cil_analysis.reference.texte import typographie


def decisions_suivies(rapport: Rapport) -> pd.DataFrame:
    """The decisions taken until 31 December, with their ``etat`` that day and whether they are ``en_retard``.

    Late ones first, then those under way by deadline, then those that are closed.
    """
    jour = pd.Timestamp(rapport.jour)
    decisions = rapport.references.gouvernance.decisions
    prises = decisions[~decisions["date"].gt(jour)]
    suivies = prises.assign(etat=etats_des_decisions(prises, jour), en_retard=est_en_retard(prises, jour))
    suivies["close"] = suivies["etat"].isin(CLOSES)
    ordre = ["close", "en_retard", "echeance", "date"]
    return suivies.sort_values(ordre, ascending=[True, False, True, True], kind="stable")


def constat_des_decisions(rapport: Rapport) -> str:
    """How many decisions the year took, how many are done and late; what to fill in when none is recorded."""
    suivies, prises, retards = rapport.chiffre("G08"), rapport.chiffre("G07"), rapport.chiffre("G09")
    if not suivies:
        return "Les décisions sont à renseigner : chacune s’inscrit dans la table governance/decisions.csv."
    faites = nombre_de(rapport, "G08", "FAITE")
    mots = "Aucune décision n’est enregistrée"
    if prises:
        mots = accorder(prises, "décision est prise", "décisions sont prises")
    phrase = f"{mots} en {rapport.annee}. Sur {accorder(suivies, 'décision suivie', 'décisions suivies')}"
    accord = accorder(faites, "est faite", "sont faites") if faites else "aucune n’est faite"
    tard = accorder(retards, "est en retard", "sont en retard") if retards else "aucune n’est en retard"
    fictives = reserve(decisions_suivies(rapport), "Cette décision est fictive", "Ces décisions sont fictives")
    return f"{phrase} au 31 décembre, {accord} et {tard}.{fictives}"


def suivi_des_decisions(rapport: Rapport) -> Bloc:
    """Every decision, its deadline, who answers for it and where it stands; made-up ones in another table."""
    origines, morceaux = _origines(rapport), []
    entetes = ["Décision", f"État au 31 décembre {rapport.annee}", "Échéance", "Responsable", "Prise"]
    for fictives, suivies in a_part(decisions_suivies(rapport)):
        lignes: list[list[str | Cellule]] = [
            [
                typographie(d["intitule"]) + mention(d, "décision fictive"),
                etat_de_la_decision(rapport, d),
                Cellule(jour_en_mots(d["echeance"]), "texte court"),
                typographie(d["responsable"]) or A_RENSEIGNER,
                _prise(d, origines),
            ]
            for _, d in suivies.iterrows()
        ]
        legende = "Décisions fictives et suites données" if fictives else "Décisions et suites données"
        morceaux.append(tableau_libre(legende, entetes, lignes, [1, 2, 3, 4]) + ("" if fictives else sources(suivies)))
    return Bloc("".join(morceaux))


def _prise(decision: pd.Series, origines: Mapping[str, str]) -> str:
    """« Séance plénière, 8 avril 2018 »: where a decision was taken, and when."""
    ou = origines.get(decision["seance"]) or origines.get(decision["document"], "")
    return ", ".join(mot for mot in (ou, jour_en_mots(decision["date"])) if mot)


def etat_de_la_decision(rapport: Rapport, decision: pd.Series) -> Cellule:
    """« en retard » behind its shape, or the state in words and since when."""
    libelles = rapport.references.nomenclatures["etats_suivi"].libelles()
    etat = minuscule(libelles[decision["etat"]]) if decision["etat"] else A_RENSEIGNER
    if decision["en_retard"]:
        retard = '<span class="resultat non-atteint">en retard</span>'
        return Cellule(retard + echapper(f" ({etat})" if decision["etat"] else ""), "texte", brut=True)
    if decision["close"] and pd.notna(decision["date_suivi"]):
        etat = f"{etat} le {jour_en_mots(decision['date_suivi'])}"
    if decision["etat"] == "FAITE":
        return Cellule(f'<span class="resultat atteint">{echapper(etat)}</span>', "texte", brut=True)
    return Cellule(etat, "texte")


def constat_des_actions(rapport: Rapport) -> str:
    """How many actions of the plan stand where; what to fill in when none is recorded."""
    actions = rapport.chiffre("G10")
    if not actions:
        return (
            "Les actions du plan partenarial sont à renseigner : axe, pilote, indicateur et état s’inscrivent dans la "
            "table governance/actions.csv."
        )
    etats = [
        f"{accorder(combien, singulier, pluriel)}"
        for code, singulier, pluriel in (
            ("FAITE", "est faite", "sont faites"),
            ("EN_COURS", "est en cours", "sont en cours"),
            ("A_FAIRE", "reste à faire", "restent à faire"),
            ("ABANDONNEE", "est abandonnée", "sont abandonnées"),
            ("NR", "est d’un état à renseigner", "sont d’un état à renseigner"),
        )
        if (combien := nombre_de(rapport, "G10", code))
    ]
    sujet = accorder(actions, "action", "actions")
    fictives = reserve(rapport.references.gouvernance.actions, "Cette action est fictive", "Ces actions sont fictives")
    return f"Le plan partenarial compte {sujet} au 31 décembre {rapport.annee} : {enumerer(etats)}.{fictives}"


def actions_du_plan(rapport: Rapport) -> Bloc:
    """Each action, who leads it, the published figure of its indicator, its target and its state."""
    actions = rapport.references.gouvernance.actions
    actions = actions.assign(etat=etats_des_actions(actions, pd.Timestamp(rapport.jour)))
    libelles, morceaux = rapport.references.nomenclatures["etats_suivi"].libelles(), []
    entetes = [
        "Action", f"État au 31 décembre {rapport.annee}", "Indicateur", f"Chiffre de {rapport.annee}", "Cible",
        "Pilote", "Période",
    ]  # fmt: skip
    for fictives, siennes in a_part(actions):
        lignes: list[list[str | Cellule]] = [
            [
                typographie(f"{a['axe']} : {minuscule(a['intitule'])}" if a["axe"] else a["intitule"])
                + mention(a, "action fictive"),
                minuscule(libelles[a["etat"]]) if a["etat"] else A_RENSEIGNER,
                *(Cellule(t, "texte") for t in _mesure(rapport, str(a["indicateur"]))),
                typographie(a["cible"]) or A_RENSEIGNER,
                typographie(a["pilote"]) or A_RENSEIGNER,
                Cellule(_duree(a), "texte court"),
            ]
            for _, a in siennes.iterrows()
        ]
        legende = f"Actions {'fictives ' if fictives else ''}du plan partenarial"
        morceaux.append(tableau_libre(legende, entetes, lignes, list(range(1, len(entetes)))))
    return Bloc("".join(morceaux))


def _mesure(rapport: Rapport, indicateur: str) -> tuple[str, str]:
    """What measures an action, and its published figure for the whole EPCI when it is an indicator of the registry."""
    if indicateur not in rapport.publication:
        return typographie(indicateur) or A_RENSEIGNER, RIEN
    ligne = rapport.epci(indicateur, annee=rapport.annee).ligne()
    titre = typographie(f"{titre_seul(rapport.publication[indicateur].indicateur)} ({indicateur})")
    if ligne is None:
        return titre, RIEN
    return titre, signe(ligne, "valeur") or valeur(ligne["valeur"], str(ligne["unite"]))


def _duree(action: pd.Series) -> str:
    debut, fin = action["debut"], action["fin"]
    if pd.isna(debut):
        return A_RENSEIGNER if pd.isna(fin) else f"jusqu’en {fin.year}"
    if pd.isna(fin):
        return f"depuis {debut.year}"
    return str(debut.year) if debut.year == fin.year else f"{debut.year}-{fin.year}"


def _origines(rapport: Rapport) -> dict[str, str]:
    """Session or document → what a reader calls it."""
    types = rapport.references.nomenclatures["types_seance"].libelles()
    seances = rapport.references.gouvernance.seances
    noms = {str(s["seance"]): types[s["type"]] for _, s in seances.iterrows()}
    return noms | {str(d["document"]): nom_court(d) for _, d in rapport.references.documents.iterrows()}
