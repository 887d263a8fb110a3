"""The lists of N° uniques of « cil importer » and « cil verifier »: how they are named, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cil_analysis.a_coller import argument, options_de_listes
from cil_analysis.commandes.commun import MOTS, developper
from cil_analysis.extraits import store
from cil_analysis.extraits.inconnus.entetes import Examen
from cil_analysis.extraits.preparation import dire_les_ignorees
from cil_analysis.nombres import accorder, nombre
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.regles import regles_secret


def par_code(listes: Sequence[tuple[str, Path]]) -> dict[str, list[Path]]:
    """The files of each list, by its code as it is typed."""
    fichiers: dict[str, list[Path]] = {}
    for code, fichier in listes:
        fichiers.setdefault(code, []).extend(developper([fichier]))
    return fichiers


def a_importer(projet: Projet, fichiers: Sequence[Path], examens: Sequence[Examen]) -> str:
    """The command that imports files of one extract, with the lists of the last import: the next would lose them."""
    noms, extrait = {examen.brut.nom for examen in examens}, examens[0].dictionnaire.extrait
    siens = [
        journal
        for journal in store.journaux(projet)
        if journal["extrait"] == extrait and any(fichier["nom"] in noms for fichier in journal["fichiers"])
    ]
    listes = options_de_listes(max(siens, key=lambda journal: journal["importe_le"], default={}))
    cites = " ".join(argument(str(fichier)) for fichier in fichiers)
    return f"Pour importer : cil importer {cites} --annee AAAA --extrait {extrait}{listes}"


def dire_les_listes(journal: Mapping[str, Any], references: References) -> Iterator[str]:
    """What became of each line of the lists of an import, whom they found, and which rules read them."""
    annee, listes = int(journal["annee"]), journal.get("listes", {})
    regles = [r for r in references.priorites if r.vaut_en(annee) and r.colonne == LISTES_DU_MENAGE]
    for code, liste in listes.items():
        comptes = liste["comptes"]
        termes = " + ".join(accorder(comptes[nom], *mots) for nom, mots in MOTS["comptes_d_une_liste"].items())
        noms = ", ".join(fichier["nom"] for fichier in liste["fichiers"])
        yield f"liste {code} ({noms}) : {accorder(comptes['lues'], 'ligne lue', 'lignes lues')} = {termes}"
        for fichier in liste["fichiers"]:
            if fichier.get("feuilles_non_lues"):
                yield f"  feuilles non lues de {fichier['nom']} : {', '.join(fichier['feuilles_non_lues'])}"
        if ignorees := dire_les_ignorees(liste.get("motifs_des_ignorees", {})):
            yield f"  ignorées, avec les titres et les lignes vides : {ignorees}"
        if citees := liste.get("illisibles"):
            suite = " …" if comptes["illisibles"] > len(citees) else ""
            yield f"  illisibles, donc jamais trouvés : {' ; '.join(citees)}{suite}"
        yield f"  {_dire_les_trouves(liste['trouves'], comptes['numeros'], references, annee)}"
        if not any(code in regle.valeurs for regle in regles):
            yield f"  à noter : aucune règle de priorites.csv ne lit la liste {code} en {annee}"
    sans_numero = journal["manquants"].get("demande_pseudonyme", 0)
    if listes and sans_numero:
        lignes = accorder(sans_numero, "ligne est sans numéro unique", "lignes sont sans numéro unique")
        yield f"{lignes}, donc sans réponse des listes"


def _dire_les_trouves(trouves: int, numeros: int, references: References, annee: int) -> str:
    """How many numbers of a list have a row, where neither those that have one nor the others are few.

    Of a short list, one sentence whatever was found: whoever knows its numbers would read which households have a row.
    """
    seuil = regles_secret(references.parametres, annee).seuil_effectif
    if numeros < 2 * seuil:
        return f"liste de moins de {nombre(2 * seuil)} numéros : combien sont dans l’extrait ne se dit pas"
    if trouves < seuil:
        quoi = "aucun ou peu de ses numéros sont dans l’extrait"
        return f"attention : {quoi} de {annee} : vérifiez l’année et le fichier"
    if numeros - trouves < seuil:
        return "tous ses numéros, ou tous sauf quelques-uns, sont dans l’extrait"
    return f"{nombre(trouves)} de ses numéros sont dans l’extrait"
