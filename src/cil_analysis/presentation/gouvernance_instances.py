"""The sessions of the CIL and the yearly check, its members by college, and how its composition has changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.formats import RIEN, accorder, date_en_mots, echapper, enumerer, nombre
from cil_analysis.presentation.gouvernance import (
    A_RENSEIGNER,
    a_part,
    jour_en_mots,
    mention,
    minuscule,
    nombre_de,
    reserve,
)
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
    regle = f"la règle d’au moins {'une' if minimum == 1 else nombre(minimum or 0)} par an"
    if minimum is None:
        phrase += " ; le minimum annuel est à renseigner."
    else:
        phrase += f" : {regle} est respectée." if tenues >= minimum else f", moins que {regle}."
    return phrase + _reserve_des_plenieres(rapport, [rapport.annee])


def _reserve_des_plenieres(rapport: Rapport, annees: Collection[int]) -> str:
    """That the plenary sessions of some years are made up, when they are."""
    return reserve(plenieres(rapport, annees), "Cette séance est fictive", "Ces séances sont fictives")


def plenieres(rapport: Rapport, annees: Collection[int]) -> pd.DataFrame:
    """The rows of the plenary sessions of some years."""
    seances = rapport.references.gouvernance.seances
    siennes: pd.DataFrame = seances[seances["type"].eq("PLENIERE") & seances["date"].dt.year.isin(annees)]
    return siennes


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
    return f"{quand}, la CIL a tenu {total}, {suite}.{_reserve_des_plenieres(rapport, connues)}"


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
    dit = _reserve_des_plenieres(rapport, rapport.annees).strip(" .")
    legende = f"Séances de la CIL, {rapport.periode}" + (f" ({minuscule(dit)})" if dit else "")
    table = tableau_libre(legende, entetes, lignes, [3])
    parametre = _parametre(rapport)
    sources = [r.titre for v in parametre.valeurs[:1] for r in v.references] if parametre else []
    source = f'<p class="note">{echapper(typographie("Règle : " + " ; ".join(sources) + "."))}</p>' if sources else ""
    return Bloc(table + source)


def seances_de_l_annee(rapport: Rapport) -> Bloc:
    """The sessions of the year, in a table, the made-up ones in another; nothing when none is recorded."""
    seances = rapport.references.gouvernance.seances
    siennes = seances[seances["date"].dt.year.eq(rapport.annee)].sort_values("date")
    types = rapport.references.nomenclatures["types_seance"].libelles()
    entetes = ["Date", "Réunion", "Objet", "Quorum atteint"]
    morceaux = []
    for fictives, lues in a_part(siennes):
        lignes = [
            [
                date_en_mots(s["date"]),
                types[s["type"]] + mention(s, "réunion fictive"),
                typographie(s["objet"]) or A_RENSEIGNER,
                s["quorum"] or A_RENSEIGNER,
            ]
            for _, s in lues.iterrows()
        ]
        legende = f"Réunions {'fictives ' if fictives else ''}de {rapport.annee}"
        morceaux.append(tableau_libre(legende, entetes, lignes, [1, 2, 3]))
    return Bloc("".join(morceaux))


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
        fictifs = reserve(_presents(rapport), "Ce siège est fictif", "Ces sièges sont fictifs")
        phrases.append(f"Au {jour}, la CIL compte {compte} ; l’année a vu {mouvements_en_mots(rapport)}.{fictifs}")
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
    presents = _presents(rapport)
    if presents.empty:
        return Bloc("")
    morceaux = []
    for code, libelle in rapport.references.nomenclatures["colleges"].libelles().items():
        siens = presents[presents["college"].eq(code)]
        ligne = rapport.classes("G03", modalite=code).ligne()
        if siens.empty or ligne is None or ligne["statut"] != PUBLIE:
            continue
        lignes = [
            [typographie(m["organisation"]) + mention(m, "siège fictif"), m["role"] or RIEN, jour_en_mots(m["debut"])]
            for _, m in siens.iterrows()
        ]
        legende = f"{libelle} : {accorder(ligne['valeur'], 'siège', 'sièges')} au 31 décembre {rapport.annee}"
        morceaux.append(tableau_libre(legende, ["Organisation", "Fonction", "Depuis"], lignes, [1, 2]))
    return Bloc("".join(morceaux))


def _presents(rapport: Rapport) -> pd.DataFrame:
    """The seats that are held on 31 December."""
    membres = rapport.references.gouvernance.membres
    return membres[sieges_a(membres, pd.Timestamp(rapport.jour))]


class Changement(NamedTuple):
    """One change of composition: its day, what changed, who, why, and whether it is made up.

    ``quand``: the day in words, or the year alone where the day is an assumption.
    """

    jour: pd.Timestamp
    quoi: str
    qui: str
    pourquoi: str
    quand: str
    est_fictif: bool = False


def changements_de_composition(rapport: Rapport) -> Bloc:
    """The communes that joined or left and the seats that changed, until 31 December; made-up ones in another table."""
    tous = sorted(changements(rapport), key=lambda c: c.jour, reverse=True)
    entetes, morceaux = ["Date", "Changement", "Qui", "Motif"], []
    for fictifs, genre in ((False, "Changements"), (True, "Changements fictifs")):
        lignes = [
            [c.quand, c.quoi, typographie(c.qui), typographie(c.pourquoi) or RIEN]
            for c in tous
            if c.est_fictif == fictifs
        ]
        legende = f"{genre} de composition, du plus récent au plus ancien"
        morceaux += [tableau_libre(legende, entetes, lignes, [1, 2, 3])] if lignes else []
    return Bloc("".join(morceaux))


def changements(rapport: Rapport) -> list[Changement]:
    """The seats that changed since the first composition, the communes that joined or left since the first members."""
    jour, membres = pd.Timestamp(rapport.jour), rapport.references.gouvernance.membres
    trouves = []
    annees = membres[["debut", "fin"]].stack().dt.year if len(membres) else pd.Series(dtype="int64")
    for annee in sorted({int(a) for a in annees if a <= rapport.annee}):
        for _, m in mouvements(membres, annee).iterrows():
            quoi = f"siège {'pourvu' if m['mouvement'] == 'ENTREE' else 'quitté'}{mention(m, 'fictif')}"
            fictif = m["confiance"] == "FICTIF"
            qui, motif = str(m["organisation"]), str(m["motif"])
            trouves.append(Changement(m["jour"], quoi, qui, motif, date_en_mots(m["jour"]), fictif))
    return trouves + [
        Changement(
            a.jour,
            f"{accorder(len(a.noms), 'commune', 'communes')} {a.verbe}{'' if len(a.noms) == 1 else 's'}",
            enumerer(a.noms),
            "",
            a.quand,
        )
        for a in adhesions(rapport)
        if a.jour <= jour
    ]


class Adhesion(NamedTuple):
    """Communes that joined (« entrée ») or left (« sortie ») on a day; ``quand``: as for a change."""

    jour: pd.Timestamp
    verbe: str
    noms: list[str]
    quand: str


def adhesions(rapport: Rapport) -> list[Adhesion]:
    """The communes that joined after the first ones, or left, by day. One that is not certain is told by its year."""
    communes = rapport.references.territoire.communes
    entrees = communes[communes["membre_du"].gt(communes["membre_du"].min())].groupby("membre_du")
    sorties = communes[communes["membre_au"].notna()].groupby("membre_au")
    return [
        Adhesion(le, verbe, sorted(siennes["nom"]), date_en_mots(le) if certaine else str(le.year))
        for verbe, groupes in (("entrée", entrees), ("sortie", sorties))
        for jour, siennes in groupes
        for le, certaine in [(pd.Timestamp(str(jour)), siennes["confiance"].eq("C").all())]
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
