-- G: the life of the CIL, from the reference tables alone. Words are codes: « en vigueur » is EN_VIGUEUR, « plénière »
-- PLENIERE. A table without a row is not known: its figures are not computable.
CREATE MACRO code(mot) AS upper(replace(strip_accents(mot), ' ', '_'));
CREATE MACRO table_de(nom) AS TABLE
FROM read_csv(getvariable('reference') || '/governance/' || nom || '.csv', all_varchar := true, header := true, delim := ',', quote := '"');
CREATE MACRO fin_de(annee) AS make_date(annee, 12, 31);

CREATE TABLE cil_seances AS SELECT seance, date::DATE AS le, code(type) AS type FROM table_de('seances');
CREATE TABLE cil_membres AS SELECT code(college) AS college, debut::DATE AS du, fin::DATE AS au FROM table_de('membres');
CREATE TABLE cil_documents AS
SELECT document, code(statut) AS statut, date_adoption::DATE AS adopte, debut::DATE AS du, fin::DATE AS au
FROM table_de('documents');
CREATE TABLE cil_decisions AS
SELECT code(d.statut) AS statut, echeance::DATE AS echeance, date_suivi::DATE AS suivi, coalesce(s.le, t.adopte) AS le
FROM table_de('decisions') d
LEFT JOIN cil_seances s ON s.seance = d.seance
LEFT JOIN cil_documents t ON t.document = d.document;
CREATE TABLE cil_actions AS SELECT code(statut) AS statut, debut::DATE AS du, fin::DATE AS au FROM table_de('actions');

-- One row is one thing counted in a year: for which indicators, under which class.
CREATE TABLE faits (annee INTEGER, indicateur VARCHAR, classe VARCHAR);
INSERT INTO faits
SELECT annee, 'G02', type FROM cil_seances JOIN annees ON year(le) = annee
UNION ALL SELECT annee, 'G01', NULL FROM cil_seances JOIN annees ON year(le) = annee WHERE type = 'PLENIERE'
UNION ALL
SELECT annee, 'G03', college FROM cil_membres JOIN annees
    ON coalesce(du <= fin_de(annee), true) AND coalesce(au >= fin_de(annee), true)
UNION ALL
SELECT annee, 'G04', 'ENTREE' FROM cil_membres JOIN annees ON year(du) = annee
WHERE du > (SELECT min(du) FROM cil_membres)
UNION ALL SELECT annee, 'G04', 'SORTIE' FROM cil_membres JOIN annees ON year(au) = annee
UNION ALL
SELECT annee, 'G05', CASE WHEN year(du) = annee THEN 'ADHESION' ELSE 'DEJA_MEMBRE' END FROM adhesions JOIN annees
    ON coalesce(du <= fin_de(annee), true) AND coalesce(au >= fin_de(annee), true)
UNION ALL
SELECT annee, 'G06', CASE
    WHEN statut = 'PROJET' THEN 'PROJET'
    WHEN coalesce(du, adopte) > fin_de(annee) THEN 'A_VENIR'
    WHEN au < fin_de(annee) THEN if(coalesce(statut, '') = 'ABROGE', 'ABROGE', 'ECHU')
    WHEN au IS NOT NULL THEN 'EN_VIGUEUR'
    ELSE coalesce(statut, 'NR') END
FROM cil_documents JOIN annees ON au IS NOT NULL OR coalesce(coalesce(adopte, du) <= fin_de(annee), true);
INSERT INTO faits
WITH prises AS (
    SELECT annee, le, echeance, CASE WHEN statut IN ('FAITE', 'ABANDONNEE') AND coalesce(suivi > fin_de(annee), false)
        THEN 'EN_COURS' ELSE coalesce(statut, 'NR') END AS etat
    FROM cil_decisions JOIN annees ON coalesce(le <= fin_de(annee), true)
)
SELECT annee, 'G07', NULL FROM prises WHERE year(le) = annee
UNION ALL SELECT annee, 'G08', etat FROM prises
UNION ALL SELECT annee, 'G09', NULL FROM prises WHERE echeance < fin_de(annee) AND etat NOT IN ('FAITE', 'ABANDONNEE')
UNION ALL
SELECT annee, 'G10', CASE
    WHEN statut IS NULL THEN 'NR'
    WHEN du > fin_de(annee) THEN 'A_FAIRE'
    WHEN statut IN ('FAITE', 'ABANDONNEE') AND coalesce(au > fin_de(annee), false) THEN 'EN_COURS'
    ELSE statut END
FROM cil_actions, annees;

-- The total of each indicator, then its classes; what makes it known in a year.
CREATE TABLE grille_cil AS
WITH classes_cil(indicateur, liste) AS (VALUES
    ('G02', 'types_seance'), ('G03', 'colleges'), ('G06', 'etats_document'), ('G08', 'etats_suivi'), ('G10', 'etats_suivi')),
lignes_cil AS (
    SELECT indicateur, code AS classe FROM classes_cil JOIN nomenclatures USING (liste)
    UNION ALL SELECT indicateur, 'NR' FROM classes_cil
    UNION ALL SELECT unnest(['G04', 'G04', 'G05', 'G05']), unnest(['ENTREE', 'SORTIE', 'DEJA_MEMBRE', 'ADHESION'])
    UNION ALL SELECT 'G' || lpad(i::VARCHAR, 2, '0'), '' FROM range(1, 11) AS r(i)
)
SELECT indicateur, annee, classe, CASE
    WHEN indicateur IN ('G01', 'G02') THEN EXISTS (FROM cil_seances WHERE le <= fin_de(annee))
    WHEN indicateur IN ('G03', 'G04') THEN EXISTS (FROM cil_membres)
    WHEN indicateur = 'G06' THEN EXISTS (FROM cil_documents)
    WHEN indicateur = 'G10' THEN EXISTS (FROM cil_actions)
    WHEN indicateur = 'G05' THEN true
    ELSE EXISTS (FROM cil_decisions) END AS connu
FROM lignes_cil, annees;

INSERT INTO catalogue BY NAME
SELECT DISTINCT indicateur, 'nombre' AS unite, ['epci'] AS lieux, '' AS acteur_type, '' AS dimension, [] AS colonnes
FROM grille_cil;
INSERT INTO chiffres BY NAME
WITH comptes AS (
    SELECT g.*, (SELECT count(*) FROM faits f WHERE f.indicateur = g.indicateur AND f.annee = g.annee
        AND (g.classe = '' OR f.classe = g.classe)) AS n
    FROM grille_cil g
)
SELECT indicateur, annee, 'epci' AS perimetre_type, getvariable('epci') AS perimetre_code, '' AS acteur_type,
    '' AS acteur_code, classe AS modalite, 'nombre' AS unite, if(connu, 'publie', 'non_calculable') AS statut,
    CASE WHEN connu THEN n END AS numerateur, NULL AS denominateur, CASE WHEN connu THEN n::DOUBLE END AS valeur,
    false AS parfois
FROM comptes;
-- No household is in these figures: the terms that a household adds to are none.
INSERT INTO termes
SELECT DISTINCT indicateur, annee, 'epci', getvariable('epci'), '', '', classe, -1, 0, 0 FROM grille_cil;
