-- The rows that must be there, with or without anything to count: the places, actors and classes of each indicator.

CREATE TABLE perimetres AS
SELECT annee, perimetre_type, getvariable('epci') AS perimetre_code
FROM annees, unnest(['epci', 'en_qpv', 'hors_qpv']) AS u(perimetre_type)
UNION ALL SELECT annee, 'epci_constant', getvariable('epci') FROM annees_inconstantes
UNION ALL SELECT annee, 'commune', code FROM communes
UNION ALL SELECT annee, 'qpv', code FROM annees JOIN quartiers ON en_vigueur(du, au, fin)
UNION ALL SELECT DISTINCT annee, 'qpv', 'NR' FROM par_lieu WHERE a AND perimetre_type = 'qpv' AND perimetre_code = 'NR';

CREATE TABLE acteurs AS
SELECT DISTINCT annee, population, acteur_type, acteur_code
FROM (SELECT annee, population, bailleur, reservataire FROM lignes WHERE a OR p)
UNPIVOT (acteur_code FOR acteur_type IN (bailleur, reservataire));

-- `colonnes`: what the class cannot be counted without. `parfois`: a class that the product may leave out.
CREATE TABLE classes (
    annee INTEGER, dimension VARCHAR, modalite VARCHAR, colonnes VARCHAR[] DEFAULT [], parfois BOOLEAN DEFAULT false
);
INSERT INTO classes BY NAME
WITH listes(dimension, liste) AS (VALUES
    ('tranche_age', 'tranches_age'), ('composition_familiale', 'compositions_familiales'),
    ('classe_taille', 'tailles_menage'), ('situation_professionnelle', 'situations_professionnelles'),
    ('tranche_plafonds', 'tranches_plafonds'), ('nationalite', 'nationalites'),
    ('statut_occupation', 'statuts_occupation'), ('famille_motif', 'familles_motifs'), ('anciennete', 'anciennetes'),
    ('tranche_score', 'tranches_score'), ('decile_score', 'deciles_score'), ('rang_score', 'rangs_score'),
    ('origine_score', 'origines_score'), ('evolution_rang', 'evolutions_rang'),
    ('typologie', 'typologies'), ('financement', 'financements'), ('periode_construction', 'periodes_construction'),
    ('type_construction', 'types_construction'), ('motif_radiation', 'motifs_radiation'),
    ('motif_refus', 'motifs_refus_demandeur'), ('decision', 'decisions_caleol'),
    ('motif_non_attribution', 'motifs_non_attribution'))
SELECT annee, dimension, code AS modalite, code = 'DERADIATION' AS parfois
FROM listes JOIN nomenclatures USING (liste), annees
UNION ALL SELECT annee, dimension, 'NR', false FROM listes, annees;
INSERT INTO classes BY NAME
SELECT annee, 'zone' AS dimension, unnest(['QPV', 'HORS_QPV', 'INCONNU']) AS modalite FROM annees
UNION ALL SELECT annee, 'origine', code FROM communes
UNION ALL SELECT annee, 'origine', unnest(['HORS_EPCI', 'NR']) FROM annees
UNION ALL SELECT annee, 'quartile', unnest(
    CASE WHEN q1 + q2 + q3 IS NULL THEN ['Q1', 'SUP_Q1', 'NR'] ELSE ['Q1', 'Q2', 'Q3', 'Q4', 'NR'] END) FROM regles WHERE variante = ''
UNION ALL SELECT DISTINCT annee, 'typologie_presente', typologie FROM lignes WHERE a
UNION ALL SELECT DISTINCT annee, 'typologie_demandee', typologie FROM lignes WHERE d;
INSERT INTO classes BY NAME
SELECT annee, 'mutation' AS dimension, 'INTERNE' AS modalite, ['A.est_mutation_interne'] AS colonnes FROM annees
UNION ALL SELECT annee, 'mutation', 'HLM', ['A.est_mutation', 'A.est_mutation_interne'] FROM annees
UNION ALL SELECT annee, 'public', code, CASE WHEN logements_actuels IS NOT NULL THEN ['A.logement_actuel'] ELSE [] END
    || CASE WHEN coalesce(categories, statuts_dalo) IS NOT NULL THEN ['A.categories_prioritaires|A.statut_dalo'] ELSE [] END
FROM nomenclatures, annees WHERE liste = 'publics';
INSERT INTO classes BY NAME
SELECT annee, 'public_d' AS dimension, modalite, list_transform(colonnes, lambda c: replace(c, 'A.', 'D.')) AS colonnes
FROM classes WHERE dimension = 'public'
UNION ALL SELECT DISTINCT annee, 'moment', coalesce(moment, 'NR'), ['A.moment'] FROM scores WHERE population = 'A';
INSERT INTO classes BY NAME
SELECT annee, CASE liste WHEN 'mois' THEN 'mois' WHEN 'durees_attente' THEN 'duree' ELSE 'delai_en_annees' END AS dimension,
    code AS modalite
FROM nomenclatures, annees WHERE liste IN ('mois', 'durees_attente', 'anciennetes')
UNION ALL SELECT annee, 'origine_demandee', modalite FROM classes WHERE dimension = 'origine';
INSERT INTO classes BY NAME
SELECT annee, 'public_demandeur' AS dimension, code AS modalite,
    CASE WHEN logements_actuels IS NOT NULL THEN ['A.logement_actuel', 'D.logement_actuel'] ELSE [] END
    || CASE WHEN coalesce(categories, statuts_dalo) IS NOT NULL
        THEN ['A.categories_prioritaires|A.statut_dalo', 'D.categories_prioritaires|D.statut_dalo'] ELSE [] END AS colonnes
FROM nomenclatures, annees WHERE liste = 'publics';
INSERT INTO classes BY NAME
SELECT annee, 'regle' AS dimension, variante AS modalite, ['q1' || variante] AS colonnes FROM regles WHERE variante <> ''
UNION ALL SELECT DISTINCT annee, 'secteur', secteur, [] FROM secteurs_de_l_annee
UNION ALL SELECT DISTINCT annee, 'secteur', secteur, [] FROM lignes JOIN situes USING (ligne) WHERE secteur = 'HORS_SECTEUR'
UNION ALL SELECT annee, 'colonne_' || population, colonne, [population || '.' || colonne]
FROM dictionnaire, annees WHERE comptee;

-- The table of the specification. `colonnes`: needed, or one of those that | separates, at least.
CREATE TABLE catalogue (
    indicateur VARCHAR, unite VARCHAR, lieux VARCHAR[], acteur_type VARCHAR, dimension VARCHAR, modalites VARCHAR[],
    colonnes VARCHAR[]
);
INSERT INTO catalogue VALUES
    ('V01', 'nombre', ['epci', 'epci_constant', 'commune', 'qpv', 'en_qpv', 'hors_qpv'], '', '', NULL, []),
    ('V02', 'nombre', ['epci', 'epci_constant', 'commune'], '', '', NULL, ['D.*']),
    ('V03', 'ratio', ['epci', 'commune'], '', '', NULL, ['D.*']),
    ('V04', 'ratio', ['epci', 'commune'], '', '', NULL, ['D.est_mutation_interne', 'A.est_mutation_interne']),
    ('V05', 'pct', ['epci', 'commune'], '', '', NULL, ['D.*']),
    ('V06', 'mois', ['epci', 'commune', 'en_qpv', 'hors_qpv'], '', '', NULL, ['A.delai_mois']),
    ('V06', 'mois', ['epci'], '', 'typologie_presente', NULL, ['A.delai_mois', 'A.typologie']),
    ('V06', 'mois', ['epci'], 'bailleur', '', NULL, ['A.delai_mois']),
    ('V06M', 'mois', ['epci'], '', '', NULL, ['A.delai_mois']),
    ('V06P25', 'mois', ['epci'], '', '', NULL, ['A.delai_mois']),
    ('V06P25', 'mois', ['epci'], '', 'typologie_presente', NULL, ['A.delai_mois', 'A.typologie']),
    ('V06P75', 'mois', ['epci'], '', '', NULL, ['A.delai_mois']),
    ('V06P75', 'mois', ['epci'], '', 'typologie_presente', NULL, ['A.delai_mois', 'A.typologie']),
    ('V07', 'pct', ['epci'], '', 'anciennete', NULL, ['D.date_depot_demande']),
    ('T01', 'pct', ['commune', 'qpv'], '', '', NULL, []),
    ('T01R', 'pct', ['epci', 'commune'], '', '', NULL, []),
    ('T02', 'pct', ['epci'], '', 'zone', NULL, ['A.est_en_qpv']),
    ('T02', 'pct', ['commune'], '', 'zone', ['QPV'], ['A.est_en_qpv']),
    ('T03', 'pct', ['epci', 'commune'], '', 'origine', NULL, ['A.commune_origine_insee']),
    ('T03R', 'pct', ['epci', 'commune'], '', '', NULL, ['A.commune_origine_insee']),
    ('M01', 'pct', ['epci'], '', 'mutation', NULL, []),
    ('M01', 'pct', ['commune'], '', 'mutation', ['INTERNE'], []),
    ('M01', 'pct', ['epci'], 'bailleur', 'mutation', ['INTERNE'], []),
    ('L01', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', 'typologie', NULL, ['A.typologie']),
    ('L01D', 'pct', ['epci'], '', 'typologie', NULL, ['D.typologie']),
    ('L01T', 'ratio', ['epci'], '', 'typologie', NULL, ['A.typologie', 'D.typologie']),
    ('L02', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', 'financement', NULL, ['A.financement']),
    ('L02P', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', 'periode_construction', NULL, ['A.periode_construction']),
    ('L02C', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', 'type_construction', NULL, ['A.type_construction']),
    ('A01', 'pct', ['epci', 'en_qpv', 'hors_qpv'], 'bailleur', '', NULL, []),
    ('A02', 'pct', ['epci', 'en_qpv', 'hors_qpv'], 'reservataire', '', NULL, []),
    ('O03', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', 'quartile', NULL, ['A.revenu_uc_annuel_eur', 'q1']),
    ('O04', 'pct', ['epci', 'epci_constant', 'commune', 'en_qpv', 'hors_qpv'], '', '', NULL,
        ['A.categories_prioritaires|A.statut_dalo']),
    ('O04', 'pct', ['epci'], 'reservataire', '', NULL, ['A.categories_prioritaires|A.statut_dalo']),
    ('O04', 'pct', ['epci'], 'bailleur', '', NULL, ['A.categories_prioritaires|A.statut_dalo', 'A.reservataire']),
    ('O05', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', 'public', NULL, []),
    ('O01S', 'pct', ['epci'], '', 'regle', NULL, ['A.est_en_qpv', 'A.revenu_uc_annuel_eur']),
    ('O02S', 'pct', ['epci'], '', 'regle', NULL, ['A.est_en_qpv', 'A.revenu_uc_annuel_eur']),
    ('O06', 'pct', ['epci', 'commune', 'en_qpv', 'hors_qpv'], '', '', NULL, ['A.est_relogement_ru']),
    ('O08', 'pct', ['epci'], 'bailleur', '', NULL, ['A.categories_prioritaires|A.statut_dalo']),
    ('O10', 'pct', ['epci'], '', '', NULL, ['regle']),
    ('O11', 'pct', ['epci'], '', '', NULL, ['regle']),
    ('O12', 'pct', ['epci'], '', '', NULL, ['regle']),
    ('O09', 'pct', ['epci', 'commune'], '', '', NULL, ['A.est_travailleur_essentiel']),
    ('O09', 'pct', ['epci'], 'bailleur', '', NULL, ['A.est_travailleur_essentiel']),
    ('O09', 'pct', ['epci'], 'reservataire', '', NULL, ['A.est_travailleur_essentiel']),
    ('R01', 'pct', ['epci'], '', 'motif_radiation', NULL, ['R.motif_radiation']),
    ('R02', 'pct', ['epci', 'commune'], '', '', NULL,
        ['P.decision', 'P.date_refus_demandeur|P.motif_refus_demandeur']),
    ('R02', 'pct', ['epci'], 'bailleur', '', NULL,
        ['P.decision', 'P.date_refus_demandeur|P.motif_refus_demandeur']),
    ('R02', 'pct', ['epci'], 'reservataire', '', NULL,
        ['P.decision', 'P.date_refus_demandeur|P.motif_refus_demandeur']),
    ('R02M', 'pct', ['epci'], '', 'motif_refus', NULL, ['P.decision', 'P.motif_refus_demandeur']),
    ('R03', 'pct', ['epci'], '', 'quartile', NULL,
        ['D.*', 'A.revenu_uc_annuel_eur', 'D.revenu_uc_annuel_eur', 'q1']),
    ('R03Q', 'pct', ['epci'], '', '', NULL, ['D.*', 'A.revenu_uc_annuel_eur', 'D.revenu_uc_annuel_eur', 'q1']),
    ('R04', 'pct', ['epci'], '', 'quartile', NULL, ['P.revenu', 'q1']),
    ('R05', 'pct', ['epci'], '', 'quartile', NULL, ['P.decision', 'P.revenu', 'q1']),
    ('R06', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', '', NULL, ['P.revenu', 'q1']),
    ('R06', 'pct', ['epci'], 'bailleur', '', NULL, ['P.revenu', 'q1']),
    ('R07', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', '', NULL, ['P.decision', 'P.revenu', 'q1']),
    ('R07', 'pct', ['epci'], 'bailleur', '', NULL, ['P.decision', 'P.revenu', 'q1']),
    ('R08', 'pct', ['epci', 'en_qpv', 'hors_qpv'], '', '', NULL, ['P.decision', 'P.date_signature_bail', 'P.revenu', 'q1']),
    ('R08', 'pct', ['epci'], 'bailleur', '', NULL, ['P.decision', 'P.date_signature_bail', 'P.revenu', 'q1']),
    ('R09', 'pct', ['epci'], '', 'decision', NULL, ['P.decision']),
    ('R09Q', 'pct', ['epci'], '', 'decision', NULL, ['P.decision', 'P.revenu', 'q1']),
    ('R10', 'pct', ['epci'], '', 'motif_non_attribution', NULL, ['P.decision', 'P.motif_non_attribution']),
    ('R10Q', 'pct', ['epci'], '', 'motif_non_attribution', NULL,
        ['P.decision', 'P.motif_non_attribution', 'P.revenu', 'q1']),
    ('R11', 'pct', ['epci'], '', 'quartile', NULL,
        ['P.decision', 'P.date_refus_demandeur|P.motif_refus_demandeur', 'P.revenu', 'q1']),
    ('R12', 'eur', ['epci'], '', 'quartile', NULL, ['P.loyer_eur', 'P.revenu', 'q1']),
    ('R13', 'pct', ['epci'], '', 'quartile', NULL, ['P.taux_effort_pct', 'P.revenu', 'q1']),
    ('R14', 'pct', ['epci'], '', 'quartile', NULL, ['P.est_en_flux', 'P.revenu', 'q1']),
    ('R15', 'nombre', ['epci'], '', '', NULL, ['P.decision', 'P.date_signature_bail']),
    ('C00', 'pct', ['epci'], '', 'origine_score', NULL, ['D.score']),
    ('C01', 'pct', ['epci'], '', 'tranche_score', NULL, ['A.score']),
    ('C01D', 'pct', ['epci'], '', 'tranche_score', NULL, ['D.score']),
    ('C02', 'points', ['epci'], '', '', NULL, ['A.score']),
    ('C02', 'points', ['epci'], 'bailleur', '', NULL, ['A.score']),
    ('C02D', 'points', ['epci'], '', '', NULL, ['D.score']),
    ('C02D', 'points', ['epci'], '', 'public_d', NULL, ['D.score']),
    ('C02P', 'points', ['epci'], '', 'public', NULL, ['A.score']),
    ('C03', 'pct', ['epci'], '', 'decile_score', NULL, ['A.score', 'D.score']),
    ('C04', 'pct', ['epci'], '', '', NULL, ['A.score', 'D.score']),
    ('C04', 'pct', ['epci'], 'bailleur', '', NULL, ['A.score', 'D.score']),
    ('C04', 'pct', ['epci'], 'reservataire', '', NULL, ['A.score', 'D.score']),
    ('C05', 'pct', ['epci'], '', '', NULL, ['A.score', 'D.score']),
    ('C05', 'pct', ['epci'], 'bailleur', '', NULL, ['A.score', 'D.score']),
    ('C05', 'pct', ['epci'], 'reservataire', '', NULL, ['A.score', 'D.score']),
    ('C06', 'pct', ['epci'], '', '', NULL, ['A.score', 'D.score']),
    ('C06', 'pct', ['epci'], '', 'typologie', NULL, ['A.score', 'D.score', 'A.typologie', 'D.typologie']),
    ('C07', 'pct', ['epci'], '', 'public_d', NULL, ['D.score']),
    ('C08', 'points', ['epci'], '', '', NULL, ['A.score', 'A.groupe']),
    ('C08', 'points', ['epci'], '', 'moment', NULL, ['A.score', 'A.groupe']),
    ('C08B', 'pct', ['epci'], '', '', NULL, ['A.score', 'D.score', 'A.groupe']),
    ('C08B', 'pct', ['epci'], '', 'moment', NULL, ['A.score', 'D.score', 'A.groupe']),
    ('C08H', 'pct', ['epci'], '', '', NULL, ['A.score', 'D.score', 'A.groupe']),
    ('C08H', 'pct', ['epci'], '', 'moment', NULL, ['A.score', 'D.score', 'A.groupe']),
    ('C09', 'points', ['epci'], '', '', NULL, ['A.score', 'A.groupe']),
    ('C09', 'points', ['epci'], '', 'moment', NULL, ['A.score', 'A.groupe']),
    ('C09B', 'pct', ['epci'], '', '', NULL, ['A.score', 'D.score', 'A.groupe']),
    ('C09B', 'pct', ['epci'], '', 'moment', NULL, ['A.score', 'D.score', 'A.groupe']),
    ('C09H', 'pct', ['epci'], '', '', NULL, ['A.score', 'D.score', 'A.groupe']),
    ('C09H', 'pct', ['epci'], '', 'moment', NULL, ['A.score', 'D.score', 'A.groupe']),
    ('C10', 'pct', ['epci'], '', 'rang_score', NULL,
        ['P.decision', 'P.date_refus_demandeur|P.motif_refus_demandeur', 'P.demande_pseudonyme', 'P.score']),
    ('C11', 'pct', ['epci'], '', 'evolution_rang', NULL, ['D.evolution']),
    ('C11H', 'pct', ['epci'], '', '', NULL, ['D.evolution']),
    ('C11H', 'pct', ['epci'], '', 'public_d', NULL, ['D.evolution']),
    ('C11B', 'pct', ['epci'], '', '', NULL, ['D.evolution']),
    ('C11B', 'pct', ['epci'], '', 'public_d', NULL, ['D.evolution']),
    ('C12H', 'pct', ['epci'], '', 'typologie', NULL, ['D.evolution', 'D.typologie']),
    ('C12B', 'pct', ['epci'], '', 'typologie', NULL, ['D.evolution', 'D.typologie']),
    ('C13', 'points', ['epci', 'commune'], '', 'typologie_demandee', NULL, ['D.score', 'D.typologie']),
    ('C13P25', 'points', ['epci', 'commune'], '', 'typologie_demandee', NULL, ['D.score', 'D.typologie']),
    ('C13P75', 'points', ['epci', 'commune'], '', 'typologie_demandee', NULL, ['D.score', 'D.typologie']),
    ('C14', 'mois', ['epci', 'commune'], '', 'typologie_presente', NULL, ['A.delai_mois', 'A.typologie']),
    ('D01', 'nombre', ['epci', 'commune'], '', '', NULL, ['D.date_depot_demande', 'R.date_depot_demande']),
    ('D01M', 'nombre', ['epci'], '', 'mois', NULL, ['D.date_depot_demande', 'R.date_depot_demande']),
    ('D02', 'nombre', ['epci', 'commune'], '', '', NULL, ['D.*', 'R.*']),
    ('D02M', 'nombre', ['epci'], '', 'mois', NULL, ['D.*', 'R.date_radiation']),
    ('D02A', 'nombre', ['epci'], '', 'mois', NULL, ['D.*', 'R.date_radiation', 'R.motif_radiation']),
    ('D03', 'pct', ['epci'], '', 'motif_radiation', NULL, ['D.*', 'R.motif_radiation']),
    ('D04', 'pct', ['epci'], '', '', NULL, ['D.date_depot_demande', 'D.date_renouvellement']),
    ('D04M', 'nombre', ['epci'], '', 'mois', NULL, ['D.date_renouvellement']),
    ('D05', 'ratio', ['epci'], '', 'public_demandeur', NULL, []),
    ('D06', 'ratio', ['epci'], '', 'origine', NULL, ['A.commune_origine_insee', 'D.commune_origine_insee']),
    ('D07', 'pct', ['commune'], '', 'origine_demandee', NULL, ['D.commune_origine_insee']),
    ('D07R', 'pct', ['epci', 'commune'], '', '', NULL, ['D.commune_origine_insee']),
    ('D08', 'pct', ['epci'], '', 'delai_en_annees', NULL, ['A.delai_mois']),
    ('D09', 'pct', ['epci'], '', 'duree', NULL, ['D.*', 'R.*']),
    ('D10', 'mois', ['epci'], '', '', NULL, ['D.*', 'R.*']),
    ('D11', 'pct', ['epci', 'commune'], '', '', NULL, ['D.date_depot_demande', 'anormal']),
    ('D11A', 'pct', ['epci'], '', '', NULL, ['A.delai_mois', 'anormal']),
    ('D12', 'nombre', ['epci'], '', '', NULL, ['D.*', 'R.*']),
    ('Q01', 'pct', ['epci'], '', 'colonne_A', NULL, []),
    ('Q01D', 'pct', ['epci'], '', 'colonne_D', NULL, []),
    ('Q01R', 'pct', ['epci'], '', 'colonne_R', NULL, []),
    ('Q01P', 'pct', ['epci'], '', 'colonne_P', NULL, []);
INSERT INTO catalogue
SELECT code, 'pct', lieux, acteur, '', NULL, ['A.est_en_qpv', 'A.revenu_uc_annuel_eur', 'q1']
FROM (VALUES ('O01', ['epci', 'epci_constant', 'commune'], ''),
             ('O02', ['epci', 'epci_constant', 'commune', 'qpv'], ''),
             ('O01', ['epci'], 'bailleur'), ('O01', ['epci'], 'reservataire'),
             ('O02', ['epci'], 'bailleur'), ('O02', ['epci'], 'reservataire')) AS v(code, lieux, acteur);
INSERT INTO catalogue VALUES
    ('O13', 'pct', ['epci'], '', 'secteur', NULL, ['secteur', 'A.est_en_qpv', 'A.revenu_uc_annuel_eur', 'q1']),
    ('O14', 'pct', ['epci'], '', 'secteur', NULL, ['secteur', 'A.est_en_qpv', 'A.revenu_uc_annuel_eur', 'q1']),
    ('O15', 'pct', ['epci'], '', 'secteur', NULL, ['secteur', 'A.categories_prioritaires|A.statut_dalo']);
-- P01 to P08, and over the requests P01D to P08D.
CREATE TABLE profils (indicateur VARCHAR, dimension VARCHAR, colonne VARCHAR, lieux VARCHAR[]);
INSERT INTO profils VALUES
    ('P01', 'tranche_age', 'age', ['epci', 'en_qpv', 'hors_qpv']),
    ('P02', 'composition_familiale', 'composition_familiale', ['epci', 'en_qpv', 'hors_qpv']),
    ('P03', 'classe_taille', 'taille_menage', ['epci', 'en_qpv', 'hors_qpv']),
    ('P04', 'situation_professionnelle', 'situation_professionnelle', ['epci', 'en_qpv', 'hors_qpv']),
    ('P05', 'tranche_plafonds', 'tranche_plafonds', ['epci', 'en_qpv', 'hors_qpv']),
    ('P06', 'nationalite', 'nationalite', ['epci']),
    ('P07', 'statut_occupation', 'logement_actuel', ['epci', 'en_qpv', 'hors_qpv']),
    ('P08', 'famille_motif', 'motif_demande', ['epci', 'en_qpv', 'hors_qpv']);
INSERT INTO catalogue
SELECT indicateur, 'pct', lieux, '', dimension, NULL, ['A.' || colonne] FROM profils
UNION ALL SELECT indicateur || 'D', 'pct', ['epci'], '', dimension, NULL, ['D.' || colonne] FROM profils;

-- The product has a figure in number, and one of a place and an actor that the table lacks, only where an objective asks.
ALTER TABLE catalogue ADD COLUMN parfois BOOLEAN DEFAULT false;
INSERT INTO catalogue
SELECT DISTINCT ON (o.indicateur, o.perimetre_type, o.acteur_type)
    o.indicateur, 'pct', [o.perimetre_type], o.acteur_type, c.dimension, c.modalites, c.colonnes, true
FROM objectifs o JOIN catalogue c ON c.indicateur = o.indicateur AND c.acteur_type IN (o.acteur_type, '')
WHERE starts_with(o.indicateur, 'O') AND NOT EXISTS (
    FROM catalogue t
    WHERE t.indicateur = o.indicateur AND t.acteur_type = o.acteur_type AND list_contains(t.lieux, o.perimetre_type)
)
ORDER BY c.acteur_type DESC;
INSERT INTO catalogue
SELECT indicateur || 'N', 'nombre', list_filter(lieux, lambda x: x <> 'epci_constant'), acteur_type, dimension, modalites,
    colonnes, true
FROM catalogue WHERE indicateur IN ('O01', 'O02', 'O04', 'O05', 'O06', 'O08', 'O09');

-- What a year has: each column with a value in it, each extract with a row in it (« D.* »), the threshold.
CREATE TABLE presences AS
WITH remplies AS (
    SELECT annee, population, count(COLUMNS(* EXCLUDE (annee, population, ligne))) FROM brutes GROUP BY ALL
)
SELECT annee, population || '.' || colonne AS colonne
FROM (UNPIVOT remplies ON COLUMNS(* EXCLUDE (annee, population)) INTO NAME colonne VALUE nombre) WHERE nombre > 0
UNION ALL SELECT DISTINCT annee, population || '.*' FROM brutes
UNION ALL SELECT annee, 'secteur' FROM annees_situees
UNION ALL SELECT annee, 'regle' FROM sources_des_priorites WHERE regles > 0
UNION ALL SELECT annee, 'q1' || variante FROM regles WHERE q1 IS NOT NULL
-- What the cotation adds: a score, one for a proposal's household, a simulated one, the groups of landlords, the start.
UNION ALL SELECT DISTINCT annee, population || '.score' FROM scores WHERE score IS NOT NULL
UNION ALL
SELECT DISTINCT p.annee, 'P.score'
FROM brutes p JOIN brutes b USING (annee, demande_pseudonyme) JOIN scores s ON s.ligne = b.ligne
WHERE p.population = 'P' AND s.score IS NOT NULL
    AND annee IN (SELECT d.annee FROM scores d WHERE d.population = 'D' AND d.score IS NOT NULL)
UNION ALL SELECT DISTINCT annee, 'P.revenu' FROM lignes WHERE p AND revenu_du_menage IS NOT NULL
UNION ALL SELECT DISTINCT annee, 'D.evolution' FROM scores WHERE simule IS NOT NULL
UNION ALL SELECT DISTINCT annee, 'A.groupe' FROM scores WHERE groupe IS NOT NULL
UNION ALL SELECT DISTINCT annee, 'A.moment' FROM scores WHERE moment IS NOT NULL
UNION ALL SELECT annee, 'anormal' FROM annees
WHERE parametre('fichier_departemental', 'delai_anormalement_long', fin)[1] IS NOT NULL;

CREATE TABLE grille AS
WITH presentes AS (SELECT annee, list(colonne) AS connues FROM presences GROUP BY annee)
SELECT
    c.indicateur, a.annee, p.perimetre_type, p.perimetre_code, c.acteur_type,
    coalesce(t.acteur_code, '') AS acteur_code, coalesce(k.modalite, '') AS modalite, c.unite,
    list_filter(
        list_concat(
            c.colonnes, coalesce(k.colonnes, []),
            CASE WHEN p.perimetre_type IN ('en_qpv', 'hors_qpv', 'qpv') THEN [c.population || '.est_en_qpv'] ELSE [] END,
            CASE WHEN p.perimetre_type = 'qpv' THEN ['A.qpv'] ELSE [] END,
            CASE WHEN c.acteur_type <> '' THEN [t.population || '.' || c.acteur_type] ELSE [] END),
        lambda x: NOT list_has_any(string_split(x, '|'), connues)
    ) AS absentes,
    c.parfois OR coalesce(k.parfois, false) AS parfois
FROM (
    SELECT *, CASE WHEN indicateur IN ('R02', 'R06', 'R07', 'R08') THEN 'P' ELSE 'A' END AS population FROM catalogue
) c CROSS JOIN annees a
JOIN presentes USING (annee)
JOIN perimetres p ON p.annee = a.annee AND list_contains(c.lieux, p.perimetre_type)
LEFT JOIN acteurs t ON t.annee = a.annee AND t.acteur_type = c.acteur_type
    AND t.population = c.population
LEFT JOIN classes k ON k.annee = a.annee AND k.dimension = c.dimension
    AND (c.modalites IS NULL OR list_contains(c.modalites, k.modalite))
WHERE (c.acteur_type = '' OR t.acteur_code IS NOT NULL) AND (c.dimension = '' OR k.modalite IS NOT NULL);
-- The matrix of the requests, and what shares its counts, are those of the last year alone; so is the path to the lease.
DELETE FROM grille
WHERE annee < (SELECT max(annee) FROM annees) AND indicateur <> 'R03Q'
    AND (indicateur IN ('D06', 'D07', 'D07R', 'C13', 'C13P25', 'C13P75', 'C14')
        OR regexp_full_match(indicateur, 'R(0[3-9]|1[0-4])Q?'));
