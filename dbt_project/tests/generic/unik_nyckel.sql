{# The columns together are a key: no row lacks one of them and no two rows share them. #}
{% test unik_nyckel(model, kolumner) %}
select {{ kolumner | join(', ') }}, count(*) as antal_rader
from {{ model }}
group by {{ kolumner | join(', ') }}
having count(*) > 1 or {% for k in kolumner %}{{ k }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
