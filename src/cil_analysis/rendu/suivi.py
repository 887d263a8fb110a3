"""What was written from what: a file whose inputs have not changed since it was written is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cil_analysis.empreintes import condenser, empreinte_du_fichier
from cil_analysis.fichiers import remplacer

# What is noted of the sheets of a year, of its open data, of the action sheet, and of the rest of its folder: how deep
# their files are.
FICHES, OUVERTES, ACTION, BILAN = ".fiches.json", ".opendata.json", ".fiche_action.json", ".bilan.json"
_PROFONDEURS = {FICHES: 2, OUVERTES: 2, ACTION: 1, BILAN: 1}
ACCUEIL = "index.html"


@dataclass
class Suivi:
    """The files that this tool wrote below a folder, by their path: what each was made from.

    ``notes``: « entrees », the digest of what it was made from; « contenu », that of the file; « chiffres », for a
    sheet, that of the bilan whose figures, names and dates it shows. ``sceau``: that a run came to its end, from which
    inputs, and what it left; the home page, which several commands write, is apart.
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

    def est_entier(self, entrees: str) -> bool:
        """Whether a run from these inputs came to its end, and everything is there as it left it."""
        return self.sceau == self._sceau(entrees) and all(map(self.est_intact, self.notes))

    def sceller(self, entrees: str) -> None:
        """Write down that a run from these inputs came to its end."""
        self.sceau = self._sceau(entrees)
        self.ecrire()

    def _sceau(self, entrees: str) -> str:
        notes = {nom: note for nom, note in self.notes.items() if nom != ACCUEIL}
        return condenser(entrees, json.dumps(notes, sort_keys=True))

    def sont_perimees(self, noms: Iterable[str], chiffres: str) -> bool:
        """Whether one of the sheets shows other figures or other words than those of a digest."""
        return any(self.notes.get(nom, {}).get("chiffres") != chiffres for nom in noms)

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
                with suppress(FileNotFoundError):
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
        notes = {str(chemin): _note(note) for chemin, note in lu["fichiers"].items()}
        sceau = str(lu["sceau"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        notes, sceau = {}, ""
    return Suivi(dossier, nom, {c: n for c, n in notes.items() if _est_un_nom(c, _PROFONDEURS[nom])}, sceau)


def empreinte_du_bilan(dossier: Path) -> str:
    """The digest of what the bilan of a folder shows: its figures, the reference data of their words, the imports."""
    journal = json.loads((dossier / "journal.json").read_text(encoding="utf-8"))
    mots = json.dumps([journal["empreinte_references"], journal["entrees"]], sort_keys=True)
    return condenser((dossier / "indicateurs.csv").read_bytes(), mots)


def fichiers_de(dossier: Path) -> dict[str, Path]:
    """What may be linked: the files of a folder and of the folders in it, by their path below it."""
    trouves = sorted(c for motif in ("*", "*/*") for c in dossier.glob(motif) if c.is_file())
    noms = {c.relative_to(dossier).as_posix(): c for c in trouves}
    return {nom: c for nom, c in noms.items() if not (nom.startswith(".") or c.name.startswith("."))}


def _note(lue: Mapping[str, object]) -> dict[str, str]:
    return {"entrees": str(lue["entrees"]), "contenu": str(lue["contenu"])} | {c: str(v) for c, v in lue.items()}


def _est_un_nom(nom: str, profondeur: int) -> bool:
    """A file of this folder: notes that were tampered with must not lead out of it."""
    chemin = Path(nom)
    return len(chemin.parts) == profondeur and not chemin.is_absolute() and ".." not in chemin.parts
