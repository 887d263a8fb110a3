"""What « cil secret » shows: what is masked and why, what is proved, and who could know more.

Who fills in a column would have other figures published; who knows its own rows deduces those of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from cil_analysis.commandes.console.tableaux import tableau
from cil_analysis.comptage.cadre import CLES, SECRET
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.rapport.mots.formats import nombre
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import Comptes, compter_annee, exercices
from cil_analysis.secret.preuve.audit import Deduction, Lecteur, lire_annee
from cil_analysis.secret.preuve.lecteur_initie import DesAutres, acteurs, deduites_par
from cil_analysis.secret.preuve.liberation import Liberation, liberations
from cil_analysis.secret.preuve.preuve import prouver
from cil_analysis.secret.preuve.programme import Contradiction
from cil_analysis.secret.preuve.protection import DejaPublie
from cil_analysis.secret.publication import expliquer_annee
from cil_analysis.secret.publies import lire_chiffres, lire_publications
from cil_analysis.secret.regles import MOTIFS, SECONDAIRE, ReglesSecret, regles_secret

_LIEUX = {"epci": "", "commune": "commune", "qpv": "quartier", "en_qpv": "en quartier", "hors_qpv": "hors quartier"}
_NOMS = {"": "", "bailleur": "bailleur", "reservataire": "réservataire"}
_LIGNES = {"attributions": ("bail", "baux"), "demandes": ("demande", "demandes")}
_ACTEURS = {"bailleur": ("bailleurs", "Bailleur"), "reservataire": ("reservataires", "Réservataire")}


def montrer_la_preuve(references: References, annee: int, lecteur: str | None) -> Iterator[str]:
    """Its lines; ``lecteur``: of which kind of actor to say what each deduces. Raises ErreurCIL when nothing proves it.

    No line comes before the proof is done.
    """
    projet = references.projet
    publie = lire_chiffres(projet.rapports / str(annee))
    comptes = compter_annee(projet, references, annee)
    deductions = prouver(references, annee, dementis=comptes.dementis())
    cadre = expliquer_annee(projet, comptes, annee)
    yield f"Secret statistique du bilan {annee} – usage interne : ne pas diffuser ces comptes"
    yield f"Fichiers lus : reports/{annee}{_ailleurs(sorted(set(lire_publications(projet)) - {annee}))}."
    for partie in (
        _regles(regles_secret(references.parametres, annee)),
        _tables(cadre, deductions, annee),
        _communes(cadre[cadre["annee"].eq(annee)], comptes.indicateurs),
        _conclusion(cadre, deductions),
        _ce_qui_manque(references, comptes, cadre, annee),
        _ce_que_deduisent(references, comptes, annee, lecteur) if lecteur else [],
    ):
        if partie:
            yield from ("", *partie)
    if not _masque_encore(publie, cadre):
        yield (
            "Attention : les données ou les règles ont changé depuis ce bilan, qui ne masque plus les mêmes cases. "
            f"Relancez « cil bilan --annee {annee} »."
        )


def _masque_encore(publie: pd.DataFrame, cadre: pd.DataFrame) -> bool:
    """Whether the figures that are published mask the cases that the rules of today mask."""
    publiees = set(publie.loc[publie["statut"].eq(SECRET), CLES].itertuples(index=False, name=None))
    return publiees == set(cadre.loc[cadre["motif"].ne(""), CLES].itertuples(index=False, name=None))


def _ailleurs(annees: Sequence[int]) -> str:
    return f", et les bilans publiés de {', '.join(map(str, annees))}" if annees else ""


def _regles(regles: ReglesSecret) -> list[str]:
    zeros = "publiés" if regles.zeros_publies else "masqués"
    sensible = f", {regles.seuil_sensible} pour une variable sensible" if regles.variables_sensibles else ""
    return [
        f"Règles : effectif publié à partir de {regles.seuil_effectif}{sensible} ; zéros {zeros} ; pas de part sous "
        f"{regles.denominateur_minimal} ménages ; un lecteur hésite entre {regles.largeur + 1} valeurs au moins."
    ]


def _tables(cadre: pd.DataFrame, deductions: Sequence[Deduction], annee: int) -> list[str]:
    """One line a table that masks something, the years of the bilan together, then the total."""
    groupes = cadre.groupby(["indicateur", "perimetre_type", "acteur_type"], sort=False)
    lignes = []
    for cles, groupe in groupes:
        if groupe["motif"].eq("").all():
            continue
        code, lieu, acteur = map(str, cles)
        quoi = " × ".join(mot for mot in (_LIEUX.get(lieu, lieu), _NOMS.get(acteur, acteur)) if mot)
        secondaires = int(groupe["motif"].eq(SECONDAIRE).sum())
        masques = int(groupe["motif"].ne("").sum())
        siennes = [d for d in deductions if code in d.tables]
        lignes.append(
            (f"{code} {quoi}".strip(), str(len(groupe)), str(masques), str(masques - secondaires), str(secondaires),
             _plus_etroit(siennes))
        )  # fmt: skip
    masques, secondaires = int(cadre["motif"].ne("").sum()), int(cadre["motif"].eq(SECONDAIRE).sum())
    total = ("Ensemble du bilan", str(len(cadre)), str(masques), str(masques - secondaires), str(secondaires),
             _plus_etroit([d for d in deductions if d.tables]))  # fmt: skip
    annees = sorted({int(a) for a in cadre["annee"]})
    periode = f"{annees[0]}-{annees[-1]}" if len(annees) > 1 else str(annee)
    entetes = (f"Table, {periode}", "Chiffres", "Masqués", "Primaires", "Secondaires", "Intervalle le plus étroit")
    return tableau(entetes, [*lignes, total], retrait=0)


def _plus_etroit(deductions: Iterable[Deduction]) -> str:
    """The narrowest interval of the cases that may be small counts, else of the other secret ones, as « 0 à 8 »."""
    toutes = list(deductions)
    petites = [d for d in toutes if d.besoin > 1] or [d for d in toutes if d.besoin]
    if not petites:
        return "–"
    etroite = min(petites, key=lambda d: (d.largeur, d.annee, d.case.cle))
    return f"{nombre(etroite.bas)} à {nombre(etroite.haut)}"


def _communes(cadre: pd.DataFrame, indicateurs: Mapping[str, Indicateur]) -> list[str]:
    """How many communes a map hides for each objective, and why."""
    lignes = [f"Communes masquées sur les cartes de {cadre['annee'].iloc[0]} :"]
    simples = cadre["modalite"].eq("") & cadre["acteur_type"].eq("")
    for code, groupe in cadre[cadre["perimetre_type"].eq("commune") & simples].groupby("indicateur"):
        if not indicateurs[str(code)].a_objectif:
            continue
        motifs = groupe.loc[groupe["motif"].ne(""), "motif"].value_counts()
        pourquoi = " ; ".join(f"{MOTIFS[str(nom)]} : {n}" for nom, n in motifs.items())
        lignes.append(f"  {code} : {int(motifs.sum())} sur {len(groupe)}{f' ({pourquoi})' if pourquoi else ''}")
    return lignes


def _conclusion(cadre: pd.DataFrame, deductions: Sequence[Deduction]) -> list[str]:
    cases = [d for d in deductions if d.tables]
    if not cases:
        return ["Aucune case n’est masquée."]
    petits = [d for d in cases if d.besoin > 1]
    return [
        "Prouvé, quels que soient les chiffres publiés que l’on combine. Effectifs masqués qui peuvent être petits : "
        f"{len(petits)}, dont aucun ne se déduit de plus près que le dit la règle. Autres effectifs masqués : "
        f"{sum(d.besoin == 1 for d in cases)}, dont aucun ne se calcule exactement. Dénominateurs de parts ou de "
        f"médianes masquées, sans secret (nuls, ou au-dessus du seuil) : {sum(d.besoin == 0 for d in cases)}."
    ]


def _ce_qui_manque(references: References, comptes: Comptes, cadre: pd.DataFrame, annee: int) -> list[str]:
    """One line a column whose missing values mask other figures of the year. ``cadre``: see ``expliquer_annee``."""
    lignes = cadre[cadre["annee"].eq(annee)]
    deja = comptes.deja(references.projet, annee).get(annee, DejaPublie())
    examen, regles = comptes.examens[annee], comptes.regles[annee]
    trouvees = liberations(lignes, comptes.registre, regles, examen, lignes["motif"], deja)
    dites = [_en_mots(t, references) for t in trouvees if t.chiffres]
    return [
        f"Ce qui rendrait des chiffres de {annee} publiables :",
        *(dites or ["  aucune valeur manquante n’est seule en cause."]),
    ]


def _en_mots(trouvee: Liberation, references: References) -> str:
    extrait = trouvee.extrait.partition(":")[0]
    colonnes = references.dictionnaires[extrait].colonnes if extrait in references.dictionnaires else {}
    colonne = colonnes[trouvee.colonne].libelle if trouvee.colonne in colonnes else trouvee.colonne
    une, plusieurs = _LIGNES.get(extrait, ("ligne", "lignes"))
    n, chiffres = trouvee.effectif, trouvee.chiffres
    lignes = f"pour {n} {une if n == 1 else plusieurs}" if n else f"pour les {plusieurs} qui ne l’ont pas"
    return (
        f"  renseigner « {colonne} » {lignes} ({extrait}) rendrait publiable{'' if chiffres == 1 else 's'} jusqu’à "
        f"{chiffres} chiffre{'' if chiffres == 1 else 's'}."
    )


def _ce_que_deduisent(references: References, comptes: Comptes, annee: int, dimension: str) -> list[str]:
    """One line an actor: the masked counts of which it knows the rest too closely once it has subtracted its own."""
    projet = references.projet
    connu = Lecteur(comptes.registre.par_code, comptes.regles, comptes.structures, comptes.dementis())
    lecture = lire_annee(lire_publications(projet), annee, annee, connu)
    exercice = exercices(projet, references, annee)[-1]
    liste, nom = _ACTEURS[dimension]
    libelles = references.nomenclatures[liste].libelles()
    lignes = []
    for code in acteurs((*lecture.savoir, *lecture.masquees), dimension):
        try:
            trouvees = list(deduites_par(lecture, exercice, (dimension, code), comptes.regles[annee]))
        except Contradiction:
            lignes.append((libelles.get(code, code), "nd", "ses baux démentent les chiffres publiés"))
            continue
        lignes.append((libelles.get(code, code), str(len(trouvees)), _codes(trouvees)))
    return [
        f"Ce que chacun, qui connaît ses propres baux, déduit de ceux des autres en {annee} (le secret publié n’en "
        "tient pas compte) :",
        *tableau((nom, "Effectifs devinés de trop près", "Tables"), lignes, retrait=0),
    ]


def _codes(trouvees: list[DesAutres]) -> str:
    return ", ".join(sorted({code for t in trouvees for code in t.tables})) or "–"
