"""Which regions are which, as named constants with their sources beside them. What applies there is in regimes.py.

Codes are ISO 3166-1 alpha-2, or 3166-2 where a subdivision has rules of its own.
Not legal advice: these are cautious defaults for a careers site, to be confirmed by whoever answers for the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

EU = frozenset("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())
"""Directive 2002/58/EC article 5(3): storage on a device needs consent. Spain and Portugal include their islands."""

EEA_BEYOND_EU = frozenset("IS LI NO".split())
"""The EEA agreement carries the directive over; Norway asks for consent as the GDPR means it since 1 January 2025."""

EU_OUTERMOST = frozenset("GF GP MF MQ RE YT".split())
"""Outermost regions of France with ISO codes of their own: EU law applies (TFEU article 349)."""

ALAND = frozenset({"AX"})
"""Part of Finland; EU law applies but for taxes (protocol 2 to Finland's accession)."""

FRENCH_BEYOND_EU = frozenset("BL PM WF PF NC TF".split())
"""Outside EU territory; France's data protection act puts the metropolitan rules in the GDPR's place there (TF, where
nobody lives: by precaution).
"""

DANISH_BEYOND_EU = frozenset("FO GL".split())
"""Outside the GDPR's territory, with laws of their own after its model: by precaution."""

DUTCH_BEYOND_EU = frozenset("BQ AW CW SX".split())
"""The Caribbean parts of the Kingdom of the Netherlands, outside the GDPR's territory: by precaution."""

NORWEGIAN_BEYOND_EEA = frozenset({"SJ"})
"""Svalbard and Jan Mayen are outside the EEA agreement: by precaution."""

EUROPEAN_MICROSTATES = frozenset("AD MC SM VA".split())
"""Neighbours of the EU whose laws follow its own: by precaution."""

UNITED_KINGDOM = frozenset("GB GI GG JE IM".split())
"""PECR 2003 regulation 6; Gibraltar has its own twin of 2006, the Crown dependencies follow as best practice."""

SWITZERLAND = frozenset({"CH"})
"""TCA article 45c; the FDPIC's guide of October 2025 wants consent for third-party tracking."""

BRAZIL = frozenset({"BR"})
"""LGPD; the ANPD's guide on cookies wants them off until accepted, and refusal on the first layer."""

QUEBEC = frozenset({"CA-QC"})
"""Law 25, section 8.1: functions that identify, locate or profile are for the person to switch on."""

ASKING_ELSEWHERE = frozenset("KR TR TH ZA IN".split())
"""Korea (PIPA), Turkey (KVKK's guide on cookies of 20 June 2022), Thailand (PDPA), South Africa (POPIA), India (DPDP
rules of 14 November 2025).
"""

ASKING_BY_PRECAUTION = frozenset("SA AE CN VN NG KE IL AR CL UA RS ME MK AL BA XK MD GE".split())
"""Consent laws whose reach over cookies is not settled."""

_EPRIVACY = "Directive 2002/58/EC article 5(3)"
_OPT_IN_LAWS: tuple[tuple[frozenset[str], str], ...] = (
    (EU | EU_OUTERMOST | ALAND, _EPRIVACY),
    (EEA_BEYOND_EU, f"{_EPRIVACY}, by the EEA agreement"),
    (FRENCH_BEYOND_EU, "French data protection act, article 82"),
    (UNITED_KINGDOM, "PECR 2003 regulation 6, or its twin there"),
    (SWITZERLAND, "TCA article 45c, as the FDPIC's guide of October 2025 reads it"),
    (BRAZIL, "LGPD, as the ANPD's guide on cookies reads it"),
    (QUEBEC, "Law 25, section 8.1"),
    (frozenset({"KR"}), "PIPA"),
    (frozenset({"TR"}), "KVKK's guide on cookies of 20 June 2022"),
    (frozenset({"TH"}), "PDPA"),
    (frozenset({"ZA"}), "POPIA"),
    (frozenset({"IN"}), "DPDP rules of 14 November 2025"),
)


def law_that_asks(code: str) -> str | None:
    """By what law one asks first in a region; None where it is by precaution only."""
    return next((law for codes, law in _OPT_IN_LAWS if code in codes), None)


BY_PROFILE = frozenset("JP AU NZ SG HK TW MX".split())
"""Laws that want information and a way out rather than prior consent for most cookies. They are on no regime's list: a
policy's profile decides, as it does for the rest of the world.
"""


@dataclass(frozen=True, slots=True)
class SignalDuty:
    """Since when a state obliges sites to honor an opt-out signal such as Global Privacy Control, and by what."""

    since: date
    source: str


SIGNAL_DUTY: Mapping[str, SignalDuty] = MappingProxyType(
    {
        "US-CA": SignalDuty(date(2023, 3, 29), "Cal. Code Regs. title 11, section 7025"),
        "US-CO": SignalDuty(date(2024, 7, 1), "Colorado Privacy Act, rule 5.08; GPC is the signal on its public list"),
        "US-CT": SignalDuty(date(2025, 1, 1), "Connecticut Data Privacy Act; its Attorney General names GPC"),
        "US-TX": SignalDuty(date(2025, 1, 1), "Texas TDPSA, for sites that honor the signal for another state"),
        "US-NE": SignalDuty(date(2025, 1, 1), "Nebraska Data Privacy Act, on the condition that Texas has"),
        "US-MT": SignalDuty(date(2025, 1, 1), "Montana Code 30-14-2809(3)(b)"),
        "US-NH": SignalDuty(date(2025, 1, 1), "New Hampshire privacy act, RSA 507-H"),
        "US-NJ": SignalDuty(date(2025, 7, 15), "N.J.S.A. 56:8-166.11(b)(1); the state's FAQ names GPC"),
        "US-MN": SignalDuty(date(2025, 7, 31), "Minnesota Consumer Data Privacy Act, in force on that day"),
        "US-MD": SignalDuty(date(2025, 10, 1), "Maryland Online Data Privacy Act"),
        "US-DE": SignalDuty(date(2026, 1, 1), "Delaware Personal Data Privacy Act"),
        "US-OR": SignalDuty(date(2026, 1, 1), "Oregon Consumer Privacy Act"),
    }
)
"""The states with a duty. Global Privacy Control is honored in every region, so nothing waits for these dates."""

US_PRIVACY_LAWS_WITHOUT_SIGNAL_DUTY = frozenset("US-VA US-UT US-IA US-IN US-TN US-KY US-RI US-FL".split())
"""Privacy laws with a right to opt out of targeted advertising, but no duty to hear a signal."""

US_TERRITORIES = frozenset("PR GU VI AS MP".split())
"""Territories with ISO codes of their own, treated as states without a privacy law."""

SUBDIVISIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "US": US_TERRITORIES.union(
            "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND "
            "OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY UM".split()
        ),
        "CA": frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split()),
    }
)
"""ISO 3166-2, of the countries in which the subdivision can decide the regime. No other country is told apart."""

STRICTEST_SUBDIVISION: Mapping[str, str] = MappingProxyType({"US": "US-CA", "CA": "CA-QC"})
"""What stands in where a country is known to be one of those and the subdivision is not."""

COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK".split()
)
"""ISO 3166-1 alpha-2: the 249 codes that are assigned (ISO Online Browsing Platform), and Kosovo's XK, a code for
users' own use that the EU and the region databases have for it. No visitor has any other code.
"""

ALIASES: Mapping[str, str] = MappingProxyType({"UK": "GB", "EL": "GR"})
"""Codes that the EU uses for two of its (former) members, in the place of ISO's."""
