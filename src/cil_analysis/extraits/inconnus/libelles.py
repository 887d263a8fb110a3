"""The labels that no list knows, of files or of an import, and how they are told to who has to decide (D18).

Only labels that enough different N° uniques share leave this module: see :func:`anomalies.assez_frequentes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from cil_analysis.a_coller import argument, exemple_de_choix
from cil_analysis.extraits.anomalies import (
    MASQUE,
    assez_frequentes,
    citer,
    forme_de,
    libelles_inconnus,
    premieres_lignes,
)
from cil_analysis.extraits.cellules.textes import distinctes, est_absent
from cil_analysis.extraits.cellules.valeurs import lire_identifiant
from cil_analysis.extraits.inconnus.codes import Codes, Proposition, code_sur, codes_de, dire_les_propositions, proposer
from cil_analysis.extraits.schemas import chercher_illisibles
from cil_analysis.nombres import accorder, nombre
from cil_analysis.reference.colonnes import NOUVEAU, VIDE, Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import SIREN

_LONGUEUR_MONTREE = 120
_CODES_DITS = 20
_LIGNES_CITEES = 5


@dataclass(frozen=True)
class Libelle:
    """A label that cannot be read. ``sur``: the code that leaves no doubt, or empty; see :func:`code_sur`."""

    texte: str
    lignes: int
    propositions: Sequence[Proposition]
    sur: str


@dataclass(frozen=True)
class ColonneLue:
    """A column of which cells may not be read.

    ``illisibles``, ``dites``: how many cells cannot be read, of how many that say something. ``libelles``: the labels
    of the former that may be shown, the most frequent first; ``autres``: what is said of the others. ``codes``: what
    they may stand for; ``ouverte``: a list of organisations, which may lack one. ``presents``: every label of files;
    ``inconnus``: the comparison forms of those that cannot be read.
    """

    colonne: Colonne
    illisibles: int
    dites: int
    libelles: list[Libelle]
    autres: str
    codes: Codes = field(repr=False)
    ouverte: bool
    presents: Sequence[str] = field(default=(), repr=False)
    inconnus: Collection[str] = field(default=(), repr=False)

    def dire(self, *, nomme: bool = False) -> Iterator[str]:
        """What cannot be read, what it could be, and what it may be; ``nomme``: with the name of the column."""
        illisibles = accorder(self.illisibles, "cellule illisible", "cellules illisibles")
        combien = f"{illisibles} sur {nombre(self.dites)} remplies"
        yield f"« {self.colonne.libelle} »{f' ({self.colonne.nom})' if nomme else ''} : {combien}"
        for libelle in self.libelles:
            proches = dire_les_propositions(libelle.propositions, self.codes.admis)
            proches = f"proche de {proches}" if proches else "aucun code proche"
            sur = f"{libelle.sur} – {self.codes.admis[libelle.sur]}, sûr" if libelle.sur else ""
            yield f"  « {libelle.texte} » ({libelle.lignes}) : {sur or proches}"
        if self.autres:
            yield f"  {self.autres}"
        if self.libelles and 0 < len(self.codes.admis) <= _CODES_DITS:
            yield f"  codes : {', '.join(f'{code} ({sens})' for code, sens in self.codes.admis.items())}"
        if self.libelles and (ou := self._ou_ajouter()):
            yield f"  (si aucun code ne convient, {ou})"

    def _ou_ajouter(self) -> str:
        """How a code is added."""
        if self.colonne.type == "commune":
            return "une ligne de plus dans data/reference/territory/communes_connues.csv"
        liste = f"data/reference/nomenclatures/{self.colonne.nomenclature}.csv"
        if self.ouverte:
            return f"choisissez {NOUVEAU} : un organisme de plus, ajouté à {liste} sous ce nom"
        return f"une ligne de plus dans {liste}" if self.colonne.nomenclature else ""


def _lue(
    colonne: Colonne, compte: tuple[int, int], montres: Iterable[tuple[str, int]], autres: str, references: References
) -> ColonneLue:
    """``compte``: see :class:`ColonneLue`; ``montres``: the labels that may be shown, and on how many rows each is."""
    codes = codes_de(colonne, references)
    libelles = [Libelle(t, n, proposer(t, codes.formes), code_sur(t, codes.formes)) for t, n in montres]
    ouverte = bool(colonne.nomenclature) and SIREN in references.nomenclatures[colonne.nomenclature].table
    return ColonneLue(colonne, *compte, libelles, autres, codes, ouverte)


# --- Of files -------------------------------------------------------------------------------------------------------


def lire_les_libelles(textes: pd.DataFrame, dictionnaire: Dictionnaire, references: References) -> list[ColonneLue]:
    """The columns of closed lists that files have, in the order of the dictionary. ``textes``: see :class:`Partie`."""
    # What tells the N° uniques of the rows apart; every row is another one where an extract has none.
    numeros = pd.Series(range(len(textes)))
    if "numero_unique" in dictionnaire.colonnes:
        cellules = distinctes(textes.get("numero_unique", pd.Series("", index=textes.index, dtype="str")))
        numeros = cellules.etaler(cellules.lire(lire_identifiant)[0])
    listes = [c for c in dictionnaire.colonnes.values() if c.est_une_liste and c.nom in textes]
    return [_lire(textes[colonne.nom], numeros, colonne, references) for colonne in listes]


def _lire(textes: pd.Series, numeros: pd.Series, colonne: Colonne, references: References) -> ColonneLue:
    cellules = distinctes(textes)
    inconnus = list(map(chercher_illisibles(colonne, references), cellules.textes))
    dites = cellules.ou(lambda cellule: not est_absent(cellule))
    fautives = cellules.etaler(pd.Series([bool(libelles) for libelles in inconnus], dtype="bool")).to_numpy()
    vus = pd.DataFrame({
        "libelle": pd.Series(inconnus, dtype="object").array.take(cellules.rangs[fautives]),
        "numero": numeros.to_numpy()[fautives],
    }).explode("libelle", ignore_index=True)  # fmt: skip
    vus["forme"] = vus["libelle"].map({texte: forme_de(texte) for texte in vus["libelle"].unique()})
    frequents = vus[assez_frequentes(vus["forme"], vus["numero"])] if len(vus) else vus
    siens = [
        (citer(str(s["libelle"].mode().iloc[0]), _LONGUEUR_MONTREE), len(s)) for _, s in frequents.groupby("forme")
    ]
    montres = sorted(((texte, n) for texte, n in siens if texte != MASQUE), key=lambda paire: (-paire[1], paire[0]))
    tus = len(vus) - sum(n for _, n in montres)
    autres = f"{tus} non montrées : libellés rares, ou d’apparence personnelle" if tus else ""
    illisibles = [libelle for dits in inconnus for libelle in dits]
    return replace(
        _lue(colonne, (int(fautives.sum()), int((dites.to_numpy() | fautives).sum())), montres, autres, references),
        presents=[*illisibles, *(cellule for cellule in cellules.textes if not est_absent(cellule))],
        inconnus={*map(forme_de, illisibles)},
    )


def colonnes_qui_lisent(
    lue: ColonneLue, trouvees: Iterable[str], dictionnaire: Dictionnaire, references: References
) -> list[str]:
    """The columns of codes, in no file, that know every label that may be shown of a column, and that cannot be read.

    « Mutation » holds interne and externe: its heading is to be moved. ``trouvees``: those that the files have.
    """
    formes = {forme_de(libelle.texte) for libelle in lue.libelles}
    libres = [c for nom, c in dictionnaire.colonnes.items() if c.type == "code" and nom not in {*trouvees}]
    return [
        colonne.nom
        for colonne in libres
        if formes and colonne.conservation != "derivee"
        and formes <= {forme for connues in codes_de(colonne, references).formes.values() for forme in connues}
    ]  # fmt: skip


# --- Of an import ---------------------------------------------------------------------------------------------------


def dire_les_illisibles(
    anomalies: pd.DataFrame,
    illisibles: Mapping[str, Mapping[str, int]],
    fichiers: Sequence[str],
    dictionnaire: Dictionnaire,
    references: References,
) -> list[str]:
    """What of an import is filled and cannot be read, the worst column first, then what to do; nothing for nothing.

    ``illisibles``: see :class:`Tri`. ``fichiers``: as a command takes them.
    """
    cites: dict[str, dict[str, int]] = {}
    for (nom, libelle), n in libelles_inconnus(anomalies).items():
        cites.setdefault(nom, {})[libelle] = n
    lues = []
    for nom, compte in illisibles.items():
        if not compte["illisibles"]:
            continue
        siens, comptees = cites.get(nom, {}), (compte["illisibles"], compte["dites"])
        masquees = _lignes_masquees(anomalies, nom) if sum(siens.values()) < compte["illisibles"] else ""
        autres = masquees and f"{'autres, ' if siens else ''}à lire dans le fichier : {masquees}"
        lues.append(_lue(dictionnaire.colonnes[nom], comptees, siens.items(), autres, references))
    lues.sort(key=lambda lue: (-lue.illisibles / max(lue.dites, 1), lue.colonne.nom))
    cil = commande(fichiers, dictionnaire.extrait)
    listes = any(lue.colonne.est_une_liste for lue in lues)  # A date or a number has no label to choose.
    suite = [f"Pour les voir tous : {cil}", *(que_faire(cil, lues) if cites else ())] if listes else []
    return [*_dire_les_numeros(anomalies, dictionnaire), *(ligne for lue in lues for ligne in lue.dire()), *suite]


def _dire_les_numeros(anomalies: pd.DataFrame, dictionnaire: Dictionnaire) -> Iterator[str]:
    """The identifiers that are lost, which no label stands for."""
    for colonne in dictionnaire.colonnes.values():
        perdus = anomalies["colonne"].eq(colonne.nom) & anomalies["regle"].eq("illisible")
        if colonne.type == "identifiant" and (n := int(perdus.sum())):
            combien = accorder(n, "numéro ne se lit pas", "numéros ne se lisent pas")
            yield f"« {colonne.libelle} » : {combien}. Un tableur a pu arrondir les numéros : demandez-les en texte"


def _lignes_masquees(anomalies: pd.DataFrame, nom: str) -> str:
    """Where the cells of a column are that may not be quoted."""
    siennes = anomalies[anomalies["colonne"].eq(nom) & anomalies["regle"].eq("illisible")]
    masquees = siennes[siennes["valeur"].eq(MASQUE)].drop_duplicates(["fichier", "ligne"])
    suite = ", …" if len(masquees) > _LIGNES_CITEES else ""
    lignes = premieres_lignes(masquees, _LIGNES_CITEES, parmi=anomalies)
    return f"{'lignes' if len(masquees) > 1 else 'ligne'} {', '.join(lignes)}{suite}" if lignes else ""


def commande(fichiers: Sequence[str], extrait: str) -> str:
    """The command that shows the labels of files, without its choices."""
    return f"cil libelles {' '.join(map(argument, fichiers))} --extrait {extrait}"


def que_faire(cil: str, lues: Sequence[ColonneLue]) -> Iterator[str]:
    """How labels are mapped, with the first that is not sure as an example. ``cil``: see :func:`commande`."""
    tous = [(lue.colonne.nom, libelle) for lue in lues for libelle in lue.libelles]
    if surs := sum(bool(libelle.sur) for _, libelle in tous):
        quoi = "la proposition sûre" if surs == 1 else f"les {surs} propositions sûres"
        yield f"Pour inscrire {quoi} : {cil} --accepter"
    for nom, libelle in sorted(tous, key=lambda paire: bool(paire[1].sur))[:1]:
        if exemple := exemple_de_choix(cil, f"{nom}:{libelle.texte}", libelle.sur or "CODE"):
            yield f"Pour choisir, un ou plusieurs à la fois ({VIDE} : non renseigné) : {exemple}"
    yield f"Pour une liste à remplir dans un tableur, en-têtes compris : {cil} --vers liste.xlsx"
    yield f"Pour inscrire la liste remplie : {cil} --depuis liste.xlsx"
