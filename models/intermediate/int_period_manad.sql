-- Which months a period consists of. Every period type is a set of whole months.
with manad as (
    select manad, ar, nr, start_datum, slut_datum, ar_bokslut from {{ ref('int_manad') }}
),

medlem as (
    select 'manad' as periodtyp, manad as period, manad from manad where not ar_bokslut
    union all
    select 'kvartal', format('{:04d}-K{:d}', ar, (nr + 2) // 3), manad from manad where not ar_bokslut
    union all
    select 'tertial', format('{:04d}-T{:d}', ar, (nr + 3) // 4), manad from manad where not ar_bokslut
    union all
    -- A delår is cumulative: delår 2 is January to August.
    select 'delar', format('{:04d}-D{:d}', manad.ar, delar.nr), manad.manad
    from manad
    inner join (select unnest([1, 2]) as nr) as delar on manad.nr <= 4 * delar.nr
    where not manad.ar_bokslut
    union all
    select 'halvar', format('{:04d}-H{:d}', ar, (nr + 5) // 6), manad from manad where not ar_bokslut
    union all
    select 'ar', format('{:04d}', ar), manad from manad
    union all
    select 'rullande_12', slut.manad || '-R12', manad.manad
    from manad
    inner join manad as slut
        on not slut.ar_bokslut
        and manad.ar * 12 + manad.nr between slut.ar * 12 + slut.nr - 11 and slut.ar * 12 + slut.nr
    where not manad.ar_bokslut
)

select
    medlem.periodtyp,
    medlem.period,
    medlem.manad,
    min(manad.start_datum) over (partition by medlem.periodtyp, medlem.period) as period_start,
    max(manad.slut_datum) over (partition by medlem.periodtyp, medlem.period) as period_slut
from medlem
inner join manad on manad.manad = medlem.manad
