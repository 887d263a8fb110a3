"""Lists of N° uniques (SYPLO, relogements held by landlords), in which the households of an import are looked for.

No number of a list is stored, nor its pseudonym: a clean row says on which lists its household is (``listes``), and in
which it was looked for (``listes_lues``), which tells « on none » from « none was read ».
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import Consigne
from cil_analysis.extraits.cellules.textes import distinctes
from cil_analysis.extraits.cellules.valeurs import lire_identifiant
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import Brut, lire
from cil_analysis.extraits.preparation import PART_FAUTIVE_MAXIMALE
from cil_analysis.extraits.pseudonymes import pseudonymiser
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE, LISTES_LUES, PSEUDONYME
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser
from cil_analysis.typographie import accorder

_NUMERO = "numero_unique"
_LIGNES_CITEES = 3
# The files of each list, by its code or a label of it, as the user names them.
Demandees = Mapping[str, Sequence[Path]]


@dataclass(frozen=True)
class Liste:
    """A list as read. ``pseudonymes``: its distinct numbers. ``lue``: what the journal says of its files and lines."""

    code: str
    pseudonymes: pd.Series = field(repr=False)
    lue: Mapping[str, Any]

    def compte(self, donnees: pd.DataFrame) -> dict[str, Any]:
        """What the journal says of the list beside clean rows: no number of it, nor its pseudonym."""
        return {**self.lue, "trouves": int(self.pseudonymes.isin(donnees[PSEUDONYME]).sum())}


def reconnaitre_les_codes(demandees: Demandees, references: References) -> dict[str, list[Path]]:
    """The files by the code of their list, in the order of the nomenclature. Raises ErreurCIL for a list unknown."""
    if not demandees:
        return {}
    nomenclature = references.nomenclatures["listes"]
    vers_code, par_code = nomenclature.vers_code, dict[str, list[Path]]()
    for dite, fichiers in demandees.items():
        code = vers_code.get(normaliser(dite))
        if code is None:
            connus = ", ".join(nomenclature.codes()) or "aucun"
            raise ErreurCIL(
                f"La liste « {dite} » n’est pas dans nomenclatures/listes.csv (codes : {connus}) : corrigez --liste, "
                "ou ajoutez-y cette liste."
            )
        par_code.setdefault(code, []).extend(fichiers)
    return {code: par_code[code] for code in nomenclature.codes() if code in par_code}


def lire_les_listes(listes: Mapping[str, Sequence[Source]], consigne: Consigne) -> list[Liste]:
    """Read the lists. Raises ErreurCIL for an extract that says of no row on which it is, or a list not believed."""
    dictionnaire = consigne.dictionnaire
    if listes and not {LISTES_DU_MENAGE, LISTES_LUES} <= dictionnaire.colonnes.keys():
        raise ErreurCIL(
            f"L’extrait « {dictionnaire.extrait} » ne se cherche dans aucune liste (--liste) : son dictionnaire, "
            f"data/reference/columns/{dictionnaire.extrait}.csv, n’a pas les colonnes « {LISTES_DU_MENAGE} » et "
            f"« {LISTES_LUES} ». Pour les attributions d’un ancien projet, reprenez-les de celui du logiciel."
        )
    return [_lire_la_liste(code, sources, consigne) for code, sources in listes.items()]


def _lire_la_liste(code: str, sources: Sequence[Source], consigne: Consigne) -> Liste:
    dictionnaires = consigne.references.dictionnaires.values()
    # What any extract calls the N° unique.
    connus = frozenset(entete for d in dictionnaires for entete, nom in d.entetes.items() if nom == _NUMERO)
    bruts = [lire(source, [connus], entete_inconnu=True, au_moins=1) for source in sources]
    lus = pd.concat([_lire_les_numeros(brut, connus, consigne) for brut in bruts], ignore_index=True)
    pseudonymes = pseudonymiser(lus["numero"], consigne.cle).dropna()
    illisibles = lus[lus["illisible"]]
    ignorees = sum((Counter(brut.ignorees) for brut in bruts), Counter[str]())
    comptes = {
        "lues": sum(brut.lues for brut in bruts),
        "numeros": int(pseudonymes.nunique()),
        "doublons": int(pseudonymes.duplicated().sum()),
        "illisibles": len(illisibles),
        "sans_numero": len(lus) - len(pseudonymes) - len(illisibles),
        "ignorees": ignorees.total(),
    }
    citees = [f"{ligne.fichier}, ligne {ligne.ligne}" for ligne in illisibles.head(_LIGNES_CITEES).itertuples()]
    _refuser_si_douteuse(f"Liste {code} ({', '.join(brut.nom for brut in bruts)})", comptes, citees)
    lue = {
        "fichiers": [brut.en_bref() for brut in bruts],
        "comptes": comptes,
        "motifs_des_ignorees": dict(ignorees),
        "illisibles": citees,
    }
    return Liste(code, pseudonymes.drop_duplicates(), lue)


def _refuser_si_douteuse(liste: str, comptes: Mapping[str, int], citees: Sequence[str]) -> None:
    """Raises ErreurCIL for a list without a number, or of which more than a fifth of the numbers cannot be read."""
    illisibles = comptes["illisibles"]
    dits = comptes["numeros"] + comptes["doublons"] + illisibles
    if illisibles > PART_FAUTIVE_MAXIMALE * dits:
        un, plusieurs = f"numéro unique sur {dits} ne se lit pas", f"numéros uniques sur {dits} ne se lisent pas"
        raise ErreurCIL(
            f"{liste} : {accorder(illisibles, un, plusieurs)}, plus de "
            f"{PART_FAUTIVE_MAXIMALE * 100:.0f} % ({' ; '.join(citees)}). Un tableur a pu arrondir les numéros : "
            "demandez la liste avec ses numéros en texte, de 18 caractères."
        )
    if not dits:
        raise ErreurCIL(
            f"{liste} : aucun numéro unique sous l’en-tête. Vérifiez le fichier ; si personne n’est sur cette liste, "
            "ne la nommez pas, et datez les règles qui la lisent (priorites.csv)."
        )


def _lire_les_numeros(brut: Brut, connus: frozenset[str], consigne: Consigne) -> pd.DataFrame:
    """One row is one line below the header: ``numero``, whether it is ``illisible``, ``fichier``, ``ligne``."""
    entetes = [entete for entete in brut.entetes if normaliser(entete) in connus]
    if len(entetes) != 1:
        combien = "plusieurs colonnes" if entetes else "aucune colonne"
        raise ErreurCIL(
            f"{brut.nom} : {combien} de numéros uniques. Une liste (--liste) en a une : donnez-lui l’en-tête « N° "
            "unique », ou ajoutez le sien à la ligne « numero_unique » de "
            f"data/reference/columns/{consigne.dictionnaire.extrait}.csv ; renommez l’autre s’il y en a deux."
        )
    textes = brut.colonne(entetes[0], "identifiant")
    cellules = distinctes(textes)
    numeros, illisibles = cellules.lire(lire_identifiant)
    lus = {"numero": cellules.etaler(numeros.astype("str")), "illisible": cellules.etaler(illisibles)}
    return pd.DataFrame(lus).assign(fichier=brut.nom, ligne=brut.lignes)


def chercher(lignes: pd.DataFrame, listes: Sequence[Liste]) -> pd.DataFrame:
    """The clean rows, with the lists on which their household is; one without a number was looked for in none."""
    if not listes:
        return lignes
    trouvees = pd.Series("", index=lignes.index, dtype="str")
    for liste in listes:
        trouvees += lignes[PSEUDONYME].isin(liste.pseudonymes).map({True: f";{liste.code}", False: ""}).astype("str")
    toutes = pd.Series(";".join(liste.code for liste in listes), index=lignes.index, dtype="str")
    siennes, lues = trouvees.str.removeprefix(";").where(trouvees.ne("")), toutes.where(lignes[PSEUDONYME].notna())
    return lignes.assign(**{LISTES_DU_MENAGE: siennes, LISTES_LUES: lues})


def perdues(ancien: Mapping[str, Any], listes: Mapping[str, Sequence[Source]]) -> list[str]:
    """The files of lists that an import read and that are no longer named: « RU (relogements.csv) »."""
    nommees = _nommees(listes)
    return [f"{code} ({nom})" for (code, sha256), nom in _lues(ancien).items() if (code, sha256) not in nommees]


def sont_lues(ancien: Mapping[str, Any], listes: Mapping[str, Sequence[Source]]) -> bool:
    """Whether an import read every file of some lists."""
    return _nommees(listes) <= _lues(ancien).keys()


def _nommees(listes: Mapping[str, Sequence[Source]]) -> set[tuple[str, str]]:
    return {(code, source.sha256) for code, sources in listes.items() for source in sources}


def _lues(ancien: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """The lists that an import read, by their code and the digest of each file: the name of the file."""
    listes = ancien.get("listes", {}).items()
    return {(code, fichier["sha256"]): fichier["nom"] for code, compte in listes for fichier in compte["fichiers"]}
