# ruff: noqa: S608 - the SQL is made of our own words alone
"""The published layouts of trade files, each with the traps that are known of it, as SQL over the file's columns.

Values come out in million USD, quantities in tonnes, rates as fractions, product codes as text with leading zeros,
economies as ISO 3166-1 alpha-3 where they have one. Mirror flows keep the book (the reporter) that tells them.

What the layouts rest on, as published:

- BACI: www.cepii.fr/DATA_DOWNLOAD/baci/doc/baci_webpage.html (t, i, j, k, v in thousand USD, q in tonnes, of which some
  2 % lack; codes that are not ISO's; only flows above zero). The order of the columns differs between releases.
- Comtrade: the columns of the web page's TradeData_*.csv (ISO 8859-1, a comma too many at each row's end) and those of
  the bulk files *.txt.gz, which are separated by tabs and write CIFValue and FOBValue.
- CEPII Gravity: its documentation of variables (GDP and flows in thousand USD, population in thousands).
- ITPD-E: www.usitc.gov/data/gravity/itpde_guide/file_format (million USD; flags of zeros and of mirror values).
- WITS: the tariff download of the advanced query, and the raw schedules MFN, AVEMFN, PREF and AVEPref, a folder each.
- IMTS: the codes of the SDMX structure IMF.STA:IMTS, and the portal's files: codes in columns that end in .ID, a row an
  observation or a column a year, months and quarters beside the years.
- WDI: WDICSV.csv and an indicator's API_*.csv (title lines above, a column a year, a comma too many at the end).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

YEAR = "^[0-9]{4}$"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one published file is known and read.

    `columns` are name and DuckDB type of what is read; a file must have them all, in any case and order. `select` is
    SQL over the relation `raw` that gives the columns of the result and `dropped`, the reason why a row is left out, or
    NULL. `result_value` is the column by which totals are reconciled, million USD; empty where a file holds no values.
    `wide` files have a column a year, so that a row becomes several.
    """

    source: str
    title: str
    columns: tuple[tuple[str, str], ...]
    select: str
    result_value: str = ""
    pairs: bool = False
    wide: bool = False
    note: str = ""

    def lacking(self, header: Sequence[str]) -> tuple[str, ...]:
        """The columns that a header lacks; empty where the file has this layout."""
        held = {name.casefold() for name in header}
        lacking = tuple(name for name, _ in self.columns if name.casefold() not in held)
        years = not self.wide or any(re.match(YEAR, name) for name in header)
        return lacking if years else (*lacking, "2019 (a year)")


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
        SELECT t AS year, economy_of(i) AS exporter, economy_of(j) AS importer,
            CASE WHEN length(k) = 6 THEN k ELSE lpad(trim(k), 6, '0') END AS product,
            CAST('BACI' AS ENUM('BACI')) AS book, CAST('reconciled' AS ENUM('reconciled')) AS flow,
            CAST('FOB' AS ENUM('FOB')) AS valuation, v / 1e3 AS value_musd, q AS quantity_t,
            CASE WHEN v IS NULL THEN 'no value' WHEN v < 0 THEN 'negative value'
                 WHEN economy_of(i) IS NULL OR economy_of(j) IS NULL THEN 'a code of no economy'
                 WHEN is_aggregate(i) OR is_aggregate(j) THEN 'aggregate' END AS dropped
        FROM raw
    """,
    result_value="value_musd",
    pairs=True,
)

COMTRADE = Layout(
    source="comtrade",
    title="UN Comtrade (the web page's CSV and the bulk files since 2022; values in USD)",
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
                 WHEN classificationCode NOT LIKE 'H%' THEN 'another classification than the Harmonized System'
                 WHEN primaryValue IS NULL THEN 'no value'
                 WHEN primaryValue < 0 THEN 'negative value'
                 WHEN partner2Code <> 0 THEN 'part of a flow (second partner)'
                 WHEN motCode <> 0 THEN 'part of a flow (mode of transport)'
                 WHEN customsCode <> 'C00' THEN 'part of a flow (customs procedure)'
                 WHEN r.grouped OR p.grouped THEN 'aggregate'
                 WHEN flowCode NOT IN ('X', 'M', 'RX', 'RM') THEN 'part of a flow (kind of trade)' END AS dropped
        FROM raw LEFT JOIN codes r ON raw.reporterCode = r.code LEFT JOIN codes p ON raw.partnerCode = p.code
    """,
    result_value="value_musd",
    pairs=True,
    note="Levels of products (TOTAL, HS2, HS4, HS6) stand side by side in the result: choose one before adding up. "
    "Exports hold re-exports and imports hold re-imports, which stand beside them once more: never add the two.",
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
    result_value="baci_musd",
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
            AS product, CASE WHEN flag_mirror = 1 THEN 'ITPD-E mirror' ELSE 'ITPD-E' END AS book,
            'reconciled' AS flow, CASE WHEN exporter_iso3 = importer_iso3 THEN 'domestic' ELSE 'as reported' END
            AS valuation, trade AS value_musd, CAST(NULL AS DOUBLE) AS quantity_t, industry_descr, broad_sector,
            CASE WHEN trade IS NULL THEN 'no value' WHEN trade < 0 THEN 'negative value'
                 WHEN flag_zero = 'u' THEN 'unknown, told as zero' END AS dropped
        FROM raw
    """,
    result_value="value_musd",
    pairs=True,
    note="A flow flagged u is unknown, not zero, and is left out; the book says where the mirror value is used.",
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
            CASE WHEN Reporter IS NULL OR Partner IS NULL THEN 'no reporter or partner'
                 WHEN "Simple Average" IS NULL THEN 'no rate' WHEN "Simple Average" < 0 THEN 'negative rate' END
                AS dropped
        FROM raw LEFT JOIN codes r ON TRY_CAST(Reporter AS INTEGER) = r.code
                 LEFT JOIN codes p ON TRY_CAST(Partner AS INTEGER) = p.code
    """,
    result_value="imports_musd",
    note="Duty types (AHS, MFN, BND, PRF) and partner groups stand side by side: choose one before use.",
)

_RATE = "TRY_CAST(nullif(trim({}), '') AS DOUBLE) / 100"


def _trains(title: str, *, duty: str, partner: str) -> Layout:
    """The layout of raw schedules, with a partner (preferences) or for all (most favoured nation)."""
    texts = ["NomenCode", "Reporter_ISO_N", "ProductCode", *([partner] if partner else [])]
    rates = ["SimpleAverage", "Min_Rate", "Max_Rate"]
    seller = f"CASE WHEN regexp_full_match(trim({partner}), '[0-9]+') THEN coalesce(p.iso3, 'M49-' || trim({partner})) "
    seller = f"{seller}ELSE trim({partner}) END" if partner else "'W00'"
    joined = f"LEFT JOIN codes p ON TRY_CAST({partner} AS INTEGER) = p.code" if partner else ""
    return Layout(
        source="wits",
        title=title,
        # Rates are text: one that is missing is written as spaces.
        columns=(
            ("Year", "SMALLINT"),
            *((name, "VARCHAR") for name in (*texts, *rates)),
            ("TotalNoOfLines", "INTEGER"),
        ),
        select=f"""
            SELECT Year AS year, {seller} AS exporter, coalesce(r.iso3, 'M49-' || trim(Reporter_ISO_N)) AS importer,
                CASE WHEN length(trim(ProductCode)) IN (1, 3, 5) THEN '0' ELSE '' END || trim(ProductCode) AS product,
                trim(NomenCode) AS nomenclature, '{duty}' AS duty, {_RATE.format("SimpleAverage")} AS rate,
                CAST(NULL AS DOUBLE) AS weighted_rate, {_RATE.format("Min_Rate")} AS least_rate,
                {_RATE.format("Max_Rate")} AS largest_rate, TotalNoOfLines AS lines,
                CAST(NULL AS DOUBLE) AS imports_musd,
                CASE WHEN {_RATE.format("SimpleAverage")} IS NULL THEN 'no rate'
                     WHEN {_RATE.format("SimpleAverage")} < 0 THEN 'negative rate' END AS dropped
            FROM raw LEFT JOIN codes r ON TRY_CAST(Reporter_ISO_N AS INTEGER) = r.code {joined}
        """,
        result_value="imports_musd",
        note="Lines with a specific duty count only where the file estimates its equivalent (AVE files).",
    )


PREFERENCES = _trains("WITS preferential tariffs (raw schedules, PREF and AVEPref)", duty="PRF", partner="Partner")
SCHEDULES = _trains("WITS most-favoured-nation tariffs (raw schedules, MFN and AVEMFN)", duty="MFN", partner="")


def _imts(title: str, *, suffix: str, scale: str, wide: bool) -> Layout:
    """The layout whose codes stand in columns with the suffix; a row an observation, or a column a year."""
    country, indicator, partner, frequency = (
        f'"{name}{suffix}"' for name in ("COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY")
    )
    scale = f'"{scale}"'
    period, value = ("period", "value") if wide else ("TIME_PERIOD", "OBS_VALUE")
    raw = f"raw UNPIVOT INCLUDE NULLS (value FOR period IN (COLUMNS('{YEAR}')))" if wide else "raw"
    texts = tuple((name.strip('"'), "VARCHAR") for name in (country, indicator, partner, frequency, scale))
    return Layout(
        source="imts",
        title=title,
        columns=texts if wide else (*texts, (period, "VARCHAR"), (value, "DOUBLE")),
        select=f"""
            SELECT TRY_CAST(left(period, 4) AS SMALLINT) AS year,
                CASE WHEN indicator LIKE 'X%' THEN country ELSE partner END AS exporter,
                CASE WHEN indicator LIKE 'X%' THEN partner ELSE country END AS importer,
                'TOTAL' AS product, country AS book,
                CASE WHEN indicator LIKE 'X%' THEN 'export' ELSE 'import' END AS flow,
                CASE WHEN indicator LIKE '%FOB%' THEN 'FOB' ELSE 'CIF' END AS valuation,
                number * factor / 1e6 AS value_musd, CAST(NULL AS DOUBLE) AS quantity_t,
                CASE WHEN frequency NOT IN ('A', 'Annual') OR length(period) <> 4 THEN 'not annual'
                     WHEN told IS NULL THEN 'no value'
                     WHEN number IS NULL THEN 'not a number'
                     WHEN number < 0 AND regexp_matches(indicator, '^[XM]') THEN 'negative value'
                     WHEN factor IS NULL THEN 'unknown scale'
                     WHEN regexp_matches(indicator, '[a-z]') OR regexp_matches(country || partner, '[a-z]')
                          THEN 'names where codes belong: download the file with codes'
                     WHEN NOT regexp_matches(indicator, '^[XM]G_') THEN 'not a flow of goods'
                     WHEN NOT regexp_full_match(country, '[A-Z]{{3}}') OR NOT regexp_full_match(partner, '[A-Z]{{3}}')
                          THEN 'aggregate' END AS dropped
            FROM (SELECT trim({country}) AS country, trim({indicator}) AS indicator, trim({partner}) AS partner,
                    trim({frequency}) AS frequency, trim({period}) AS period,
                    nullif(trim(CAST({value} AS VARCHAR)), '') AS told,
                    TRY_CAST(trim(CAST({value} AS VARCHAR)) AS DOUBLE) AS number,
                    CASE upper(trim(coalesce({scale}, 'Units'))) WHEN 'UNITS' THEN 1 WHEN '0' THEN 1
                        WHEN 'THOUSANDS' THEN 1e3 WHEN '3' THEN 1e3 WHEN 'MILLIONS' THEN 1e6 WHEN '6' THEN 1e6
                        WHEN 'BILLIONS' THEN 1e9 WHEN '9' THEN 1e9 END AS factor FROM {raw})
        """,
        result_value="value_musd",
        pairs=True,
        wide=wide,
        note="Values are scaled by SCALE; groups of countries (codes that are not three letters) are left out. Imports "
        "told at FOB and at CIF are the same imports twice, and a country's figures may be the IMF's estimates.",
    )


IMTS = (
    *(
        _imts(f"IMF International Trade in Goods (portal, {how})", suffix=".ID", scale=scale, wide=wide)
        for wide, how in ((False, "a row an observation"), (True, "a column a year"))
        for scale in ("SCALE.ID", "SCALE")
    ),
    _imts("IMF International Trade in Goods (SDMX CSV with codes)", suffix="", scale="SCALE", wide=False),
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
    wide=True,
    note="Groups of countries (World, income groups, regions) are left out; the unit is the indicator's.",
)

# The layouts of each source; a file is read by the first whose columns it has.
LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "baci": (BACI,),
    "comtrade": (COMTRADE,),
    "gravity": (GRAVITY,),
    "itpde": (ITPDE,),
    "wits": (TARIFFS, PREFERENCES, SCHEDULES),
    "imts": IMTS,
    "wdi": (WDI,),
}
