import { createInProcessBus } from "../../src/bus/in-process.ts";
import { describeBusContract } from "../contract/bus-contract.ts";

describeBusContract("in-process", async () => {
  const bus = createInProcessBus();
  return { here: bus, there: bus, [Symbol.asyncDispose]: async () => bus[Symbol.asyncDispose]() };
});
