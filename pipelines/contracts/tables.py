"""The contracts: one Pandera model per extract table, the owner of its columns, types and texts.

Every other schema (adapter targets, archive, staging models, docs) is generated from these models or
tested equal to them. ``extract`` adds three things that Pandera does not know: ``key`` (what identifies a row
in a delivery), ``order`` (dates that must follow each other) and whether a delivery in the canonical
form must have the table. Descriptions are Swedish: they are what the deliverer reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import pandera.polars as pa
import polars as pl

from pipelines.contracts.columns import (
    code,
    day,
    flag,
    ident,
    integer,
    kr,
    number,
    period,
    person,
    secret,
    text,
)

Kr = Annotated[pl.Decimal, 18, 2]
Number = Annotated[pl.Decimal, 18, 4]


@dataclass(frozen=True)
class Definition:
    """A contract and what Pandera has no word for."""

    model: type["Extract"]
    key: tuple[str, ...]
    order: tuple[tuple[str, str], ...]
    always_delivered: bool


DEFINITIONS: dict[str, Definition] = {}


def extract(
    name: str,
    *,
    key: tuple[str, ...],
    order: tuple[tuple[str, str], ...] = (),
    always_delivered: bool = False,
) -> Callable[[type["Extract"]], type["Extract"]]:
    """Register a model as the contract of the extract table ``name``."""

    def register(model: type["Extract"]) -> type["Extract"]:
        DEFINITIONS[name] = Definition(model, key, order, always_delivered)
        return model

    return register


class Extract(pa.DataFrameModel):
    """Base of all extracts."""

    handlaggare: str = secret("Handläggarens id i ärendesystemet; lagras bara som pseudonym.")

    class Config:
        strict = True


class PersonExtract(Extract):
    """Base of the extracts that hold one person per row."""

    personnummer: str = person(
        "Personnummer eller samordningsnummer med tolv siffror, eller kommunens tillfälliga nummer "
        "(ÅÅÅÅMMDD-T123, ÅÅÅÅMMDD-TF10)."
    )
    skyddad: pl.Boolean = flag("Personen har skyddade personuppgifter.")
    kon: str = code("kon", "Kön; tas ur personnumret när kolumnen saknas.")
    fodelsedatum: pl.Date = day("Födelsedatum; tas ur personnumret när kolumnen saknas.")


@extract(
    "aktualiseringar",
    key=("aktualisering_id", "personnummer"),
    order=(("inkommen", "beslutsdatum"),),
    always_delivered=True,
)
class Aktualiseringar(PersonExtract):
    """Det som kommer in: anmälningar, ansökningar, yttranden. En rad per barn och anmälan."""

    aktualisering_id: str = ident("Ärendesystemets id för aktualiseringen.", required=True)
    anmalan_id: str = ident("Id för anmälan; binder ihop syskon i samma anmälan.")
    typ: str = code("aktualisering_typ", "Vad som kom in.", required=True)
    inkommen: pl.Date = day("Dagen då handlingen kom in till myndigheten (FL 22 §).", required=True)
    registrerad: pl.Date = day("Dagen då den registrerades i systemet.")
    kanal: str = text("Hur den kom in, till exempel e-tjänst, telefon, brev.")
    orsak: str = text("Verksamhetens egen orsakskod.")
    anmalare: str = text("Vem som anmälde, som grupp (skola, polis, privatperson).")
    enhet: str = text("Enheten som tog emot.", required=True)
    malgrupp: str = code("malgrupp_arende", "Barn (0–20 år) eller vuxen.", required=True)
    skyddsbedomning: pl.Date = day("Dagen då den omedelbara skyddsbedömningen dokumenterades.")
    beslut: str = code("aktualisering_beslut", "Beslutet: utredning inleds, inleds inte, tillförs.")
    beslutsdatum: pl.Date = day("Dagen för beslutet att inleda eller inte inleda utredning.")
    barn_hord: pl.Boolean = flag("Barnet har kommit till tals.")


@extract(
    "utredningar",
    key=("utredning_id", "personnummer"),
    order=(("inledd", "slutford"), ("inledd", "avslutad"), ("inledd", "tilldelad")),
    always_delivered=True,
)
class Utredningar(PersonExtract):
    """Utredningar, en rad per utredning och person."""

    utredning_id: str = ident("Ärendesystemets id för utredningen.", required=True)
    aktualisering_id: str = ident("Aktualiseringen som ledde till utredningen.")
    typ: str = code("utredning_typ", "Vad utredningen gäller.", required=True)
    lagrum: str = text(
        "Lagrummet så som det står i beslutet, till exempel 20 kap. 3 § SoL.",
        required=True,
    )
    enhet: str = text("Enheten som utreder.", required=True)
    malgrupp: str = code("malgrupp_arende", "Barn (0–20 år) eller vuxen.", required=True)
    inledd: pl.Date = day("Dagen för beslutet att inleda.", required=True)
    tilldelad: pl.Date = day("Dagen då en handläggare fick utredningen.")
    senaste_kontakt: pl.Date = day("Dagen för den senaste kontakten med den enskilde.")
    slutford: pl.Date = day("Dagen för beslutet som slutför utredningen: det rättsliga stoppet.")
    avslutad: pl.Date = day("Dagen då utredningen stängdes i systemet; reserv när slutförd saknas.")
    frist_satt: pl.Date = day("Dag som en domstol har satt.", may_be_future=True)
    resultat: str = code("utredning_resultat", "Vad utredningen ledde till.")
    barn_hord: pl.Boolean = flag("Barnet har kommit till tals.")


@extract(
    "placeringar",
    key=("placering_id",),
    order=(("start", "slut"),),
    always_delivered=True,
)
class Placeringar(PersonExtract):
    """Vård utanför det egna hemmet, en rad per placering."""

    placering_id: str = ident("Ärendesystemets id för placeringen.", required=True)
    placeringsform: str = code("placeringsform", "Form av vård eller boende.", required=True)
    lagrum: str = text("Lagrummet för vården, till exempel 2 § LVU.", required=True)
    regi: str = code("regi", "Vem som driver verksamheten.", required=True)
    utforare: str = text("Utförarens namn eller organisationsnummer (aldrig ett familjehems namn).")
    hem_id: str = secret("Hemmets id i ärendesystemet; lagras bara som pseudonym.")
    vard_id: str = ident("Id för den obrutna vården; kedjas av Socialstat när det saknas.")
    beslut_id: str = ident("Beslutet om insatsen.")
    utredning_id: str = ident("Utredningen som placeringen följer på.")
    enhet: str = text("Enheten som ansvarar för placeringen.", required=True)
    malgrupp: str = code("malgrupp_placering", "Målgrupp.", required=True)
    ensamkommande: pl.Boolean = flag("Barnet är ensamkommande.")
    medplacerad: pl.Boolean = flag("Personen följer med någon annans placering.")
    start: pl.Date = day("Första dagen.", required=True)
    planerat_slut: pl.Date = day("Planerad sista dag.", may_be_future=True)
    slut: pl.Date = day("Dagen då placeringen upphörde; räknas inte som vårddygn.")
    slutorsak: str = code("slutorsak_placering", "Varför placeringen upphörde.")
    dygnspris: Kr = kr("Pris per dygn i kronor, när det är ett och samma under hela placeringen.")


@extract(
    "ej_verkstallda_beslut",
    key=("beslut_id",),
    order=(("avbruten", "aterupptagen"), ("beslutsdatum", "avslutad")),
    always_delivered=True,
)
class EjVerkstalldaBeslut(PersonExtract):
    """Alla beslut om insats, trots namnet. De ej verkställda söks fram i lagret, aldrig i uttaget."""

    beslut_id: str = ident("Ärendesystemets id för beslutet.", required=True)
    utredning_id: str = ident("Utredningen som ledde till beslutet.")
    insats: str = code("insats", "Vad som beslutades.", required=True)
    lagrum: str = text("Lagrummet så som det står i beslutet.", required=True)
    enhet: str = text("Enheten som ansvarar för verkställigheten.", required=True)
    malgrupp: str = code("malgrupp_arende", "Barn (0–20 år) eller vuxen.", required=True)
    beslutsdatum: pl.Date = day("Dagen för beslutet.", required=True)
    utfall: str = code("beslut_utfall", "Bifall, delvis bifall eller avslag; tomt betyder bifall.")
    beslutsfattare: str = code("beslutsfattare", "Vem som fattade beslutet.")
    giltig_till: pl.Date = day("Beslutets sista dag.", may_be_future=True)
    ersatter_beslut_id: str = ident("Tidigare beslut som detta ersätter.")
    omfattning: Number = number("Beviljad omfattning, till exempel timmar per vecka.")
    omfattning_verkstalld: Number = number("Den del av omfattningen som är verkställd.")
    ansvarig_kommun: str = text("Kommunkod när en annan kommun ansvarar för beslutet.")
    verkstallande_kommun: str = text("Kommunkod när en annan kommun ska verkställa beslutet.")
    verkstalld: pl.Date = day("Dagen då insatsen började.")
    avbruten: pl.Date = day("Dagen då verkställigheten avbröts.")
    aterupptagen: pl.Date = day("Dagen då insatsen började igen.")
    avslutad: pl.Date = day("Dagen då beslutet avslutades av annan anledning än verkställighet.")
    avslutad_datum_okant: pl.Boolean = flag("Beslutet är avslutat men källan har inget datum.")
    avslutsorsak: str = text("Varför beslutet avslutades utan att verkställas.")
    orsak: str = code("ej_verkstalld_orsak", "Varför beslutet inte är verkställt.")
    uppdrag_skickat: pl.Date = day("Dagen då uppdraget skickades till utföraren.")
    erbjudande: pl.Date = day("Dagen för det senaste erbjudandet.")
    tackat_nej: pl.Date = day("Dagen då den enskilde senast tackade nej.")


@extract("handelser", key=("handelse_id",))
class Handelser(Extract):
    """Händelser som ingen annan tabell bär, och allt som upprepas."""

    handelse_id: str = ident("Händelsens id.", required=True)
    subjekt_typ: str = code("subjekt_typ", "Vad händelsen gäller.", required=True)
    subjekt_id: str = ident("Id för det som händelsen gäller.", required=True)
    personnummer: str = person("Personen som händelsen gäller.", required=False)
    handelse: str = code("handelse", "Vad som hände.", required=True)
    datum: pl.Date = day("Dagen då det hände.", required=True)
    lagrum: str = text("Lagrummet för händelsen.")
    enhet: str = text("Ansvarig enhet.")


@extract("forlangningar", key=("subjekt_typ", "subjekt_id", "beslutsdatum", "ny_frist"))
class Forlangningar(Extract):
    """Beslut om förlängd tid. Varje förlängning är en egen rad."""

    subjekt_typ: str = code("subjekt_typ", "Vad som förlängs.", required=True)
    subjekt_id: str = ident("Id för det som förlängs.", required=True)
    beslutsdatum: pl.Date = day("Dagen för beslutet om förlängning.", required=True)
    ny_frist: pl.Date = day("Den nya sista dagen.", required=True, may_be_future=True)
    skal: str = text("Skälet som grupp (särskilda skäl, synnerliga skäl).")
    beslutsfattare: str = code("beslutsfattare", "Vem som beslutade.")


@extract("overvaganden", key=("subjekt_typ", "subjekt_id", "typ", "datum"))
class Overvaganden(Extract):
    """Överväganden och omprövningar av vård."""

    subjekt_typ: str = code("subjekt_typ", "Vad som övervägs: vård, placering eller beslut.", required=True)
    subjekt_id: str = ident("Id för det som övervägs.", required=True)
    typ: str = code("overvagande_typ", "Slag av övervägande.", required=True)
    datum: pl.Date = day("Dagen då nämnden eller utskottet övervägde.", required=True)
    beslut: str = text("Beslutet.")
    beslutsfattare: str = code("beslutsfattare", "Vem som beslutade.")
    barn_hord: pl.Boolean = flag("Barnet har kommit till tals.")


@extract(
    "placering_perioder",
    key=("placering_id", "slag", "fran"),
    order=(("fran", "till"),),
)
class PlaceringPerioder(Extract):
    """Det som ändras under en placering: lagrum, pris, frånvaro, tillstånd."""

    placering_id: str = ident("Placeringen.", required=True)
    slag: str = code("placering_period_slag", "Vad raden gäller.", required=True)
    fran: pl.Date = day("Första dagen.", required=True, may_be_future=True)
    till: pl.Date = day("Dagen då det slutar gälla.", may_be_future=True)
    varde: str = text("Värdet: lagrum, kronor, eller frånvarons slag.", required=True)
    debiteringsregel: str = code("debiteringsregel", "Hur avtalet räknar dygn; tomt betyder halvöppet.")


@extract("ekonomi", key=("rad_id",), order=(("avser_fran", "avser_till"),))
class Ekonomi(Extract):
    """Huvudbok, budget och prognos, en rad per bokföringsrad."""

    period: str = period(
        "Bokföringsperiod, 2025-01 till 2025-12; 2025-13 är bokslutsperioden.",
        required=True,
    )
    serie: str = code("ekonomi_serie", "Utfall, budget eller prognos.", required=True)
    version: str = text("Budgetens eller prognosens version.")
    konto: str = text("Hela kontosträngen.", required=True)
    kontotyp: str = code("kontotyp", "Kostnad, intäkt eller statsbidrag.", required=True)
    verksamhet: str = text("Verksamhetskod.", required=True)
    motpart: str = text("Motpartskod.")
    ansvar: str = text("Ansvarskod.")
    projekt: str = text("Projektkod.")
    enhet: str = text("Enhet.")
    rad_id: str = ident("Bokföringsradens id; lika rader utan id numreras.")
    placering_id: str = ident("Placeringen som raden gäller.")
    avser_fran: pl.Date = day("Första dagen som raden avser.", may_be_future=True)
    avser_till: pl.Date = day("Sista dagen som raden avser.", may_be_future=True)
    belopp_kr: Kr = kr("Belopp i kronor; kostnad är positiv, intäkt negativ.", required=True)


@extract("volymplan", key=("period", "serie", "version", "kostnadsgrupp", "malgrupp", "regi", "lagrumsgrupp"))
class Volymplan(Extract):
    """Planerade årsplaceringar, budget och prognos."""

    period: str = period("Månad eller år som planen gäller.", required=True)
    serie: str = code("volymplan_serie", "Budget eller prognos.", required=True)
    version: str = text("Planens version.")
    kostnadsgrupp: str = code("kostnadsgrupp", "Kostnadsgrupp.", required=True)
    malgrupp: str = code("malgrupp_placering", "Målgrupp.", required=True)
    regi: str = code("regi", "Vem som driver verksamheten.")
    lagrumsgrupp: str = code("lagrumsgrupp", "Lagrumsgrupp, när planen skiljer på till exempel SoL och LVU.")
    arsplaceringar: Number = number("Planerade årsplaceringar (365 dygn).", required=True)
    kostnad_per_arsplacering_kr: Kr = kr("Planerad nettokostnad per årsplacering.")


@extract("insatser", key=("insats_id", "personnummer"), order=(("start", "slut"),))
class Insatser(PersonExtract):
    """Verkställda insatser i öppna former, med eller utan behovsprövning."""

    personnummer: str = person("Personen; får saknas när insatsen inte är behovsprövad.", required=False)
    insats_id: str = ident("Insatsens id.", required=True)
    beslut_id: str = ident("Beslutet om insatsen.")
    behovsprovad: pl.Boolean = flag("Insatsen är behovsprövad.")
    insatstyp: str = code("insats", "Slag av insats.", required=True)
    enhet: str = text("Enheten som utför.", required=True)
    malgrupp: str = code("malgrupp_arende", "Barn (0–20 år) eller vuxen.", required=True)
    beslutsdatum: pl.Date = day("Dagen för beslutet.")
    start: pl.Date = day("Första dagen.", required=True)
    slut: pl.Date = day("Sista dagen.")
    slutorsak: str = text("Varför insatsen slutade.")


@extract("ekonomiskt_bistand", key=("manad", "hushall_id", "personnummer"))
class EkonomisktBistand(PersonExtract):
    """Utbetalt ekonomiskt bistånd, en rad per månad, hushåll och person."""

    manad: str = period("Månaden som biståndet avser.", required=True)
    hushall_id: str = ident("Hushållets id.", required=True)
    hushallstyp: str = code("hushallstyp", "Hushållstyp.")
    nyanland: pl.Boolean = flag("Hushållet är nyanlänt.")
    belopp_kr: Kr = kr("Hushållets belopp, bara på sökandens rad.", required=True)


@extract("matt", key=("indikator_id", "period", "kon", "enhet", "kalla"))
class Matt(Extract):
    """Handräknade mått och enkäter."""

    indikator_id: str = ident("Indikatorns id i katalogen.", required=True)
    period: str = period("Perioden.", required=True)
    kon: str = code("kon", "Kön.")
    enhet: str = text("Enhet.")
    taljare: Number = number("Täljare.")
    namnare: Number = number("Nämnare.")
    varde: Number = number("Värde, när delarna saknas.")
    kalla: str = text("Varifrån värdet kommer.", required=True)


@extract("indikatorplan", key=("indikator_id", "period", "serie", "version", "uppdelning", "grupp"))
class Indikatorplan(Extract):
    """Planerade värden för indikatorer, budget och prognos."""

    indikator_id: str = ident("Indikatorns id i katalogen.", required=True)
    period: str = period("Perioden som planen gäller.", required=True)
    serie: str = code("volymplan_serie", "Budget eller prognos.", required=True)
    version: str = text("Planens version; den högsta gäller.")
    uppdelning: str = text("Uppdelning i katalogen, när planen gäller en grupp.")
    grupp: str = text("Gruppens kod i uppdelningen.")
    varde: Number = number("Planerat värde i indikatorns enhet; en andel är 0–1.", required=True)
    kalla: str = text("Varifrån planen kommer.", required=True)


@extract("enheter", key=("enhet", "giltig_fran"), order=(("giltig_fran", "giltig_till"),))
class Enheter(Extract):
    """Organisationen, med giltighet."""

    enhet: str = text("Enhetens kod.", required=True)
    namn: str = text("Enhetens namn.")
    overordnad: str = text("Överordnad enhet.")
    efterfoljare: str = text("Enheten som tog över, när det är en enda.")
    giltig_fran: pl.Date = day("Första dagen.", required=True, may_be_future=True)
    giltig_till: pl.Date = day("Dagen då den upphör.", may_be_future=True)


@extract("befolkning", key=("ar", "kon", "alder"))
class Befolkning(Extract):
    """Folkmängd efter kön och ålder."""

    ar: pl.Int64 = integer("År; folkmängden den 31 december.", required=True)
    kon: str = code("kon", "Kön.", required=True)
    alder: pl.Int64 = integer("Ålder i hela år.", required=True)
    antal: pl.Int64 = integer("Antal invånare.", required=True)


@extract("personbyten", key=("tidigare_personnummer", "personnummer", "datum"))
class Personbyten(PersonExtract):
    """Samma person under ett tidigare och ett nytt nummer, en rad per byte eller sammanslagning."""

    personnummer: str = person("Personens nya nummer.")
    tidigare_personnummer: str = person("Numret som personen hade förut.")
    datum: pl.Date = day("Dagen då ärendesystemet band ihop numren.", required=True)
    orsak: str = code("personbyte_orsak", "Varför numret byttes.")
