"""The published layouts of trade files, each with the traps that are known of it, as SQL over the file's columns.

Values come out in million USD, quantities in tonnes, rates as fractions, product codes as text with leading zeros,
economies as ISO 3166-1 alpha-3 where they have one. Mirror flows keep the book (the reporter) that tells them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """How one published file is known and read.

    `columns` are name and DuckDB type of what is read; a file must have them all. `select` is SQL over the relation
    `raw` that gives the columns of the result and `dropped`, the reason why a row is left out, or NULL. `value` is the
    SQL of a raw row's value in million USD, by which totals are reconciled; empty where the file holds no values.
    """

    source: str
    title: str
    columns: tuple[tuple[str, str], ...]
    select: str
    value: str
    result_value: str = ""
    pairs: bool = False
    ragged: bool = False  # has columns beyond those read, which may differ between releases
    note: str = ""


_FLOW = "year, exporter, importer, product, book, flow, valuation, value_musd, quantity_t"

BACI = Layout(
    source="baci",
    title="CEPII BACI (t, i, j, k, v in thousand USD, q in tonnes)",
    columns=(
        ("t", "SMALLINT"),
        ("i", "INTEGER"),
        ("j", "INTEGER"),
        ("k", "VARCHAR"),
        ("v", "DOUBLE"),
        ("q", "DOUBLE"),
    ),
    select="""
        SELECT t AS year, e.iso3 AS exporter, m.iso3 AS importer,
            CASE WHEN length(k) = 6 THEN k ELSE lpad(trim(k), 6, '0') END AS product,
            CAST('BACI' AS ENUM('BACI')) AS book, CAST('reconciled' AS ENUM('reconciled')) AS flow,
            CAST('FOB' AS ENUM('FOB')) AS valuation, v / 1e3 AS value_musd, q AS quantity_t,
            CASE WHEN v IS NULL THEN 'no value' WHEN v < 0 THEN 'negative value'
                 WHEN e.iso3 IS NULL OR m.iso3 IS NULL THEN 'a code of no economy'
                 WHEN e.grouped OR m.grouped THEN 'aggregate' END AS dropped
        FROM raw LEFT JOIN codes e ON raw.i = e.code LEFT JOIN codes m ON raw.j = m.code
    """,
    value="v / 1e3",
    result_value="value_musd",
    pairs=True,
)

COMTRADE = Layout(
    source="comtrade",
    title="UN Comtrade (bulk and web CSV since 2022; values in USD)",
    columns=(
        ("refYear", "SMALLINT"),
        ("reporterCode", "INTEGER"),
        ("flowCode", "VARCHAR"),
        ("partnerCode", "INTEGER"),
        ("partner2Code", "INTEGER"),
        ("classificationCode", "VARCHAR"),
        ("cmdCode", "VARCHAR"),
        ("customsCode", "VARCHAR"),
        ("motCode", "INTEGER"),
        ("netWgt", "DOUBLE"),
        ("cifvalue", "DOUBLE"),
        ("fobvalue", "DOUBLE"),
        ("primaryValue", "DOUBLE"),
        ("freqCode", "VARCHAR"),
    ),
    select="""
        SELECT refYear AS year,
            CASE WHEN flowCode IN ('X', 'RX') THEN coalesce(r.iso3, 'M49-' || reporterCode)
                 ELSE coalesce(p.iso3, 'M49-' || partnerCode) END AS exporter,
            CASE WHEN flowCode IN ('X', 'RX') THEN coalesce(p.iso3, 'M49-' || partnerCode)
                 ELSE coalesce(r.iso3, 'M49-' || reporterCode) END AS importer,
            trim(cmdCode) AS product, coalesce(r.iso3, 'M49-' || reporterCode) AS book,
            CASE flowCode WHEN 'X' THEN 'export' WHEN 'M' THEN 'import' WHEN 'RX' THEN 're-export'
                 WHEN 'RM' THEN 're-import' ELSE flowCode END AS flow,
            CASE WHEN flowCode IN ('X', 'RX') THEN 'FOB' WHEN primaryValue = fobvalue AND cifvalue IS NULL THEN 'FOB'
                 ELSE 'CIF' END AS valuation,
            primaryValue / 1e6 AS value_musd, netWgt / 1e3 AS quantity_t,
            CASE WHEN freqCode <> 'A' THEN 'not annual'
                 WHEN primaryValue IS NULL THEN 'no value'
                 WHEN primaryValue < 0 THEN 'negative value'
                 WHEN partner2Code <> 0 THEN 'part of a flow (second partner)'
                 WHEN motCode <> 0 THEN 'part of a flow (mode of transport)'
                 WHEN customsCode <> 'C00' THEN 'part of a flow (customs procedure)'
                 WHEN r.grouped OR p.grouped THEN 'aggregate'
                 WHEN flowCode NOT IN ('X', 'M', 'RX', 'RM') THEN 'part of a flow (kind of trade)' END AS dropped
        FROM raw LEFT JOIN codes r ON raw.reporterCode = r.code LEFT JOIN codes p ON raw.partnerCode = p.code
    """,
    value="primaryValue / 1e6",
    result_value="value_musd",
    pairs=True,
    ragged=True,
    note="Levels of products (TOTAL, HS2, HS4, HS6) stand side by side in the result: choose one before adding up.",
)

GRAVITY = Layout(
    source="gravity",
    title="CEPII Gravity (pairs and years; flows and GDP in thousand USD, populations in thousands)",
    columns=tuple(
        (name, kind)
        for kind, names in (
            ("SMALLINT", "year country_exists_o country_exists_d"),
            ("VARCHAR", "country_id_o country_id_d iso3_o iso3_d"),
            ("DOUBLE", "dist distw_harmonic contig comlang_off col45 gdp_o gdp_d pop_o pop_d fta_wto"),
            ("DOUBLE", "tradeflow_comtrade_o tradeflow_comtrade_d tradeflow_baci"),
        )
        for name in names.split()
    ),
    select="""
        SELECT year, iso3_o AS exporter, iso3_d AS importer, country_id_o AS exporter_id, country_id_d AS importer_id,
            dist AS dist_km, distw_harmonic AS weighted_dist_km, contig, comlang_off, col45, fta_wto,
            gdp_o / 1e3 AS exporter_gdp_musd, gdp_d / 1e3 AS importer_gdp_musd, pop_o * 1e3 AS exporter_population,
            pop_d * 1e3 AS importer_population, tradeflow_baci / 1e3 AS baci_musd,
            tradeflow_comtrade_o / 1e3 AS exporter_book_musd, tradeflow_comtrade_d / 1e3 AS importer_book_musd,
            CASE WHEN country_exists_o = 0 OR country_exists_d = 0 THEN 'the country did not exist that year'
                 END AS dropped
        FROM raw
    """,
    value="tradeflow_baci / 1e3",
    result_value="baci_musd",
    ragged=True,
    note="One iso3 can stand for two countries of different years (DEU.1 and DEU.2); exporter_id tells them apart.",
)

ITPDE = Layout(
    source="itpde",
    title="USITC ITPD-E (industries; trade in million USD, domestic trade included)",
    columns=(
        ("exporter_iso3", "VARCHAR"),
        ("importer_iso3", "VARCHAR"),
        ("year", "SMALLINT"),
        ("industry_id", "INTEGER"),
        ("industry_descr", "VARCHAR"),
        ("broad_sector", "VARCHAR"),
        ("trade", "DOUBLE"),
        ("flag_mirror", "SMALLINT"),
        ("flag_zero", "VARCHAR"),
    ),
    select="""
        SELECT year, exporter_iso3 AS exporter, importer_iso3 AS importer, lpad(CAST(industry_id AS VARCHAR), 3, '0')
            AS product, CASE WHEN flag_mirror = 1 THEN 'ITPD-E exporter' ELSE 'ITPD-E importer' END AS book,
            'reconciled' AS flow, CASE WHEN exporter_iso3 = importer_iso3 THEN 'domestic' ELSE 'as reported' END
            AS valuation, trade AS value_musd, CAST(NULL AS DOUBLE) AS quantity_t, industry_descr, broad_sector,
            CASE WHEN trade IS NULL THEN 'no value' WHEN trade < 0 THEN 'negative value'
                 WHEN flag_zero = 'u' THEN 'unknown, told as zero' END AS dropped
        FROM raw
    """,
    value="trade",
    result_value="value_musd",
    pairs=True,
    ragged=True,
    note="A flow flagged u is unknown, not zero, and is left out.",
)

TARIFFS = Layout(
    source="wits",
    title="WITS tariffs (advanced query; rates in per cent)",
    columns=(
        ("Native Nomen", "VARCHAR"),
        ("Reporter Name", "VARCHAR"),
        ("Product", "VARCHAR"),
        ("Partner Name", "VARCHAR"),
        ("Tariff Year", "SMALLINT"),
        ("DutyType", "VARCHAR"),
        ("Simple Average", "DOUBLE"),
        ("Weighted Average", "DOUBLE"),
        ("Minimum Rate", "DOUBLE"),
        ("Maximum Rate", "DOUBLE"),
        ("Nbr of Total Lines", "INTEGER"),
        ("Imports Value in 1000 USD", "DOUBLE"),
        ("Reporter", "VARCHAR"),
        ("Partner", "VARCHAR"),
    ),
    select="""
        SELECT "Tariff Year" AS year, CASE WHEN regexp_full_match(trim(Partner), '[0-9]+')
                THEN coalesce(p.iso3, 'M49-' || trim(Partner)) ELSE trim(Partner) END AS exporter,
            CASE WHEN regexp_full_match(trim(Reporter), '[0-9]+')
                THEN coalesce(r.iso3, 'M49-' || trim(Reporter)) ELSE trim(Reporter) END AS importer,
            CASE WHEN length(trim(Product)) IN (1, 3, 5) THEN '0' || trim(Product) ELSE trim(Product) END AS product,
            "Native Nomen" AS nomenclature, trim(DutyType) AS duty, "Simple Average" / 100 AS rate,
            "Weighted Average" / 100 AS weighted_rate, "Minimum Rate" / 100 AS least_rate,
            "Maximum Rate" / 100 AS largest_rate, "Nbr of Total Lines" AS lines,
            "Imports Value in 1000 USD" / 1e3 AS imports_musd,
            CASE WHEN "Simple Average" IS NULL THEN 'no rate' WHEN "Simple Average" < 0 THEN 'negative rate' END
                AS dropped
        FROM raw LEFT JOIN codes r ON TRY_CAST(Reporter AS INTEGER) = r.code
                 LEFT JOIN codes p ON TRY_CAST(Partner AS INTEGER) = p.code
    """,
    value='"Imports Value in 1000 USD" / 1e3',
    result_value="imports_musd",
    ragged=True,
    note="Duty types (AHS, MFN, BND, PRF) and partner groups stand side by side: choose one before use.",
)

IMTS = Layout(
    source="imts",
    title="IMF International Trade in Goods by partner country (SDMX CSV, long)",
    columns=(
        ("COUNTRY", "VARCHAR"),
        ("INDICATOR", "VARCHAR"),
        ("COUNTERPART_COUNTRY", "VARCHAR"),
        ("FREQUENCY", "VARCHAR"),
        ("SCALE", "VARCHAR"),
        ("TIME_PERIOD", "VARCHAR"),
        ("OBS_VALUE", "DOUBLE"),
    ),
    select="""
        SELECT TRY_CAST(left(TIME_PERIOD, 4) AS SMALLINT) AS year,
            CASE WHEN INDICATOR LIKE 'X%' THEN COUNTRY ELSE COUNTERPART_COUNTRY END AS exporter,
            CASE WHEN INDICATOR LIKE 'X%' THEN COUNTERPART_COUNTRY ELSE COUNTRY END AS importer,
            'TOTAL' AS product, COUNTRY AS book,
            CASE WHEN INDICATOR LIKE 'X%' THEN 'export' ELSE 'import' END AS flow,
            CASE WHEN INDICATOR LIKE '%FOB%' THEN 'FOB' ELSE 'CIF' END AS valuation,
            OBS_VALUE * factor / 1e6 AS value_musd, CAST(NULL AS DOUBLE) AS quantity_t,
            CASE WHEN FREQUENCY NOT IN ('A', 'Annual') OR length(TIME_PERIOD) <> 4 THEN 'not annual'
                 WHEN OBS_VALUE IS NULL THEN 'no value'
                 WHEN factor IS NULL THEN 'unknown scale'
                 WHEN INDICATOR NOT LIKE 'X%' AND INDICATOR NOT LIKE 'M%' THEN 'not a flow of goods'
                 WHEN NOT regexp_full_match(COUNTRY, '[A-Z]{3}')
                      OR NOT regexp_full_match(COUNTERPART_COUNTRY, '[A-Z]{3}') THEN 'aggregate' END AS dropped
        FROM (SELECT *, CASE upper(trim(coalesce(SCALE, 'Units'))) WHEN 'UNITS' THEN 1 WHEN '0' THEN 1
                WHEN 'THOUSANDS' THEN 1e3 WHEN '3' THEN 1e3 WHEN 'MILLIONS' THEN 1e6 WHEN '6' THEN 1e6
                WHEN 'BILLIONS' THEN 1e9 WHEN '9' THEN 1e9 END AS factor FROM raw)
    """,
    value="",
    result_value="value_musd",
    pairs=True,
    ragged=True,
    note="Values are scaled by the column SCALE; groups of countries (codes that are not three letters) are left out.",
)

WDI = Layout(
    source="wdi",
    title="World Development Indicators (WDICSV or the indicator's page; a column a year)",
    columns=(
        ("Country Name", "VARCHAR"),
        ("Country Code", "VARCHAR"),
        ("Indicator Name", "VARCHAR"),
        ("Indicator Code", "VARCHAR"),
    ),
    select="""
        SELECT "Country Code" AS economy, CAST(year AS SMALLINT) AS year, "Indicator Code" AS indicator,
            TRY_CAST(nullif(trim(value), '') AS DOUBLE) AS value,
            CASE WHEN nullif(trim(value), '') IS NULL THEN 'no value'
                 WHEN TRY_CAST(value AS DOUBLE) IS NULL THEN 'not a number'
                 WHEN "Country Code" NOT IN (SELECT iso3 FROM codes) AND "Country Code" <> 'XKX'
                 THEN 'aggregate' END AS dropped
        FROM raw UNPIVOT INCLUDE NULLS (value FOR year IN (COLUMNS('^[0-9]{4}$')))
    """,
    value="",
    ragged=True,
    note="Groups of countries (World, income groups, regions) are left out; the unit is the indicator's.",
)

LAYOUTS = {layout.source: layout for layout in (BACI, COMTRADE, GRAVITY, ITPDE, TARIFFS, IMTS, WDI)}
