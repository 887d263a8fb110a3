"""The sheets of communes and landlords: made by warm kernels, each kept while its inputs have not changed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from cil_analysis.empreintes import condenser, empreinte_du_logiciel
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, RESERVATAIRE
from cil_analysis.projet import Projet
from cil_analysis.rapport import Rapport
from cil_analysis.rapport.classeur import fiche as classeur_de_fiche
from cil_analysis.rapport.mots.formats import accorder
from cil_analysis.rapport.pages import FICHES as GENRES
from cil_analysis.rapport.systemes import CLASSEURS
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu import Choix, Commande, Moteur, choisir, notebooks
from cil_analysis.rendu.accueil import ecrire_l_accueil
from cil_analysis.rendu.atelier import EchecDePage, fabriquer_ensemble
from cil_analysis.rendu.entrees import PAGE, entrees_des_fiches
from cil_analysis.rendu.habillage import Lien
from cil_analysis.rendu.plan_des_fiches import DOSSIERS, Fiche, choisir_fiches, fiches_de
from cil_analysis.rendu.suivi import ACCUEIL, FICHES, Suivi, empreinte_du_bilan, lire_suivi
from cil_analysis.rendu.verrou import seul_a_ecrire
from cil_analysis.secret.relecture import relire_publication
from cil_analysis.secret.transmission import transmettre

CARNETS = {COMMUNE: "fiche_commune.qmd", BAILLEUR: "fiche_bailleur.qmd", RESERVATAIRE: "fiche_reservataire.qmd"}
# A sentence of text, or a finding: « <p>…</p> ».
_PHRASE = re.compile(r'<p(?: class="constat")?>(.*?)</p>', re.DOTALL)
# What a progress bar is told: how many sheets are done, of how many, and the name of the next one.
Progres = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Compte:
    """What a run has done, and where the page that links everything is."""

    faites: int
    gardees: int
    retirees: int
    accueil: Path

    def en_mots(self) -> str:
        """« 19 fiches produites, 4 déjà à jour, 1 retirée. »."""
        mots = [accorder(self.faites, "fiche produite", "fiches produites")]
        if self.gardees:
            mots.append(f"{self.gardees} déjà à jour")
        if self.retirees:
            mots.append(accorder(self.retirees, "retirée", "retirées"))
        return f"{', '.join(mots)}."


def produire_fiches(
    projet: Projet,
    annee: int,
    *,
    communes: Sequence[str] | None = None,
    bailleurs: Sequence[str] | None = None,
    reservataires: Sequence[str] | None = None,
    moteur: Moteur = "auto",
    refaire: bool = False,
    avancement: Callable[[str], None],
    progres: Progres,
) -> Compte:
    """Write the sheets of a year beside its bilan, whose figures they show, and the page that links everything.

    ``communes``, ``bailleurs``, ``reservataires``: see :func:`choisir_fiches`. A sheet that is up to date is kept,
    unless ``refaire``.
    Each is put in its place when it is whole: a run that stops, or a sheet that fails, leaves the others, and the next
    run goes on from there. Raises ErreurCIL without a bilan of these very data, or when a cell fails.
    """
    avant = entrees_des_fiches(projet, annee, moteur)
    references = References(projet)
    toutes = fiches_de(references, annee)
    demandees = choisir_fiches(toutes, communes, bailleurs, reservataires)
    choisi = choisir(moteur, avancement)
    with seul_a_ecrire(projet):
        rapport = Rapport(projet, references, relire_publication(projet, references, annee))
        dossier = projet.rapports / str(annee)
        suivi = lire_suivi(dossier, FICHES)
        _balayer(dossier)
        entrees = _Entrees(rapport, dossier, choisi, {f.genre for f in toutes})
        a_faire = [
            f for f in demandees if refaire or not all(suivi.est_a_jour(nom, entrees.de(f)) for nom in f.fichiers)
        ]
        try:
            if a_faire:
                _rendre(rapport, a_faire, entrees, suivi, progres)
            retirees = suivi.retirer(nom for f in toutes for nom in f.fichiers)
        finally:
            accueil = ecrire_l_accueil(rapport, suivi)
        # Only if nothing has changed meanwhile: an import, a notebook…
        if len(demandees) == len(toutes) and entrees_des_fiches(projet, annee, moteur) == avant:
            suivi.sceller(avant)
        return Compte(len(a_faire), len(demandees) - len(a_faire), len(retirees), accueil)


class _Entrees:
    """The digests of what each sheet is made from."""

    def __init__(self, rapport: Rapport, dossier: Path, choix: Choix, genres: Collection[str]) -> None:
        projet, references, publication = rapport.projet, rapport.references, rapport.publication
        self.choix = choix
        self.chiffres = empreinte_du_bilan(dossier)
        self.navigation = _navigation(dossier)
        self.carnets = {genre: projet.carnets / nom for genre, nom in CARNETS.items() if genre in genres}
        for carnet in self.carnets.values():
            notebooks.lire(carnet)  # One that is missing is said in words.
        self._textes = {genre: carnet.read_bytes() for genre, carnet in self.carnets.items()}
        imports = json.dumps(publication.imports, sort_keys=True)
        communs = (str(publication.annee), choix.nom, str(self.navigation), self.chiffres, imports)
        self._communes = condenser(empreinte_du_logiciel(), references.empreinte(), *communs)

    def de(self, fiche: Fiche) -> str:
        """Of one sheet."""
        return condenser(self._communes, self._textes[fiche.genre], fiche.code, fiche.nom)


def _navigation(dossier: Path) -> tuple[Lien, ...]:
    """From a sheet to what stands above it, and nothing that does not."""
    liens = [Lien("Accueil", f"../{ACCUEIL}")]
    if (dossier / PAGE).is_file():
        liens.append(Lien(f"Bilan {dossier.name}", f"../{PAGE}"))
    return tuple(liens)


def _rendre(
    rapport: Rapport,
    fiches: Sequence[Fiche],
    entrees: _Entrees,
    suivi: Suivi,
    progres: Progres,
) -> None:
    projet = rapport.projet
    commandes = [_commande(projet, rapport.annee, fiche, entrees) for fiche in fiches]
    progres(0, len(fiches), fiches[0].nom)
    with transmettre(rapport.references, rapport.publication):
        try:
            pages = fabriquer_ensemble(projet.carnets, entrees.choix, commandes)
            for faites, (rang, page) in enumerate(pages, start=1):
                fiche = fiches[rang]
                suivi.deposer(fiche.chemin, page.encode("utf-8"), entrees.de(fiche), chiffres=entrees.chiffres)
                if fiche.classeur:
                    octets = _classer(rapport.reservataire(fiche.code), fiche.genre, page)
                    suivi.deposer(fiche.classeur, octets, entrees.de(fiche), chiffres=entrees.chiffres)
                progres(faites, len(fiches), fiches[faites].nom if faites < len(fiches) else "")
        except EchecDePage as echec:
            if not isinstance(echec.__cause__, ErreurCIL):
                raise
            message = f"La fiche {fiches[echec.rang].nom} n’a pas pu être produite. {echec.__cause__}"
            raise ErreurCIL(message) from None


def _classer(fiche: Rapport, genre: str, page: str) -> bytes:
    """The workbook of a page: its cover says what the page says first."""
    essentiel = page.partition('id="essentiel"')[2].partition("</section>")[0]
    dites = [html.unescape(dite) for dite in _PHRASE.findall(essentiel)]
    return classeur_de_fiche.en_octets(fiche, GENRES[genre].classeur, dites, CLASSEURS[genre](fiche))


def _commande(projet: Projet, annee: int, fiche: Fiche, entrees: _Entrees) -> Commande:
    return Commande(
        entrees.carnets[fiche.genre],
        {"annee": annee, "projet": str(projet.racine), fiche.genre: fiche.code} | _classeur(fiche),
        f"{fiche.nom} – Bilan annuel des attributions {annee} – {projet.epci_nom_court}",
        entrees.navigation,
    )


def _classeur(fiche: Fiche) -> dict[str, object]:
    """The workbook that a sheet leads to, beside it."""
    return {"classeur": Path(fiche.classeur).name} if fiche.classeur else {}


def _balayer(dossier: Path) -> None:
    """Remove what a killed run has left half written."""
    for sous in DOSSIERS.values():
        for reste in (dossier / sous).glob(".*.tmp"):
            reste.unlink(missing_ok=True)
