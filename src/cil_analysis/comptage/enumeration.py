"""Which figures an indicator has in a year: every place, actor and category, so that a true zero has its row.

And what is missing to count the rows of each year, in words: an extract, a column, a threshold, a crossing.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from cil_analysis.comptage.exercice import Ensemble, Exercice, une_fois
from cil_analysis.grammaire.dimensions import DIMENSIONS
from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EPCI_CONSTANT,
    NON_RENSEIGNE,
    PRESENTES,
    QPV,
    Indicateur,
    Ventilation,
)
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, DERIVEES, PARC, extrait_de, mesure_de, source_de
from cil_analysis.grammaire.populations import population as population_dite
from cil_analysis.grammaire.termes import HORS_EPCI, Case
from cil_analysis.grammaire.vocabulaire import COLONNES_D_EXTRAIT, COMMUNES
from cil_analysis.reference.secteurs import HORS_SECTEUR, RESIDENCE, SECTEURS
from cil_analysis.systemes.preparations import DES_MENAGES

# A household of no category, a dwelling in no QPV, in no résidence that is told: blank says so, and is not missing.
_VIDE_EST_UNE_REPONSE = ("codes", "qpv")
_SANS_COMPLETUDE = {*DERIVEES, RESIDENCE}
# By year.
Codes = Sequence[tuple[str, ...]]


@une_fois
def lieux(ensemble: Ensemble, extrait: str, perimetre: str) -> Codes:
    """Every code that a type of perimeter has in each year, then those that the leases, or an extract, have rows of.

    A code that the perimeter no longer has on 31 December (a commune that left in the year), or « NR » for a QPV
    without a name, has its row in every table: nothing is lost.
    """
    if perimetre == EPCI_CONSTANT:
        return [(e.epci,) if e.constantes and set(e.communes) - e.constantes else () for e in ensemble.exercices]
    if perimetre not in (COMMUNE, QPV):
        return [(e.epci,) for e in ensemble.exercices]
    presents = ensemble.presentes("attributions", perimetre)
    if perimetre == COMMUNE and extrait != "attributions":
        presents = [p | a for p, a in zip(presents, ensemble.presentes(extrait, perimetre), strict=True)]
    connus = [e.communes if perimetre == COMMUNE else e.qpv for e in ensemble.exercices]
    tus = {"", *([NON_RENSEIGNE] if perimetre == COMMUNE else [])}
    return [(*codes, *sorted(siens - {*codes} - tus)) for codes, siens in zip(connus, presents, strict=True)]


def acteurs(indicateur: Indicateur, ensemble: Ensemble, acteur: str) -> Codes:
    """The actors of a type that the rows name, in nomenclature order; « NR » where rows counted name none."""
    if not acteur:
        return [("",)] * len(ensemble.exercices)
    nommes = _nommes(ensemble, extrait_de(indicateur.compte.population), acteur)
    # The field of the objectives, the zone: a table lists « NR » for what it counts.
    champ = indicateur.compte.champ + (indicateur.compte.champ_bailleur if acteur == BAILLEUR else ())
    sans_nom = ensemble.compter(Case(indicateur.compte.population, frozenset([*champ, (acteur, NON_RENSEIGNE)])))
    return [(*codes, NON_RENSEIGNE) if sans_nom.get((rang,)) else codes for rang, codes in enumerate(nommes)]


@une_fois
def _nommes(ensemble: Ensemble, extrait: str, acteur: str) -> Codes:
    """None of an extract that was not imported: nobody knows whose rows these would be."""
    nomenclature = "bailleurs" if acteur == BAILLEUR else "reservataires"
    codes = [e.nomenclatures[nomenclature].codes() for e in ensemble.exercices]
    presents = ensemble.presentes(extrait, acteur)
    return [tuple(c for c in siens if c in la) for siens, la in zip(codes, presents, strict=True)]


def modalites(indicateur: Indicateur, ensemble: Ensemble, ventilation: Ventilation) -> Codes:
    """The categories of a ventilation, in the order of their list; where it has none, the variant of its year."""
    if not ventilation.suit_une_liste:
        return [ventilation.modalites or (exercice.variante,) for exercice in ensemble.exercices]
    if indicateur.modalites == COMMUNES:
        communes = lieux(ensemble, extrait_de(indicateur.compte.population), COMMUNE)
        return [(*siennes, HORS_EPCI, NON_RENSEIGNE) for siennes in communes]
    return _modalites(ensemble, indicateur, ventilation.modalites == PRESENTES)


@une_fois
def _modalites(ensemble: Ensemble, indicateur: Indicateur, presentes: bool) -> Codes:
    """Of those that have rows, none of an extract that was not imported: nobody knows which there would be."""
    codes = [tuple(_liste(indicateur, exercice)) for exercice in ensemble.exercices]
    if indicateur.modalites == SECTEURS:
        dehors = ensemble.presentes("attributions", "secteur")
        return [(*siens, *({HORS_SECTEUR} & la if siens else ())) for siens, la in zip(codes, dehors, strict=True)]
    if presentes:
        vues = ensemble.presentes(extrait_de(indicateur.compte.population), indicateur.compte.axe)
        return [tuple(c for c in siens if c in la) for siens, la in zip(codes, vues, strict=True)]
    return codes


def _liste(indicateur: Indicateur, exercice: Exercice) -> Sequence[str]:
    """The categories that a year may have; of secteurs, those in force on 31 December."""
    compte, nom = indicateur.compte, indicateur.modalites
    if nom.startswith(COLONNES_D_EXTRAIT):
        return _colonnes(exercice, nom.removeprefix(COLONNES_D_EXTRAIT))
    if nom == SECTEURS:
        return [c for c in exercice.nomenclatures[nom].codes(date(exercice.annee, 12, 31)) if c != HORS_SECTEUR]
    codes = exercice.nomenclatures[nom].codes()
    if nom == "quartiles":
        if None in exercice.regles.seuils:
            return ["Q1", "SUP_Q1", NON_RENSEIGNE]
        return [code for code in codes if code != "SUP_Q1"]
    axe = DIMENSIONS.get(compte.axe)
    sans_inconnu = compte.drapeaux or compte.duree or (axe is not None and axe.complete)
    return codes if sans_inconnu or NON_RENSEIGNE in codes else [*codes, NON_RENSEIGNE]


def _colonnes(exercice: Exercice, extrait: str) -> list[str]:
    """The stored columns whose completeness counts, but for those that the rows, where there are some, have not.

    What a program gives is asked of no file.
    """
    lignes = exercice.lignes.get(extrait)
    return [
        nom
        for nom, colonne in exercice.dictionnaires[extrait].colonnes.items()
        if colonne.conservation == "gardee" and colonne.type not in _VIDE_EST_UNE_REPONSE
        and nom not in _SANS_COMPLETUDE and (lignes is None or nom in lignes)
    ]  # fmt: skip


@une_fois
def manques(ensemble: Ensemble, case: Case) -> Codes:
    """What is missing to count the rows of a case, which is of one population."""
    if case.population == PARC:
        return ()
    dites = [tuple(_de_l_annee(ensemble, rang, case)) for rang in range(len(ensemble.exercices))]
    return dites if any(dites) else ()


def _de_l_annee(ensemble: Ensemble, rang: int, case: Case) -> Iterator[str]:
    exercice, extrait, noms = ensemble.exercices[rang], extrait_de(case.population), sorted(case.dimensions)
    if source_de(extrait) in exercice.agreges:
        yield from _des_agregats(ensemble, rang, case.population, noms)
        return
    yield from _du_fichier(exercice, extrait)
    if extrait in exercice.lignes:
        yield from _de_la_mesure(ensemble, rang, case.population, noms)
        for nom in noms:
            yield from _des_classes(ensemble, rang, extrait, nom)


def _du_fichier(exercice: Exercice, extrait: str) -> Iterator[str]:
    """An extract, or the one whose households its rows are not of."""
    dite = population_dite(extrait)
    if extrait not in exercice.lignes:
        yield dite.manque or f"extrait « {_fichier(extrait)} » non importé"
    elif dite.sauf in exercice.agreges:
        yield f"{source_de(extrait)} que rien ne rattache aux {dite.sauf} des tableaux agrégés"
    elif dite.sauf and dite.sauf not in exercice.lignes:
        yield f"extrait « {_fichier(dite.sauf)} » non importé"


def _de_la_mesure(ensemble: Ensemble, rang: int, population: str, noms: Sequence[str]) -> Iterator[str]:
    """The column that a population adds up."""
    exercice, extrait, mesure = ensemble.exercices[rang], extrait_de(population), mesure_de(population)
    if mesure and mesure not in ensemble.base.lignes(exercice.table(extrait, noms)).remplies[rang]:
        yield population_dite(population).manque or _colonne_absente(exercice, extrait, mesure)


def _des_classes(ensemble: Ensemble, rang: int, extrait: str, nom: str) -> Iterator[str]:
    """What is missing to class rows by a dimension."""
    exercice = ensemble.exercices[rang]
    classement, table = exercice.dimension(nom), exercice.table(extrait, [nom])
    # Where nothing was derived, the extract still tells what it gives.
    if not len(exercice.lignes[table]) and source_de(extrait) in exercice.lignes:
        table = source_de(extrait)
    absente = ensemble.base.colonne_absente(table, nom, rang)
    if absente in DES_MENAGES and extrait == "propositions" and exercice.agreges:
        yield "propositions que rien ne rattache aux ménages des tableaux agrégés"
    elif absente is not None:
        yield classement.manque or _colonne_absente(exercice, extrait, absente)
    contexte = ensemble.contextes[rang]
    yield from (dit for parametre, dit in classement.parametres.items() if contexte[parametre] is None)


def _des_agregats(ensemble: Ensemble, rang: int, extrait: str, noms: Sequence[str]) -> Iterator[str]:
    """What aggregated tables do not tell of households: a sum, a column, or its crossing with another."""
    exercice = ensemble.exercices[rang]
    if extrait not in exercice.agreges:
        yield "ce que des tableaux agrégés ne disent pas"
        return
    if extrait == "attributions" and exercice.regles.p1_attribution == "un_par_menage":
        yield "règle P1 : les tableaux agrégés comptent des baux, et non des ménages"
    croisements = exercice.croisements
    inconnues = croisements.inconnues(noms, exercice.table(extrait, noms))
    donnees, connues = croisements.donnees(extrait), exercice.dictionnaires[extrait].colonnes
    for colonne in sorted(inconnues - donnees):  # One without a name is what a program makes of rows.
        dite = f"{_colonne_absente(exercice, extrait, colonne)} des tableaux agrégés"
        yield dite if colonne in connues else "ce que des tableaux agrégés ne disent pas"
    if inconnues & donnees:
        yield "croisement que les tableaux agrégés ne font pas"
    for nom in noms:
        for mot in sorted(croisements.parametres(nom)):
            if ensemble.contextes[rang][mot] is None:
                yield exercice.dimension(nom).parametres.get(mot, f"seuil « {mot} » à renseigner")


def _colonne_absente(exercice: Exercice, extrait: str, colonne: str) -> str:
    dictionnaire = exercice.dictionnaires.get(_fichier(extrait))
    connue = dictionnaire and dictionnaire.colonnes.get(colonne)
    return f"colonne « {connue.libelle if connue else colonne} » absente"


def _fichier(extrait: str) -> str:
    """The extract that rows were imported from."""
    return AUTRES_EXTRAITS.get(source_de(extrait), source_de(extrait))
