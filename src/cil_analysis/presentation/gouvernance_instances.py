"""The sessions of the CIL and the yearly check, its members by college, and how its composition has changed."""

from __future__ import annotations

import pandas as pd

from cil_analysis.indicators.cadre import PUBLIE
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.formats import RIEN, accorder, date_en_mots, echapper, enumerer, nombre
from cil_analysis.presentation.gouvernance import A_RENSEIGNER, jour_en_mots, nombre_de
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Cellule, resultat_html, tableau_libre
from cil_analysis.reference.etats import mouvements, sieges_a
from cil_analysis.reference.parameters import Parametre
from cil_analysis.reference.texte import typographie

MINIMUM = "gouvernance.seances_plenieres_minimum"
_AUCUNE = "aucune séance enregistrée"


def constat_des_seances(rapport: Rapport) -> str:
    """How many plenary sessions the year had, against the minimum; what to fill in when none is recorded."""
    tenues, minimum = rapport.chiffre("G01"), _minimum(rapport)
    if not tenues:
        return (
            f"En {rapport.annee}, {_AUCUNE} : la date, le type et la source de chaque séance s’inscrivent dans la "
            "table governance/seances.csv."
        )
    phrase = f"En {rapport.annee}, la CIL a tenu {accorder(tenues, 'séance plénière', 'séances plénières')}"
    if minimum is None:
        return f"{phrase} ; le minimum annuel est à renseigner."
    regle = f"la règle d’au moins {'une' if minimum == 1 else nombre(minimum)} par an"
    return f"{phrase} : {regle} est respectée." if tenues >= minimum else f"{phrase}, moins que {regle}."


def constat_de_la_serie(rapport: Rapport) -> str:
    """How many plenary sessions the years of the series had, and whether each had the minimum."""
    par_annee = {annee: rapport.chiffre("G01", annee) for annee in rapport.annees}
    connues = {annee: tenues for annee, tenues in par_annee.items() if tenues is not None}
    minimum = _minimum(rapport)
    if not connues or minimum is None:
        return constat_des_seances(rapport)
    total = accorder(sum(connues.values()), "séance plénière", "séances plénières")
    debut, fin = min(connues), max(connues)
    quand = f"De {debut} à {fin}" if debut < fin else f"En {fin}"
    sans = [str(annee) for annee, tenues in connues.items() if tenues < minimum]
    fois = "une" if minimum == 1 else nombre(minimum)
    suite = f"moins de {fois} en {enumerer(sans)}" if sans else f"au moins {fois} chaque année"
    return f"{quand}, la CIL a tenu {total}, {suite}."


def seances_par_annee(rapport: Rapport) -> Bloc:
    """The yearly check: the plenary sessions and the other ones of each year of the series, and the result."""
    minimum = _minimum(rapport)
    lignes: list[list[str | Cellule]] = []
    for annee in rapport.annees:
        plenieres, toutes = rapport.chiffre("G01", annee), rapport.chiffre("G02", annee)
        lignes.append(
            [
                str(annee),
                Cellule(_nombre(plenieres)),
                Cellule(_nombre(None if toutes is None or plenieres is None else toutes - plenieres)),
                _verification(plenieres, minimum),
            ]
        )
    regle = A_RENSEIGNER if minimum is None else f"au moins {nombre(minimum)}"
    entetes = ["Année", "Séances plénières", "Autres réunions", f"Plénières dans l’année : {regle}"]
    table = tableau_libre(f"Séances de la CIL, {rapport.periode}", entetes, lignes, [3])
    parametre = _parametre(rapport)
    sources = [r.titre for v in parametre.valeurs[:1] for r in v.references] if parametre else []
    source = f'<p class="note">{echapper(typographie("Règle : " + " ; ".join(sources) + "."))}</p>' if sources else ""
    return Bloc(table + source)


def seances_de_l_annee(rapport: Rapport) -> Bloc:
    """The sessions of the year, in a table; nothing when none is recorded."""
    seances = rapport.references.gouvernance.seances
    siennes = seances[seances["date"].dt.year.eq(rapport.annee)].sort_values("date")
    if siennes.empty:
        return Bloc("")
    types = rapport.references.nomenclatures["types_seance"].libelles()
    lignes = [
        [
            date_en_mots(s["date"]),
            types[s["type"]],
            typographie(s["objet"]) or A_RENSEIGNER,
            s["quorum"] or A_RENSEIGNER,
        ]
        for _, s in siennes.iterrows()
    ]
    entetes = ["Date", "Réunion", "Objet", "Quorum atteint"]
    return Bloc(tableau_libre(f"Réunions de {rapport.annee}", entetes, lignes, [1, 2, 3]))


def constat_de_la_composition(rapport: Rapport) -> str:
    """The seats by college on 31 December, the changes of the year, the member communes."""
    jour, communes, adherentes = f"31 décembre {rapport.annee}", rapport.chiffre("G05"), _adherentes(rapport)
    sieges, phrases = rapport.chiffre("G03"), []
    if sieges is None:
        phrases.append(
            "La composition de la CIL est à renseigner : organisations, fonctions et collèges s’inscrivent dans la "
            "table governance/membres.csv."
        )
    else:
        compte = accorder(sieges, "siège", "sièges")
        phrases.append(f"Au {jour}, la CIL compte {compte} ; l’année a vu {mouvements_en_mots(rapport)}.")
    if communes is not None:
        suite = f", dont {adherentes} depuis cette année" if adherentes else ""
        membres = accorder(communes, "commune", "communes")
        phrases.append(f"L’intercommunalité réunit {membres}{suite}.")
    return " ".join(phrases)


def mouvements_en_mots(rapport: Rapport) -> str:
    """« 1 siège pourvu et 1 siège quitté », from the published figures; nothing when they are not known."""
    if rapport.chiffre("G04") is None:
        return ""
    comptes = [
        (combien, mot)
        for code, mot in (("ENTREE", "pourvu"), ("SORTIE", "quitté"))
        if (combien := nombre_de(rapport, "G04", code))
    ]
    mots = [accorder(combien, f"siège {mot}", f"sièges {mot}s") for combien, mot in comptes]
    return enumerer(mots) if mots else "aucun changement de siège"


def membres_par_college(rapport: Rapport) -> Bloc:
    """Who sits on 31 December, college by college, since when; nothing when the table is empty."""
    jour = pd.Timestamp(rapport.jour)
    membres = rapport.references.gouvernance.membres
    presents = membres[sieges_a(membres, jour)]
    if presents.empty:
        return Bloc("")
    morceaux = []
    for code, libelle in rapport.references.nomenclatures["colleges"].libelles().items():
        siens = presents[presents["college"].eq(code)]
        ligne = rapport.classes("G03", modalite=code).ligne()
        if siens.empty or ligne is None or ligne["statut"] != PUBLIE:
            continue
        lignes = [
            [typographie(m["organisation"]), m["role"] or RIEN, jour_en_mots(m["debut"])] for _, m in siens.iterrows()
        ]
        legende = f"{libelle} : {accorder(ligne['valeur'], 'siège', 'sièges')} au 31 décembre {rapport.annee}"
        morceaux.append(tableau_libre(legende, ["Organisation", "Fonction", "Depuis"], lignes, [1, 2]))
    return Bloc("".join(morceaux))


def changements_de_composition(rapport: Rapport) -> Bloc:
    """The seats that changed and the communes that joined or left, until 31 December, latest first."""
    lignes = [
        [jour_en_mots(jour), quoi, typographie(qui), typographie(pourquoi) or RIEN]
        for jour, quoi, qui, pourquoi in sorted(changements(rapport), key=lambda c: c[0], reverse=True)
    ]
    if not lignes:
        return Bloc("")
    entetes = ["Date", "Changement", "Qui", "Motif"]
    return Bloc(tableau_libre("Changements de composition, du plus récent au plus ancien", entetes, lignes, [1, 2, 3]))


def changements(rapport: Rapport) -> list[tuple[pd.Timestamp, str, str, str]]:
    """Day, what changed, who, why: seats since the first composition, communes since the first members."""
    jour, membres = pd.Timestamp(rapport.jour), rapport.references.gouvernance.membres
    trouves = []
    annees = membres[["debut", "fin"]].stack().dt.year if len(membres) else pd.Series(dtype="int64")
    for annee in sorted({int(a) for a in annees if a <= rapport.annee}):
        for _, m in mouvements(membres, annee).iterrows():
            quoi = "siège pourvu" if m["mouvement"] == "ENTREE" else "siège quitté"
            trouves.append((m["jour"], quoi, str(m["organisation"]), str(m["motif"])))
    return trouves + [
        (le, f"{accorder(len(noms), 'commune', 'communes')} {verbe}{'' if len(noms) == 1 else 's'}", enumerer(noms), "")
        for le, verbe, noms in adhesions(rapport)
        if le <= jour
    ]


def adhesions(rapport: Rapport) -> list[tuple[pd.Timestamp, str, list[str]]]:
    """Day, « entrée » or « sortie », names: the communes that joined after the first ones, or left."""
    communes = rapport.references.territoire.communes
    entrees = communes[communes["membre_du"].gt(communes["membre_du"].min())].groupby("membre_du")["nom"]
    sorties = communes[communes["membre_au"].notna()].groupby("membre_au")["nom"]
    return [
        (pd.Timestamp(str(jour)), verbe, sorted(noms))
        for verbe, groupes in (("entrée", entrees), ("sortie", sorties))
        for jour, noms in groupes
    ]


def _adherentes(rapport: Rapport) -> str:
    nouvelles = nombre_de(rapport, "G05", "ADHESION")
    return nombre(nouvelles) if nouvelles else ""


def _nombre(x: float | None) -> str:
    return A_RENSEIGNER if x is None else nombre(x)


def _verification(plenieres: float | None, minimum: float | None) -> Cellule:
    """The result of a year; nothing recorded at all is no result."""
    if plenieres is None:
        return Cellule(f"{_AUCUNE}, {A_RENSEIGNER}", "texte")
    if minimum is None:
        return Cellule(f"minimum {A_RENSEIGNER}", "texte")
    suite = "" if plenieres else f" : {_AUCUNE}"
    mot = resultat_html("atteint" if plenieres >= minimum else "non_atteint")
    return Cellule(mot + echapper(typographie(suite)), "texte", brut=True)


def _parametre(rapport: Rapport) -> Parametre | None:
    """The rule of the yearly sessions; a project made before it existed has none."""
    parametres = rapport.references.parametres
    if MINIMUM not in parametres:
        return None
    return parametres[MINIMUM]


def _minimum(rapport: Rapport) -> float | None:
    parametre = _parametre(rapport)
    valeur = parametre.valeur(rapport.jour) if parametre else None
    return float(valeur) if isinstance(valeur, (int, float)) else None
