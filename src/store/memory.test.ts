import { storeContract } from "./contract.test-data.ts";
import { memoryStore } from "./memory.ts";

storeContract("memory", async () => memoryStore());
