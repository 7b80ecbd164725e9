import type { Auth } from "./auth.ts";
import type { FaultSpec } from "./fault.ts";
import type { Faults } from "./faults.ts";
import { failure, json, NO_CONTENT, type Reply } from "./reply.ts";
import type { RequestCounters } from "./request-counters.ts";

export interface AdminParts {
  readonly faults: Faults;
  readonly requests: RequestCounters;
  readonly auth: Auth;
}

/** The sandbox's own addresses, all below /sandbox/, which no address of the API begins with. */
export function answerAdmin(method: string, url: string, body: string, { faults, requests, auth }: AdminParts): Reply {
  const path = url.split("?", 1)[0] as string;
  switch (`${method} ${path}`) {
    case "GET /sandbox/faults":
      return json({ faults: faults.list() });
    case "POST /sandbox/faults":
      return addFault(faults, body);
    case "DELETE /sandbox/faults":
      faults.clear();
      return NO_CONTENT;
    case "GET /sandbox/requests":
      return json(requests.counts());
    case "DELETE /sandbox/requests":
      requests.reset();
      return NO_CONTENT;
    case "DELETE /sandbox/tokens":
      auth.expireTokens();
      return NO_CONTENT;
    default:
      if (method === "DELETE" && path.startsWith("/sandbox/faults/") && faults.remove(path.slice(16)))
        return NO_CONTENT;
      return failure(404, "NotFound", `The sandbox has no ${method} ${path}, or no such fault`);
  }
}

function addFault(faults: Faults, body: string): Reply {
  try {
    return json(faults.add(JSON.parse(body) as FaultSpec));
  } catch (error) {
    return failure(400, "BadRequestException", (error as Error).message);
  }
}
