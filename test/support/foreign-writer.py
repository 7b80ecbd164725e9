"""Edits an Iceberg REST catalog with pyiceberg. One JSON request per line on stdin, one JSON answer per line on stdout."""

import json
import sys

from pyiceberg.catalog import load_catalog
from pyiceberg.schema import Schema


def to_schema(columns):
    fields = []
    for index, column in enumerate(columns, start=1):
        fields.append(
            {"id": index, "name": column["name"], "type": column["type"], "required": column.get("required", False)}
            | ({"doc": column["doc"]} if column.get("doc") is not None else {})
        )
    return Schema.model_validate({"type": "struct", "schema-id": 0, "fields": fields})


class Writer:
    def __init__(self, uri, properties):
        self.catalog = load_catalog("foreign", type="rest", uri=uri, **properties)

    def create_namespace(self, name, properties):
        self.catalog.create_namespace(tuple(name), properties)

    def drop_namespace(self, name):
        self.catalog.drop_namespace(tuple(name))

    def set_namespace_properties(self, name, updates, removals):
        self.catalog.update_namespace_properties(tuple(name), set(removals), updates)

    def namespace_properties(self, name):
        return dict(self.catalog.load_namespace_properties(tuple(name)))

    def create_table(self, name, columns, properties):
        table = self.catalog.create_table(tuple(name), to_schema(columns), properties=properties)
        return str(table.metadata.table_uuid)

    def drop_table(self, name):
        self.catalog.drop_table(tuple(name))

    def rename_table(self, name, to):
        self.catalog.rename_table(tuple(name), tuple(to))

    def set_properties(self, name, updates):
        with self.catalog.load_table(tuple(name)).transaction() as transaction:
            transaction.set_properties(updates)

    def remove_properties(self, name, keys):
        with self.catalog.load_table(tuple(name)).transaction() as transaction:
            transaction.remove_properties(*keys)

    def set_column_doc(self, name, column, doc):
        with self.catalog.load_table(tuple(name)).update_schema() as update:
            update.update_column(tuple(column), doc=doc)

    def rename_column(self, name, column, to):
        with self.catalog.load_table(tuple(name)).update_schema() as update:
            update.rename_column(tuple(column), to)

    def add_column(self, name, column, type):
        schema = to_schema([{"name": column, "type": type}])
        with self.catalog.load_table(tuple(name)).update_schema() as update:
            update.add_column(column, schema.fields[0].field_type)

    def drop_column(self, name, column):
        with self.catalog.load_table(tuple(name)).update_schema(allow_incompatible_changes=True) as update:
            update.delete_column(tuple(column))

    def table(self, name):
        metadata = self.catalog.load_table(tuple(name)).metadata
        return {
            "uuid": str(metadata.table_uuid),
            "properties": dict(metadata.properties),
            "columns": [
                {"id": it.field_id, "name": it.name, "type": str(it.field_type), "required": it.required, "doc": it.doc}
                for it in metadata.schema().fields
            ],
        }


def main():
    writer = Writer(sys.argv[1], json.loads(sys.argv[2]))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            value = getattr(writer, request["call"])(*request["arguments"])
            answer = {"ok": True, "value": value}
        except Exception as error:  # told to the caller, whatever it is
            answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
