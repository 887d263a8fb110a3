"""The ``cil`` command: thin, in French; exit codes 0 (done), 1 (input or project at fault), 2 (wrong usage)."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cil_analysis.erreurs import ErreurCIL

if TYPE_CHECKING:
    import pandas as pd

    from cil_analysis.reference.columns import Dictionnaire

# How much of the anomalies an import prints: the rest is in « cil qualite ».
_GROUPES_DITS = 6
_LIBELLES_DITS = 10
# argparse speaks through gettext and ships no French catalogue.
_FRANCAIS = {
    "usage: ": "usage\u202f: ",
    "positional arguments": "arguments\u202f",
    "options": "options\u202f",
    "show this help message and exit": "afficher cette aide",
    "%(prog)s: error: %(message)s\n": "%(prog)s\u202f: %(message)s\n",
    "the following arguments are required: %s": "il manque\u202f: %s",
    "unrecognized arguments: %s": "argument inconnu\u202f: %s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s\u202f: %(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)": (
        "«\u00a0%(value)s\u00a0» n’est pas admis (choix\u202f: %(choices)s)"
    ),
    "invalid %(type)s value: %(value)r": "«\u00a0%(value)s\u00a0» n’est pas une valeur admise",
    "expected one argument": "une valeur est attendue",
    "expected at least one argument": "au moins une valeur est attendue",
    "ambiguous option: %(option)s could match %(matches)s": "option ambiguë\u202f: %(option)s (%(matches)s)",
    "ignored explicit argument %r": "valeur inattendue\u202f: %r",
}


def _annees(texte: str) -> list[int]:
    """« 2018-2022 » or « 2022 »."""
    trouve = re.fullmatch(r"([12]\d{3})(?:-([12]\d{3}))?", texte)
    if not trouve:
        raise argparse.ArgumentTypeError("attendu AAAA ou AAAA-AAAA")
    debut, fin = int(trouve[1]), int(trouve[2] or trouve[1])
    if not debut <= fin <= debut + 20:
        raise argparse.ArgumentTypeError("attendu une période croissante de 20 ans au plus")
    return list(range(debut, fin + 1))


def _annee(texte: str) -> int:
    if not re.fullmatch(r"[12]\d{3}", texte):
        raise argparse.ArgumentTypeError("attendu une année, AAAA")
    return int(texte)


def _graine(texte: str) -> int:
    if not re.fullmatch(r"\d{1,9}", texte):
        raise argparse.ArgumentTypeError("attendu un entier positif ou nul")
    return int(texte)


def _analyseur() -> argparse.ArgumentParser:
    argparse._ = lambda texte: _FRANCAIS.get(texte, texte)  # type: ignore[attr-defined]  # see _FRANCAIS
    analyseur = argparse.ArgumentParser(prog="cil", description="Bilan annuel des attributions de logements sociaux.")
    analyseur.add_argument(
        "--projet", type=Path, metavar="DOSSIER", help="dossier du projet (défaut\u202f: le dossier courant)"
    )
    commandes = analyseur.add_subparsers(dest="commande", required=True, metavar="COMMANDE")

    def commande(nom: str, aide: str, faire: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        sous = commandes.add_parser(nom, help=aide, description=aide)
        # Accepted after the command as well; SUPPRESS keeps the value given before it.
        sous.add_argument("--projet", type=Path, metavar="DOSSIER", default=argparse.SUPPRESS, help="dossier du projet")
        sous.set_defaults(faire=faire)
        return sous

    exemple = commande("exemple", "Écrire les extraits fictifs du projet d’exemple.", _exemple)
    exemple.add_argument("--annees", type=_annees, default="2018-2022", metavar="AAAA-AAAA", help="années de l’exemple")
    exemple.add_argument("--graine", type=_graine, default=1, metavar="N", help="graine du tirage")
    exemple.add_argument(
        "--bilan", action="store_true", help="importer ensuite, et produire le bilan de la dernière année"
    )

    importer = commande("importer", "Importer les fichiers d’un extrait et d’une année.", _importer)
    importer.add_argument("fichiers", nargs="+", type=Path, metavar="FICHIER")
    importer.add_argument("--annee", type=_annee, required=True, metavar="AAAA")
    importer.add_argument(
        "--extrait", metavar="NOM", help="attributions ou demandes (défaut\u202f: d’après les colonnes)"
    )

    bilan = commande("bilan", "Produire le bilan d’une année dans reports/.", _bilan)
    bilan.add_argument("--annee", type=_annee, required=True, metavar="AAAA")
    bilan.add_argument("--sans-pdf", action="store_true", help="sans effet : bilan.pdf n’est pas encore produit")
    bilan.add_argument("--moteur", choices=["auto", "quarto", "interne"], default="auto", help="moteur de rendu")

    indicateurs = commande("indicateurs", "Écrire les indicateurs d’une année sur la sortie standard.", _indicateurs)
    indicateurs.add_argument("--annee", type=_annee, required=True, metavar="AAAA")
    indicateurs.add_argument(
        "--interne", action="store_true", help="sans secret statistique\u202f; refusé sous reports/"
    )

    qualite = commande("qualite", "Montrer les anomalies et la complétude d’une année.", _qualite)
    qualite.add_argument("--annee", type=_annee, required=True, metavar="AAAA")
    return analyseur


def _dire(message: str) -> None:
    from cil_analysis.reference.texte import typographie

    print(f"  {typographie(message)}", file=sys.stderr, flush=True)


def _suivre() -> Callable[[str], None]:
    """Progress of a render, one line a section: « 5/44 · La demande » is said once."""
    deja: set[str] = set()

    def dire(message: str) -> None:
        section = message.partition(" · ")[2]
        if re.fullmatch(r"\d+/\d+", message) or section in deja:
            return
        deja.add(section or message)
        _dire(message)

    return dire


def _exemple(options: argparse.Namespace) -> int:
    from cil_analysis.example.generation import generer
    from cil_analysis.project import ouvrir_projet

    modele = ouvrir_projet(options.projet)
    if modele.donnees_fictives:
        raise ErreurCIL(f"{modele.racine} est déjà un projet d’exemple : lancez la commande depuis le projet modèle.")
    debut = time.perf_counter()
    annees: list[int] = options.annees
    projet, fichiers = generer(modele, modele.racine / "exemple", annees, options.graine, _dire)
    print(f"Projet d’exemple (données fictives) : {projet.racine}")
    if not options.bilan:
        return 0
    for annee, chemins in fichiers.items():
        for chemin in chemins:
            _importer_et_dire(projet.racine, [chemin], annee, None, detail=False)
    page = _produire(projet.racine, annees[-1], "auto")
    _dire(f"Fait en {time.perf_counter() - debut:.0f} s.")
    print(page)
    return 0


def _importer(options: argparse.Namespace) -> int:
    _importer_et_dire(options.projet, options.fichiers, options.annee, options.extrait)
    return 0


def _importer_et_dire(
    dossier: Path | None, fichiers: Sequence[Path], annee: int, extrait: str | None, *, detail: bool = True
) -> None:
    from cil_analysis.extracts.importation import importer
    from cil_analysis.presentation.formats import accorder, nombre
    from cil_analysis.project import ouvrir_projet
    from cil_analysis.reference.ensemble import References

    projet = ouvrir_projet(dossier)
    references = References(projet)
    resultat = importer(projet, references, fichiers, annee, extrait=extrait)
    journal = resultat.journal
    c = journal["comptes"]
    if resultat.deja_fait:
        _dire(f"{journal['extrait'].capitalize()} {annee} : import identique déjà fait, rien n’a changé.")
        return
    comptes = " + ".join(
        (
            accorder(c["conservees"], "conservée", "conservées"),
            accorder(c["rejetees"], "rejetée", "rejetées"),
            accorder(c["doublons"], "doublon", "doublons"),
            f"{nombre(c['hors_perimetre'])} hors périmètre",
            accorder(c["ignorees"], "ignorée", "ignorées"),
        )
    )
    lues = accorder(c["lues"], "ligne lue", "lignes lues")
    _dire(f"{journal['extrait'].capitalize()} {annee} : {lues} = {comptes}.")
    if resultat.remplace is not None:
        _dire(f"    remplace l’import du {_jour_et_heure(resultat.remplace)}")
    for motif, n in journal["motifs"]["rejetees"].items():
        _dire(f"    rejet : {motif} ({nombre(n)})")
    for motif, n in journal["motifs"]["hors_perimetre"].items():
        _dire(f"    hors périmètre : {motif} ({nombre(n)})")
    if journal["colonnes"]["inconnues"]:
        _dire(f"    colonnes inconnues, écartées : {', '.join(journal['colonnes']['inconnues'])}")
    if detail:
        _dire_anomalies(resultat.anomalies, references.dictionnaires[journal["extrait"]], annee)


def _jour_et_heure(iso: str) -> str:
    try:
        return f"{datetime.fromisoformat(iso):%d/%m/%Y à %H h %M}"
    except ValueError:  # A journal that somebody has edited.
        return iso or "date inconnue"


def _dire_anomalies(anomalies: pd.DataFrame, dictionnaire: Dictionnaire, annee: int) -> None:
    """The largest groups of anomalies, and what to add to which file for the labels that are not known."""
    from cil_analysis.extracts.compte_rendu import grouper
    from cil_analysis.presentation.formats import accorder, nombre

    groupes = grouper(anomalies, dictionnaire)
    if not groupes:
        return
    _dire(f"    {accorder(len(anomalies), 'anomalie', 'anomalies')} :")
    for groupe in groupes[:_GROUPES_DITS]:
        pluriel = " ".join(mot + "s" for mot in groupe.effet.split())
        lignes = ", ".join(groupe.lignes) + (", …" if groupe.nombre > len(groupe.lignes) else "")
        mot = "ligne" if groupe.nombre == 1 else "lignes"
        compte = accorder(groupe.nombre, groupe.effet, pluriel)
        _dire(f"      « {groupe.colonne.libelle} » : {compte} ({mot} {lignes})")
        if not groupe.libelles:
            continue
        libelles = [f"« {libelle} » ({nombre(n)})" for libelle, n in groupe.libelles.items()]
        suite = ", …" if len(libelles) > _LIBELLES_DITS else ""
        quoi = "libellé inconnu" if len(libelles) == 1 else "libellés inconnus"
        _dire(f"        {quoi} : {', '.join(libelles[:_LIBELLES_DITS])}{suite}")
        if groupe.colonne.nomenclature:
            ou = f"data/reference/nomenclatures/{groupe.colonne.nomenclature}.csv"
            _dire(f"        à ajouter à la colonne « alias » de {ou}, puis importer de nouveau")
    if len(groupes) > _GROUPES_DITS:
        _dire(f"      la suite : cil qualite --annee {annee}")


def _produire(dossier: Path | None, annee: int, moteur: str) -> Path:
    from cil_analysis.project import ouvrir_projet

    projet = ouvrir_projet(dossier)  # Before the slow imports: a wrong folder is said at once.
    from cil_analysis.rendering.bilan import produire_bilan

    return produire_bilan(projet, annee, moteur=moteur, avancement=_suivre())  # type: ignore[arg-type]  # checked by choices


def _bilan(options: argparse.Namespace) -> int:
    print(_produire(options.projet, options.annee, options.moteur))
    return 0


def _indicateurs(options: argparse.Namespace) -> int:
    from cil_analysis.disclosure.publication import publier_annee
    from cil_analysis.project import ouvrir_projet
    from cil_analysis.reference.ensemble import References
    from cil_analysis.rendering.bilan import ecrire_indicateurs

    projet = ouvrir_projet(options.projet)
    if options.interne:
        if _sortie_sous_des_rapports(projet.rapports):
            raise ErreurCIL("Les indicateurs internes ne s’écrivent pas sous reports/ : choisissez un autre dossier.")
        _dire("Version interne : secret statistique non appliqué, ne pas diffuser.")
    publication = publier_annee(projet, References(projet), options.annee, interne=options.interne)
    ecrire_indicateurs(publication, sys.stdout)
    return 0


def _sortie_sous_des_rapports(rapports: Path) -> bool:
    """Whether the standard output is a file under the reports of this project or of any other.

    Told on Linux; elsewhere the option only warns.
    """
    lien = Path("/proc/self/fd/1")
    if not lien.exists():
        return False
    return any(
        dossier == rapports.resolve()
        or (dossier.name == rapports.name and (dossier.parent / "data" / "reference" / "projet.yml").is_file())
        for dossier in lien.resolve().parents
    )


def _qualite(options: argparse.Namespace) -> int:
    from cil_analysis.extracts import store
    from cil_analysis.project import ouvrir_projet
    from cil_analysis.reference.ensemble import References
    from cil_analysis.reference.texte import typographie

    projet = ouvrir_projet(options.projet)
    journaux = {nom: store.lire_journal(projet, nom, options.annee) for nom in ("attributions", "demandes")}
    if not any(journaux.values()):
        store.lire(projet, "attributions", options.annee)  # Raises, and says what to import.
    dictionnaires = References(projet).dictionnaires
    for extrait, journal in journaux.items():
        if journal is None:
            print(typographie(f"{extrait.capitalize()} {options.annee} : aucun import."))
            continue
        anomalies = store.lire_anomalies(projet, extrait, options.annee)
        for phrase in _phrases_de_qualite(journal, anomalies, dictionnaires[extrait]):
            print(typographie(phrase))
    return 0


def _phrases_de_qualite(journal: dict[str, Any], anomalies: pd.DataFrame, dictionnaire: Dictionnaire) -> list[str]:
    from cil_analysis.extracts.anomalies import REGLES
    from cil_analysis.presentation.formats import accorder, nombre, pourcentage

    derivees = {"demande_pseudonyme": dictionnaire.colonnes["numero_unique"].libelle, "delai_mois": "Délai"}
    libelles = derivees | {nom: colonne.libelle for nom, colonne in dictionnaire.colonnes.items()}
    c = journal["comptes"]
    conservees = accorder(c["conservees"], "ligne conservée", "lignes conservées")
    phrases = [f"{journal['extrait'].capitalize()} {journal['annee']} : {conservees} sur {nombre(c['lues'])}."]
    for nom, n in journal["manquants"].items():
        part = pourcentage(100 * n / max(c["conservees"], 1))
        phrases.append(f"  {libelles.get(nom, nom)} : {part} de valeurs manquantes")
    fin = " :" if len(anomalies) else "."
    phrases.append(f"  {accorder(len(anomalies), 'anomalie', 'anomalies')}{fin}")
    for cles, lignes in anomalies.groupby(["colonne", "regle", "effet"]):
        nom, regle, effet = map(str, cles)
        quoi = f"{libelles.get(nom, nom)}, {REGLES.get(regle, regle)}"
        phrases.append(f"    {quoi} : {nombre(len(lignes))} ({effet})")
    return phrases


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for flux in (sys.stdout, sys.stderr):
        if hasattr(flux, "reconfigure"):
            flux.reconfigure(encoding="utf-8", errors="replace")  # A Windows console may not be in UTF-8.
    options = _analyseur().parse_args(arguments)
    try:
        code: int = options.faire(options)
    except ErreurCIL as erreur:
        from cil_analysis.reference.texte import typographie

        print(typographie(f"Erreur : {erreur}"), file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except OSError as erreur:
        ou = erreur.filename or options.projet or Path.cwd()
        print(
            f"Erreur\u202f: {ou} ne peut être ni lu ni écrit ({erreur.strerror}). Vérifiez les droits, la place libre, "
            "et qu’aucun autre programme ne tient ce fichier ouvert.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Interrompu.", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
