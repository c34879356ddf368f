-- Indicator family: care days and net cost of the volume groups, one row per component row and month.
-- Unallocated cost belongs to no volume group and unaccompanied minors are kept out, as boards print it.
with grupp as (
    select distinct kostnad.malgrupp, kostnad.kostnadsgrupp, kostnad.regi, kostnad.lagrumsgrupp
    from {{ ref('int_kostnad') }} as kostnad
    where kostnad.kostnadsgrupp <> 'ofordelad'
),

volymgrupp as (
    select grupp.malgrupp, grupp.kostnadsgrupp, grupp.regi, grupp.lagrumsgrupp, volym.volymgrupp
    from grupp
    inner join {{ ref('volymgrupper') }} as volym
        on grupp.malgrupp glob volym.malgrupp
        and grupp.kostnadsgrupp glob volym.kostnadsgrupp
        and grupp.regi glob volym.regi
        and grupp.lagrumsgrupp glob volym.lagrumsgrupp
    qualify row_number() over (
        partition by grupp.malgrupp, grupp.kostnadsgrupp, grupp.regi, grupp.lagrumsgrupp order by volym.ordning
    ) = 1
)

select
    kostnad.kommun,
    kostnad.manad,
    kostnad.person_nyckel as bas_id,
    volymgrupp.volymgrupp,
    kostnad.vard_dygn,
    kostnad.nettokostnad_kr
from {{ ref('int_kostnad') }} as kostnad
inner join volymgrupp
    on volymgrupp.malgrupp = kostnad.malgrupp and volymgrupp.kostnadsgrupp = kostnad.kostnadsgrupp
    and volymgrupp.regi = kostnad.regi and volymgrupp.lagrumsgrupp = kostnad.lagrumsgrupp
where kostnad.serie = 'utfall' and not kostnad.ensamkommande
