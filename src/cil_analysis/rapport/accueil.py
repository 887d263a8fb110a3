"""The page that links everything of a year: the documents, then a table of communes and one of landlords."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, RESERVATAIRE
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.mots.formats import INSECABLE, RIEN, date_en_mots, echapper, nombre
from cil_analysis.rapport.mots.signes import signe
from cil_analysis.rapport.ouverture import entete
from cil_analysis.rapport.pages import AUTRES, BILAN
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.tableaux import lire
from cil_analysis.rapport.tables import Cellule, cellule, resultat_html, tableau_libre
from cil_analysis.reference.sujets import bailleurs, communes, reservataires
from cil_analysis.reference.texte import typographie

# The files beside the pages, in the order in which they are shown: what each is, and for whom.
DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "bilan.pdf": ("Le bilan imprimé", "le même, paginé"),
    "bilan.xlsx": ("Le classeur", "tous les chiffres publiés, une feuille par indicateur"),
    "indicateurs.csv": ("Les indicateurs", "les mêmes chiffres, pour un tableur ou un programme"),
    "journal.json": ("Le journal", "fichiers reçus, versions et règles : ce qui permet de refaire le bilan"),
}
_FORMATS = {"html": "page HTML", "pdf": "PDF", "xlsx": "classeur Excel", "csv": "CSV", "json": "JSON", "md": "texte"}


def contenu(
    rapport: Rapport,
    documents: Mapping[str, int],
    ouvertes: Mapping[str, int],
    fiches: Mapping[tuple[str, str], str],
    *,
    constats: Mapping[str, str],
    classeurs: Mapping[str, str] | None = None,
    echeance: date | None = None,
    perimees: bool = False,
) -> Bloc:
    """The page. ``documents`` and ``ouvertes`` (the open data): path → size; ``fiches``: (genre, code) → path.

    ``constats``: page → what it says first, as its HTML has it.

    ``classeurs``: réservataire → the path of its workbook; ``echeance``: before which day each of them is owed its
    bilan.
    """
    titre = "Bilan annuel des attributions"
    avertissement = (
        "Des fiches viennent d’un bilan précédent : leurs chiffres peuvent différer. Relancez « cil fiches »."
        if perimees
        else ""
    )
    return Bloc(
        entete(rapport, titre).html
        + (f'<p class="bandeau">{echapper(typographie(avertissement))}</p>' if avertissement else "")
        + _section("pages", "Les pages", _pages(documents, constats))
        + _section("documents", "Les fichiers", _documents(documents))
        + _section("communes", "Les communes", _communes(rapport, fiches))
        + _section("bailleurs", "Les bailleurs", _bailleurs(rapport, fiches))
        + _section("reservataires", "Les réservataires", _reservataires(rapport, fiches, classeurs or {}, echeance))
        + (_section("donnees-ouvertes", "Les données ouvertes", _ouvertes(ouvertes)) if ouvertes else "")
    )


def _section(identifiant: str, titre: str, html: str) -> str:
    return f'<section id="{identifiant}"><h2>{echapper(titre)}</h2>{html}</section>' if html else ""


def _pages(documents: Mapping[str, int], constats: Mapping[str, str]) -> str:
    """The pages that the folder has, each with what it says first."""
    lignes = []
    for page in (BILAN, *AUTRES):
        if page.fichier in documents:
            lignes.append(
                f'<li><a href="{echapper(page.fichier)}">{echapper(typographie(page.titre))}</a> '
                f'<span class="usage">{echapper(typographie(page.usage))}</span>'
                f'<span class="dit">{constats.get(page.fichier, "")}</span></li>'
            )
    return f'<ul class="documents pages">{"".join(lignes)}</ul>' if lignes else ""


def _documents(documents: Mapping[str, int]) -> str:
    lignes = [
        f'<li><a href="{echapper(nom)}">{echapper(typographie(titre))}</a> '
        f'<span class="format">({_format(nom, documents[nom])})</span>'
        f'<span class="usage">{echapper(typographie(usage))}</span></li>'
        for nom, (titre, usage) in DOCUMENTS.items()
        if nom in documents
    ]
    return f'<ul class="documents">{"".join(lignes)}</ul>'


def _ouvertes(fichiers: Mapping[str, int]) -> str:
    lignes = [
        f'<li><a href="{echapper(nom)}">{echapper(nom.partition("/")[2])}</a> '
        f'<span class="format">({_format(nom, taille)})</span></li>'
        for nom, taille in fichiers.items()
    ]
    return f'<ul class="documents ouvertes">{"".join(lignes)}</ul>'


def _format(nom: str, taille: int) -> str:
    """« PDF, 1,2 Mo »."""
    suffixe = nom.rpartition(".")[2].lower()
    poids = f"{nombre(taille / 1e6, 1)}{INSECABLE}Mo"
    if taille < 1e5:
        poids = f"{nombre(max(taille / 1e3, 1))}{INSECABLE}ko"
    return f"{_FORMATS.get(suffixe, suffixe.upper())}, {poids}"


# The columns after the name: the indicator, its heading, and how a row of it is written.
_Ecrire = Callable[[Chiffre | None], Cellule]


def _effectif(c: Chiffre | None) -> Cellule:
    return Cellule(RIEN, "absent") if c is None else cellule(c.ligne, "numerateur")


def _objectif(c: Chiffre | None) -> Cellule:
    """« 25,3 % ✓ atteint », « s ✓ atteint »."""
    ecrit = lire(c)
    if c is None or (ecrit.classe and signe(c.ligne, "resultat")):
        return ecrit
    mots = f"{echapper(ecrit.texte)} {resultat_html(str(c.ligne['resultat']))}"
    return Cellule(mots.strip(), ecrit.classe, brut=True)


_COMMUNE: tuple[tuple[str, str, _Ecrire], ...] = (
    ("V01", "Attributions", lire),
    ("T01", "Part des attributions", lire),
    ("V06", "Délai médian", lire),
    ("O01", "Premier quartile hors QPV", _objectif),
    ("O04", "Ménages prioritaires", _objectif),
)
_BAILLEUR: tuple[tuple[str, str, _Ecrire], ...] = (
    ("A01", "Attributions", _effectif),
    ("A01", "Part des attributions", lire),
    ("V06", "Délai médian", lire),
    ("O01", "Premier quartile hors QPV", _objectif),
    ("O02", "Autres quartiles en QPV", _objectif),
)


_RESERVATAIRE: tuple[tuple[str, str, _Ecrire], ...] = (
    ("F01", "Proposés", lire),
    ("F02", "Attribués", lire),
    ("F04", "Réservés", lire),
    ("F05", "Réalisation", lire),
)


def _reservataires(
    rapport: Rapport, fiches: Mapping[tuple[str, str], str], classeurs: Mapping[str, str], echeance: date | None
) -> str:
    """The bilans of the flux, due to each réservataire; nothing in a year that has none."""
    siennes = {code: chemin for (genre, code), chemin in fiches.items() if genre == RESERVATAIRE}
    if not siennes:
        return ""
    connus = {c: nom for c, nom in reservataires(rapport.references, rapport.annee).items() if c in siennes}
    titres = ("Réservataire", "Bilan de la gestion en flux par réservataire")
    ajouts = {
        code: Cellule(
            f'<a href="{echapper(chemin)}">classeur<span class="masque-visuel">'
            f"{echapper(typographie(f' : {connus.get(code, code)}'))}</span></a>",
            "texte",
            brut=True,
        )
        for code, chemin in classeurs.items()
    }
    table = _table(rapport, RESERVATAIRE, connus, fiches, _RESERVATAIRE, titres, None, ajouts)
    if echeance is None:
        return table
    due = (
        f"Chaque bailleur doit le bilan de {rapport.annee} à chacun de ses réservataires et à l’intercommunalité avant "
        f"le {date_en_mots(echeance)} (décret n° 2020-145 ; art. R441-5 du code de la construction et de l’habitation)."
    )
    return f"<p>{echapper(typographie(due))}</p>{table}"


def _communes(rapport: Rapport, fiches: Mapping[tuple[str, str], str]) -> str:
    connues = communes(rapport.references, rapport.annee)
    epci = [ecrire(rapport[code].ensemble) for code, _, ecrire in _COMMUNE]
    return _table(rapport, COMMUNE, connues, fiches, _COMMUNE, ("Commune", "Attributions par commune"), epci)


def _bailleurs(rapport: Rapport, fiches: Mapping[tuple[str, str], str]) -> str:
    connus = bailleurs(rapport.references, rapport.annee)
    return _table(rapport, BAILLEUR, connus, fiches, _BAILLEUR, ("Bailleur", "Attributions par bailleur"), None)


def _table(
    rapport: Rapport,
    genre: str,
    connus: Mapping[str, str],
    fiches: Mapping[tuple[str, str], str],
    colonnes: tuple[tuple[str, str, _Ecrire], ...],
    titres: tuple[str, str],
    ensemble: list[Cellule] | None,
    classeurs: Mapping[str, Cellule] | None = None,
) -> str:
    """One row for each subject, its name a link when its sheet is there; the EPCI apart."""
    lues = [({c.cle[0]: c for c in rapport[code].par(genre)}, ecrire) for code, _, ecrire in colonnes]
    lignes: list[list[str | Cellule]] = []
    liens = {}
    for code, nom in connus.items():
        lignes.append([nom, *(ecrire(par_code.get(code)) for par_code, ecrire in lues)])
        if classeurs is not None:
            lignes[-1].append(classeurs.get(code, Cellule(RIEN, "absent texte")))
        if (genre, code) in fiches:
            liens[nom] = fiches[genre, code]
    if not lignes:
        return ""
    total = rapport.projet.epci_nom_court
    if ensemble is not None:
        lignes.append([total, *ensemble])
    entetes = [titres[0], *(titre for _, titre, _ in colonnes)]
    textes = [len(entetes)] if classeurs is not None else []
    entetes += ["Classeur"] if classeurs is not None else []
    return tableau_libre(f"{titres[1]}, {rapport.annee}", entetes, lignes, textes, liens=liens, total=total)
