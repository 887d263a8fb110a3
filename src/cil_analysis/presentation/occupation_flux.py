"""Does the flow change the stock: the households housed in the year beside those who live there.

Only classes that both sides define are compared: the « groupe » of their nomenclatures, or else their label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE, SECRET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.presentation import charts
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.cartes import parc_social, source_de_carte
from cil_analysis.presentation.cartes_a_explorer import carte_a_explorer, nombre_de_classes
from cil_analysis.presentation.cartes_valeurs import bornes_des_valeurs
from cil_analysis.presentation.chapitres import illustration
from cil_analysis.presentation.figures import a_des_chiffres, description, figure
from cil_analysis.presentation.formats import accorder, pourcentage
from cil_analysis.presentation.lecture import Chiffre, lire_une_annee
from cil_analysis.presentation.occupation_annees import enquete
from cil_analysis.presentation.occupation_phrases import titre_des_communes
from cil_analysis.presentation.petites_cartes import PetiteCarte, petites_cartes
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import PROCHES
from cil_analysis.presentation.tables import Cellule, tableau_croise, tableau_libre
from cil_analysis.reference.texte import typographie

NOMS = ("Ménages logés", "Ménages occupants")
# A profile of the households housed, the same of the occupants, what it is of, and its name in a sentence.
_PROFILS = (
    ("P02", "S05", "Composition du ménage", "la composition"),
    ("P01", "S06", "Âge du titulaire", "l’âge"),
    ("P05", "S07", "Ressources par rapport au plafond PLUS", "les ressources"),
)
_NR = "Non renseigné"
# What is offered on the map to explore.
_CARTES = ("S10", "S10R", "S08", "S09", "S04", "S03", "S01", "T01R")


def constat_du_flux(rapport: Rapport) -> str:
    """The profile that tells most the households housed from those who live there."""
    ecarts = []
    for attribution, occupation, _, nom in _PROFILS:
        plus_grand = _plus_grand_ecart(*_paires(rapport, attribution, occupation))
        if plus_grand is not None:
            ecarts.append((plus_grand[0], nom, *plus_grand[1:]))
    if not ecarts:
        return ""
    ecart, nom, un, autre = max(ecarts, key=lambda e: e[0])
    if ecart < PROCHES:
        return "Parmi les profils publiés, aucun ne distingue les ménages logés des occupants."
    classe = un.cle[:1].lower() + un.cle[1:]
    return typographie(
        f"C’est par {nom} que les ménages logés en {rapport.annee} se distinguent le plus des occupants : {classe}, "
        f"{pourcentage(un.valeur)} des uns, {pourcentage(autre.valeur)} des autres."
    )


def comparaisons(rapport: Rapport) -> Bloc:
    """Each profile that both sides give."""
    blocs = [_comparaison(rapport, attribution, occupation, nom) for attribution, occupation, nom, _ in _PROFILS]
    return Bloc("\n".join(bloc.html for bloc in blocs))


def _paires(rapport: Rapport, attribution: str, occupation: str) -> tuple[list[Chiffre], list[Chiffre]]:
    """The figures of both sides in the classes that they have in common."""
    flux, stock = rapport.classes(attribution), enquete(rapport).classes(occupation)
    uns, autres = (_en_classes_communes(rapport, table) for table in (flux, stock))
    communes = [classe for classe in autres if classe in uns]
    return [uns[classe] for classe in communes], [autres[classe] for classe in communes]


def _plus_grand_ecart(uns: Sequence[Chiffre], autres: Sequence[Chiffre]) -> tuple[float, Chiffre, Chiffre] | None:
    """The class that is the most over-represented in the first profile, of those published in both."""
    publies = [
        (un.valeur - autre.valeur, un, autre)
        for un, autre in zip(uns, autres, strict=True)
        if un.est_publie and autre.est_publie and un.cle != _NR
    ]
    return max(publies, key=lambda p: p[0], default=None)


def _comparaison(rapport: Rapport, attribution: str, occupation: str, nom: str) -> Bloc:
    """A profile of the households housed in the year of the report, beside the same of the last survey."""
    ops = enquete(rapport)
    flux, stock = rapport.classes(attribution), ops.classes(occupation)
    identifiant = f"flux-{attribution.lower()}"
    uns, autres = _paires(rapport, attribution, occupation)
    annees = (f"{NOMS[0]} en {rapport.annee}", f"{NOMS[1]}, enquête {ops.annee}")
    titre = _titre(uns, autres, nom)
    dessin = charts.apparier(
        uns, autres, identifiant, titre, _description(uns, autres, annees), libelles={}, noms=annees
    )
    lignes: list[list[str | Cellule]] = [
        [un.cle, _cellule(un), _cellule(autre)] for un, autre in zip(uns, autres, strict=True)
    ]
    donnees = tableau_libre(f"{nom}, en %", [nom, *annees], lignes, [])
    sous_titre = f"{nom}, classes communes aux deux sources, en %"
    periode = str(ops.annee) if ops.annee == rapport.annee else f"{ops.annee} et {rapport.annee}"
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [flux, stock], periode=periode)


def _en_classes_communes(rapport: Rapport, table: PublishedTable) -> dict[str, Chiffre]:
    """The published figures by common class; one that holds a masked figure is masked."""
    liste = rapport.references.nomenclatures[table.indicateur.modalites]
    groupes: dict[str, list[Chiffre]] = {}
    for c in lire_une_annee(table, "modalite"):
        classe = _NR if c.cle == NON_RENSEIGNE else liste.groupe(c.cle) or liste.libelle(c.cle)
        groupes.setdefault(classe, []).append(c)
    return {classe: _somme(classe, siens) for classe, siens in groupes.items()}


def _somme(classe: str, chiffres: Sequence[Chiffre]) -> Chiffre:
    for statut in (SECRET, NON_CALCULABLE):
        absents = [c for c in chiffres if c.statut == statut]
        if absents:
            return replace(absents[0], cle=classe)
    return replace(chiffres[0], cle=classe, valeur=sum(c.valeur for c in chiffres), statut=PUBLIE)


def _titre(uns: Sequence[Chiffre], autres: Sequence[Chiffre], nom: str) -> str:
    """The class that is the most over-represented among the households housed, or that both are alike."""
    plus_grand = _plus_grand_ecart(uns, autres)
    if plus_grand is None:
        return typographie(f"{nom} : ménages logés et ménages occupants")
    ecart, un, autre = plus_grand
    if ecart < PROCHES:
        return typographie(f"{nom} : aucune classe publiée ne distingue les ménages logés des occupants")
    return typographie(
        f"{un.cle} : {pourcentage(un.valeur)} des ménages logés, {pourcentage(autre.valeur)} des occupants"
    )


def _description(uns: Sequence[Chiffre], autres: Sequence[Chiffre], noms: tuple[str, str]) -> str:
    series: Mapping[str, Sequence[Chiffre]] = dict(zip(noms, (uns, autres), strict=True))
    return typographie(
        " ".join(f"{nom} : {' ; '.join(f'{c.cle}, {_mot(c)}' for c in chiffres)}." for nom, chiffres in series.items())
    )


def _mot(c: Chiffre) -> str:
    return "secret statistique" if c.est_secret else c.texte


def _cellule(c: Chiffre) -> Cellule:
    return Cellule(c.texte, "secret" if c.est_secret else "" if c.est_publie else "absent")


def cartes_des_ressources(rapport: Rapport) -> Bloc:
    """S10 and S10R by commune, two small maps in the same classes."""
    ops = enquete(rapport)
    tables = {"Ensemble des occupants": ops.par_commune("S10"), "Emménagés récents": ops.par_commune("S10R")}
    presentes = {nom: table for nom, table in tables.items() if a_des_chiffres(table)}
    premiere = next(iter(presentes.values()), None)
    if premiere is None:
        return Bloc("")
    bornes = bornes_des_valeurs(premiere, nombre_de_classes(rapport), *list(presentes.values())[1:])
    titre = titre_des_communes(premiere, ops, "Occupants aux ressources les plus basses")
    cartes = [
        PetiteCarte(nom, table, _bilan(table), description(ops, table, "perimetre_code"), parc_social(ops, ops.annee))
        for nom, table in presentes.items()
    ]
    mesure = "Part des ménages dont les ressources sont inférieures à 40 % du plafond PLUS"
    dessin = petites_cartes(
        cartes, rapport.references.territoire.contours(), identifiant="ressources-communes", bornes=bornes,
        valeurs=mesure,
    )  # fmt: skip
    donnees = tableau_croise(presentes, f"{mesure}, en %, {ops.annee}", "perimetre_code", "Commune", ops.perimetres)
    codes = [table.indicateur.code for table in presentes.values()]
    return figure(
        "ressources-communes", titre, f"{mesure}, en %, enquête {ops.annee}", dessin,
        source_de_carte(ops, codes, str(ops.annee)), donnees, tables=list(presentes.values()),
    )  # fmt: skip


def _bilan(table: PublishedTable) -> str:
    """« 14 communes publiées »."""
    n = int(table.donnees["statut"].eq(PUBLIE).sum())
    return accorder(n, "commune publiée", "communes publiées")


def carte_de_l_occupation(rapport: Rapport) -> Bloc:
    """The map to explore, of the stock and its occupants."""
    return carte_a_explorer(rapport, "explorer-occupation", _CARTES)


def ce_qui_est_masque(rapport: Rapport) -> str:
    """The rules of the survey in force, and how many of its figures they mask."""
    ops = enquete(rapport)
    if rapport.publication.interne:
        return "Version interne : le secret statistique n’est pas appliqué."
    parametres = rapport.references.parametres
    nom = "secret.part_bailleur_occupation"
    part = parametres[nom].valeur(ops.jour) if nom in parametres else None
    seuil = rapport.publication.regles.seuil_de("occupation")
    tables = [
        table.ou(annee=ops.annee) for code, table in rapport.publication.items()
        if code.startswith("S") and table.indicateur.compte.population.startswith("occupation")
    ]  # fmt: skip
    masques = sum(table.nb_secrets for table in tables)
    phrases = [f"Un chiffre de l’enquête qui porte sur moins de {accorder(seuil, 'ménage', 'ménages')} est masqué"]
    if isinstance(part, int | float):
        phrases.append(
            f"une commune où un seul bailleur détient plus de {pourcentage(float(part), 0)} du parc l’est tout entière"
        )
    phrases.append("d’autres chiffres le sont pour que ceux-là ne s’en déduisent pas")
    compte = accorder(masques, "chiffre est masqué", "chiffres sont masqués")
    return typographie(f"{' ; '.join(phrases)}. Pour {ops.annee}, {compte} sur {sum(len(t) for t in tables)}.")
