-- What the oracle reads: stored rows, nomenclatures, territory, dated parameters. Nothing else.
-- Variables: reference, traite (folders), epci (SIREN).

-- The columns that the definitions name. A stored file may have others, or lack some: these then stay null.
CREATE TABLE attributions (
    annee INTEGER, demande_pseudonyme VARCHAR, date_signature_bail TIMESTAMP, commune_insee VARCHAR,
    est_en_qpv BOOLEAN, qpv VARCHAR, residence VARCHAR, bailleur VARCHAR, reservataire VARCHAR, financement VARCHAR, typologie VARCHAR, type_construction VARCHAR,
    periode_construction VARCHAR, est_relogement_ru BOOLEAN, age BIGINT, composition_familiale VARCHAR,
    taille_menage BIGINT, situation_professionnelle VARCHAR, nationalite VARCHAR, logement_actuel VARCHAR,
    motif_demande VARCHAR, commune_origine_insee VARCHAR, revenu_uc_annuel_eur DOUBLE, tranche_plafonds VARCHAR,
    est_mutation_interne BOOLEAN, est_mutation BOOLEAN, categories_prioritaires VARCHAR, statut_dalo VARCHAR,
    delai_mois DOUBLE, est_travailleur_essentiel BOOLEAN, listes VARCHAR, listes_lues VARCHAR
);
CREATE TABLE demandes (
    annee INTEGER, demande_pseudonyme VARCHAR, date_depot_demande TIMESTAMP, commune_insee VARCHAR, typologie VARCHAR,
    age BIGINT, composition_familiale VARCHAR, taille_menage BIGINT, situation_professionnelle VARCHAR,
    nationalite VARCHAR, logement_actuel VARCHAR, motif_demande VARCHAR, revenu_uc_annuel_eur DOUBLE,
    tranche_plafonds VARCHAR, est_mutation_interne BOOLEAN
);
CREATE TABLE radiations (annee INTEGER, demande_pseudonyme VARCHAR, motif_radiation VARCHAR);
CREATE TABLE propositions (
    annee INTEGER, demande_pseudonyme VARCHAR, commune_insee VARCHAR, est_en_qpv BOOLEAN, bailleur VARCHAR,
    reservataire VARCHAR, decision VARCHAR, motif_non_attribution VARCHAR, date_refus_demandeur TIMESTAMP,
    motif_refus_demandeur VARCHAR, date_signature_bail TIMESTAMP, loyer_eur DOUBLE, taux_effort_pct DOUBLE, est_en_flux BOOLEAN
);

-- The stored columns of each extract. `comptee`: in the completeness; elsewhere a blank is an answer.
CREATE TABLE dictionnaire AS
SELECT
    upper(extrait[1]) AS population, extrait, colonne,
    CASE type WHEN 'date' THEN 'TIMESTAMP' WHEN 'oui_non' THEN 'BOOLEAN' WHEN 'entier' THEN 'BIGINT'
        WHEN 'nombre' THEN 'DOUBLE' ELSE 'VARCHAR' END AS type_sql,
    type NOT IN ('codes', 'qpv') AND colonne NOT IN ('score_cotation', 'residence') AS comptee
FROM (
    SELECT parse_filename(filename, true) AS extrait, *
    FROM read_csv(getvariable('reference') || '/columns/*.csv', all_varchar := true, union_by_name := true,
                  filename := true)
)
WHERE extrait IN ('attributions', 'demandes', 'radiations', 'propositions') AND conservation = 'gardee';

CREATE TABLE nomenclatures (
    liste VARCHAR, code VARCHAR, libelle VARCHAR, groupe VARCHAR, minimum DOUBLE, maximum DOUBLE,
    categories VARCHAR, statuts_dalo VARCHAR, logements_actuels VARCHAR
);
INSERT INTO nomenclatures BY NAME
SELECT
    parse_filename(filename, true) AS liste,
    COLUMNS(lambda c: c IN ('code', 'libelle', 'groupe', 'minimum', 'maximum', 'categories', 'statuts_dalo',
                       'logements_actuels'))
FROM read_csv(getvariable('reference') || '/nomenclatures/*.csv', all_varchar := true, union_by_name := true,
              filename := true);

CREATE TABLE adhesions AS
SELECT code_insee, membre_du::DATE AS du, membre_au::DATE AS au
FROM read_csv(getvariable('reference') || '/territory/communes.csv', all_varchar := true);
CREATE TABLE quartiers AS
SELECT code, valide_du::DATE AS du, valide_au::DATE AS au
FROM read_csv(getvariable('reference') || '/territory/qpv.csv', all_varchar := true);
CREATE TABLE quartiers_communes AS
SELECT qpv_code, code_insee FROM read_csv(getvariable('reference') || '/territory/qpv_communes.csv', all_varchar := true);
CREATE TABLE parc AS
SELECT code_insee, annee::INTEGER AS annee, logements::BIGINT AS logements
FROM read_csv(getvariable('reference') || '/territory/parc_social.csv', all_varchar := true);

-- Where a secteur is: a commune, a quarter, or a résidence of a commune.
CREATE TABLE secteurs AS
SELECT secteur, code_insee, qpv_code, residence, valide_du::DATE AS du, valide_au::DATE AS au
FROM read_csv(getvariable('reference') || '/territory/secteurs.csv', all_varchar := true, header := true, delim := ',');

-- The rules that say who is a priority household, or rehoused.
CREATE TABLE priorites AS
SELECT categorie, relogement_ru, colonne, string_split(valeurs, '|') AS valeurs, valide_du::DATE AS du, valide_au::DATE AS au
FROM read_csv(getvariable('reference') || '/priorites.csv', all_varchar := true, header := true, delim := ',');

-- One row is one dated value; a list has its items, a value that nobody has none.
CREATE TABLE seuils AS
SELECT annee::INTEGER AS annee, q1::DOUBLE AS q1, q2::DOUBLE AS q2, q3::DOUBLE AS q3
FROM read_csv(getvariable('reference') || '/parameters/seuils_quartiles.csv', all_varchar := true);
CREATE TABLE parametres (fichier VARCHAR, nom VARCHAR, depuis DATE, valeurs VARCHAR[]);
-- What a rule of counting that has one value may be.
CREATE TABLE choix (nom VARCHAR, choix VARCHAR);
-- Where objectives are set, at any time.
CREATE TABLE objectifs AS
SELECT DISTINCT indicateur, perimetre_type, coalesce(acteur_type, '') AS acteur_type, unite
FROM read_csv(getvariable('reference') || '/parameters/objectifs.csv', all_varchar := true);
