"""What was written from what: a file whose inputs have not changed since it was written is kept.

No heavy library is loaded here, so that a run with nothing to do is quick.
"""

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from cil_analysis.empreintes import (
    condenser,
    empreinte_des_carnets,
    empreinte_des_chiffres,
    empreinte_des_references,
    empreinte_du_fichier,
    empreinte_du_logiciel,
    empreinte_du_programme,
)
from cil_analysis.fichiers import remplacer
from cil_analysis.projet import FICHE_ACTION, Projet
from cil_analysis.rendu import navigateur

# What is noted of the sheets of a year, of its open data, of the action sheet, and of the rest of its folder.
FICHES, OUVERTES, ACTION, BILAN = ".fiches.json", ".opendata.json", ".fiche_action.json", ".bilan.json"
# What stands beside a bilan: in words, and the command that makes it.
A_COTE = {
    OUVERTES: ("Les données ouvertes viennent", "opendata"),
    FICHES: ("Les fiches viennent", "fiches"),
    ACTION: ("La fiche action vient", "fiche-action"),
}
# What there is of it where its notes are lost.
_PAGES = {OUVERTES: "opendata/datapackage.json", FICHES: "*/*.html", ACTION: "fiche_action.html"}
ACCUEIL = "index.html"
PAGE, PDF = "bilan.html", "bilan.pdf"
_DES_FICHES = "fiche_*.qmd"

Moteur = Literal["auto", "quarto", "interne"]


class Production(NamedTuple):
    """What is asked of a year: by which engine, with a PDF or not, and whether what is up to date is made again.

    ``interne``: the folder, outside the reports of any project, of a version without disclosure control that says so.
    """

    annee: int
    moteur: Moteur = "auto"
    avec_pdf: bool = False
    refaire: bool = False
    interne: Path | None = None


@dataclass
class Suivi:
    """The files that this tool wrote below a folder, by their path: what each was made from.

    ``notes``: « entrees », the digest of what it was made from; « contenu », that of the file; « chiffres », where it
    is not the first, that of the bilan whose figures and words it shows. ``sceau``: that a run came to its end, from
    which inputs, and what it left; the home page, which several commands write, is apart.
    """

    dossier: Path
    nom: str
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    sceau: str = ""

    def est_intact(self, nom: str) -> bool:
        """Whether the file is there as it was written."""
        contenu = self.notes.get(nom, {}).get("contenu")
        return bool(contenu) and empreinte_du_fichier(self.dossier / nom) == contenu

    def est_a_jour(self, nom: str, entrees: str) -> bool:
        """Whether the file is there, as it was written, from these very inputs."""
        return self.notes.get(nom, {}).get("entrees") == entrees and self.est_intact(nom)

    def est_entier(self, entrees: str, sauf: Collection[str] = ()) -> bool:
        """Whether a run from these inputs came to its end, and everything, but some files, is there as it left it."""
        return self.sceau == self._sceau(entrees) and all(map(self.est_intact, {*self.notes} - {*sauf}))

    def sceller(self, entrees: str) -> None:
        """Write down that a run from these inputs came to its end."""
        self.sceau = self._sceau(entrees)
        self.ecrire()

    def _sceau(self, entrees: str) -> str:
        notes = {nom: note for nom, note in self.notes.items() if nom != ACCUEIL}
        return condenser(entrees, json.dumps(notes, sort_keys=True))

    def est_perime(self, chiffres: str) -> bool:
        """Whether one of the files shows other figures or other words than those of a digest, or may, without notes."""
        if not self.notes:
            return any(self.dossier.glob(_PAGES[self.nom]))
        presents = (note for nom, note in self.notes.items() if (self.dossier / nom).is_file())
        return any(note.get("chiffres", note["entrees"]) != chiffres for note in presents)

    def deposer(self, nom: str, octets: bytes, entrees: str, **plus: str) -> None:
        """Put a file in its place, then write down what it was made from: stopped in between, it is made again."""
        chemin = self.dossier / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        remplacer(chemin, octets)
        self.noter(nom, chemin, entrees, **plus)
        self.ecrire()

    def noter(self, nom: str, fichier: Path, entrees: str, **plus: str) -> None:
        """Note of a file its inputs and its content, which may be read from where it was made."""
        self.notes[nom] = {"entrees": entrees, "contenu": empreinte_du_fichier(fichier), **plus}

    def retirer(self, gardees: Iterable[str]) -> list[str]:
        """Remove the sheets that this tool wrote and that are no longer to be; others are left alone."""
        perimees = sorted(set(self.notes) - set(gardees))
        for nom in perimees:
            if self.est_intact(nom):
                (self.dossier / nom).unlink()
            del self.notes[nom]
        if perimees:
            self.ecrire()
        return perimees

    def ecrire(self) -> None:
        """Write the file, in one step."""
        dit = {"fichiers": self.notes, "sceau": self.sceau}
        texte = json.dumps(dit, ensure_ascii=False, indent=1, sort_keys=True)
        remplacer(self.dossier / self.nom, (texte + "\n").encode("utf-8"))


def lire_suivi(dossier: Path, nom: str) -> Suivi:
    """What was written below a folder; nothing when the file is missing or spoilt: everything is then made again."""
    try:
        lu = json.loads((dossier / nom).read_text(encoding="utf-8"))
        # Notes that were tampered with must not lead out of the folder.
        dedans = [c for c in lu["fichiers"] if (dossier / c).resolve().is_relative_to(dossier.resolve())]
        notes = {c: {nom: str(x) for nom, x in lu["fichiers"][c].items()} for c in dedans}
        if any(not {"entrees", "contenu"} <= note.keys() for note in notes.values()):
            raise KeyError("entrees")
        sceau = str(lu["sceau"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        notes, sceau = {}, ""
    return Suivi(dossier, nom, notes, sceau)


def venus_d_un_autre_bilan(dossier: Path) -> list[tuple[str, str]]:
    """What stands beside a bilan and was made from another: in words, and the command that makes it again."""
    chiffres = empreinte_du_bilan(dossier)
    return [dit for nom, dit in A_COTE.items() if lire_suivi(dossier, nom).est_perime(chiffres)]


def empreinte_du_bilan(dossier: Path) -> str:
    """The digest of what the bilan of a folder shows: its figures, the reference data of their words, the imports."""
    journal = json.loads((dossier / "journal.json").read_text(encoding="utf-8"))
    mots = json.dumps([journal["empreinte_references"], journal["entrees"]], sort_keys=True)
    return condenser((dossier / "indicateurs.csv").read_bytes(), mots)


def fichiers_de(dossier: Path) -> dict[str, Path]:
    """What may be linked: the files of a folder and of the folders in it, by their path below it."""
    trouves = sorted(c for motif in ("[!.]*", "[!.]*/[!.]*") for c in dossier.glob(motif) if c.is_file())
    return {c.relative_to(dossier).as_posix(): c for c in trouves}


@dataclass(frozen=True)
class EntreesDuBilan:
    """The digests of what a bilan is made from, read at one time: two that are equal give the same files.

    ``carnets``: of the notebooks, those of the sheets apart.
    """

    chiffres: str
    moteur: str
    carnets: str
    commentaires: str
    dossier: Path

    @property
    def tout(self) -> str:
        """Of all but the printing."""
        return condenser(self.chiffres, self.moteur, self.carnets, self.commentaires)

    def de_la_page(self, carnet: str, pages: Iterable[str]) -> str:
        """Of the page of one notebook: not the content of the others, but which ones there are, since pages link."""
        ailleurs = empreinte_des_carnets(self.dossier, (*pages, _DES_FICHES))
        presents = [nom for nom in sorted(pages) if (self.dossier / nom).is_file()]
        sien = empreinte_du_fichier(self.dossier / carnet)
        return condenser(self.chiffres, self.moteur, self.commentaires, ailleurs, *presents, sien)


def lire_entrees(projet: Projet, annee: int, moteur: Moteur) -> EntreesDuBilan:
    """What the bilan of a year would be made from now."""
    dossier = projet.carnets
    carnets = empreinte_des_carnets(dossier, (_DES_FICHES,))
    egares = map(str, commentaires_egares(projet))
    commentaires = condenser(empreinte_des_carnets(projet.commentaires / str(annee), (f"{FICHE_ACTION}/*",)), *egares)
    return EntreesDuBilan(empreinte_des_chiffres(projet, annee), _moteur(moteur), carnets, commentaires, dossier)


def commentaires_egares(projet: Projet) -> list[Path]:
    """The comments that are in the folder of no year: no bilan would show them, and it is refused."""
    return sorted(projet.commentaires.glob("*.md"))


def entrees_des_fiches(projet: Projet, annee: int, moteur: Moteur) -> str:
    """What all the sheets of a year would be made from now."""
    dossier = projet.rapports / str(annee)
    return condenser(
        empreinte_des_chiffres(projet, annee),
        _moteur(moteur),
        empreinte_des_carnets(projet.carnets),
        *(empreinte_du_fichier(dossier / nom) for nom in ("indicateurs.csv", "journal.json")),
        str((dossier / PAGE).is_file()),
    )


def entrees_du_pdf(page: Path) -> str:
    """What a page is printed from: its content, the software, and the browser that prints it if there is one.

    The fonts of the machine are left out: no figure depends on them, and they cannot be told quickly.
    """
    return condenser(empreinte_du_logiciel(), empreinte_du_fichier(page), empreinte_du_programme(navigateur.trouver()))


def entrees_de_l_accueil(dossier: Path, fichiers: Mapping[str, Path]) -> str:
    """What the home page says besides the bilan: which files there are, or will be, and what the sheets are made of."""
    tailles = {nom: chemin.stat().st_size for nom, chemin in fichiers.items() if nom != ACCUEIL}
    faites_de = {nom: note.get("chiffres") for nom, note in lire_suivi(dossier, FICHES).notes.items()}
    return condenser(json.dumps([tailles, faites_de], sort_keys=True))


def bilan_acquis(projet: Projet, annee: int, moteur: Moteur, *, avec_pdf: bool) -> int:
    """How many files of a bilan stand as they were written, from what is there now; 0 when something is to be made."""
    suivi = lire_suivi(projet.rapports / str(annee), BILAN)
    entier = suivi.sceau and suivi.est_entier(lire_entrees(projet, annee, moteur).tout)
    imprime = not avec_pdf or suivi.est_a_jour(PDF, entrees_du_pdf(suivi.dossier / PAGE))
    return len(suivi.notes) if entier and imprime and _accueil_est_a_jour(suivi) else 0


def pages_acquises(projet: Projet, annee: int, moteur: Moteur) -> bool:
    """Whether all the pages of a bilan stand, so that no engine has to start; its PDF and its home page are apart."""
    suivi = lire_suivi(projet.rapports / str(annee), BILAN)
    return bool(suivi.sceau) and suivi.est_entier(lire_entrees(projet, annee, moteur).tout, sauf=(PDF, ACCUEIL))


def change_depuis(projet: Projet, annee: int, imports: Iterable[Mapping[str, Any]]) -> str:
    """What a published bilan is older than, in words, or nothing. ``imports``: the journals of the project."""
    try:
        journal = json.loads((projet.rapports / str(annee) / "journal.json").read_text(encoding="utf-8"))
        pris = {(e["extrait"], e["annee"]): e["importe_le"] for e in journal["entrees"]}
        actuels = {(i["extrait"], i["annee"]): i["importe_le"] for i in imports if i["annee"] in journal["annees"]}
        references = journal["empreinte_references"]
    except (OSError, ValueError, KeyError, TypeError):
        return "les données"
    if pris != actuels:
        return "les données"
    if references != empreinte_des_references(projet):
        return "les référentiels"
    moteurs: tuple[Moteur, ...] = ("auto", "interne", "quarto")
    acquis = any(bilan_acquis(projet, annee, moteur, avec_pdf=False) for moteur in moteurs)
    return "" if acquis else "les carnets, le logiciel ou un autre bilan"


def fiches_acquises(projet: Projet, annee: int, moteur: Moteur) -> int:
    """How many files of sheets stand as they were written, from what is there now; 0 when something is to be made."""
    suivi = lire_suivi(projet.rapports / str(annee), FICHES)
    entier = suivi.sceau and suivi.est_entier(entrees_des_fiches(projet, annee, moteur))
    bilan = lire_suivi(suivi.dossier, BILAN)
    return len(suivi.notes) if entier and _accueil_est_a_jour(bilan) else 0


def _accueil_est_a_jour(suivi: Suivi) -> bool:
    """Whether the home page is that of its folder, of which all the rest is known to stand."""
    return suivi.est_a_jour(ACCUEIL, entrees_de_l_accueil(suivi.dossier, fichiers_de(suivi.dossier)))


def _moteur(moteur: Moteur) -> str:
    """The engine as it was asked for, and the Quarto that it may use; the embedded one is the same, asked for or not.

    Which Quarto is too old for « auto » depends on its version alone.
    """
    if moteur == "interne" or (moteur == "auto" and shutil.which("quarto") is None):
        return "interne"
    return f"{moteur} {empreinte_du_programme('quarto')}"
