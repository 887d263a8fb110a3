"""The page that links everything of a year: the documents, then a table of communes and one of landlords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cil_analysis.rapport.bloc import Bloc, paragraphe, remplir
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.mots.formats import INSECABLE, RIEN, echapper, nombre
from cil_analysis.rapport.mots.signes import signe
from cil_analysis.rapport.ouverture import entete
from cil_analysis.rapport.pages import AUTRES, BILAN, FICHES
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.systemes import ECHEANCES
from cil_analysis.rapport.tableaux import ENTETES, lire
from cil_analysis.rapport.tables import Cellule, resultat_html, tableau_libre
from cil_analysis.reference.sujets import LISTES
from cil_analysis.reference.texte import enumerer, typographie

# The files beside the pages, in the order in which they are shown: what each is, and for whom.
DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "bilan.pdf": ("Le bilan imprimé", "le même, paginé"),
    "bilan.xlsx": ("Le classeur", "tous les chiffres publiés, une feuille par indicateur"),
    "fiche_action.html": ("La fiche action", "l’action du service, ses moyens et son bilan"),
    "fiche_action.docx": ("La fiche action, à modifier", "la même, pour un traitement de texte"),
    "indicateurs.csv": ("Les indicateurs", "les mêmes chiffres, pour un tableur ou un programme"),
    "journal.json": ("Le journal", "fichiers reçus, versions et règles : ce qui permet de refaire le bilan"),
}
_FORMATS = {
    "html": "page HTML", "pdf": "PDF", "xlsx": "classeur Excel", "docx": "document Word", "csv": "CSV", "json": "JSON",
    "md": "texte",
}  # fmt: skip


def contenu(
    rapport: Rapport,
    documents: Mapping[str, int],
    ouvertes: Mapping[str, int],
    fiches: Mapping[tuple[str, str], str],
    *,
    constats: Mapping[str, str],
    classeurs: Mapping[str, str] | None = None,
    perimees: Sequence[str] = (),
) -> Bloc:
    """The page. ``documents`` and ``ouvertes`` (the open data): path → size; ``fiches``: (genre, code) → path.

    ``constats``: page → what it says first, as its HTML has it.

    ``classeurs``: code → the path of the workbook of its sheet; ``perimees``: the commands whose sheets are of another
    bilan.
    """
    return entete(rapport, "Bilan annuel des attributions") + Bloc(
        remplir(
            "accueil",
            perimees=enumerer([f"« cil {nom} »" for nom in perimees]),
            pages=[page for page in (BILAN, *AUTRES) if page.fichier in documents],
            constats=constats,
            fichiers=DOCUMENTS,
            documents=documents,
            tableaux=[
                (f"{genre}s", dites.section, _fiches(rapport, genre, fiches, classeurs or {}))
                for genre, dites in FICHES.items()
            ],
            ouvertes=ouvertes,
            format_de=_format,
        )
    )


def _format(nom: str, taille: int) -> str:
    """« PDF, 1,2 Mo »."""
    suffixe = nom.rpartition(".")[2].lower()
    poids = f"{nombre(taille / 1e6, 1)}{INSECABLE}Mo"
    if taille < 1e5:
        poids = f"{nombre(max(taille / 1e3, 1))}{INSECABLE}ko"
    return f"{_FORMATS.get(suffixe, suffixe.upper())}, {poids}"


def _fiches(rapport: Rapport, genre: str, fiches: Mapping[tuple[str, str], str], classeurs: Mapping[str, str]) -> str:
    """The table of a kind of subject, each name a link when its sheet is there, and what is said before it.

    Nothing in a year that has no such sheet, of those that need an extract.
    """
    dites = FICHES[genre]
    liens = {code: chemin for (du_genre, code), chemin in fiches.items() if du_genre == genre}
    connus = LISTES[genre](rapport.references, rapport.annee)
    if dites.extrait:
        connus = {code: nom for code, nom in connus.items() if code in liens}
    if not connus:
        return ""
    colonnes = {titre: _colonne(rapport, genre, quoi) for titre, quoi in dites.colonnes}
    lignes: list[list[str | Cellule]] = []
    for code, nom in connus.items():
        lignes.append([nom, *(par_code.get(code, lire(None)) for par_code in colonnes.values())])
        if dites.classeur:
            lignes[-1].append(_classeur(nom, classeurs[code]) if code in classeurs else Cellule(RIEN, "absent texte"))
    total = rapport.projet.epci_nom_court
    if dites.ensemble:
        lignes.append([total, *(par_code[""] for par_code in colonnes.values())])
    entetes = [ENTETES[genre], *colonnes, *(["Classeur"] if dites.classeur else [])]
    echeance = ECHEANCES[genre](rapport) if genre in ECHEANCES else None
    phrase = rapport.dire(dites.phrase, echeance=echeance) if echeance else ""
    return paragraphe(phrase).html + tableau_libre(
        f"{dites.tableau}, {rapport.annee}", entetes, lignes, [len(colonnes) + 1],
        liens={connus[code]: chemin for code, chemin in liens.items() if code in connus}, total=total,
    )  # fmt: skip


def _colonne(rapport: Rapport, genre: str, quoi: str) -> dict[str, Cellule]:
    """The cells of an indicator by code, that of the EPCI under none."""
    code, _, terme = quoi.partition(".")
    table = rapport[code].par(genre)
    table = table.terme(terme) if terme else table
    return {c.cle[0]: _ecrire(c) for c in table} | {"": _ecrire(table.ensemble)}


def _ecrire(c: Chiffre | None) -> Cellule:
    """« 25,3 % », and of an objective its result: « 25,3 % ✓ atteint », « s ✓ atteint »."""
    ecrit = lire(c)
    if c is None or not c.ligne["resultat"] or (ecrit.classe and signe(c.ligne, "resultat")):
        return ecrit
    mots = f"{echapper(ecrit.texte)} {resultat_html(str(c.ligne['resultat']))}"
    return Cellule(mots.strip(), ecrit.classe, brut=True)


def _classeur(nom: str, chemin: str) -> Cellule:
    cache = f'<span class="masque-visuel">{echapper(typographie(f" : {nom}"))}</span>'
    return Cellule(f'<a href="{echapper(chemin)}">classeur{cache}</a>', "texte", brut=True)
