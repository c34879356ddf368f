"""What stands under the tables: how they are read and what they leave out."""

from pipelines.reports.format import NO_VALUE
from pipelines.reports.volymer.figures import PROTECTED, WITHOUT_VOLUME

READING = [
    (
        "Volym",
        "Årsplatser är vårddygn delat med dagarna i perioden; för ett helår är det årsplaceringar. "
        "Ankomstdagen räknas, avresedagen inte, och högst ett dygn per person och dag. Ett tryckt 0 kan "
        "vara mindre än en halv; oavrundade tal finns i arbetsboken.",
    ),
    (
        "Kostnad",
        "En årsplacering är 365 dagar och årskostnaden beräknas på nettokostnaden: kostnader minus "
        "intäkter och statsbidrag, gånger 365, delat med vårddygnen. Den är alltså uppräknad till ett år "
        "också i ett delår.",
    ),
    (
        "Insatser och bistånd",
        "Rader som inte är placeringar är indikatorer i katalogen, med samma definition där. Biståndstid och "
        "andelen med långvarigt bistånd räknas på tolv månader och anges därför bara för helår.",
    ),
    (
        "Inte med",
        "Ensamkommande barn, placeringar av andra slag, och kostnad som inte kan fördelas på en rad.",
    ),
    (
        "Avvikelse",
        "Det raden jämförs med minus raden själv: plus är överskott (lägre kostnad), minus underskott. "
        "Volym, pris och ej uppdelad blir tillsammans avvikelsen; den största av dem tar avrundningen. "
        "Volym är radens fler eller färre dygn till det gamla priset, pris är resten, och ej uppdelad är "
        "pengar utan dygn som förklarar dem. Volymen är i sin tur målgruppens volym (hela målgruppen har "
        "fler eller färre dygn) och mix (dygnen fördelas annorlunda mellan raderna; resten). En rad utan "
        "dygn förut räknas till målgruppens medelpris.",
    ),
    ("Budget och prognos", "Planerade årsplaceringar och planerad nettokostnad."),
    (
        "Tecken",
        f"{NO_VALUE} betyder att uppgiften saknas. {WITHOUT_VOLUME.capitalize()} betyder att pengar är "
        "bokförda men att inget vårddygn finns; det är aldrig 0.",
    ),
]
OTHER_UNITS = "En rad som nämner antal, andel, månader eller kronor är i den enheten."
FREE = (
    "Inget är dolt i nämndens underlag, och en rad kan bygga på en enda person. Det får inte spridas vidare "
    "utan sekretessprövning (26 kap. 1 § offentlighets- och sekretesslagen)."
)
SUPPRESSED = (
    f"{PROTECTED} betyder att utfallet bygger på färre än {{troskel}} personer, eller behövs för att skydda "
    "ett sådant. Budget och prognos är planer och skyddas inte. Delarna av en avvikelse visas när inget "
    "bakom dem är skyddat. Beloppet i en kostnad utan volym visas inte, eftersom det inte är känt hur "
    "många det rör."
)
