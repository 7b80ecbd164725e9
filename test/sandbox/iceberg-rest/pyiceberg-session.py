"""Uses a running sandbox as a foreign writer would: argv[1] is its address, argv[2] the credential. Prints one JSON line."""

import json
import sys

from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.exceptions import NamespaceNotEmptyError, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.schema import Schema
from pyiceberg.types import DecimalType, LongType, NestedField, StringType, StructType

catalog = RestCatalog("sandbox", uri=sys.argv[1], credential=sys.argv[2], scope="catalog")
catalog.create_namespace(("shop",), {"owner": "shop@example.com"})
catalog.create_namespace(("shop", "emea"))
address = StructType(NestedField(11, "city", StringType(), required=False))
schema = Schema(
    NestedField(5, "id", LongType(), required=True),
    NestedField(6, "price", DecimalType(7, 2), required=False, doc="In euro."),
    NestedField(10, "address", address, required=False),
    identifier_field_ids=[5],
)
table = catalog.create_table(("shop", "emea", "orders"), schema, properties={"comment": "Orders"})


def raised(error, action):
    try:
        action()
    except error:
        return True
    return False


with table.transaction() as change:
    change.set_properties(owner="emea@example.com")
    change.remove_properties("comment")
with table.update_schema() as change:
    change.update_column("price", doc="In US dollars.")
    change.rename_column("id", "order_id")
    change.add_column("note", StringType(), doc="Free text.")
result = {
    "fields": [[it.field_id, it.name, it.doc] for it in catalog.load_table(("shop", "emea", "orders")).schema().fields],
    "properties": dict(catalog.load_table(("shop", "emea", "orders")).properties),
    "duplicate": raised(TableAlreadyExistsError, lambda: catalog.create_table(("shop", "emea", "orders"), schema)),
    "notEmpty": raised(NamespaceNotEmptyError, lambda: catalog.drop_namespace(("shop",))),
}
catalog.rename_table(("shop", "emea", "orders"), ("shop", "orders"))
result["moved"] = raised(NoSuchTableError, lambda: catalog.load_table(("shop", "emea", "orders")))
result["listed"] = [".".join(it) for it in catalog.list_tables("shop")]
result["namespaces"] = [".".join(it) for it in catalog.list_namespaces("shop")]
result["updated"] = sorted(catalog.update_namespace_properties("shop", updates={"comment": "Shop"}).updated)
result["exists"] = catalog.table_exists(("shop", "orders"))
catalog.drop_table(("shop", "orders"))
result["dropped"] = not catalog.table_exists(("shop", "orders"))
print(json.dumps(result))
