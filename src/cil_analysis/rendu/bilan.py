"""Everything under ``reports/<année>/``: the page, the workbook, the figures and the journal, all or nothing."""

import json
import platform
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cil_analysis.empreintes import empreinte_du_fichier
from cil_analysis.projet import Projet
from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from cil_analysis.rapport.pages import AUTRES, BILAN, FICHIERS, Page, pages_de
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.seuils import FICHIER, NOMS, valeurs_de
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.accueil import page_d_accueil
from cil_analysis.rendu.atelier import Atelier
from cil_analysis.rendu.commentaires import lire_commentaires
from cil_analysis.rendu.indicateurs import ecrire_indicateurs
from cil_analysis.rendu.mise_en_place import a_cote, mettre_en_place, seul_a_ecrire
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.page import Commande
from cil_analysis.rendu.suivi import (
    ACCUEIL,
    PDF,
    EntreesDuBilan,
    Production,
    Suivi,
    entrees_de_l_accueil,
    entrees_du_pdf,
    fichiers_de,
    lire_entrees,
    lire_suivi,
)
from cil_analysis.rendu.suivi import BILAN as NOTES
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.preuve.preuve import prouver
from cil_analysis.secret.publication import import_dit, publier_annee
from cil_analysis.secret.transmission import transmettre
from cil_analysis.secret.verdicts import noter

CHIFFRES, CLASSEUR, JOURNAL = "indicateurs.csv", "bilan.xlsx", "journal.json"
# Libraries whose version the journal says.
_BIBLIOTHEQUES = ("cil-analysis", "pandas", "geopandas", "matplotlib", "openpyxl", "pyarrow")
_CARNETS = tuple(page.carnet for page in (BILAN, *AUTRES))


def produire_bilan(
    projet: Projet, production: Production, atelier: Atelier, avancement: Avancement, equipe: Executor | None = None
) -> Path:
    """Write the pages of a year, its workbook, figures, journal and PDF, and ``index.html``; the path of the bilan.

    The files are made aside, the published figures are read back and audited, and all are moved together at the end.
    Without an engine that prints, ``avancement`` says why; a PDF of another page is never left. What would be made
    again as it is, is kept. Raises ErreurCIL when the audit fails, and when an import has ended meanwhile.
    """
    annee, moteur, avec_pdf, refaire, interne = production
    # What is missing or at fault is said before the long work.
    lire_commentaires(projet, annee, notebooks.lire(projet.carnets / BILAN.carnet))
    dossier = interne or projet.rapports / str(annee)
    with seul_a_ecrire(projet):
        avant = lire_entrees(projet, annee, moteur)
        anciennes = Suivi(dossier, NOTES) if refaire or interne else lire_suivi(dossier, NOTES)
        memes_entrees = MemesEntrees(projet, annee)
        with memes_entrees:
            references = References.de(projet)
            publication = publier_annee(references, annee, interne=interne is not None, equipe=equipe)
        rapport = Rapport(references, publication)
        with a_cote(interne or projet.rapports, dossier) as etape:
            edition = _Edition(rapport, etape, avant, anciennes, avancement)
            with memes_entrees:
                edition.rendre(atelier, equipe, avec_pdf=avec_pdf)
            notes = edition.mettre_en_place(atelier.choix.nom)
        # After an edit of a notebook meanwhile, of which state a page is cannot be told: the next run makes it again.
        if interne is None and lire_entrees(projet, annee, moteur) == avant:
            notes.sceller(avant.tout)
    return dossier / BILAN.fichier


class _Edition:
    """The files of a year under way, made in ``etape`` for ``dossier``.

    ``entrees``: what each file is made from; ``gardees``: the notes of the files that may be kept, none if their
    figures are not those just counted.
    """

    def __init__(
        self, rapport: Rapport, etape: Path, avant: EntreesDuBilan, anciennes: Suivi, avancement: Avancement
    ) -> None:
        self.rapport, self.etape, self.avancement = rapport, etape, avancement
        self.pages = [page for page in pages_de(rapport) if page is BILAN or page.a_son_carnet(rapport)]
        for page in pages_de(rapport):
            if page not in self.pages:
                dit = f"le carnet notebooks/{page.carnet} est absent, la page n’est pas produite."
                avancement(f"{page.titre} : {dit}")
        self.entrees = {page.fichier: avant.de_la_page(page.carnet, _CARNETS) for page in self.pages}
        self.entrees |= dict.fromkeys((CHIFFRES, CLASSEUR, JOURNAL), avant.chiffres)
        with (etape / CHIFFRES).open("w", encoding="utf-8", newline="") as flux:
            ecrire_indicateurs(rapport.publication, flux)
        contenu = empreinte_du_fichier(etape / CHIFFRES)
        memes = anciennes.est_intact(CHIFFRES) and contenu == anciennes.notes[CHIFFRES]["contenu"]
        self.dossier, self.gardees = anciennes.dossier, anciennes if memes else Suivi(anciennes.dossier, NOTES)

    def _est_garde(self, nom: str) -> bool:
        return self.gardees.est_a_jour(nom, self.entrees[nom])

    def rendre(self, atelier: Atelier, equipe: Executor | None, *, avec_pdf: bool) -> None:
        """Make the pages and the PDF by engines of their own, while this process writes and proves the figures."""
        rapport = self.rapport
        with transmettre(rapport.references, rapport.publication), ThreadPoolExecutor(max_workers=1) as ailleurs:
            rendu = ailleurs.submit(self._rendre_les_pages, atelier, avec_pdf)
            try:
                if not all(map(self._est_garde, (CHIFFRES, CLASSEUR))):
                    self._ecrire_et_prouver(equipe)
                rendu.result()
            except BaseException:
                atelier.arreter()
                raise

    def _rendre_les_pages(self, atelier: Atelier, avec_pdf: bool) -> None:
        """The page of the bilan first, which is printed while the others are made."""
        gardees = [page for page in self.pages if self._est_garde(page.fichier)]
        if gardees:
            self.avancement(f"Inchangées, gardées : {', '.join(page.fichier for page in gardees)}")
        a_faire = [page for page in self.pages if page not in gardees]
        commandes = [_commander(self.rapport, page, self.pages, self.avancement) for page in a_faire]
        with ThreadPoolExecutor(max_workers=1) as presse:
            impressions = [presse.submit(self._imprimer, self.dossier)] if avec_pdf and BILAN in gardees else []
            for rang, html in atelier.fabriquer(commandes):
                page = a_faire[rang]
                (self.etape / page.fichier).write_bytes(html.encode("utf-8"))
                if page is not BILAN:
                    self.avancement(f"Page faite : {page.titre}")
                elif avec_pdf:
                    impressions.append(presse.submit(self._imprimer, self.etape))
            for impression in impressions:
                impression.result()

    def _imprimer(self, dossier: Path) -> None:
        """Print the page that stands in a folder, if what is printed of it is not there already."""
        from cil_analysis.rendu import pdf  # Slow, and of no use to the pages.

        page = dossier / BILAN.fichier
        if not self.gardees.est_a_jour(PDF, entrees_du_pdf(page)):
            self.avancement("Mise en PDF")
            jour = max(str(j["importe_le"]) for j in self.rapport.publication.imports)[:10]
            pdf.imprimer(page, self.etape / PDF, jour, self.avancement)

    def _ecrire_et_prouver(self, equipe: Executor | None) -> None:
        """The workbook, and the proof that what the figures mask cannot be deduced from it, nor from them."""
        rapport, publication = self.rapport, self.rapport.publication
        self.avancement("Classeur et indicateurs")
        ecrire_classeur(rapport, BILAN.titre, self.etape / CLASSEUR)
        if not publication.interne:
            self.avancement("Preuve du secret statistique")
            prouver(rapport.references, rapport.annee, self.etape, publication.lecteurs, precis=False, equipe=equipe)

    def mettre_en_place(self, moteur: str) -> Suivi:
        """Write the journal and the home page, then move all in together. Returns the notes of what is there."""
        rapport, dossier, etape = self.rapport, self.dossier, self.etape
        dit = _journal(rapport, moteur, empreinte_du_fichier(etape / CHIFFRES))
        (etape / JOURNAL).write_bytes((json.dumps(dit, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
        dossier.mkdir(exist_ok=True)
        perime = _pdf_perime(etape, dossier)
        # A page that the year no longer has goes with the figures that it showed.
        retires = [nom for nom in FICHIERS if nom not in self.entrees] + ([PDF] if perime else [])
        notes = Suivi(dossier, NOTES)
        if not rapport.publication.interne:
            fichiers = {n: c for n, c in fichiers_de(dossier).items() if n not in retires} | fichiers_de(etape)
            (etape / ACCUEIL).write_bytes(page_d_accueil(rapport, fichiers).encode("utf-8"))
            self.entrees[PDF] = entrees_du_pdf(fichiers[BILAN.fichier])
            self.entrees[ACCUEIL] = entrees_de_l_accueil(dossier, fichiers)
            for nom, entrees in self.entrees.items():
                if (etape / nom).exists():
                    notes.noter(nom, etape / nom, entrees)
                elif self._est_garde(nom):
                    notes.notes[nom] = self.gardees.notes[nom]
        mettre_en_place(etape, dossier, retires)
        if perime:
            self.avancement("bilan.pdf, imprimé du bilan précédent, est retiré.")
        return notes


def _pdf_perime(etape: Path, dossier: Path) -> bool:
    """Whether the folder has a PDF of another page than the one to come, and none to replace it."""
    neuve, ancienne = (empreinte_du_fichier(ou / BILAN.fichier) for ou in (etape, dossier))
    return (dossier / PDF).exists() and not (etape / PDF).exists() and neuve not in ("", ancienne)


def _commander(rapport: Rapport, page: Page, pages: Sequence[Page], avancement: Avancement) -> Commande:
    """What makes one of the pages of a year; the bilan alone has comments, and tells how far it is."""
    projet, interne = rapport.projet, rapport.publication.interne
    parametres = {"annee": rapport.annee, "projet": str(projet.racine)} | ({"interne": True} if interne else {})
    titre = f"{page.titre} {rapport.annee} – {projet.epci_nom_court}{' – version interne' if interne else ''}"
    # To the home page, which an internal version has not, and to the others; none from the bilan alone.
    autres = {autre.titre: autre.fichier for autre in pages if autre is not page}
    navigation = ({} if interne or not autres else {"Accueil": ACCUEIL}) | autres
    carnet = projet.carnets / page.carnet
    if page is not BILAN:
        return Commande(carnet, parametres, titre, navigation)
    commentaires = lire_commentaires(projet, rapport.annee, notebooks.lire(carnet))
    return Commande(carnet, parametres, titre, navigation, avancement, commentaires)


def _journal(rapport: Rapport, moteur: str, indicateurs: str) -> dict[str, Any]:
    """How the report was made: no date of its own. ``indicateurs``: the digest by which a reader trusts the figures."""
    tables = rapport.publication.values()
    return {
        "titre": f"{BILAN.titre} {rapport.annee}",
        "projet": rapport.projet.identifiant,
        "epci_siren": rapport.projet.epci_siren,
        "donnees_fictives": rapport.projet.donnees_fictives,
        "annee": rapport.annee,
        "annees": list(rapport.annees),
        "interne": rapport.publication.interne,
        "moteur": moteur,
        "versions": {"python": platform.python_version(), **{nom: version(nom) for nom in _BIBLIOTHEQUES}},
        "empreinte_references": rapport.references.empreinte(),
        "sha256_indicateurs": indicateurs,
        "resultats_dits": noter(rapport.publication.en_table(), rapport.references.objectifs),
        "parametres": _parametres(rapport),
        "chiffres": {
            "publies_ou_signes": sum(len(table) for table in tables),
            "masques": sum(table.nb_secrets for table in tables),
        },
        "entrees": [import_dit(importe) for importe in rapport.publication.imports],
    }


def _parametres(rapport: Rapport) -> dict[str, Any]:
    valeurs: dict[str, Any] = {}
    for nom, parametre in rapport.references.parametres.items():
        valeur = parametre.valeur(rapport.jour)
        valeurs[nom] = list(valeur) if isinstance(valeur, tuple) else valeur
    seuils = valeurs_de(rapport.references.seuils, rapport.annee)
    return valeurs | {f"{FICHIER}.{nom}": seuil for nom, seuil in zip(NOMS, seuils, strict=True)}
