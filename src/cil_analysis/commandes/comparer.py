"""« cil comparer »."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cil_analysis.commandes.bilan import REFUS_INTERNE, est_sous_des_rapports, sortie_sous_des_rapports
from cil_analysis.commandes.commun import Declarer, lire_annee
from cil_analysis.commandes.console.tableaux import USAGE_INTERNE, tableau
from cil_analysis.erreurs import ErreurCIL

if TYPE_CHECKING:
    import pandas as pd

    from cil_analysis.commandes.comparaison.confrontation import Comparaison
    from cil_analysis.projet import Projet
    from cil_analysis.reference.ensemble import References

# In the order of the report: what asks for work first. Heading, then the words of the conclusion for one and several.
_GROUPES = {
    "ecart": ("Écarts", "écart", "écarts"),
    "ambigu": ("Ambigus : précisez la ligne", "ambigu", "ambigus"),
    "non_recalculable": ("Non recalculés", "non recalculé", "non recalculés"),
    "identique": ("Identiques", "identique", "identiques"),
    "sans_chiffre": ("", "sans chiffre publié", "sans chiffre publié"),
}
# Beyond, what asks for no work is in the file of --sortie alone.
_IDENTIQUES_LISTES = 30
_TERMES = {"valeur": "", "numerateur": " (numérateur)", "denominateur": " (dénominateur)"}
_LIEUX = {"commune": "commune", "qpv": "quartier", "en_qpv": "en quartier prioritaire", "hors_qpv": "hors quartier"}
_TROUVE = ("resultat", "terme", "publie", "recalcule", "difference", "difference_pct", "motif", "indice")


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    comparer = commande("comparer", "Comparer les chiffres d’un bilan déjà publié à ceux recalculés.", _comparer)
    quoi = comparer.add_mutually_exclusive_group(required=True)
    quoi.add_argument("fichier", nargs="?", type=Path, metavar="CHIFFRES", help="le tableau des chiffres publiés")
    quoi.add_argument("--modele", type=Path, metavar="FICHIER", help="écrire un tableau vide, à remplir (.csv)")
    comparer.add_argument("--annee", type=lire_annee, metavar="AAAA", help="les chiffres de cette année seulement")
    comparer.add_argument("--sortie", type=Path, metavar="FICHIER", help="y écrire la comparaison complète (.csv)")


def _comparer(options: argparse.Namespace) -> int:
    from cil_analysis.commandes.comparaison import chiffres_ecrits
    from cil_analysis.commandes.comparaison.confrontation import comparer
    from cil_analysis.commandes.comparaison.designations import Designations
    from cil_analysis.extraits.saisies.chiffres_publies import lire_chiffres_publies
    from cil_analysis.fichiers import remplacer
    from cil_analysis.grammaire.registre import registre
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.reference.ensemble import References

    projet = ouvrir_projet(options.projet)
    references = References(projet)
    if options.modele is not None:
        return _ecrire_modele(references, options.modele)
    _verifier_sorties(projet, options.fichier, options.sortie)
    lus = lire_chiffres_publies(options.fichier)
    publies = lus.table
    annees = publies["annee"].map(chiffres_ecrits.lire_annee)
    if options.annee is not None:
        publies = publies[annees.eq(options.annee)]
        if publies.empty:
            raise ErreurCIL(
                f"Le fichier {options.fichier.name} n’a aucun chiffre de {options.annee} : vérifiez --annee."
            )
    cadre, importees = _recalculer(projet, references, {int(a) for a in annees[publies.index].dropna()})
    comparaisons = comparer(publies, cadre, Designations(references, registre(references).par_code), importees)
    lignes = [{str(k): v for k, v in ligne.items()} for ligne in publies.to_dict("records")]
    _imprimer(options.fichier.name, lignes, comparaisons, ecartees=len(lus.table) - len(publies), non_lues=lus.non_lues)
    if options.sortie is not None:
        remplacer(options.sortie, _en_csv(lignes, comparaisons).encode("utf-8"))
    return 0


def _ecrire_modele(references: References, chemin: Path) -> int:
    from cil_analysis.commandes.comparaison.modele import modele
    from cil_analysis.fichiers import remplacer
    from cil_analysis.grammaire.registre import registre

    if chemin.exists():
        raise ErreurCIL(f"{chemin} existe déjà : donnez un autre nom au modèle, pour ne pas perdre ce qui y est saisi.")
    remplacer(chemin, modele(references, registre(references).indicateurs).encode("utf-8-sig"))
    print(chemin)
    return 0


def _verifier_sorties(projet: Projet, fichier: Path, sortie: Path | None) -> None:
    if sortie_sous_des_rapports(projet.rapports):
        raise ErreurCIL(REFUS_INTERNE)
    if sortie is None:
        return
    if est_sous_des_rapports(sortie, projet.rapports):
        raise ErreurCIL(REFUS_INTERNE)
    if sortie.resolve() == fichier.resolve() or sortie.is_dir():
        raise ErreurCIL(f"La comparaison ne peut pas s’écrire dans {sortie} : donnez un autre nom de fichier.")


def _recalculer(projet: Projet, references: References, annees: set[int]) -> tuple[pd.DataFrame, set[int]]:
    """The unmasked figures of the years, and those that are imported; one count serves all the years of its series."""
    import pandas as pd

    from cil_analysis.comptage.cadre import cadre_vide
    from cil_analysis.extraits import store
    from cil_analysis.secret.publication import publier_annee

    importees = annees & set(store.annees(projet, "attributions"))
    cadres, restantes = [cadre_vide()], set(importees)
    while restantes:
        publication = publier_annee(projet, references, max(restantes), interne=True)
        cadre = publication.en_table()
        cadres.append(cadre[cadre["annee"].isin(restantes)])
        restantes -= set(publication.annees)
    return pd.concat(cadres, ignore_index=True), importees


def _imprimer(
    fichier: str,
    lignes: Sequence[dict[str, Any]],
    comparaisons: Sequence[Comparaison],
    *,
    ecartees: int,
    non_lues: Sequence[str],
) -> None:
    from cil_analysis.rapport.mots.formats import accorder
    from cil_analysis.reference.texte import typographie

    phrases = [f"Comparaison de {fichier} – {USAGE_INTERNE}"]
    for resultat, (titre, _, _) in _GROUPES.items():
        groupe = [(ligne, c) for ligne, c in zip(lignes, comparaisons, strict=True) if c.resultat == resultat]
        if resultat == "identique" and len(groupe) > _IDENTIQUES_LISTES:
            phrases += ["", f"{titre} ({len(groupe)}) : --sortie FICHIER en écrit la liste"]
        elif groupe and titre:
            phrases += ["", f"{titre} ({len(groupe)})", *_groupe(groupe)]
    comptes = {r: sum(c.resultat == r for c in comparaisons) for r in _GROUPES}
    dits = ("identique", "ecart", "non_recalculable", "ambigu", "sans_chiffre")
    detail = [accorder(comptes[r], *_GROUPES[r][1:]) for r in dits if comptes[r] or r not in dits[3:]]
    phrases += ["", f"{accorder(len(lignes), 'chiffre comparé', 'chiffres comparés')} : {', '.join(detail)}."]
    if ecartees:
        phrases.append(f"Laissé de côté : {accorder(ecartees, 'ligne', 'lignes')} d’une autre année.")
    if non_lues:
        phrases.append(f"Non lu dans ce fichier : {', '.join(f'« {nom} »' for nom in non_lues)}.")
    for phrase in phrases:
        print(typographie(phrase))


def _groupe(groupe: Sequence[tuple[dict[str, Any], Comparaison]]) -> list[str]:
    """The rows of one result: a table of figures, or a reason a line."""
    if groupe[0][1].motif:
        return [f"  ligne {ligne['ligne']} · {_nommer(ligne)} : {c.motif}" for ligne, c in groupe]
    entetes = ["Ligne et chiffre", "Publié", "Recalculé"]
    if groupe[0][1].resultat == "ecart":
        entetes += ["Différence", "En % du publié"]
    rendues = tableau(entetes, [_cellules(ligne, c) for ligne, c in groupe])
    indices = [f"  ligne {ligne['ligne']} : {c.indice}" for ligne, c in groupe if c.indice]
    return [*rendues, *indices]


def _cellules(ligne: dict[str, Any], comparaison: Comparaison) -> list[str]:
    from cil_analysis.rapport.mots.formats import nombre

    fines = comparaison.decimales + (comparaison.unite != "nombre")
    chiffres = [nombre(comparaison.publie, comparaison.decimales), nombre(comparaison.recalcule, fines)]
    if comparaison.resultat == "ecart":
        chiffres += [nombre(comparaison.difference, fines), nombre(comparaison.difference_pct, 1)]
    return [f"{ligne['ligne']} · {_nommer(ligne)}{_TERMES[comparaison.terme]}", *chiffres]


def _nommer(ligne: dict[str, Any]) -> str:
    """A figure in the words of who typed it."""
    from cil_analysis.reference.texte import une_ligne

    ensemble = not ligne["perimetre_code"] or ligne["perimetre_type"] in ("en_qpv", "hors_qpv")
    genre = ligne["perimetre_type"] if ensemble else ""
    mots = (ligne["indicateur"], ligne["annee"], _LIEUX.get(genre, genre), "" if genre else ligne["perimetre_code"],
            ligne["acteur_code"], ligne["modalite"])  # fmt: skip
    return une_ligne(" · ".join(mot for mot in mots if mot), 90)


def _en_csv(lignes: Sequence[dict[str, Any]], comparaisons: Sequence[Comparaison]) -> str:
    """The whole comparison: what was typed, then what was found."""
    flux = io.StringIO()
    ecrivain = csv.writer(flux, lineterminator="\n")
    colonnes = [*(lignes[0] if lignes else ())]
    ecrivain.writerow([*colonnes, *_TROUVE])
    for ligne, c in zip(lignes, comparaisons, strict=True):
        chiffres = (c.publie, c.recalcule, c.difference, c.difference_pct)
        ecrits = [format(x, ".12g") if x == x else "" for x in chiffres]
        ecrivain.writerow([*(ligne[nom] for nom in colonnes), c.resultat, c.terme, *ecrits, c.motif, c.indice])
    return flux.getvalue()
