import { type Handler, listPage, readBody } from "./handler.ts";
import type { StoredView } from "./namespaces.ts";
import { json, NO_CONTENT, type Reply } from "./reply.ts";
import { commitViewRequest, createViewRequest, renameRequest } from "./requests.ts";

const MANY = "/v1/{prefix}/namespaces/{namespace}/views";
const ONE = `${MANY}/{view}`;

export const VIEW_HANDLERS: Readonly<Record<string, Handler>> = {
  [`GET ${MANY}`]: (request, settings) => {
    const { namespace } = request;
    const { views } = settings.catalog.namespaces.get(namespace);
    return listPage(request, settings, views, "identifiers", (name) => ({ namespace, name }));
  },
  [`POST ${MANY}`]: ({ namespace, body }, { catalog }) =>
    loaded(catalog.views.create(namespace, readBody(createViewRequest, body))),
  [`GET ${ONE}`]: ({ namespace, name }, { catalog }) => loaded(catalog.views.get(namespace, name)),
  [`HEAD ${ONE}`]: ({ namespace, name }, { catalog }) => {
    catalog.views.get(namespace, name);
    return NO_CONTENT;
  },
  [`POST ${ONE}`]: ({ namespace, name, body }, { catalog }) =>
    loaded(catalog.views.commit(namespace, name, readBody(commitViewRequest, body))),
  [`DELETE ${ONE}`]: ({ namespace, name }, { catalog }) => {
    catalog.views.drop(namespace, name);
    return NO_CONTENT;
  },
  "POST /v1/{prefix}/views/rename": ({ body }, { catalog }) => {
    const { source, destination } = readBody(renameRequest, body);
    catalog.views.rename(source.namespace, source.name, destination.namespace, destination.name);
    return NO_CONTENT;
  },
};

function loaded({ metadataLocation, metadata }: StoredView): Reply {
  return json({ "metadata-location": metadataLocation, metadata, config: {} });
}
