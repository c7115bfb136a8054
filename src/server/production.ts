import type { Settings } from "./settings.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** What real money may not depend on, a sentence each: why, and what to do. The database itself is asked by the store. */
export function faultsInProduction(settings: Settings): string[] {
  const { host, behind_proxy: behindProxy, tls_cert: cert, speed } = settings;
  const faults: string[] = [];
  if (settings.database_url === null) {
    faults.push(
      "The embedded store does not flush to the disk, and loses what was acknowledged when the power fails: set SPILLWAY_DATABASE_URL to a PostgreSQL server.",
    );
  }
  if (settings.cluster === null && !settings.simulated) {
    faults.push(
      "The only clusters are simulated ones: whoever pays for their GPUs gets none. Set simulated to try it all the same.",
    );
  }
  if (settings.dry_run) {
    faults.push(
      "In a dry run contracts are sold and not delivered: leave dry_run out, or try it without production.",
    );
  }
  if (speed !== 1) {
    faults.push(
      `On a clock that is ${speed} times as fast as yours, contracts end and are billed before their time: set speed to 1.`,
    );
  }
  if (!LOOPBACK.test(host) && !behindProxy && cert === null) {
    faults.push(
      `On ${host}, API keys would cross the network in clear: set tls_cert and tls_key, or behind_proxy where a proxy ends TLS.`,
    );
  }
  return faults;
}
