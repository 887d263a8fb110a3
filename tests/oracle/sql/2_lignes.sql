-- One row of `lignes` is one lease (a), request (d), radiation (r) or proposal (p), with the dimensions derived from it.

CREATE MACRO en_vigueur(_du, _au, _jour) AS coalesce(_du <= _jour, true) AND coalesce(_au >= _jour, true);
CREATE MACRO parametre(_fichier, _nom, _jour) AS (
    SELECT arg_max(valeurs, depuis) FROM parametres WHERE fichier = _fichier AND nom = _nom AND depuis <= _jour
);
CREATE MACRO liste(_texte, _separateur) AS
    list_filter(list_transform(string_split(coalesce(_texte, ''), _separateur), lambda x: trim(x)), lambda x: x <> '');

CREATE TABLE annees AS SELECT DISTINCT annee, make_date(annee, 12, 31) AS fin FROM attributions;
-- The rules as they are (variante « »), and in the last year each other choice of one of them: « P3=hors_mutations ».
CREATE TABLE variantes AS
WITH derniere AS (SELECT max(annee) AS annee, max(fin) AS fin FROM annees)
SELECT annee, fin, '' AS variante, '' AS change, [] AS valeurs FROM annees
UNION ALL
SELECT annee, fin, upper(split_part(c.nom, '_', 1)) || '=' || c.choix, c.nom, [c.choix]
FROM derniere, choix c WHERE c.choix <> parametre('comptage', c.nom, fin)[1]
UNION ALL
SELECT annee, fin, 'P4=', 'p4_financements_exclus', [] FROM derniere
WHERE len(parametre('comptage', 'p4_financements_exclus', fin)) > 0;
CREATE TABLE regles AS
WITH choisies AS (
    SELECT
        annee, variante, fin,
        MAP_FROM_ENTRIES(list((r.nom, CASE r.nom WHEN change THEN valeurs ELSE parametre('comptage', r.nom, fin) END))) AS r
    FROM variantes, (SELECT DISTINCT nom FROM parametres WHERE fichier = 'comptage') r
    GROUP BY ALL
),
lues AS (
    SELECT
        annee, variante, r['p1_attribution'][1] AS p1, r['p3_mutations'][1] AS p3, r['p4_financements_exclus'] AS p4,
        r['p7_comparaison'][1] AS p7, r['p8_ressources_manquantes'][1] AS p8, r['p9_perimetre'][1] AS p9,
        r['p10_relogement_ru'][1] AS p10,
        CASE r['p6_annee_du_seuil'][1] WHEN 'annee_precedente' THEN fin - INTERVAL 1 YEAR ELSE fin END AS jour
    FROM choisies
)
SELECT lues.*, s.q1, s.q2, s.q3 FROM lues LEFT JOIN seuils s ON s.annee = year(jour);

CREATE TABLE communes AS
SELECT annee, code_insee AS code, true AS membre FROM annees JOIN adhesions ON en_vigueur(du, au, fin);
-- Those that are members in every year of the series, and the years that have others.
CREATE TABLE constantes AS
SELECT code FROM communes GROUP BY code HAVING count(DISTINCT annee) = (SELECT count(*) FROM annees);
CREATE TABLE annees_inconstantes AS SELECT DISTINCT annee FROM communes WHERE code NOT IN (FROM constantes);
INSERT INTO communes
SELECT DISTINCT annee, commune_insee, false FROM attributions
WHERE commune_insee IS NOT NULL AND (annee, commune_insee) NOT IN (SELECT (annee, code) FROM communes);

CREATE TABLE brutes AS
SELECT row_number() OVER () AS ligne, * FROM (
    SELECT 'A' AS population, * FROM attributions
    UNION ALL BY NAME SELECT 'D' AS population, * FROM demandes
    UNION ALL BY NAME SELECT 'R' AS population, * FROM radiations
    UNION ALL BY NAME SELECT 'P' AS population, * FROM propositions
)
WHERE annee IN (SELECT annee FROM annees);

CREATE MACRO tranche(_liste, _nombre) AS (
    SELECT any_value(code) FROM nomenclatures
    WHERE liste = _liste AND coalesce(minimum <= _nombre, true) AND coalesce(maximum >= _nombre, true)
        AND _nombre IS NOT NULL
);
CREATE MACRO groupe(_detail, _groupes, _code) AS (
    SELECT any_value(g.code) FROM nomenclatures d JOIN nomenclatures g ON g.libelle = d.groupe
    WHERE d.liste = _detail AND g.liste = _groupes AND d.code = _code
);

CREATE TABLE communes_en_qpv AS
SELECT DISTINCT annee, code_insee
FROM annees JOIN quartiers ON en_vigueur(du, au, fin) JOIN quartiers_communes ON qpv_code = code;

-- Who says in a year which households are priority ones, and rehoused: the file, where no rule is in force.
CREATE MACRO source_de(_parametre, _regles, _jour) AS
    CASE WHEN _regles > 0 THEN parametre('priorites', _parametre, _jour)[1] ELSE 'donnees' END;
CREATE TABLE sources_des_priorites AS
SELECT annee, regles, source_de('source_des_priorites', regles, fin) AS source, reloges,
    source_de('source_des_relogements_ru', reloges, fin) AS source_des_relogements
FROM (
    SELECT annee, any_value(fin) AS fin, count(categorie) AS regles, count(*) FILTER (relogement_ru = 'oui') AS reloges
    FROM annees LEFT JOIN priorites ON coalesce(du <= fin, true) AND coalesce(au >= make_date(annee, 1, 1), true)
    GROUP BY annee
);
-- What each rule in force on the day of a lease reads of it; nothing where it is missing.
CREATE MACRO seul(_code) AS CASE WHEN _code IS NOT NULL THEN [_code] END;
CREATE TABLE lues_par_regle AS
SELECT ligne, categorie, relogement_ru, valeurs, CASE colonne
    WHEN 'logement_actuel' THEN seul(logement_actuel) WHEN 'motif_demande' THEN seul(motif_demande)
    WHEN 'statut_dalo' THEN seul(statut_dalo)
    WHEN 'est_relogement_ru' THEN seul(CASE est_relogement_ru WHEN true THEN 'oui' WHEN false THEN 'non' END)
    WHEN 'listes' THEN CASE WHEN listes_lues IS NOT NULL THEN liste(listes, ';') END END AS dites
FROM brutes b JOIN priorites p ON en_vigueur(p.du, p.au, b.date_signature_bail::DATE)
WHERE population = 'A';
CREATE TABLE deduites AS
SELECT ligne, list(DISTINCT categorie) AS par_regle
FROM lues_par_regle WHERE categorie IS NOT NULL AND list_has_any(valeurs, dites) GROUP BY ligne;
-- A lease of which a rule could read nothing, and that no other makes a relogement, may be one.
CREATE TABLE reloges_par_regle AS
SELECT ligne, CASE WHEN bool_or(list_has_any(valeurs, dites)) THEN true WHEN bool_or(dites IS NULL) THEN NULL ELSE false END AS oui
FROM lues_par_regle WHERE relogement_ru = 'oui' GROUP BY ligne;
UPDATE brutes SET est_relogement_ru = dit FROM (
    SELECT b.ligne, CASE WHEN source_des_relogements = 'l_une_ou_l_autre' THEN b.est_relogement_ru OR deduit ELSE deduit END AS dit
    FROM (SELECT *, CASE WHEN ligne IN (SELECT r.ligne FROM reloges_par_regle r WHERE oui IS NULL) THEN NULL
            ELSE ligne IN (SELECT r.ligne FROM reloges_par_regle r WHERE oui) END AS deduit FROM brutes WHERE population = 'A') b
    JOIN sources_des_priorites USING (annee) WHERE source_des_relogements <> 'donnees'
) autres WHERE brutes.ligne = autres.ligne;

-- The secteurs of a year, and where a dwelling is in one: its résidence goes before its quarter, which goes before
-- its commune. Nothing is told in a year that does not give the résidences, or the quarters, that secteurs have.
CREATE TABLE secteurs_de_l_annee AS
SELECT annee, s.* FROM annees JOIN secteurs s ON en_vigueur(s.du, s.au, fin);
CREATE TABLE annees_situees AS
SELECT annee FROM secteurs_de_l_annee s JOIN brutes b USING (annee) WHERE b.population = 'A' GROUP BY annee
HAVING (count(s.residence) = 0 OR count(b.residence) > 0) AND (count(s.qpv_code) = 0 OR count(b.est_en_qpv) > 0);
CREATE TABLE situes AS
SELECT b.ligne, coalesce(r.secteur, q.secteur, c.secteur, 'HORS_SECTEUR') AS secteur
FROM brutes b
LEFT JOIN secteurs_de_l_annee r ON r.annee = b.annee AND r.code_insee = b.commune_insee AND r.residence = b.residence
LEFT JOIN secteurs_de_l_annee q ON q.annee = b.annee AND b.est_en_qpv AND q.qpv_code = b.qpv
LEFT JOIN secteurs_de_l_annee c ON c.annee = b.annee AND c.code_insee = b.commune_insee AND c.residence IS NULL
WHERE b.population = 'A' AND b.annee IN (FROM annees_situees);

-- What does not depend on the rules.
CREATE TABLE derivees AS
SELECT
    b.* REPLACE (
        coalesce(b.bailleur, 'NR') AS bailleur, coalesce(b.reservataire, 'NR') AS reservataire,
        coalesce(b.typologie, 'NR') AS typologie,
        coalesce(b.composition_familiale, 'NR') AS composition_familiale,
        coalesce(b.situation_professionnelle, 'NR') AS situation_professionnelle,
        coalesce(b.tranche_plafonds, 'NR') AS tranche_plafonds, coalesce(b.nationalite, 'NR') AS nationalite,
        coalesce(b.type_construction, 'NR') AS type_construction,
        coalesce(b.periode_construction, 'NR') AS periode_construction,
        coalesce(b.motif_radiation, 'NR') AS motif_radiation
    ),
    b.financement IS NULL AS sans_financement, coalesce(b.financement, 'NR') AS financement_nr,
    population = 'A' AS a, population = 'D' AS d, population = 'R' AS r, population = 'P' AS p,
    CASE
        WHEN est_en_qpv THEN 'QPV' WHEN NOT est_en_qpv THEN 'HORS_QPV'
        WHEN b.commune_insee IS NULL OR (b.annee, b.commune_insee) IN (SELECT (q.annee, q.code_insee) FROM communes_en_qpv q)
            OR b.annee NOT IN (SELECT q.annee FROM communes_en_qpv q) THEN 'INCONNU'
        ELSE 'HORS_QPV'  -- A blank where no QPV stands (D14).
    END AS zone,
    statut_dalo IS NOT DISTINCT FROM 'CADUC' AS est_caduc,
    coalesce(statut_dalo IN ('ACTIF', 'ACTREL'), false) AS est_dalo,
    liste(categories_prioritaires, ';') AS categories_donnees,
    coalesce(de.par_regle, []) AS categories_deduites,
    CASE WHEN a AND source = 'deduites' THEN categories_deduites
        WHEN a AND source = 'l_une_ou_l_autre' THEN list_distinct(list_concat(categories_donnees, categories_deduites))
        ELSE categories_donnees END AS categories,
    (len(categories_donnees) > 0 AND NOT (categories_donnees = ['DALO'] AND est_caduc)) OR est_dalo AS priorite_donnee,
    (len(categories_deduites) > 0 AND NOT (categories_deduites = ['DALO'] AND est_caduc)) OR est_dalo AS priorite_deduite,
    coalesce(est_relogement_ru, false) AS relogement_ru,
    coalesce(est_mutation_interne, false) AS interne,
    coalesce(est_mutation, false) OR interne AS hlm,
    coalesce(tranche('tranches_age', age), 'NR') AS tranche_age,
    coalesce(tranche('tailles_menage', taille_menage), 'NR') AS classe_taille,
    coalesce(groupe('logements_actuels', 'statuts_occupation', logement_actuel), 'NR') AS statut_occupation,
    coalesce(groupe('motifs_demande', 'familles_motifs', motif_demande), 'NR') AS famille_motif,
    coalesce(tranche('anciennetes', date_sub('year', date_depot_demande::DATE, fin)), 'NR') AS anciennete,
    CASE
        WHEN commune_origine_insee IS NULL THEN 'NR'
        WHEN (b.annee, commune_origine_insee) IN (SELECT (c.annee, c.code) FROM communes c) THEN commune_origine_insee
        ELSE 'HORS_EPCI'
    END AS origine,
    coalesce(list_contains(decisions, decision), false) AS est_attribuee,
    est_attribuee AND (date_refus_demandeur IS NOT NULL OR b.motif_refus_demandeur IS NOT NULL) AS est_refusee,
    coalesce(b.motif_refus_demandeur, 'NR') AS motif_refus,
    (len(categories) > 0 AND NOT (categories = ['DALO'] AND est_caduc)) OR est_dalo AS prioritaire,
    b.commune_insee IN (FROM constantes) AS est_constante,
    -- When the request was filed, and renewed for the last time.
    CASE WHEN year(date_depot_demande) = b.annee THEN 'ANNEE' WHEN year(date_depot_demande) < b.annee THEN 'AVANT' ELSE 'NR' END AS depot,
    strftime(date_depot_demande, '%m') AS mois_depot, strftime(date_radiation, '%m') AS mois_sortie,
    strftime(date_renouvellement, '%m') AS mois_renouvellement,
    coalesce(year(date_renouvellement) = b.annee, false) AS est_renouvelee,
    tranche('anciennetes', floor(delai_mois / 12)) AS delai_en_annees,
    -- A request leaves the file at its last radiation of the year, unless it was cancelled or the request is active.
    r AND coalesce(b.motif_radiation, '') <> 'DERADIATION'
        AND (b.annee, demande_pseudonyme) NOT IN (SELECT (k.annee, k.demande_pseudonyme) FROM demandes k WHERE k.demande_pseudonyme IS NOT NULL)
        AND row_number() OVER (
            PARTITION BY population, b.annee, coalesce(demande_pseudonyme, ligne::VARCHAR)
            ORDER BY date_radiation DESC, coalesce(b.motif_radiation = 'DERADIATION', false) DESC, ligne DESC
        ) = 1 AS s,
    -- The leases of a household in the year, or those in the constant perimeter, in the order of their dates; a lease of
    -- nobody known stands alone.
    NOT a OR demande_pseudonyme IS NULL AS est_seul,
    est_seul OR row_number() OVER (
        PARTITION BY population, b.annee, demande_pseudonyme ORDER BY date_signature_bail, ligne
    ) = 1 AS est_premier,
    est_seul OR row_number() OVER (
        PARTITION BY population, b.annee, demande_pseudonyme, b.commune_insee IN (FROM constantes)
        ORDER BY date_signature_bail, ligne
    ) = 1 AS est_premier_constant
FROM brutes b JOIN annees USING (annee) JOIN sources_des_priorites USING (annee) LEFT JOIN deduites de USING (ligne),
    (SELECT list(code) AS decisions FROM nomenclatures WHERE liste = 'decisions_caleol' AND groupe = 'Attribution');

CREATE MACRO quartile(_revenu, _q1, _q2, _q3, _p7) AS CASE
    WHEN _revenu IS NULL OR _q1 IS NULL THEN 'NR'
    WHEN _revenu < _q1 OR _p7 = 'inferieur_ou_egal' AND _revenu = _q1 THEN 'Q1'
    WHEN _q2 IS NULL OR _q3 IS NULL THEN 'SUP_Q1'
    WHEN _revenu <= _q2 THEN 'Q2' WHEN _revenu <= _q3 THEN 'Q3' ELSE 'Q4' END;

-- One row is one row under one set of rules: the leases under each, the others under the rules as they are.
CREATE TABLE jugees AS
SELECT
    l.*, variante,
    quartile(revenu_uc_annuel_eur, q1, q2, q3, p7) AS quartile,
    a AND (sans_financement OR NOT list_contains(p4, financement_nr)) AND NOT (p3 = 'hors_mutations' AND interne) AS champ,
    -- O01 and O02: who is in the denominator (P8), and then in the numerator (P10).
    champ AND zone = 'HORS_QPV' AND (p8 <> 'exclues' OR quartile <> 'NR' OR relogement_ru) AS dans_o01,
    champ AND zone = 'QPV' AND (p8 <> 'exclues' OR quartile <> 'NR') AS dans_o02,
    quartile = 'Q1' OR (relogement_ru AND p10 <> 'selon_ressources') AS public_o01,
    quartile IN ('Q2', 'Q3', 'Q4', 'SUP_Q1') AS public_o02
FROM derivees l JOIN regles USING (annee)
WHERE (a OR variante = '') AND (p9 <> 'perimetre_constant' OR commune_insee IS NULL OR est_constante)
    AND (p1 <> 'un_par_menage' OR CASE p9 WHEN 'perimetre_constant' THEN est_premier_constant ELSE est_premier END);
-- The rows as they are. The income of a proposal is the lowest that the requests and the leases of its household give.
CREATE TABLE lignes AS
WITH gardees AS (FROM jugees WHERE variante = ''),
menages AS (
    SELECT annee, demande_pseudonyme, min(revenu_uc_annuel_eur) FILTER (a OR d) AS revenu
    FROM gardees WHERE demande_pseudonyme IS NOT NULL GROUP BY ALL
),
rattachees AS (
    SELECT
        g.*, CASE WHEN annee IN (SELECT k.annee FROM gardees k WHERE k.d) THEN m.revenu END AS revenu_du_menage
    FROM gardees g LEFT JOIN menages m USING (annee, demande_pseudonyme)
)
SELECT
    l.* REPLACE (CASE WHEN p THEN quartile(revenu_du_menage, q1, q2, q3, p7) ELSE l.quartile END AS quartile),
    coalesce(year(date_signature_bail) = annee, false) AS est_loue,
    demande_pseudonyme IS NULL
        OR row_number() OVER (PARTITION BY population, annee, demande_pseudonyme ORDER BY ligne) = 1 AS est_premiere,
    est_attribuee AND (demande_pseudonyme IS NULL OR row_number() OVER (
        PARTITION BY population, annee, demande_pseudonyme, est_attribuee ORDER BY ligne
    ) = 1) AS est_premier_accord
FROM rattachees l JOIN regles USING (annee, variante);

-- One row is one row in one place: the EPCI, its commune, its quarter, inside or outside the quarters.
CREATE TABLE par_lieu AS
SELECT lignes.*, lieu.perimetre_type, lieu.perimetre_code
FROM lignes, LATERAL unnest([
    {'perimetre_type': 'epci', 'perimetre_code': getvariable('epci')},
    {'perimetre_type': 'commune', 'perimetre_code': commune_insee},
    {'perimetre_type': CASE zone WHEN 'QPV' THEN 'en_qpv' WHEN 'HORS_QPV' THEN 'hors_qpv' END,
     'perimetre_code': getvariable('epci')},
    {'perimetre_type': CASE WHEN est_constante AND annee IN (FROM annees_inconstantes) THEN 'epci_constant' END,
     'perimetre_code': getvariable('epci')},
    {'perimetre_type': CASE zone WHEN 'QPV' THEN 'qpv' END, 'perimetre_code': coalesce(qpv, 'NR')}
]) AS u(lieu)
WHERE lieu.perimetre_type IS NOT NULL AND lieu.perimetre_code IS NOT NULL;
