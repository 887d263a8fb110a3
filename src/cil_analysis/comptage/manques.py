"""What is missing to count the rows of each year, in words: an extract, a column, a threshold, a crossing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cil_analysis.comptage.exercice import Ensemble, Exercice, une_fois
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, PARC, extrait_de, mesure_de, source_de
from cil_analysis.grammaire.populations import population as population_dite
from cil_analysis.grammaire.termes import Case
from cil_analysis.systemes.preparations import DES_MENAGES

# By year; nothing at all where no year lacks anything.
Manques = Sequence[tuple[str, ...]]


@une_fois
def manques(ensemble: Ensemble, case: Case) -> Manques:
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
