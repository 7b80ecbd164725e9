import { describeSourceContract } from "../../contract/source-contract.ts";
import { openEmbeddedHarness } from "../../support/embedded-harness.ts";

describeSourceContract("embedded", () => openEmbeddedHarness());
