"""When a file as a whole is not believed: too many of its rows or of its values are wrong (architecture, D2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.atelier import Consigne
from cil_analysis.extraits.inconnus.libelles import lister, que_faire
from cil_analysis.extraits.lecture.lignes import REMPLIES
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.preparation import Tri
from cil_analysis.reference.colonnes import Colonne, Dictionnaire

# Above this share of unreadable cells, a column says too little for its figures to be believed (architecture, D18).
PART_ILLISIBLE_MAXIMALE = 0.10
# Above this share of rejected rows the file is refused: it is more likely misread than bad (architecture, D2).
PART_REJETEE_MAXIMALE = 0.20
# Above this share of requests filed after 31 December, the stock is that of another year.
PART_DEPOSEE_APRES_MAXIMALE = 0.20
# Above this share of values out of bounds, a column is in another unit; a few values prove nothing.
PART_HORS_BORNES_MAXIMALE = 0.20
_FAUTES_MINIMALES = 10


def refuser_si_douteux(tri: Tri, bruts: Sequence[Brut], consigne: Consigne, noms: str, *, vide_admis: bool) -> None:
    """Raises ErreurCIL for files that are more likely misread than bad.

    ``noms``: the files, as the user calls them. ``vide_admis``: they may add nothing to what is stored.
    """
    _refuser_si_trop_de_rejets(tri, noms)
    _refuser_si_trop_d_ignorees(tri, bruts, noms)
    _refuser_si_hors_bornes(tri, consigne.dictionnaire, noms)
    _refuser_si_mois_avant_jour(tri, consigne.dictionnaire, noms)
    if not consigne.dictionnaire.jour:
        _refuser_si_autre_annee(tri, noms, consigne.annee)
    if tri.donnees.empty and not vide_admis:
        raise ErreurCIL(
            f"{noms} : aucune ligne de {consigne.annee} dans le périmètre de l’intercommunalité. Vérifiez l’année "
            f"demandée et le fichier. {_detail(tri)}"
        )


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


def _refuser_si_trop_de_rejets(tri: Tri, noms: str) -> None:
    rejetees = sum(tri.rejetees.values())
    if rejetees / tri.lignes > PART_REJETEE_MAXIMALE:
        raise ErreurCIL(
            f"{noms} : {rejetees} lignes sur {tri.lignes} seraient rejetées, plus de "
            f"{PART_REJETEE_MAXIMALE * 100:.0f} %. Le fichier est sans doute mal compris : vérifiez ses colonnes et le "
            f"territoire (data/reference). {_detail(tri)}"
        )


def _refuser_si_trop_d_ignorees(tri: Tri, bruts: Sequence[Brut], noms: str) -> None:
    """Lines that hold something and were not taken for rows count with those that are rejected; a few prove nothing."""
    motifs = {motif: sum(brut.ignorees.get(motif, 0) for brut in bruts) for motif in REMPLIES}
    ignorees, rejetees = sum(motifs.values()), sum(tri.rejetees.values())
    lues = tri.lignes + ignorees
    if ignorees >= _FAUTES_MINIMALES and (ignorees + rejetees) / lues > PART_REJETEE_MAXIMALE:
        raise ErreurCIL(
            f"{noms} : {ignorees} lignes remplies sur {lues} ne ressemblent pas à des lignes de données "
            f"({dire_les_ignorees(motifs)}), et {rejetees} autres seraient rejetées : plus de "
            f"{PART_REJETEE_MAXIMALE * 100:.0f} %. Le fichier est sans doute mal lu : ouvrez-le, vérifiez que chaque "
            "ligne a une cellule par colonne (séparateurs, guillemets), puis relancez."
        )


def dire_les_ignorees(motifs: Mapping[str, int]) -> str:
    """How many lines hold something and are no rows, by reason; empty for none."""
    return ", ".join(f"{n} {REMPLIES[motif][n > 1]}" for motif, n in motifs.items() if n and motif in REMPLIES)


def _refuser_si_hors_bornes(tri: Tri, dictionnaire: Dictionnaire, noms: str) -> None:
    """A column mostly out of its bounds is in another unit, or is another column."""
    hors = tri.anomalies.loc[tri.anomalies["regle"].eq("hors_bornes"), "colonne"].value_counts()
    for nom, n in hors.items():
        remplies = tri.remplies.get(str(nom), 0) or tri.lignes  # A column may be computed from others.
        if n >= _FAUTES_MINIMALES and n / remplies > PART_HORS_BORNES_MAXIMALE:
            libelle = dictionnaire.colonnes[str(nom)].libelle
            raise ErreurCIL(
                f"{noms} : {n} valeurs sur {remplies} de « {libelle} » sont hors des bornes admises, plus de "
                f"{PART_HORS_BORNES_MAXIMALE * 100:.0f} %. L’unité n’est sans doute pas celle du dictionnaire (par "
                "mois ou par an, du ménage ou par unité de consommation) : placez son en-tête à la bonne ligne de "
                f"data/reference/columns/{dictionnaire.extrait}.csv."
            )


def _refuser_si_mois_avant_jour(tri: Tri, dictionnaire: Dictionnaire, noms: str) -> None:
    """Days up to the twelfth of a column written month first would be swapped without a word."""
    for nom, n in tri.anomalies.loc[tri.anomalies["regle"].eq("mois_jour"), "colonne"].value_counts().items():
        if n >= _FAUTES_MINIMALES:
            raise ErreurCIL(
                f"{noms} : {n} dates de « {dictionnaire.colonnes[str(nom)].libelle} » ne se lisent que mois/jour/année "
                "(03/25/2022) ; d’autres seraient lues à l’envers. Rien n’est importé : demandez des dates jj/mm/aaaa "
                "ou aaaa-mm-jj."
            )


def _refuser_si_autre_annee(tri: Tri, noms: str, annee: int) -> None:
    apres = int(tri.anomalies["regle"].eq("depot_apres").sum())
    if apres / tri.lignes > PART_DEPOSEE_APRES_MAXIMALE:
        raise ErreurCIL(
            f"{noms} : {apres} demandes sur {tri.lignes} sont déposées après le 31 décembre {annee}, plus de "
            f"{PART_DEPOSEE_APRES_MAXIMALE * 100:.0f} %. Ce stock est sans doute celui d’une autre année : vérifiez "
            "l’année demandée (--annee) et le fichier."
        )


def _detail(tri: Tri) -> str:
    motifs = [f"{motif} ({n})" for motif, n in {**tri.rejetees, **tri.hors_perimetre}.items()]
    return f"Détail : {' ; '.join(motifs)}." if motifs else ""
