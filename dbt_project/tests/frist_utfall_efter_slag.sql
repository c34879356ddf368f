-- Catches a reporting clock that is praised as in time: three months is when delay is reported, not a time allowed.
select frist_id, regel_id, slag, utfall
from {{ ref('fct_frist') }}
where utfall not in ('undantagen', 'ej_bedombar')
    and (slag = 'rapportering') <> (utfall in ('vantar', 'ej_rapporteringspliktig', 'rapporteringspliktig'))
