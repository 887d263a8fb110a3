"""The labels of a file that no list knows, and the choices that an analyst makes of them.

Only labels that enough different N° uniques share leave this module: see :func:`anomalies.assez_frequentes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement
from cil_analysis.extraits.anomalies import MASQUE, assez_frequentes, citer, forme_de
from cil_analysis.extraits.cellules.nombres import lire_identifiant
from cil_analysis.extraits.cellules.textes import distinctes, est_absent
from cil_analysis.extraits.inconnus.choix_colonnes import commencent_par, separer
from cil_analysis.extraits.inconnus.examen_colonnes import Proposition
from cil_analysis.extraits.inconnus.libelles import code_sur, codes_admis, formes_des_codes, proposer
from cil_analysis.extraits.lecteurs import chercher_illisibles
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.lots import cadrer, reunir
from cil_analysis.reference.colonnes import NOUVEAU, VIDE, Colonne, Dictionnaire
from cil_analysis.reference.ecriture.inscriptions import code_nouveau, est_un_alias
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import SIREN
from cil_analysis.reference.texte import normaliser

_LONGUEUR_MONTREE = 120
Ajouts = dict[tuple[str, Colonne], dict[str, str]]


@dataclass(frozen=True)
class Libelle:
    """A label that cannot be read. ``sur``: the code that leaves no doubt, or empty; see :func:`code_sur`."""

    texte: str
    lignes: int
    propositions: Sequence[Proposition]
    sur: str


@dataclass(frozen=True)
class ColonneLue:
    """A column of a closed list, as the files fill it.

    ``illisibles``, ``dites``: how many cells cannot be read, of how many that say something. ``libelles``: the labels
    of the former that may be shown, the most frequent first; ``tus``: how many cells hold others. ``formes``,
    ``admis``: see :func:`formes_des_codes` and :func:`codes_admis`. ``presents``: every label, by its comparison form,
    and whether it cannot be read. ``ouverte``: a list of organisations, which may lack one.
    """

    colonne: Colonne
    illisibles: int
    dites: int
    libelles: list[Libelle]
    tus: int
    formes: Mapping[str, Sequence[str]] = field(repr=False)
    admis: Mapping[str, str] = field(repr=False)
    presents: Mapping[str, bool] = field(repr=False)
    ouverte: bool


def examiner_libelles(bruts: Sequence[Brut], dictionnaire: Dictionnaire, references: References) -> list[ColonneLue]:
    """The columns of closed lists that the files have, in the order of the dictionary."""
    textes = reunir(bruts, cadrer(bruts, dictionnaire, exiger=False)).texte
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
    formes = formes_des_codes(colonne, references)
    vus["forme"] = vus["libelle"].map({texte: forme_de(texte) for texte in vus["libelle"].unique()})
    frequents = vus[assez_frequentes(vus["forme"], vus["numero"])] if len(vus) else vus
    libelles = []
    for _, siens in frequents.groupby("forme"):
        texte = citer(str(siens["libelle"].mode().iloc[0]), _LONGUEUR_MONTREE)
        if texte != MASQUE:
            libelles.append(Libelle(texte, len(siens), proposer(texte, formes), code_sur(texte, formes)))
    libelles.sort(key=lambda libelle: (-libelle.lignes, libelle.texte))
    presents = {forme_de(cellule): False for cellule in cellules.textes if not est_absent(cellule)}
    presents |= {forme_de(libelle): True for dits in inconnus for libelle in dits}
    return ColonneLue(
        colonne=colonne,
        illisibles=int(fautives.sum()),
        dites=int((dites.to_numpy() | fautives).sum()),
        libelles=libelles,
        tus=len(vus) - sum(libelle.lignes for libelle in libelles),
        formes=formes,
        admis=codes_admis(colonne, references),
        presents=presents,
        ouverte=est_un_alias(colonne, "") and SIREN in references.nomenclatures[colonne.nomenclature].table,
    )


def colonnes_qui_lisent(
    lue: ColonneLue, bruts: Sequence[Brut], dictionnaire: Dictionnaire, references: References
) -> list[str]:
    """The columns of codes, in no file, that know every label that may be shown of a column, and that cannot be read.

    « Mutation » holds interne and externe: its heading is to be moved.
    """
    trouvees = {nom for brut in bruts for nom in rapprochement.apparier(brut.entetes, dictionnaire).colonnes}
    formes = {forme_de(libelle.texte) for libelle in lue.libelles}
    return [
        colonne.nom
        for colonne in dictionnaire.colonnes.values()
        if formes and colonne.type == "code" and colonne.conservation != "derivee" and colonne.nom not in trouvees
        and formes <= {forme for connues in formes_des_codes(colonne, references).values() for forme in connues}
    ]  # fmt: skip


# --- Choices --------------------------------------------------------------------------------------------------------


def choisir_surs(lues: Sequence[ColonneLue], extrait: str) -> Ajouts:
    """The labels that leave no doubt."""
    ajouts: Ajouts = {}
    for lue in lues:
        for libelle in lue.libelles:
            if libelle.sur:
                ajouts.setdefault((extrait, lue.colonne), {})[libelle.texte] = libelle.sur
    return ajouts


def choisir_nommes(lues: Sequence[ColonneLue], dictionnaire: Dictionnaire, paires: Sequence[str]) -> Ajouts:
    """Exactly what the user names: ``libellé=code``, or ``colonne:libellé=code``.

    A long label may be cut and end with « … ». Raises ErreurCIL, so that nothing is written, for a pair that is
    incomplete, a label that the files do not have, a code that its column does not admit, and a label that several
    lists could take. A label that leads elsewhere leaves that code: an acceptance is undone as it was done.
    """
    ajouts: Ajouts = {}
    for paire in paires:
        nom, libelle, demande = _decouper(paire, dictionnaire)
        lue, texte, code = _viser([lue for lue in lues if nom in ("", lue.colonne.nom)], libelle, demande, nom)
        if _mene_deja(lue, texte, code):
            continue  # The same command, once more.
        siens = ajouts.setdefault((dictionnaire.extrait, lue.colonne), {})
        if code == NOUVEAU:
            code = siens.get(texte) or code_nouveau(texte, [*lue.admis, *siens.values()])
        if siens.get(texte, code) != code:
            raise ErreurCIL(
                f"Le libellé « {libelle} » est donné à deux codes, « {siens[texte]} » et « {code} » : choisissez."
            )
        siens[texte] = code
    return {cle: libelles for cle, libelles in ajouts.items() if libelles}


def _decouper(paire: str, dictionnaire: Dictionnaire) -> tuple[str, str, str]:
    gauche, code = separer(paire, '"libellé=code" ou "colonne:libellé=code"')
    tete, deux_points, reste = (morceau.strip() for morceau in gauche.partition(":"))
    return (tete, reste, code) if deux_points and tete in dictionnaire.colonnes else ("", gauche, code)


def _viser(lues: Sequence[ColonneLue], libelle: str, demande: str, nom: str) -> tuple[ColonneLue, str, str]:
    """The column that a choice is about, the label as it is there, and the code."""
    porteuses = [(lue, texte) for lue in lues if (texte := _trouver(libelle, lue)) is not None]
    porteuses = [p for p in porteuses if p[0].presents[forme_de(p[1])]] or porteuses
    if not porteuses:
        ou = f"la colonne « {nom} »" if nom else "les colonnes à libellés"
        raise ErreurCIL(
            f"Le libellé « {libelle} » n’est pas dans {ou} de ce fichier. Relancez sans --accepter : la commande "
            "montre ceux qui ne se lisent pas."
        )
    visees = [(lue, texte, code) for lue, texte in porteuses if (code := _code(lue, demande))]
    if not visees:
        admis = " ; ".join(
            f"{lue.colonne.nom} : {', '.join([*lue.admis, *([NOUVEAU] if lue.ouverte else []), VIDE])}"
            for lue, _ in porteuses
        )
        raise ErreurCIL(f"« {demande} » n’est pas un code que « {libelle} » puisse prendre. Codes admis – {admis}.")
    listes = {
        lue.colonne.nomenclature if est_un_alias(lue.colonne, code) else lue.colonne.nom for lue, _, code in visees
    }
    if len(listes) > 1:
        noms = " ou ".join(f'"{lue.colonne.nom}:{libelle}={code}"' for lue, _, code in visees)
        raise ErreurCIL(f"Le libellé « {libelle} » est dans plusieurs colonnes : précisez laquelle, {noms}.")
    return visees[0]


def _trouver(libelle: str, lue: ColonneLue) -> str | None:
    """The label of the column that the user means: as written, or the only one that begins so."""
    if forme_de(libelle) in lue.presents:
        return libelle
    suites = commencent_par(libelle, [forme for forme, inconnue in lue.presents.items() if inconnue])
    if len(suites) > 1:
        raise ErreurCIL(
            f"Plusieurs libellés de « {lue.colonne.nom} » commencent par « {libelle} » : écrivez-en davantage."
        )
    return suites[0] if suites else None


def _code(lue: ColonneLue, demande: str) -> str:
    """The code that the user means, by itself or by its label; empty when the column admits none."""
    if demande.upper() == VIDE or (demande.upper() == NOUVEAU and lue.ouverte):
        return demande.upper()
    if demande in lue.admis:
        return demande
    forme = normaliser(demande)
    proches = {c for c, texte in lue.admis.items() if forme in (normaliser(c), normaliser(texte))}
    return proches.pop() if len(proches) == 1 else ""


def _mene_deja(lue: ColonneLue, texte: str, code: str) -> bool:
    forme = forme_de(texte)
    if forme in lue.colonne.libelles:
        return lue.colonne.libelles[forme] == code
    return code != VIDE and forme in lue.formes.get(code, ())
