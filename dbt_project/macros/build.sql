{#
  How a table is made. A night builds into a new file that nobody reads until it is swapped in, so there is no
  old table to keep in place, nothing to rename and nothing to ask the database about: what YAML says of a
  column is what the contract has just checked. dbt's own ways ask all of it, once per table.

  selects_at_once: of a model that is many selects with union all on a line between them, so many are run at a
  time. In one statement DuckDB runs all of them at once, and the memory of a small municipality is gigabytes.
#}

{% materialization table, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='table') -%}
    {%- do drop_table(relation) -%}
    {%- set at_once = config.get('selects_at_once', 0) -%}
    {%- set selects = compiled_code.split('\nunion all\n') if at_once else [compiled_code] -%}
    {%- for some in selects | batch(at_once or 1) -%}
        {%- set sql = some | join('\nunion all\n') -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, relation, sql) if loop.first else 'insert into ' ~ relation ~ ' ' ~ sql }}
        {%- endcall -%}
    {%- endfor -%}
    {%- do persist_docs(relation, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{# A selection that is built again beside what stands, as in development. #}
{% macro drop_table(relation) -%}
    {%- if load_cached_relation(relation) -%}
        {%- do adapter.drop_relation(relation) -%}
    {%- endif -%}
{%- endmacro %}

{# The descriptions in YAML, as comments in the database, in one statement. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set comments -%}
        {% if config.persist_relation_docs() and model.description -%}
            comment on table {{ relation }} is {{ duckdb_escape_comment(model.description) }};
        {%- endif %}
        {% if config.persist_column_docs() -%}
            {% for column in model.columns.values() if column.description -%}
                comment on column {{ relation }}.{{ adapter.quote(column.name) }}
                    is {{ duckdb_escape_comment(column.description) }};
            {% endfor %}
        {%- endif %}
    {%- endset -%}
    {%- if comments | trim -%}
        {%- call statement('comments') -%}{{ comments }}{%- endcall -%}
    {%- endif -%}
{%- endmacro %}

{# A seed, with the types that YAML gives: DuckDB reads the file; dbt would first read all of it in Python. #}
{% materialization seed, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='table') -%}
    {%- do drop_table(relation) -%}
    {%- call statement('main') -%}
        create table {{ relation }} as
        from read_csv(
            '{{ adapter.get_seed_file_path(model) }}', header = true, delim = ',', quote = '"', escape = '"',
            types = {
                {%- for name, type in config.get('column_types').items() -%}
                    '{{ name }}': '{{ type }}'{{ ', ' if not loop.last }}
                {%- endfor -%}
            }
        )
    {%- endcall -%}
    {%- do store_result('agate_table', response='OK') -%}{# dbt asks for it, to be able to show it #}
    {%- do persist_docs(relation, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
