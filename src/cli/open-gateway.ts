import { StartError, type StartGateway } from "../server/running-gateway.ts";

/** Joins the command line to the gateway, which is loaded only when one is to start: the other commands are quicker without it. */
export const openGateway: StartGateway = async () => {
  throw new StartError("The gateway is not joined to the command line yet.");
};
