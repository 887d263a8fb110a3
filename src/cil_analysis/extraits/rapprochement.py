"""Which extract a file is, and which heading is or resembles which canonical column (architecture, D3 and D5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from cil_analysis.a_coller import argument
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import citer_entete, sans_titre
from cil_analysis.reference.colonnes import IGNOREE, PERSONNELLE, Dictionnaire
from cil_analysis.reference.texte import normaliser

# Below this likeness (0 to 1) two headings are taken for different things; 0.8 still sees a missing word.
_RESSEMBLANCE = 0.8
# Below, two headings have letters in common and nothing else.
PLANCHER = 0.42
# « Nb pers. » spelt out is « nb personnes »: close to sure, never quite.
_DECOTE_D_ABREVIATION = 0.90
_ABREVIATION_MINIMALE = 3
_LONGUEUR_COMPAREE = 120


@dataclass(frozen=True)
class Appariement:
    """Canonical column → its heading, and what becomes of the others; ``doubles``: a column and its second heading."""

    colonnes: dict[str, str]
    ignorees: list[str]
    personnelles: list[str]
    inconnues: list[str]
    doubles: list[tuple[str, str]]


def reconnus(ligne: Sequence[str], entetes_connus: Sequence[frozenset[str]]) -> int:
    """How many known headings a line holds, for the best of possible extracts (each: its normalised headings)."""
    cellules = {normaliser(cellule) for cellule in ligne if cellule and cellule.strip()}
    return max((len(cellules & connus) for connus in entetes_connus), default=0)


def apparier(entetes: Sequence[str], dictionnaire: Dictionnaire) -> Appariement:
    """Map a file's headings, without judging what is missing."""
    resultat = Appariement({}, [], [], [], [])
    ecartees = {"": resultat.inconnues, IGNOREE: resultat.ignorees, PERSONNELLE: resultat.personnelles}
    for entete in entetes:
        nom = dictionnaire.entetes.get(normaliser(entete), "")
        if nom in ecartees:
            ecartees[nom].append(entete)
        elif nom in resultat.colonnes:
            resultat.doubles.append((nom, entete))
        else:
            resultat.colonnes[nom] = entete
    return resultat


def manquantes(appariement: Appariement, dictionnaire: Dictionnaire) -> list[str]:
    """The required columns that neither the file nor an alternative gives."""
    return [
        colonne.nom
        for colonne in dictionnaire.obligatoires()
        if not any(nom in appariement.colonnes for nom in dictionnaire.alternatives(colonne.nom))
    ]


def formes_libres(dictionnaire: Dictionnaire, appariement: Appariement) -> list[tuple[str, str]]:
    """What the headings of the columns still to be found may resemble: comparison forms, each with its column."""
    libres = {
        c.nom: c.libelle
        for c in dictionnaire.colonnes.values()
        if c.conservation != "derivee" and c.nom not in appariement.colonnes
    }
    noms = [(normaliser(mots), nom) for nom, libelle in libres.items() for mots in (nom, libelle)]
    return noms + [paire for paire in dictionnaire.entetes.items() if paire[1] in libres]


def ressemblances(appariement: Appariement, dictionnaire: Dictionnaire) -> dict[str, str]:
    """Unknown heading → the canonical column, not otherwise found, that it resembles."""
    libres = formes_libres(dictionnaire, appariement)
    proches = {}
    for entete in appariement.inconnues:
        forme = normaliser(entete)[:_LONGUEUR_COMPAREE]
        note, nom = max(((fuzz.ratio(forme, connue), nom) for connue, nom in libres), default=(0.0, ""))
        if note >= 100 * _RESSEMBLANCE:
            proches[entete] = nom
    return proches


def exiger_les_colonnes(
    appariement: Appariement, dictionnaire: Dictionnaire, fichier: str, chemin: str = "FICHIER"
) -> None:
    """Refuse a file whose headings cannot be trusted; ``chemin``: as the user named it, for a command to paste."""
    proches, absentes = ressemblances(appariement, dictionnaire), manquantes(appariement, dictionnaire)
    colonnes, ou = dictionnaire.colonnes, f"data/reference/columns/{dictionnaire.extrait}.csv"
    commande = f"cil colonnes {argument(chemin)} --extrait {dictionnaire.extrait}"
    comment = f"« {commande} » montre les colonnes proches et l’y inscrit"
    if absentes:
        detail = ", ".join(_absente(nom, proches, dictionnaire) for nom in absentes)
        quoi = "colonnes obligatoires introuvables" if len(absentes) > 1 else "colonne obligatoire introuvable"
        faute = f"{quoi} : {detail}. Ajoutez l’en-tête employé par ce fichier au dictionnaire {ou} : {comment}."
    elif appariement.doubles:
        nom, entete = appariement.doubles[0]
        faute = (
            f"les en-têtes « {appariement.colonnes[nom]} » et « {entete} » désignent la même colonne, "
            f"« {colonnes[nom].libelle} ». N’en gardez qu’un dans le fichier, renommez l’autre, ou, s’il s’écrit "
            f"autrement, déplacez-le à la ligne « ignoree » de {ou}."
        )
    elif proches:
        dites = (
            f"« {citer_entete(e)} » ressemble à « {colonnes[n].libelle} » (colonne {n})" for e, n in proches.items()
        )
        faute = (
            f"en-tête inconnu : {' ; '.join(dites)}. Ajoutez-le à la bonne ligne de {ou}, ou à la ligne « ignoree » "
            f"s’il ne sert pas : {comment}."
        )
    else:
        return
    raise ErreurCIL(f"{fichier} : {faute}")


def _absente(nom: str, proches: Mapping[str, str], dictionnaire: Dictionnaire) -> str:
    """A missing column, with the headings of the file that resemble it or its alternative."""
    indices = [
        f"l’en-tête « {citer_entete(entete)} » lui ressemble : s’il convient, ajoutez-le à la ligne « {proche} »"
        for entete, proche in proches.items()
        if proche in dictionnaire.alternatives(nom)
    ]
    libelle = f"« {dictionnaire.colonnes[nom].libelle} »"
    return f"{libelle} ({' ; '.join(indices)})" if indices else libelle


def le_plus_exigeant(entetes: Sequence[str], dictionnaires: Mapping[str, Dictionnaire]) -> Dictionnaire | None:
    """Of the extracts of which headings give all the required columns, the one that requires most; None if none."""
    complets = [d for d in dictionnaires.values() if not manquantes(apparier(entetes, d), d)]
    return max(complets, key=lambda d: len(d.obligatoires()), default=None)


def reconnaitre(
    entetes: Sequence[str], dictionnaires: Mapping[str, Dictionnaire], fichier: str, chemin: str = "FICHIER"
) -> str:
    """The extract that a file's headings are of. Raises ErreurCIL unless one alone fits, said by ``chemin``."""
    trouves = {nom: apparier(entetes, d) for nom, d in dictionnaires.items()}
    absentes = {nom: len(manquantes(a, dictionnaires[nom])) for nom, a in trouves.items()}
    complets = [nom for nom in trouves if not absentes[nom]]
    # How many of its columns are found, and how many of those that it requires.
    scores = {
        nom: (len(a.colonnes), len(dictionnaires[nom].obligatoires()) - absentes[nom]) for nom, a in trouves.items()
    }
    gagnants = [nom for nom, score in scores.items() if score == max(scores.values())]
    # Another extract that lacks fewer required columns is a doubt: headings written down for one serve no other.
    premier, trouvees = gagnants[0], max(scores.values())[0]
    rivaux = [n for n in trouves if absentes[n] < absentes[premier] and 2 * scores[n][0] >= trouvees]
    douteux = gagnants if len(gagnants) > 1 else [*gagnants, *complets, *rivaux]
    choisis = [nom for nom in gagnants if nom in complets] or list(dict.fromkeys(douteux))
    if len(choisis) == 1:
        choisi, sien = dictionnaires[choisis[0]], trouves[choisis[0]]
        de_personne = set.intersection(*(set(trouve.inconnues) for trouve in trouves.values()))
        inconnues = [e for rang, e in enumerate(entetes, 1) if e in de_personne and e != sans_titre(rang)]
        for nom, autre in dictionnaires.items():
            if autre is not choisi and (
                _reclame(trouves[nom], autre, choisi) or _peut_etre(autre, choisi, sien, inconnues)
            ):
                choisis.append(nom)
    if len(choisis) > 1 or _est_loin(trouves[choisis[0]], dictionnaires[choisis[0]]):
        possibles = " ou ".join(f"« {nom} »" for nom in choisis)
        raise ErreurCIL(
            f"{fichier} : impossible de reconnaître l’extrait avec certitude ({possibles}). Dites lequel par "
            f"--extrait : {', '.join(dictionnaires)}. « cil colonnes {argument(chemin)} --extrait NOM » montre les "
            "colonnes proches."
        )
    return choisis[0]


def _est_loin(appariement: Appariement, dictionnaire: Dictionnaire) -> bool:
    """Whether a file has, or has headings that resemble, less than half of the columns that an extract requires."""
    proches = {*ressemblances(appariement, dictionnaire).values()}
    sans = [n for n in manquantes(appariement, dictionnaire) if not proches & {*dictionnaire.alternatives(n)}]
    return 2 * len(sans) > len(dictionnaire.obligatoires())


def _reclame(appariement: Appariement, dictionnaire: Dictionnaire, choisi: Dictionnaire) -> bool:
    """Whether the file has a required heading of an extract that the chosen one does not know: it would be lost."""
    exigees = {nom for exigee in dictionnaire.obligatoires() for nom in dictionnaire.alternatives(exigee.nom)}
    entetes = {normaliser(entete) for nom, entete in appariement.colonnes.items() if nom in exigees}
    return not entetes <= set(choisi.entetes)


def _peut_etre(autre: Dictionnaire, choisi: Dictionnaire, sien: Appariement, inconnues: Sequence[str]) -> bool:
    """Whether another extract has every column that is found, and what it requires besides may be the unknown."""
    exigees, suffisent = ({colonne.nom for colonne in d.obligatoires()} for d in (autre, choisi))
    lues, absentes = sien.colonnes.keys(), manquantes(sien, autre)
    attendues = {nom for absente in absentes for nom in autre.alternatives(absente)}
    formes = [forme for forme, nom in formes_libres(autre, sien) if nom in attendues]
    semblable = any(ressemblance(entete, formes) >= _RESSEMBLANCE for entete in inconnues)
    possible = suffisent < exigees and lues <= autre.colonnes.keys() and len(absentes) <= len(inconnues)
    return possible and (semblable or len(inconnues) >= len(lues))


# --- How alike two headings are, from 0 to 1: letters, words in another order, words cut short ------------------------


def ressemblance(entete: str, formes: Sequence[str]) -> float:
    """The best likeness of a heading to one of the comparison forms of a column, words in any order or abbreviated.

    >>> ressemblance("Bailleur (organisme)", ["organisme bailleur"]), ressemblance("Tél.", ["telephone"])
    (1.0, 0.9)
    """
    forme = normaliser(entete)[:_LONGUEUR_COMPAREE]
    return max((_ressemblance(forme, connue) for connue in formes), default=0.0)


def _ressemblance(a: str, b: str) -> float:
    """Of two comparison forms; 0 below PLANCHER."""
    mots = [(mot, [connu for connu in b.split() if connu.startswith(mot)]) for mot in a.split()]
    entiere = " ".join(longs[0] if longs and len(mot) >= _ABREVIATION_MINIMALE else mot for mot, longs in mots)
    abregee = 0.0 if entiere == a else _DECOTE_D_ABREVIATION * _rapport(entiere, b)
    return max(_rapport(a, b), abregee)


def _rapport(a: str, b: str) -> float:
    return max(juger(a, b, score_cutoff=100 * PLANCHER) for juger in (fuzz.ratio, fuzz.token_sort_ratio)) / 100
