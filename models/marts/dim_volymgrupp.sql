-- The rows of the printed table Volymer och nyckeltal; * fits everything, the lowest ordning wins.
select volymgrupp, namn, malgrupp, kostnadsgrupp, regi, lagrumsgrupp, ordning
from {{ ref('volymgrupper') }}
