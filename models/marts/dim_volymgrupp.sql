-- The rows of the printed table Volymer och nyckeltal; * fits everything, the lowest ordning wins.
select
    volymgrupp, namn, avsnitt, rad_volym, rad_kostnad, malgrupp, kostnadsgrupp, regi, lagrumsgrupp, ensamkommande, ordning
from {{ ref('volymgrupper') }}
