"""``reports/<année>/index.html``: the page that links what stands in the folder, and nothing else."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup

from cil_analysis.rapport.bloc import Bloc, paragraphe, remplir
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.rapport.mots.signes import signe
from cil_analysis.rapport.pages import AUTRES, BILAN, FICHIERS
from cil_analysis.rapport.pages import FICHES as GENRES
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.tableaux import ENTETES, lire
from cil_analysis.rapport.tables import Cellule, Nom, resultat_html, tableau_libre
from cil_analysis.reference.texte import enumerer
from cil_analysis.rendu import interne, suivi
from cil_analysis.rendu.page import Habillage
from cil_analysis.rendu.plan_des_fiches import Fiche, fiches_de
from cil_analysis.typographie import INSECABLE, RIEN, nombre, typographie

_OUVERTES = "opendata/"
# Of a figure without a result, the place of one: it stands in line with the others.
_SANS_RESULTAT = '<span class="sans-resultat"></span>'
_CONSTAT = re.compile(r'<p class="constat">(.*?)</p>', re.DOTALL)


def ecrire_l_accueil(rapport: Rapport) -> Path:
    """Write the page of a folder that stands as it is, and return it."""
    dossier = rapport.projet.rapports / str(rapport.annee)
    fichiers = suivi.fichiers_de(dossier)
    page = page_d_accueil(rapport, fichiers).encode("utf-8")
    entrees = suivi.entrees_de_l_accueil(rapport.projet, dossier, fichiers)
    suivi.lire_suivi(dossier, suivi.BILAN).deposer(suivi.ACCUEIL, page, entrees)
    return dossier / suivi.ACCUEIL


def page_d_accueil(rapport: Rapport, fichiers: Mapping[str, Path]) -> str:
    """The page for the files of the folder of a year, or for those that it will have.

    A sheet made from another bilan than the one of the folder is linked all the same, and the page says so.
    """
    dossier = rapport.projet.rapports / str(rapport.annee)
    chiffres = suivi.empreinte_du_bilan(fichiers["indicateurs.csv"].parent)
    perimees = [
        suivi.A_COTE[nom][1]
        for nom in (suivi.FICHES, suivi.ACTION)
        if suivi.lire_suivi(dossier, nom).est_perime(chiffres)
    ]
    # What each page says first, as its HTML has it.
    constats = {nom: _CONSTAT.search(fichiers[nom].read_text("utf-8")) for nom in FICHIERS if nom in fichiers}
    tailles = {nom: chemin.stat().st_size for nom, chemin in fichiers.items()}
    dites = {nom: trouve[1] for nom, trouve in constats.items() if trouve}
    titre = f"Bilan annuel des attributions {rapport.annee} – {rapport.projet.epci_nom_court}"
    markdown = contenu(rapport, tailles, dites, perimees).en_markdown()
    return interne.mettre_en_page(markdown, dossier, Habillage(titre, "accueil"))


def contenu(
    rapport: Rapport, fichiers: Mapping[str, int], constats: Mapping[str, str] = MappingProxyType({}),
    perimees: Sequence[str] = (),
) -> Bloc:  # fmt: skip
    """What it says. ``fichiers``: path → size; ``constats``: page → its first words; ``perimees``: commands."""
    fiches = fiches_de(rapport.references, rapport.annee)
    return rapport.entete("Bilan annuel des attributions") + Bloc(
        remplir(
            "accueil",
            perimees=enumerer([f"« cil {nom} »" for nom in perimees]),
            pages=[page for page in (BILAN, *AUTRES) if page.fichier in fichiers],
            constats=constats,
            tableaux=[
                (f"{genre}s", dites["section"], _fiches(rapport, genre, fiches, fichiers))
                for genre, dites in GENRES.items()
            ],
            ouvertes=[nom for nom in fichiers if nom.startswith(_OUVERTES)],
            poids={nom: _poids(taille) for nom, taille in fichiers.items()},
        )
    )


def _poids(taille: int) -> str:
    """« 1,2 Mo », « 12 ko »."""
    if taille < 1e5:
        return f"{nombre(max(taille / 1e3, 1))}{INSECABLE}ko"
    return f"{nombre(taille / 1e6, 1)}{INSECABLE}Mo"


def _fiches(rapport: Rapport, genre: str, fiches: Sequence[Fiche], fichiers: Mapping[str, int]) -> str:
    """The table of a kind of subject, each name a link when its sheet is there; nothing without its extract."""
    dites = GENRES[genre]
    fiches = [f for f in fiches if f.genre == genre and (f.chemin in fichiers or not dites["extrait"])]
    if not fiches:
        return ""
    colonnes = {titre: _colonne(rapport, genre, quoi) for titre, quoi in dites["colonnes"]}
    lignes: list[list[str | Nom | Cellule]] = []
    for f in fiches:
        page = f.chemin if f.chemin in fichiers else ""
        lignes.append([Nom(f.nom, lien=page), *(siennes[f.code] for siennes in colonnes.values())])
        if f.classeur in fichiers:
            cache = f'<span class="masque-visuel">{echapper(typographie(f" : {f.nom}"))}</span>'
            lignes[-1].append(Cellule(Markup(f'<a href="{echapper(f.classeur)}">classeur{cache}</a>'), "texte"))
        elif dites["classeur"]:
            lignes[-1].append(Cellule(RIEN, "absent texte"))
    total = rapport.projet.epci_nom_court
    if dites["ensemble"]:
        lignes.append([total, *(siennes[""] for siennes in colonnes.values())])
    entetes = [ENTETES[genre], *colonnes, *(["Classeur"] if dites["classeur"] else [])]
    echeance = rapport.jour_de(dites["echeance"], rapport.annee + 1) if dites["echeance"] else None
    phrase = rapport.dire(dites["phrase"], echeance=echeance) if echeance else ""
    return paragraphe(phrase).html + tableau_libre(
        f"{dites['tableau']}, {rapport.annee}", entetes, lignes, [len(colonnes) + 1], total=total
    )


def _colonne(rapport: Rapport, genre: str, quoi: str) -> Mapping[str, Cellule]:
    """The cells of an indicator by code, that of the EPCI under none."""
    code, _, terme = quoi.partition(".")
    table = rapport[code].par(genre)
    table = table.terme(terme) if terme else table
    chiffres = {c.cle[0]: c for c in table} | {"": table.ensemble}
    place = _SANS_RESULTAT if any(c and resultat_html(c.ligne) for c in chiffres.values()) else ""
    lues = {cle: _ecrire(c, place) for cle, c in chiffres.items()}
    return defaultdict(lambda: _ecrire(None, place), lues)


def _ecrire(c: Chiffre | None, place: str = "") -> Cellule:
    """« 25,3 % », and of an objective its result: « 25,3 % ✓ atteint », « s ✓ atteint »; without one, its ``place``."""
    ecrit = lire(c)
    if c is not None and c.ligne["resultat"] and not (ecrit.classe and signe(c.ligne, "resultat")):
        place = resultat_html(c.ligne)
    return Cellule(Markup(f"{echapper(ecrit.texte)} {place}".strip()), ecrit.classe)
