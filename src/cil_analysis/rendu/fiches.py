"""The sheets of communes and landlords: made by warm kernels, each kept while its inputs have not changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cil_analysis.empreintes import condenser, empreinte_du_fichier, empreinte_du_logiciel
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import dossier_temporaire
from cil_analysis.projet import Projet
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu.accueil import ecrire_l_accueil
from cil_analysis.rendu.atelier import Atelier, Choix
from cil_analysis.rendu.mise_en_place import seul_a_ecrire
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.page import Commande
from cil_analysis.rendu.plan_des_fiches import DOSSIERS, Fiche, choisir_fiches, fiches_de
from cil_analysis.rendu.suivi import (
    ACCUEIL,
    FICHES,
    PAGE,
    Production,
    Suivi,
    empreinte_du_bilan,
    entrees_des_fiches,
    lire_suivi,
)
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.publication import relire_publication
from cil_analysis.secret.transmission import transmettre
from cil_analysis.typographie import accorder


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
    projet: Projet, production: Production, atelier: Atelier, avancement: Avancement,
    listes: Mapping[str, Sequence[str]] | None = None,
) -> Compte:  # fmt: skip
    """Write the sheets of a year beside its bilan, whose figures they show, and the page that links everything.

    ``listes``: see :func:`choisir_fiches`. A sheet that is up to date is kept. Each is put in its place when it is
    whole: a run that stops leaves the others, and the next goes on from there. Raises ErreurCIL without a bilan of
    these very data, when a cell fails, or when an import has ended meanwhile.
    """
    annee, moteur = production.annee, production.moteur
    memes_entrees = MemesEntrees(projet, annee, "Les fiches en place restent")
    with memes_entrees, seul_a_ecrire(projet):
        avant = entrees_des_fiches(projet, annee, moteur)
        references = References.de(projet)
        toutes = fiches_de(references, annee)
        demandees = choisir_fiches(references, annee, toutes, listes or {})
        atelier.chauffer(len(demandees), seul=True)
        with memes_entrees:  # Nothing is made of a bilan that is read as its data change.
            rapport = Rapport(references, relire_publication(references, annee))
        suivi = lire_suivi(projet.rapports / str(annee), FICHES)
        for sous in DOSSIERS.values():
            for reste in (suivi.dossier / sous).glob(".*.tmp"):
                reste.unlink(missing_ok=True)  # What a killed run has left half written.
        a_faire = {
            fiche: entrees
            for fiche, entrees in _entrees(rapport, suivi.dossier, atelier.choix, demandees).items()
            if production.refaire or not all(suivi.est_a_jour(nom, entrees) for nom in fiche.fichiers)
        }
        try:
            if a_faire:
                _rendre(rapport, atelier, a_faire, suivi, avancement)
            retirees = suivi.retirer(nom for f in toutes for nom in f.fichiers)
        finally:
            accueil = ecrire_l_accueil(rapport)
        # Only if nothing has changed meanwhile: an import, a notebook…
        if len(demandees) == len(toutes) and entrees_des_fiches(projet, annee, moteur) == avant:
            suivi.sceller(avant)
        return Compte(len(a_faire), len(demandees) - len(a_faire), len(retirees), accueil)


def _entrees(rapport: Rapport, dossier: Path, choix: Choix, fiches: Sequence[Fiche]) -> dict[Fiche, str]:
    """What each sheet is made from; the digest of the bilan is that of its data and of the reference tables too."""
    navigation, carnets = str(_navigation(dossier)), rapport.projet.carnets
    communes = condenser(empreinte_du_logiciel(), choix.nom, navigation, empreinte_du_bilan(dossier))
    return {f: condenser(communes, empreinte_du_fichier(carnets / f.carnet), f.code, f.nom) for f in fiches}


def _navigation(dossier: Path) -> dict[str, str]:
    """From a sheet to what stands above it, and nothing that does not."""
    bilan = {f"Bilan {dossier.name}": f"../{PAGE}"} if (dossier / PAGE).is_file() else {}
    return {"Accueil": f"../{ACCUEIL}"} | bilan


def _rendre(
    rapport: Rapport, atelier: Atelier, entrees: Mapping[Fiche, str], suivi: Suivi, avancement: Avancement
) -> None:
    """Make sheets, put each in its place and say so. ``entrees``: what each is made from."""
    fiches = list(entrees)
    chiffres = empreinte_du_bilan(suivi.dossier)
    with transmettre(rapport.references, rapport.publication), dossier_temporaire("rendu") as classeurs:
        pages = atelier.fabriquer([_commande(rapport, fiche, suivi.dossier, classeurs) for fiche in fiches])
        for faites, (rang, page) in enumerate(pages, start=1):
            fiche = fiches[rang]
            octets = {fiche.chemin: page.encode("utf-8")}
            if fiche.classeur:
                octets[fiche.classeur] = _lire_le_classeur(classeurs / Path(fiche.classeur).name, fiche)
            for nom, contenu in octets.items():
                suivi.deposer(nom, contenu, entrees[fiche], chiffres=chiffres)
            avancement(f"Fiches {faites}/{len(fiches)} · {fiche.nom}")


def _lire_le_classeur(fichier: Path, fiche: Fiche) -> bytes:
    """What the notebook of a sheet has written. Raises ErreurCIL when it has not, which may be older than the sheet."""
    if not fichier.is_file():
        raise ErreurCIL(
            f"Le carnet {fiche.carnet} n’a pas écrit le classeur de la fiche {fiche.nom} : restaurez ce carnet "
            "depuis le logiciel."
        )
    return fichier.read_bytes()


def _commande(rapport: Rapport, fiche: Fiche, dossier: Path, classeurs: Path) -> Commande:
    """``classeurs``: where its notebook writes its workbook, if it has one."""
    projet, annee = rapport.projet, rapport.annee
    classeur = {"classeur": str(classeurs / Path(fiche.classeur).name)} if fiche.classeur else {}
    return Commande(
        projet.carnets / fiche.carnet,
        {"annee": annee, "projet": str(projet.racine), fiche.genre: fiche.code} | classeur,
        f"{fiche.nom} – Bilan annuel des attributions {annee} – {projet.epci_nom_court}",
        _navigation(dossier),
        sinon=f"La fiche {fiche.nom} n’a pas pu être produite.",
    )
