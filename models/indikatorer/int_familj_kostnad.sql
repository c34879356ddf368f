-- Indicator family: care days and cost of the volume groups, one row per component row and month.
-- Unallocated cost belongs to no volume group and unaccompanied minors are kept out, as boards print it.
select
    kommun,
    manad,
    person_nyckel as bas_id,
    volymgrupp,
    malgrupp,
    kostnadsgrupp,
    vard_dygn,
    bruttokostnad_kr,
    nettokostnad_kr,
    nettokostnad_exkl_statsbidrag_kr
from {{ ref('int_kostnad') }}
where serie = 'utfall' and kostnadsgrupp <> 'ofordelad' and not ensamkommande
