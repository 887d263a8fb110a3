"""Le rapport d’une année, tel qu’un carnet l’ouvre : ``rapport["O01"].par("commune").barres(…)``."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Self, overload

from cil_analysis.comptage.cadre import NON_CALCULABLE
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.dimensions import MANQUE
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.grammaire.registre import Registre, registre
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.projet import Projet
from cil_analysis.rapport import cote_a_cote, figure, pages, tableaux, vignettes
from cil_analysis.rapport.annees import Rupture, ruptures
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.cartes import cartographie, explorer
from cil_analysis.rapport.cote_a_cote import CoteACote
from cil_analysis.rapport.mots.gabarits import Gabarits
from cil_analysis.rapport.table import QuiSeDit, Table
from cil_analysis.rapport.usages import LISTE, exiger_parmi
from cil_analysis.reference import sujets
from cil_analysis.reference.colonnes import colonnes_absentes
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import etendue_en_annees
from cil_analysis.secret.table_publiee import Publication


@dataclass(frozen=True)
class Rapport(QuiSeDit):
    """Le rapport d’une année : ``rapport["O01"]`` donne les chiffres publiés d’un indicateur.

    ``rapport["O01"].par("commune").barres("Titre")``, ``.carte(…)``, ``.df``… ; ``rapport.dire("{{ V01 }} ménages")``.
    ``sujet`` : la commune, le bailleur ou le réservataire auquel il est restreint.
    """

    references: References
    publication: Publication
    sujet: sujets.Sujet | None = None

    @property
    def rapport(self) -> Self:  # type: ignore[override]
        """Lui-même."""
        return self

    @property
    def projet(self) -> Projet:
        """Celui que ses référentiels décrivent."""
        return self.references.projet

    @property
    def registre(self) -> Registre:
        """Ce que le projet compte."""
        return registre(self.references)

    @property
    def annee(self) -> int:
        """L’année du rapport."""
        return self.publication.annee

    @property
    def annees(self) -> tuple[int, ...]:
        """Les années qui ont des données depuis le début de la convention, la plus ancienne d’abord."""
        return self.publication.annees

    @property
    def periode(self) -> str:
        """« 2018-2022 », ou l’année seule."""
        return etendue_en_annees(self.annees or [self.annee])

    @property
    def jour(self) -> date:
        """Le 31 décembre, jour auquel se lisent les paramètres datés."""
        return date(self.annee, 12, 31)

    @property
    def arretee_au(self) -> date | None:
        """Le jour où les attributions d’une année inachevée ont été importées ; None d’une année finie."""
        imports = [j for j in self.publication.imports if (j["extrait"], j["annee"]) == ("attributions", self.annee)]
        dernier = max((date.fromisoformat(str(j["importe_le"])[:10]) for j in imports), default=self.jour)
        return dernier if date(self.annee, 1, 1) <= dernier < self.jour else None

    @cached_property
    def communes(self) -> dict[str, str]:
        """Code → nom des communes membres, dans l’ordre du rapport."""
        return sujets.sujets(self.references, self.annee, "commune")

    @cached_property
    def ruptures(self) -> tuple[Rupture, ...]:
        """Les ruptures de la série, sur ses années."""
        agregees = {j["annee"] for j in self.publication.imports if "attributions" in j.get("extraits", ())}
        return ruptures(self.references, self.annees, agregees, self.arretee_au)

    @cached_property
    def perimetres(self) -> dict[str, str]:
        """Code → nom de chaque périmètre, communes parties comprises."""
        noms = libelles.perimetres(self.references)
        if "qpv" in self.illisibles("attributions"):
            noms = noms | {NON_RENSEIGNE: figure.ou_illisible(noms[NON_RENSEIGNE])}
        return noms

    @cached_property
    def acteurs(self) -> dict[str, str]:
        """Code → nom des bailleurs et des réservataires."""
        return libelles.acteurs(self.references)

    def modalites(self, code: str) -> dict[str, str]:
        """Code → libellé des catégories d’un indicateur."""
        noms = libelles.modalites(self.references, self.publication[code].indicateur)
        return figure.avec_les_illisibles(self, code, noms)

    def manques(self, *codes: str, annee: int | None = None) -> tuple[str, ...]:
        """Pourquoi les chiffres d’indicateurs ne se calculent pas une année, en mots : « colonne « Âge » absente »."""
        absences = self.publication.absences
        return tuple(dict.fromkeys(m for code in codes for m in absences.get((code, annee or self.annee), ())))

    @property
    def recus(self) -> Counter[str]:
        """Le compte des lignes reçues pour l’année, tous extraits ensemble : « lues », « conservees », etc."""
        return sum((Counter(j["comptes"]) for j in self.publication.imports if j["annee"] == self.annee), Counter())

    def illisibles(self, extrait: str) -> dict[str, int | None]:
        """Les colonnes d’un extrait de l’année à cellules illisibles → combien de lignes gardées ; None : masqué."""
        return dict(self._import_de(extrait).get("illisibles", {}))

    def absentes(self, extrait: str) -> dict[str, int]:
        """Les colonnes que des fichiers de l’année n’ont pas, et que d’autres donnent → combien de fichiers."""
        fichiers = colonnes_absentes(self._import_de(extrait).get("fichiers", ()))
        return dict(Counter(colonne for siennes in fichiers.values() for colonne in siennes))

    def manquantes(self, extrait: str) -> list[str]:
        """Les colonnes d’un extrait reçu que l’année n’a pas, parmi celles dont on compte les vides."""
        comptes = ((i.code, i.compte) for i in self.registre.indicateurs)
        codes = [code for code, compte in comptes if (compte.population, compte.axe) == (extrait, MANQUE)]
        lues = [ligne for code in codes for ligne in self.publication[code].ou(annee=self.annee).lignes()]
        absentes = [str(ligne["modalite"]) for ligne in lues if ligne["statut"] == NON_CALCULABLE]
        return absentes if len(absentes) < len(lues) else []

    def _import_de(self, extrait: str) -> Mapping[str, Any]:
        """What the journal of the year tells of an extract; nothing of one that was not received."""
        tous = (j for j in self.publication.imports if (j["extrait"], j["annee"]) == (extrait, self.annee))
        return next(tous, {})

    def source(self, codes: str | Sequence[str], periode: str | None = None) -> str:
        """La ligne de source : les extraits que comptent des indicateurs, ou ceux d’entre eux que l’année permet."""
        codes = [codes] if isinstance(codes, str) else codes
        calcules = [code for code in codes if periode or not self.manques(code)]
        return figure.source(self, calcules or codes, periode or str(self.annee))

    @property
    def mention(self) -> str:
        """Ce que chaque dessin et chaque feuille doit dire de ces données, ou rien."""
        fictives = "Données fictives." if self.projet.donnees_fictives else ""
        interne = "Version interne, ne pas diffuser." if self.publication.interne else ""
        return " ".join(filter(None, (fictives, interne)))

    @overload
    def __getitem__(self, codes: str) -> Table: ...
    @overload
    def __getitem__(self, codes: tuple[str, ...]) -> CoteACote: ...
    def __getitem__(self, codes: str | tuple[str, ...]) -> Table | CoteACote:
        """Les chiffres publiés d’un indicateur, par son code ; ``rapport["P01", "P01D"]``, de deux, côte à côte."""
        if isinstance(codes, tuple):
            return CoteACote(tuple(self[code] for code in codes))
        exiger_parmi([codes], self.publication, "le code d’un indicateur", LISTE)
        sien = () if self.sujet is None else ((self.sujet.genre, self.sujet.code),)
        return Table(self, self.publication[codes], conditions=sien)

    def commune(self, nom: str | None = None) -> Self:
        """Le même rapport, restreint à une commune : ses chiffres à elle. Par son code ou son nom ; la première sinon.

        >>> fiche = rapport.commune(code)  # doctest: +SKIP
        >>> fiche["O01"].par("annee").objectifs("Le premier quartile, par année")  # doctest: +SKIP
        """
        return self._restreint("commune", nom)

    def bailleur(self, nom: str | None = None) -> Self:
        """Le même rapport, restreint à un bailleur, par son code ou son nom ; le premier de la nomenclature sinon.

        >>> rapport.bailleur("B1")["A01"].valeur  # doctest: +SKIP
        """
        return self._restreint("bailleur", nom)

    def reservataire(self, nom: str | None = None) -> Self:
        """Le même rapport, restreint à un réservataire, par son code ou son nom ; le premier sinon.

        >>> rapport.reservataire("COLACT")["F03"].par("classe")  # doctest: +SKIP
        """
        return self._restreint("reservataire", nom)

    def _restreint(self, genre: str, nom: str | None) -> Self:
        return replace(self, sujet=sujets.trouver(self.references, self.annee, genre, nom))

    @cached_property
    def ensemble(self) -> Self:
        """Celui de toute l’intercommunalité."""
        return self if self.sujet is None else replace(self, sujet=None)

    @property
    def racine(self) -> str:
        """Où sont les fichiers du bilan, depuis la page : une fiche est un dossier plus bas."""
        return "../" if self.sujet else ""

    def __repr__(self) -> str:
        sujet = "" if self.sujet is None else f", {self.sujet.nom}"
        return f"Rapport({self.projet.epci_nom_court}{sujet}, {self.annee}, période {self.periode})"

    def __iter__(self) -> Iterator[str]:
        """Les codes des indicateurs : ``"O01" in rapport``."""
        return iter(self.publication)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.publication)

    def replier(self, gabarits: Gabarits, bloc: Bloc, **valeurs: object) -> Bloc:
        """Ce qui ne se lit qu’à la demande, derrière un bouton qui le nomme ; rien quand il n’y a rien à lire.

        >>> rapport.replier("Le détail", rapport.tableau_de(seances, "Séances", {"Date": "date"}))  # doctest: +SKIP
        """
        return Bloc(figure.replier(self.dire(gabarits, **valeurs), bloc.html) if bloc.html.strip() else "")

    # What stands around figures, tables, then figures of several tables.
    entete = pages.entete
    vignettes = vignettes.vignettes
    renvoi = pages.renvoi
    tableau = tableaux.tableau
    tableau_de = tableaux.tableau_de
    par_ecart = cote_a_cote.par_ecart
    courbes = cote_a_cote.courbes
    barres = cote_a_cote.barres_pretes
    cote_a_cote = cote_a_cote.cote_a_cote
    petites_cartes = cartographie.petites_cartes
    explorer = explorer.explorer

    @cached_property
    def explores(self) -> set[str]:
        """Les cartes à explorer que la page a déjà : Leaflet n’y est qu’une fois."""
        return set()

    def parametre(self, nom: str) -> Any:
        """Ce que vaut un paramètre du projet au 31 décembre ; None : à renseigner.

        >>> rapport.parametre("flux.plafond_prefet")  # doctest: +SKIP
        """
        parametres = self.references.parametres
        if nom in parametres:
            return parametres.lire(nom, self.jour)
        # A project made by an earlier version lacks one of the software's.
        if nom not in lire_du_logiciel("definitions/parametres.yml"):
            exiger_parmi([nom], parametres, "un paramètre du projet", " ; ou l’ajouter à data/reference/parameters")
        return None

    def jour_de(self, nom: str, annee: int | None = None) -> date | None:
        """Le jour d’une année que donne un paramètre en mois-jour ; None : à renseigner.

        >>> rapport.jour_de("flux.echeance_du_bilan", rapport.annee + 1)  # doctest: +SKIP
        """
        mois_jour = self.parametre(nom)
        try:
            return None if mois_jour is None else date.fromisoformat(f"{annee or self.annee}-{mois_jour}")
        except ValueError:
            fichier, _, cle = nom.partition(".")
            raise ErreurCIL(
                f"data/reference/parameters/{fichier}.yml : « {cle} » vaut « {mois_jour} ». Écrire un mois et un jour, "
                'entre guillemets : "02-28".'
            ) from None

    def derniere(self, code: str) -> Self:
        """Le même rapport, lu dans la dernière année où un indicateur a des chiffres ; dans la sienne s’il n’en a pas.

        Pour ce qui ne vient pas tous les ans : une enquête, un répertoire. ``annee`` y est cette année-là.

        >>> rapport.derniere("S04")["S04"].valeur  # doctest: +SKIP
        """
        table = self[code].table
        annees = [annee for annee in self.annees if table.ou(annee=annee).a_des_chiffres]
        return replace(self, publication=replace(self.publication, annee=annees[-1])) if annees else self
