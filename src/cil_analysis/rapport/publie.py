"""What every piece of a report needs: the published tables, the labels of their codes, and the words of the source."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE, SECRET
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import COMMUNE, EPCI, NON_RENSEIGNE, Compte
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, EXTRAITS, PARC, source_de
from cil_analysis.grammaire.registre import Registre, registre
from cil_analysis.projet import Projet
from cil_analysis.rapport.ruptures import Rupture, ruptures
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import enumerer
from cil_analysis.secret.table_publiee import Publication, PublishedTable


@dataclass(frozen=True)
class Rapport:
    """One year's report: its publication and the reference data that give its words."""

    projet: Projet
    references: References
    publication: Publication

    @property
    def registre(self) -> Registre:
        """What the project counts."""
        return registre(self.references)

    @property
    def annee(self) -> int:
        """The year of the report."""
        return self.publication.annee

    @property
    def annees(self) -> tuple[int, ...]:
        """The years that have data since the convention began, oldest first."""
        return self.publication.annees

    @property
    def jour(self) -> date:
        """31 December: the day at which dated parameters are read."""
        return date(self.annee, 12, 31)

    @cached_property
    def communes(self) -> dict[str, str]:
        """Code → name of the member communes, in report order."""
        membres = self.references.territoire.membres(self.jour)
        return dict(zip(membres["code_insee"], membres["nom"], strict=True))

    @cached_property
    def ruptures(self) -> tuple[Rupture, ...]:
        """The breaks of the series over its years."""
        return tuple(ruptures(self.references, self.annees))

    @cached_property
    def perimetres(self) -> dict[str, str]:
        """Code → name of every perimeter, communes that have left the EPCI included."""
        noms = libelles.perimetres(self.references)
        return noms | {NON_RENSEIGNE: _absence(noms[NON_RENSEIGNE], illisible="qpv" in self.illisibles("attributions"))}

    @cached_property
    def acteurs(self) -> dict[str, str]:
        """Code → name of landlords and réservataires."""
        return libelles.acteurs(self.references)

    def modalites(self, code: str) -> dict[str, str]:
        """Code → label of the categories of an indicator."""
        if code not in self._modalites:
            noms = libelles.modalites(self.references, self.publication[code].indicateur)
            self._modalites[code] = {
                c: self.non_renseigne(code, nom) if c == NON_RENSEIGNE else nom for c, nom in noms.items()
            }
        return self._modalites[code]

    @cached_property
    def _modalites(self) -> dict[str, dict[str, str]]:
        """What has been asked for: a page asks for the same labels hundreds of times."""
        return {}

    def non_renseigne(self, code: str, nom: str) -> str:
        """What the class of an indicator without a value is called."""
        return _absence(
            nom, illisible=bool(self._colonnes_illisibles(code, self.registre.par_code[code].colonnes_de_l_axe))
        )

    def epci(self, code: str, **conditions: object) -> PublishedTable:
        """The rows of an indicator for the whole EPCI, without actor unless asked otherwise."""
        return self.publication[code].ou(**({"perimetre_type": EPCI, "acteur_type": "", "modalite": ""} | conditions))

    def par_commune(self, code: str, **conditions: object) -> PublishedTable:
        """The rows of an indicator by commune, of the year unless asked otherwise."""
        base = {"perimetre_type": COMMUNE, "acteur_type": "", "modalite": "", "annee": self.annee}
        return self.publication[code].ou(**(base | conditions))

    def classes(self, code: str, **conditions: object) -> PublishedTable:
        """The rows of an indicator by category, of the year and for the whole EPCI unless asked otherwise."""
        base = {"perimetre_type": EPCI, "acteur_type": "", "annee": self.annee}
        table = self.publication[code].ou(**(base | conditions))
        return table.ou(modalite=[m for m in dict.fromkeys(table.valeurs("modalite")) if m])

    def chiffre(self, code: str, annee: int | None = None, **conditions: object) -> float | None:
        """The published value for the whole EPCI, or None when it is masked or missing."""
        ligne = self.epci(code, annee=annee or self.annee, **conditions).ligne()
        return float(ligne["valeur"]) if ligne is not None and ligne["statut"] == PUBLIE else None

    def est_masque(self, code: str) -> bool:
        """Whether the figure of the year for the whole EPCI is masked."""
        ligne = self.epci(code, annee=self.annee).ligne()
        return ligne is not None and ligne["statut"] == SECRET

    @property
    def a_demandes(self) -> bool:
        """Whether the requests of the year were imported."""
        ligne = self.epci("V02", annee=self.annee).ligne()
        return ligne is not None and ligne["statut"] != NON_CALCULABLE

    @property
    def periode(self) -> str:
        """« 2018-2022 », or the year alone."""
        return f"{self.annees[0]}-{self.annees[-1]}" if len(self.annees) > 1 else str(self.annee)

    def manques(self, *codes: str, annee: int | None = None) -> tuple[str, ...]:
        """Why figures of indicators cannot be computed in a year, in words: « colonne « Âge » absente »."""
        absences = self.publication.absences
        return tuple(dict.fromkeys(m for code in codes for m in absences.get((code, annee or self.annee), ())))

    def source(self, code: str | Sequence[str], periode: str | None = None) -> str:
        """The source line of a figure drawn from an indicator, or several: the extracts that they count."""
        codes = [code] if isinstance(code, str) else code
        comptes = [self.registre.par_code[c].compte for c in codes]
        extraits = list(dict.fromkeys(e for c in comptes for e in _populations(c)))
        liste = enumerer([f"des {extrait}" for extrait in extraits if extrait in EXTRAITS])
        noms = [f"extraits {liste}"] if liste else []
        autres = [self._nom_de_source(extrait) for extrait in extraits if extrait not in (*EXTRAITS, PARC)]
        noms += dict.fromkeys(autres)
        texte = f"Source : {', '.join(noms)} {periode or self.annee}"
        if PARC in extraits:
            texte += ", parc social"
        texte += f", {self.projet.epci_nom_court}."
        return " ".join(filter(None, (texte, self._illisibles(codes), self.mention)))

    def illisibles(self, extrait: str) -> dict[str, int]:
        """The columns of an extract of the year that have unreadable cells → how many kept rows lack their value."""
        tous = [j for j in self.publication.imports if (j["extrait"], j["annee"]) == (extrait, self.annee)]
        return dict(tous[0].get("illisibles", {})) if tous else {}

    def _illisibles(self, codes: Sequence[str]) -> str:
        """What indicators count without, for want of a label that can be read; how many cells is said in no figure."""
        noms = dict.fromkeys(
            f"« {nom} »"
            for code in codes
            for nom in self._colonnes_illisibles(code, self.registre.par_code[code].colonnes)
        )
        return f"Cellules illisibles, comptées comme si elles étaient vides : {', '.join(noms)}." if noms else ""

    def _colonnes_illisibles(self, code: str, utiles: Collection[str]) -> list[str]:
        """The names of the columns, among those of an indicator, that have unreadable cells this year."""
        dictionnaires = self.references.dictionnaires
        extraits = [
            extrait for extrait in _populations(self.registre.par_code[code].compte) if extrait in dictionnaires
        ]
        return [dictionnaires[e].colonnes[n].libelle for e in extraits for n in self.illisibles(e) if n in utiles]

    def _nom_de_source(self, population: str) -> str:
        """« bilan de la gestion en flux »."""
        if population not in AUTRES_EXTRAITS:
            return "tables de gouvernance"
        libelle = self.references.dictionnaires[AUTRES_EXTRAITS[population]].libelle
        return libelle[0].lower() + libelle[1:]

    @property
    def mention(self) -> str:
        """What every drawing and sheet must say of these data, or nothing."""
        mentions = []
        if self.projet.donnees_fictives:
            mentions.append("Données fictives.")
        if self.publication.interne:
            mentions.append("Version interne, ne pas diffuser.")
        return " ".join(mentions)


def _absence(nom: str, *, illisible: bool) -> str:
    """What could not be read is not « non renseigné » (D18)."""
    return f"{nom} ou {'illisibles' if nom.endswith('s') else 'illisible'}" if illisible else nom


def _populations(compte: Compte) -> list[str]:
    """The populations that an indicator counts, in the order of its terms."""
    population = compte.population or "attributions"
    populations = [*population.split("+"), *compte.rapporte_a.split("+")]
    return list(dict.fromkeys(source_de(p) for p in populations if p))


def libelles_de(rapport: Rapport, code: str, cle: str) -> Mapping[str, str]:
    """The labels of a key column (perimetre_code, acteur_code, modalite, annee) of an indicator."""
    if cle == "perimetre_code":
        return rapport.perimetres
    if cle == "acteur_code":
        return rapport.acteurs
    if cle == "modalite":
        return rapport.modalites(code)
    return {}
