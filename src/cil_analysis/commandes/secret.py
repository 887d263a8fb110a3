"""« cil secret »: what is masked and why, what is proved, and who could know more.

Who fills in a column would have other figures published; who knows its own rows deduces those of others.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from cil_analysis.commandes.commun import dire_si_le_bilan_est_ancien, exiger_hors_des_rapports
from cil_analysis.commandes.reponses import repondre
from cil_analysis.comptage.cadre import CLES, SECRET
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import Comptes, compter_annee, exercices
from cil_analysis.secret.preuve.audit import Deduction, lire_annee
from cil_analysis.secret.preuve.preuve import prouver
from cil_analysis.secret.preuve.programme import Contradiction
from cil_analysis.secret.preuve.protection import Annee, DejaPublie
from cil_analysis.secret.preuve.suppositions import acteurs, deduites_par, liberations
from cil_analysis.secret.publication import expliquer_annee
from cil_analysis.secret.publies import lire_chiffres, lire_publications, nommer_les_perimetres
from cil_analysis.secret.regles import MOTIFS, SECONDAIRE, regles_secret
from cil_analysis.typographie import nombre

# Of what a table is, in words; the other codes are words.
_MOTS = {"epci": "", "qpv": "quartier", "en_qpv": "en quartier", "hors_qpv": "hors quartier",
         "reservataire": "réservataire"}  # fmt: skip
_LIGNES = {"attributions": ("bail", "baux"), "demandes": ("demande", "demandes")}
_LECTEURS = {"bailleur": "Bailleur", "reservataire": "Réservataire"}


def executer(options: argparse.Namespace) -> None:
    """Run the command: all of its answer, or nothing."""
    projet, annee, lecteur = options.projet, options.annee, options.lecteur
    exiger_hors_des_rapports(projet)
    references = References(projet)
    with dire_si_le_bilan_est_ancien(projet, annee):
        publie = lire_chiffres(projet.rapports / str(annee))
        comptes = compter_annee(projet, references, annee)
        deductions = prouver(references, annee, lecteurs=comptes.lecteurs)
        cadre = expliquer_annee(projet, comptes, annee)
        de_l_annee = cadre[cadre["annee"].eq(annee)]
        manques = list(_ce_qui_manque(references, comptes, de_l_annee, annee))
        deduits = list(_ce_que_deduisent(references, comptes, annee, lecteur)) if lecteur else []
    repondre(
        "secret",
        annee=annee,
        autres=sorted(set(lire_publications(projet)) - {annee}),
        regles=regles_secret(references.parametres, annee),
        periode="-".join(map(str, dict.fromkeys((cadre["annee"].min(), cadre["annee"].max())))),
        tables=list(_tables(cadre, deductions)),
        cartes=list(_cartes(de_l_annee, comptes)),
        besoins=[d.besoin for d in deductions if d.tables],
        manques=manques,
        lecteur=_LECTEURS.get(lecteur),
        deduits=deduits,
        change=_masquees(publie, publie["statut"].eq(SECRET)) != _masquees(cadre, cadre["motif"].ne("")),
    )


def _masquees(table: pd.DataFrame, masques: pd.Series) -> set[tuple[object, ...]]:
    return set(table.loc[masques, CLES].itertuples(index=False, name=None))


def _tables(cadre: pd.DataFrame, deductions: Sequence[Deduction]) -> Iterator[list[str]]:
    """One line a table that masks something, the years of the bilan together, then the total."""
    for cles, groupe in cadre.groupby(["indicateur", "perimetre_type", "acteur_type"], sort=False):
        code, *axes = map(str, cles)
        nom = f"{code} {' × '.join(filter(None, (_MOTS.get(axe, axe) for axe in axes)))}".strip()
        if groupe["motif"].ne("").any():
            yield _table(nom, groupe, [d for d in deductions if code in d.tables])
    yield _table("Ensemble du bilan", cadre, [d for d in deductions if d.tables])


def _table(nom: str, cadre: pd.DataFrame, deductions: Sequence[Deduction]) -> list[str]:
    masques, secondaires = int(cadre["motif"].ne("").sum()), int(cadre["motif"].eq(SECONDAIRE).sum())
    return [nom, *map(str, (len(cadre), masques, masques - secondaires, secondaires)), _plus_etroit(deductions)]


def _plus_etroit(deductions: Iterable[Deduction]) -> str:
    """The narrowest interval of the cases that may be small counts, else of the other secret ones, as « 0 à 8 »."""
    secretes = [d for d in deductions if d.besoin]
    etroites = sorted(secretes, key=lambda d: (d.besoin <= 1, d.largeur, d.annee, d.case.cle))
    return f"{nombre(etroites[0].bas)} à {nombre(etroites[0].haut)}" if etroites else "–"


def _cartes(cadre: pd.DataFrame, comptes: Comptes) -> Iterator[tuple[str, int, int, list[str]]]:
    """How many communes a map hides for each objective, of how many, and why."""
    communes = cadre["perimetre_type"].eq("commune") & cadre["modalite"].eq("") & cadre["acteur_type"].eq("")
    for code, groupe in cadre[communes].groupby("indicateur"):
        if comptes.indicateurs[str(code)].a_objectif:
            motifs = groupe.loc[groupe["motif"].ne(""), "motif"].value_counts()
            yield str(code), int(motifs.sum()), len(groupe), [f"{MOTIFS[str(nom)]} : {n}" for nom, n in motifs.items()]


def _ce_qui_manque(
    references: References, comptes: Comptes, cadre: pd.DataFrame, annee: int
) -> Iterator[tuple[str, str, int | None, tuple[str, str], int]]:
    """Each column whose missing values mask other figures of the year: its extract, its rows, how many figures."""
    deja = comptes.deja(references.projet, annee).get(annee, DejaPublie())
    for trouvee in liberations(Annee(comptes.examens[annee], comptes.regles[annee], deja), cadre["motif"]):
        extrait, nom = trouvee.extrait.partition(":")[0], trouvee.colonne
        dictionnaire = references.dictionnaires.get(extrait)
        libelle = dictionnaire.colonnes[nom].libelle if dictionnaire and nom in dictionnaire.colonnes else nom
        if trouvee.chiffres:
            yield libelle, extrait, trouvee.effectif, _LIGNES.get(extrait, ("ligne", "lignes")), trouvee.chiffres


def _ce_que_deduisent(
    references: References, comptes: Comptes, annee: int, lecteur: str
) -> Iterator[tuple[str, str, str]]:
    """Each actor: the masked counts of which it knows the rest too closely once it has subtracted its own."""
    projet = references.projet
    publications = nommer_les_perimetres(lire_publications(projet), comptes.structures, references.territoire)
    lecture = lire_annee(publications, annee, comptes.lecteurs[annee])
    exercice = exercices(projet, references, annee)[-1]
    libelles = references.nomenclatures[f"{lecteur}s"].libelles()
    for code in acteurs((*lecture.savoir, *lecture.masquees), lecteur):
        try:
            trouvees = list(deduites_par(lecture, exercice, (lecteur, code)))
        except Contradiction:
            yield libelles.get(code, code), "nd", "ses baux démentent les chiffres publiés"
        else:
            tables = ", ".join(sorted({table for trouvee in trouvees for table in trouvee.tables}))
            yield libelles.get(code, code), str(len(trouvees)), tables or "–"
