"""When a file as a whole is not believed: too many of its rows or of its values are wrong (architecture, D2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.atelier import Consigne
from cil_analysis.extraits.inconnus.libelles import lister, que_faire
from cil_analysis.extraits.lecture.lignes import REMPLIES
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.preparation import Tri
from cil_analysis.reference.colonnes import Colonne, Dictionnaire

# Above this share of unreadable cells, a column says too little for its figures to be believed (architecture, D18).
PART_ILLISIBLE_MAXIMALE = 0.10
# Above this share of wrong rows or values, a file is more likely misread, or of another year or unit, than bad (D2).
PART_FAUTIVE_MAXIMALE = 0.20
_TROP = f"plus de {PART_FAUTIVE_MAXIMALE * 100:.0f} %"
# A few values prove nothing.
_FAUTES_MINIMALES = 10


def refuser_si_douteux(tri: Tri, bruts: Sequence[Brut], consigne: Consigne, noms: str, *, vide_admis: bool) -> None:
    """Raises ErreurCIL for files that are more likely misread than bad.

    ``noms``: the files, as the user calls them. ``vide_admis``: they may add nothing to what is stored.
    """
    for doute in (*_doutes_sur_les_lignes(tri, bruts), *_doutes_sur_les_valeurs(tri, consigne)):
        raise ErreurCIL(f"{noms} : {doute}")
    if tri.donnees.empty and not vide_admis:
        raise ErreurCIL(
            f"{noms} : aucune ligne de {consigne.annee} dans le périmètre de l’intercommunalité. Vérifiez l’année "
            f"demandée et le fichier. {_detail(tri)}"
        )


def _doutes_sur_les_lignes(tri: Tri, bruts: Sequence[Brut]) -> Iterator[str]:
    """Lines that hold something and were not taken for rows count with those that are rejected."""
    rejetees = sum(tri.rejetees.values())
    if rejetees / tri.lignes > PART_FAUTIVE_MAXIMALE:
        yield (
            f"{rejetees} lignes sur {tri.lignes} seraient rejetées, {_TROP}. Le fichier est sans doute mal compris : "
            f"vérifiez ses colonnes et le territoire (data/reference). {_detail(tri)}"
        )
    motifs = {motif: sum(brut.ignorees.get(motif, 0) for brut in bruts) for motif in REMPLIES}
    ignorees = sum(motifs.values())
    lues = tri.lignes + ignorees
    if ignorees >= _FAUTES_MINIMALES and (ignorees + rejetees) / lues > PART_FAUTIVE_MAXIMALE:
        yield (
            f"{ignorees} lignes remplies sur {lues} ne ressemblent pas à des lignes de données "
            f"({dire_les_ignorees(motifs)}), et {rejetees} autres seraient rejetées : {_TROP}. Le fichier est sans "
            "doute mal lu : ouvrez-le, vérifiez que chaque ligne a une cellule par colonne (séparateurs, guillemets), "
            "puis relancez."
        )


def _doutes_sur_les_valeurs(tri: Tri, consigne: Consigne) -> Iterator[str]:
    """A column out of its bounds, or of dates in another order; requests filed after the year whose stock they are."""
    dictionnaire, annee = consigne.dictionnaire, consigne.annee
    for nom, n in _par_colonne(tri, "hors_bornes").items():
        remplies = tri.remplies.get(nom, 0) or tri.lignes  # A column may be computed from others.
        if n >= _FAUTES_MINIMALES and n / remplies > PART_FAUTIVE_MAXIMALE:
            yield (
                f"{n} valeurs sur {remplies} de « {dictionnaire.colonnes[nom].libelle} » sont hors des bornes "
                f"admises, {_TROP}. L’unité n’est sans doute pas celle du dictionnaire (par mois ou par an, du ménage "
                "ou par unité de consommation) : placez son en-tête à la bonne ligne de "
                f"data/reference/columns/{dictionnaire.extrait}.csv."
            )
    for nom, n in _par_colonne(tri, "mois_jour").items():  # Days up to the twelfth would be swapped without a word.
        if n >= _FAUTES_MINIMALES:
            yield (
                f"{n} dates de « {dictionnaire.colonnes[nom].libelle} » ne se lisent que mois/jour/année (03/25/2022) "
                "; d’autres seraient lues à l’envers. Rien n’est importé : demandez des dates jj/mm/aaaa ou aaaa-mm-jj."
            )
    apres = 0 if dictionnaire.jour else sum(_par_colonne(tri, "depot_apres").values())
    if apres / tri.lignes > PART_FAUTIVE_MAXIMALE:
        yield (
            f"{apres} demandes sur {tri.lignes} sont déposées après le 31 décembre {annee}, {_TROP}. Ce stock est sans "
            "doute celui d’une autre année : vérifiez l’année demandée (--annee) et le fichier."
        )


def _par_colonne(tri: Tri, regle: str) -> dict[str, int]:
    """How many values of each column are at fault, the most frequent first."""
    fautives = tri.anomalies.loc[tri.anomalies["regle"].eq(regle), "colonne"]
    return {str(nom): int(n) for nom, n in fautives.value_counts().items()}


def _detail(tri: Tri) -> str:
    motifs = [f"{motif} ({n})" for motif, n in {**tri.rejetees, **tri.hors_perimetre}.items()]
    return f"Détail : {' ; '.join(motifs)}." if motifs else ""


def dire_les_ignorees(motifs: Mapping[str, int]) -> str:
    """How many lines hold something and are no rows, by reason; empty for none."""
    return ", ".join(f"{n} {REMPLIES[motif][n > 1]}" for motif, n in motifs.items() if n and motif in REMPLIES)


def refuser_si_illisible(tri: Tri, bruts: Sequence[Brut], consigne: Consigne, noms: str) -> None:
    """Raises ErreurCIL for a column of which more than a tenth of the filled cells cannot be read, with their labels.

    A few dates or numbers prove nothing. A row whose day or commune cannot be read is rejected, and a number that is
    lost is a household without identifier: other rules say how many of these are too many (D2, D6).
    """
    dictionnaire, references = consigne.dictionnaire, consigne.references
    chemins = list(dict.fromkeys(brut.source.chemin or brut.nom for brut in bruts))
    fautives = {
        nom: compte
        for nom, compte in tri.illisibles.items()
        if compte["illisibles"] > PART_ILLISIBLE_MAXIMALE * compte["dites"]
        and (dictionnaire.colonnes[nom].est_une_liste or compte["illisibles"] >= _FAUTES_MINIMALES)
        and not _a_sa_regle(dictionnaire.colonnes[nom], dictionnaire)
    }
    if not fautives:
        return
    quoi = "d’une colonne" if len(fautives) == 1 else f"de {len(fautives)} colonnes"
    anomalies = tri.anomalies[tri.anomalies["colonne"].isin(fautives)]
    raise ErreurCIL(
        "\n  ".join(
            (
                f"{noms} : plus de {PART_ILLISIBLE_MAXIMALE * 100:.0f} % des cellules remplies {quoi} ne peuvent être "
                "lues. Rien n’est importé.",
                *lister(anomalies, fautives, dictionnaire, references),
                *que_faire(chemins, dictionnaire, anomalies, references),
                "Une colonne qui ne sert pas s’écarte : donnez « ignoree » à son en-tête avec « cil colonnes ».",
            )
        )
    )


def _a_sa_regle(colonne: Colonne, dictionnaire: Dictionnaire) -> bool:
    tenue = dictionnaire.colonnes.get(colonne.alternative_de, colonne)
    return "ligne" in (colonne.obligatoire, tenue.obligatoire) or colonne.type == "identifiant"
