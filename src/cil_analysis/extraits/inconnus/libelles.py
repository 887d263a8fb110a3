"""The labels that no list knows, of files or of an import, and how they are told to who has to decide (D18).

Only labels that enough different N° uniques share leave this module: see :func:`anomalies.assez_frequentes`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cil_analysis.a_coller import argument
from cil_analysis.extraits.anomalies import (
    ATTENDU,
    MASQUE,
    assez_frequentes,
    citer,
    forme_de,
    libelles_inconnus,
    premieres_lignes,
)
from cil_analysis.extraits.cellules.textes import distinctes, est_absent
from cil_analysis.extraits.cellules.valeurs import lire_identifiant
from cil_analysis.extraits.inconnus.questions import (
    LONGUEUR_MONTREE,
    Inconnu,
    Question,
    code_sur,
    par_une_liste,
    proposer,
    que_faire,
)
from cil_analysis.extraits.schemas import HORS, HORS_QPV, chercher_illisibles, vers_code
from cil_analysis.reference.colonnes import NON, NOUVEAU, OUI, VIDE, Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import SIREN
from cil_analysis.typographie import accorder, nombre

_CODES_DITS = 20
_LIGNES_CITEES = 5


@dataclass(frozen=True)
class ColonneLue:
    """A column of which cells may not be read.

    ``illisibles``, ``dites``: how many cells cannot be read, of how many that say something. ``libelles``: the labels
    of the former that may be shown, the most frequent first; ``autres``: what is said of the others.
    """

    question: Question
    colonne: Colonne
    illisibles: int
    dites: int
    libelles: list[Inconnu]
    autres: str

    def dire(self, *, nomme: bool = False) -> Iterator[str]:
        """What cannot be read, what it could be, and what it may be; ``nomme``: with the name of the column."""
        illisibles, codes = accorder(self.illisibles, "cellule illisible", "cellules illisibles"), self.question.codes
        combien = f"{illisibles} sur {nombre(self.dites)} remplies"
        if not self.colonne.est_une_liste:
            combien += f", attendu {ATTENDU[self.colonne.type]}"
        yield f"« {self.colonne.libelle} »{f' ({self.colonne.nom})' if nomme else ''} : {combien}"
        for libelle in self.libelles:
            proches = libelle.dire_les_propositions()
            proches = f"proche de {proches}" if proches else "aucun code proche"
            sur = f"{libelle.sur} – {codes[libelle.sur]}, sûr" if libelle.sur else ""
            yield f"  « {libelle.texte} » ({libelle.lignes}) : {sur or proches}"
        if self.autres:
            yield f"  {self.autres}"
        if self.libelles and 0 < len(codes) <= _CODES_DITS:
            yield f"  codes : {', '.join(f'{code} ({sens})' for code, sens in codes.items())}"
        if self.libelles and (ou := self._ou_ajouter()):
            yield f"  (si aucun code ne convient, {ou})"

    def _ou_ajouter(self) -> str:
        """How a code is added."""
        if self.colonne.type == "commune":
            return "une ligne de plus dans data/reference/territory/communes_connues.csv"
        liste = f"data/reference/nomenclatures/{self.colonne.nomenclature}.csv"
        if NOUVEAU in self.question.autres:
            return f"choisissez {NOUVEAU} : un organisme de plus, ajouté à {liste} sous ce nom"
        return f"une ligne de plus dans {liste}" if self.colonne.nomenclature else ""


def _question(
    colonne: Colonne, extrait: str, references: References, presents: Sequence[str] = (), illisibles: Sequence[str] = ()
) -> Question:
    """The labels of a column: ``presents``, all those of files, ``illisibles``, those that cannot be read."""
    autres = {VIDE: "non renseigné"}
    if colonne.nomenclature and SIREN in references.nomenclatures[colonne.nomenclature].table:
        autres[NOUVEAU] = "un organisme de plus, à ajouter à la liste sous ce nom"
    codes, formes = codes_de(colonne, references)
    connus = {forme: code for forme, code in formes.items() if code and forme} | {**colonne.libelles}
    return Question(extrait, colonne, colonne.nom, codes, autres, connus, presents, {*map(forme_de, illisibles)})


def _inconnus(question: Question, montres: Iterable[tuple[str, int]]) -> list[Inconnu]:
    """The labels that may be shown, of which each is on so many rows, with what they could be."""
    formes = [(forme, code) for forme, code in question.connus.items() if code in question.codes]
    return [Inconnu(question, t, proposer(t, formes), code_sur(t, formes), n) for t, n in montres]


def codes_de(colonne: Colonne, references: References) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The codes of a column → what each means, and comparison form → code; nothing for one of no closed list."""
    territoire = references.territoire
    if colonne.type in ("code", "codes"):
        return references.nomenclatures[colonne.nomenclature].libelles(), vers_code(colonne, references)
    if colonne.type == "commune":
        return territoire.noms(), territoire.vers_commune
    if colonne.type == "qpv":
        noms = dict(zip(territoire.table_qpv["code"], territoire.table_qpv["nom"], strict=True))
        formes = dict(zip(territoire.formes_des_qpv["forme"], territoire.formes_des_qpv["code"], strict=True))
        return {**noms, HORS: "hors quartier prioritaire"}, formes | dict.fromkeys(HORS_QPV, HORS)
    return ({OUI: "oui", NON: "non"}, {"oui": OUI, "non": NON}) if colonne.type == "oui_non" else ({}, {})


# --- Of files -------------------------------------------------------------------------------------------------------


def lire_les_libelles(textes: pd.DataFrame, dictionnaire: Dictionnaire, references: References) -> list[ColonneLue]:
    """The columns of closed lists that files have, in the order of the dictionary. ``textes``: see :class:`Partie`."""
    # What tells the N° uniques of the rows apart; every row is another one where an extract has none.
    numeros = pd.Series(range(len(textes)))
    if dictionnaire.a_des_menages:
        cellules = distinctes(textes.get("numero_unique", pd.Series("", index=textes.index, dtype="str")))
        numeros = cellules.etaler(cellules.lire(lire_identifiant)[0])
    listes = [c for c in dictionnaire.colonnes.values() if c.est_une_liste and c.nom in textes]
    return [_lire(textes[c.nom], numeros, c, dictionnaire.extrait, references) for c in listes]


def _lire(textes: pd.Series, numeros: pd.Series, colonne: Colonne, extrait: str, references: References) -> ColonneLue:
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
    siens = [(citer(str(s["libelle"].mode().iloc[0]), LONGUEUR_MONTREE), len(s)) for _, s in frequents.groupby("forme")]
    montres = sorted(((texte, n) for texte, n in siens if texte != MASQUE), key=lambda paire: (-paire[1], paire[0]))
    tus = len(vus) - sum(n for _, n in montres)
    autres = f"{tus} non montrées : libellés rares, ou d’apparence personnelle" if tus else ""
    illisibles = [libelle for dits in inconnus for libelle in dits]
    presents = [*illisibles, *(cellule for cellule in cellules.textes if not est_absent(cellule))]
    question = _question(colonne, extrait, references, presents, illisibles)
    comptes = int(fautives.sum()), int((dites.to_numpy() | fautives).sum())
    return ColonneLue(question, colonne, *comptes, _inconnus(question, montres), autres)


def colonnes_qui_lisent(
    lue: ColonneLue, trouvees: Iterable[str], dictionnaire: Dictionnaire, references: References
) -> list[str]:
    """The columns of codes, not among ``trouvees``, that know every unknown label of a column: move its heading."""
    formes = {forme_de(libelle.texte) for libelle in lue.libelles}
    libres = [c for nom, c in dictionnaire.colonnes.items() if c.type == "code" and nom not in {*trouvees}]
    return [
        colonne.nom
        for colonne in libres
        if formes and colonne.conservation != "derivee" and formes <= vers_code(colonne, references).keys()
    ]


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
        siens, colonne = cites.get(nom, {}), dictionnaire.colonnes[nom]
        masquees = _lignes_masquees(anomalies, nom) if sum(siens.values()) < compte["illisibles"] else ""
        autres = masquees and f"{'autres, ' if siens else ''}à lire dans le fichier : {masquees}"
        question = _question(colonne, dictionnaire.extrait, references)
        libelles = _inconnus(question, siens.items())
        lues.append(ColonneLue(question, colonne, compte["illisibles"], compte["dites"], libelles, autres))
    lues.sort(key=lambda lue: (-lue.illisibles / max(lue.dites, 1), lue.colonne.nom))
    suite = []
    if any(lue.colonne.est_une_liste for lue in lues):  # A date or a number has no label to choose.
        cil = commande(fichiers, dictionnaire.extrait)
        tous = [libelle for lue in lues for libelle in lue.libelles]
        suite = [f"Pour les voir tous : {cil}", *que_faire(cil, tous), *(par_une_liste(cil) if cites else ())]
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
    lignes = premieres_lignes(masquees, _LIGNES_CITEES, parmi=anomalies["fichier"])
    return f"{'lignes' if len(masquees) > 1 else 'ligne'} {', '.join(lignes)}{suite}" if lignes else ""


def commande(fichiers: Sequence[str], extrait: str) -> str:
    """The command that shows the labels of files, without its choices."""
    return f"cil libelles {' '.join(map(argument, fichiers))} --extrait {extrait}"
