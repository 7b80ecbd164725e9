import type { StartGateway } from "../server/running-gateway.ts";

/** Joins the command line to the gateway, which is loaded only when one is to start: the other commands are quicker without it. */
export const openGateway: StartGateway = async (options) => {
  const { startGateway } = await import("../server/start-gateway.ts");
  return startGateway(options);
};
