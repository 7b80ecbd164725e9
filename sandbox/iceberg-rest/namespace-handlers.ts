import { type Handler, listPage, readBody } from "./handler.ts";
import { json, NO_CONTENT } from "./reply.ts";
import { createNamespaceRequest, updateNamespaceRequest } from "./requests.ts";
import { splitNamespace } from "./route.ts";

const ONE = "/v1/{prefix}/namespaces/{namespace}";

export const NAMESPACE_HANDLERS: Readonly<Record<string, Handler>> = {
  "GET /v1/{prefix}/namespaces": (request, settings) => {
    const text = request.query.get("parent") ?? "";
    const parent = text === "" ? [] : splitNamespace(text, settings.separator);
    const children = settings.catalog.namespaces.childrenOf(parent);
    return listPage(request, settings, children, "namespaces", (name) => [...parent, name]);
  },
  "POST /v1/{prefix}/namespaces": ({ body }, { catalog }) => {
    const request = readBody(createNamespaceRequest, body);
    const { path, properties } = catalog.namespaces.create(request.namespace, request.properties);
    return json({ namespace: path, properties });
  },
  [`GET ${ONE}`]: ({ namespace }, { catalog }) => {
    const { path, properties } = catalog.namespaces.get(namespace);
    return json({ namespace: path, properties });
  },
  [`HEAD ${ONE}`]: ({ namespace }, { catalog }) => {
    catalog.namespaces.get(namespace);
    return NO_CONTENT;
  },
  [`DELETE ${ONE}`]: ({ namespace }, { catalog }) => {
    catalog.namespaces.drop(namespace);
    return NO_CONTENT;
  },
  [`POST ${ONE}/properties`]: ({ namespace, body }, { catalog }) => {
    const { updates, removals } = readBody(updateNamespaceRequest, body);
    return json(catalog.namespaces.update(namespace, updates, removals));
  },
};
