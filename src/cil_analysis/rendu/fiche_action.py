"""``fiche_action.html`` and ``.docx``: the action sheet of the service, from the tables and the figures of a bilan."""

import io
import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.projet import Projet
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.accueil import ecrire_l_accueil
from cil_analysis.rendu.atelier import Atelier, choisir
from cil_analysis.rendu.commentaires import lire_mots_de_la_fiche
from cil_analysis.rendu.interne import pandoc
from cil_analysis.rendu.mise_en_place import seul_a_ecrire
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.page import Commande
from cil_analysis.rendu.suivi import ACCUEIL, ACTION, Moteur, Suivi, empreinte_du_bilan, lire_suivi
from cil_analysis.rendu.suivi import PAGE as BILAN
from cil_analysis.secret.publication import relire_publication
from cil_analysis.secret.transmission import transmettre

CARNET, PAGE, DOCX = "fiche_action.qmd", "fiche_action.html", "fiche_action.docx"
_CONTENU = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
# What a word processor has no use for (styles, scripts, links to the pages beside), then what it shows in another way:
# the title, the facts below it, the sources, the author of a comment.
_EN_TEXTE = (
    (re.compile(r"<(style|script)\b.*?</\1>|</?(?:a|header|dl)\b[^>]*>", re.DOTALL), ""),
    (re.compile(r"<div><dt>(.*?)</dt> <dd>(.*?)</dd></div>"), "<p>\\1\u202f: \\2</p>"),
    (re.compile(r'<p class="(?:source|note)">(.*?)</p>', re.DOTALL), r"<p><em>\1</em></p>"),
    (re.compile(r'<p class="(?:sous-titre|auteur)">(.*?)</p>'), r"<p><strong>\1</strong></p>"),
)
# The dress of Pandoc's own document.
_HABITS: Mapping[str, Mapping[str, str]] = lire_du_logiciel("rendu/assets/docx.yml")


def produire_la_fiche_action(projet: Projet, annee: int, *, moteur: Moteur, avancement: Avancement) -> Path:
    """Write both files beside the bilan of a year, whose figures they show, and link them on the home page.

    Raises ErreurCIL without a bilan of these very data, for a comment that cannot be shown, when a cell fails, or when
    somebody has changed one of the files by hand.
    """
    mots = lire_mots_de_la_fiche(projet, annee, notebooks.lire(projet.carnets / CARNET))
    references = References(projet)
    dossier = projet.rapports / str(annee)
    with seul_a_ecrire(projet), Atelier(projet.carnets, choisir(moteur, avancement)) as atelier:
        rapport = Rapport(references, relire_publication(references, annee))
        suivi = lire_suivi(dossier, ACTION)
        _refuser_ce_qui_est_modifie(suivi)
        commande = Commande(
            projet.carnets / CARNET,
            {"annee": annee, "projet": str(projet.racine)},
            f"Fiche action, bilan {annee} – {projet.epci_nom_court}",
            {"Accueil": ACCUEIL, f"Bilan {annee}": BILAN},
            avancement,
            mots,
        )
        with transmettre(references, rapport.publication):
            [(_, page)] = atelier.fabriquer([commande])
        jour = datetime.fromisoformat(max(str(j["importe_le"]) for j in rapport.publication.imports))
        chiffres = empreinte_du_bilan(dossier)
        for nom, octets in ((DOCX, en_docx(page, jour)), (PAGE, page.encode("utf-8"))):
            suivi.deposer(nom, octets, chiffres)
        ecrire_l_accueil(rapport)
    return dossier / PAGE


def _refuser_ce_qui_est_modifie(suivi: Suivi) -> None:
    """Raise ErreurCIL for a file that is no longer as it was written: what somebody has put in it would be lost."""
    for nom in suivi.notes:
        if (suivi.dossier / nom).is_file() and not suivi.est_intact(nom):
            raise ErreurCIL(
                f"{suivi.dossier / nom} a été modifié depuis que « cil fiche-action » l’a écrit : renommez-le pour le "
                "garder, puis relancez la commande. Ce qui s’écrit dans commentaires/fiche_action reste d’une fois à "
                "l’autre."
            )


def en_docx(page: str, jour: datetime) -> bytes:
    """The content of a page as a Word document, dated: two of the same page are the same, byte for byte."""
    [contenu] = _CONTENU.findall(page)
    for motif, remplacement in _EN_TEXTE:
        contenu = motif.sub(remplacement, contenu)
    options = [
        "--from=html",
        "--to=docx",
        f"--lua-filter={notebooks.ACTIFS / 'docx.lua'}",
        "--shift-heading-level-by=-1",  # The first heading is the title of the document.
        "--metadata=lang:fr-FR",
        "--output=-",
    ]
    env = os.environ | {"SOURCE_DATE_EPOCH": str(int(jour.timestamp()))}
    return _habiller(pandoc(contenu, "Pandoc n’a pas pu écrire la fiche action en .docx", options, env=env))


def _habiller(octets: bytes) -> bytes:
    habille = io.BytesIO()
    with ZipFile(io.BytesIO(octets)) as nu, ZipFile(habille, "w", ZIP_DEFLATED) as archive:
        for piece in nu.infolist():
            contenu = nu.read(piece)
            for avant, apres in _HABITS.get(piece.filename, {}).items():
                contenu = contenu.replace(avant.encode(), apres.encode())
            archive.writestr(piece, contenu, ZIP_DEFLATED)
    return habille.getvalue()
