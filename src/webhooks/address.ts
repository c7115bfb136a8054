import ipaddr from "ipaddr.js";

/** What may be told apart by tests alone: whether this machine itself may be called. */
export interface AddressRules {
  /** Only tests set it: loopback, and without TLS. */
  readonly allowLoopback?: boolean;
}

const LONGEST = 2000;

/** Why nothing is sent there; null: its form is right. What its name resolves to is asked at each delivery. */
export function whyNotSentTo(text: string, { allowLoopback = false }: AddressRules): string | null {
  if (text.length > LONGEST || !URL.canParse(text)) return "Expected an address like https://…";
  const url = new URL(text);
  const isPlain = allowLoopback && url.protocol === "http:";
  if (url.protocol !== "https:" && !isPlain) return "Only https addresses are told anything.";
  if (url.username !== "" || url.password !== "") return "An address holds no password.";
  if (!isPlain && !isPortAllowed(url.port)) return "The port must be 443 or above 1023.";
  const host = hostOf(url);
  if (ipaddr.isValid(host) && !isPublic(host, { allowLoopback }))
    return "The address is not public.";
  return null;
}

/** Services below have no use for an event, and some can be talked into mischief. */
function isPortAllowed(port: string): boolean {
  return port === "" || port === "443" || Number(port) > 1023;
}

/** Without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Whether an IP address is one of the internet's: not private, local, reserved, or any of these in disguise. */
export function isPublic(address: string, { allowLoopback = false }: AddressRules): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (allowLoopback && range === "loopback") return true;
  return range === "unicast" && (parsed.kind() === "ipv4" || parsed.match(ASSIGNED));
}

/** What of IPv6 has been given out for the internet (RFC 4291 2.4): outside are IPv4 addresses in disguise, as ::127.0.0.1. */
const ASSIGNED = ipaddr.parseCIDR("2000::/3");
