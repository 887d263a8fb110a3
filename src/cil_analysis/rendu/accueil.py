"""``reports/<année>/index.html``: the page that links what stands in the folder, and nothing else."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.rapport.pages import AUTRES, BILAN
from cil_analysis.rapport.pages import FICHES as GENRES
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.texte import enumerer
from cil_analysis.rendu import interne, suivi
from cil_analysis.rendu.page import Habillage
from cil_analysis.rendu.plan_des_fiches import fiches_de
from cil_analysis.typographie import INSECABLE, nombre

_OUVERTES = "opendata/"


def ecrire_l_accueil(rapport: Rapport) -> Path:
    """Write the page of a folder that stands as it is, and return it."""
    dossier = rapport.projet.rapports / str(rapport.annee)
    fichiers = suivi.fichiers_de(dossier)
    page = page_d_accueil(rapport, fichiers).encode("utf-8")
    entrees = suivi.entrees_de_l_accueil(dossier, fichiers)
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
    tailles = {nom: chemin.stat().st_size for nom, chemin in fichiers.items()}
    titre = f"Bilan annuel des attributions {rapport.annee} – {rapport.projet.epci_nom_court}"
    markdown = contenu(rapport, tailles, perimees).en_markdown()
    return interne.mettre_en_page(markdown, dossier, Habillage(titre, "accueil"))


def contenu(rapport: Rapport, fichiers: Mapping[str, int], perimees: Sequence[str] = ()) -> Bloc:
    """What it says. ``fichiers``: path → size; ``perimees``: commands."""
    fiches = [f for f in fiches_de(rapport.references, rapport.annee) if f.chemin in fichiers]
    return rapport.entete("Bilan annuel des attributions") + Bloc(
        remplir(
            "accueil",
            perimees=enumerer([f"« cil {nom} »" for nom in perimees]),
            pages=[page for page in (BILAN, *AUTRES) if page.fichier in fichiers],
            fiches=[
                (f"{genre}s", dites["section"], [f for f in fiches if f.genre == genre])
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
